"""Answers as a person sees them on a terminal."""

from belib_platform.cli.querying.tables import SHOWN
from belib_platform_tests.cli.querying.asking import as_table


def test_numbers_are_at_the_right_and_null_is_shown(reader: str) -> None:
    query = "SELECT 7 AS n, 'ab' AS t UNION ALL SELECT 1234, null ORDER BY 1"
    names, _, *shown = as_table(reader, query)
    assert [names, *shown] == ["    n   t", "    7   ab", " 1234   null", "2 rows"]


def test_every_answer_has_its_number_of_rows_and_a_command_its_name(reader: str) -> None:
    shown = as_table(reader, "SELECT 1 AS n; SET work_mem = '8MB'; SELECT 1 AS n WHERE false")
    assert [line for line in shown if "row" in line] == ["1 row", "0 rows"]
    assert "SET" in shown


def test_what_is_too_wide_is_shown_row_by_row(reader: str) -> None:
    query = "SELECT " + ", ".join(f"repeat('x', 30) AS column_{number}" for number in range(6))
    assert as_table(reader, query, 250)[0].split() == [f"column_{number}" for number in range(6)]
    narrow = as_table(reader, query, 60)
    assert narrow[0] == "row 1"
    assert narrow[1].split() == ["column_0", "x" * 30]
    assert max(map(len, narrow)) <= 60


def test_a_long_text_goes_on_in_the_next_line_and_is_whole(reader: str) -> None:
    shown = as_table(reader, "SELECT repeat('0123456789', 30) AS t, 1 AS n")
    assert "".join(line.split()[0] for line in shown[2:-1]) == "0123456789" * 30


def test_a_long_answer_is_cut_and_says_so(reader: str) -> None:
    shown = as_table(reader, f"SELECT generate_series(1, {SHOWN + 234}) AS n")
    assert shown[-2].strip() == f"{SHOWN:d}"
    assert shown[-1].startswith("1,234 rows, of which the first 1,000 are shown. --format csv or json")


def test_what_is_written_in_a_cell_does_nothing_to_the_terminal(reader: str) -> None:
    shown = as_table(reader, "SELECT E'\\x1b[2Ja\\nb\\u009bc [red]d[/red]' AS \"e\x1bf\"")
    assert shown[0].strip() == "e\\x1bf"
    assert shown[2].strip() == "\\x1b[2Ja\\nb\\x9bc [red]d[/red]"
