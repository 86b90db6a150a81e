"""Several statements, none, wrong ones and long ones: what is answered, and what is said of the rest."""

import io

import psycopg
import pytest

from belib_platform.cli.querying.connection import ConnectingError, connected, require_reader
from belib_platform.cli.querying.formats import write_csv, write_json
from belib_platform.cli.querying.results import QueryError, results
from belib_platform.local.processes import wait_until
from belib_platform_tests.cli.querying.asking import as_csv, asked
from belib_platform_tests.deployment.least_rights import Roles, rows

CANCELLED_S = 30
"""For the server to hear of it; the query would last ten minutes."""


def test_each_statement_is_answered_in_order(reader: str) -> None:
    query = "SELECT 1 AS a; SET work_mem = '8MB'; SELECT ';' AS b WHERE false; SELECT $$;$$ AS c -- ; the end"
    assert as_csv(reader, query) == "a\n1\n\nb\n\nc\n;\n"
    assert asked(reader, query, write_json) == '[\n{"a": 1}\n]\n[]\n[\n{"c": ";"}\n]\n'


def test_rows_that_nobody_reads_do_not_hide_the_next_answer(reader: str) -> None:
    with connected(reader, [].append) as connection:
        columns = [
            result.columns for result in results(connection, "SELECT generate_series(1, 9) AS a; SELECT 'x' AS b")
        ]
    assert [[(column.name, column.is_number) for column in each] for each in columns] == [[("a", True)], [("b", False)]]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELEC 1", 'Line 1, column 1: syntax error at or near "SELEC".'),
        ("SELECT 1;\n\nSELECT é, nope\nFROM mart.city_daily", 'Line 3, column 8: column "é" does not exist.'),
        ("SELECT 1 / 0", "division by zero."),
        (
            "SELECT point_coun FROM station_availability_hourly",
            'Line 1, column 8: column "point_coun" does not exist. Perhaps you meant',
        ),
        ("-- nothing\n /* at all */ ;", "The query contains no statement."),
        ("", "The query contains no statement."),
        ("COPY mart.city_daily TO STDOUT", "COPY is not supported here"),
        ("SELECT 1\0; SELECT 2", "zero byte"),
        ("SET statement_timeout = '50ms'; SELECT pg_sleep(60)", "statement timeout. Begin with SET statement_timeout"),
        ("SET client_encoding = 'LATIN1'; SELECT 'é' AS \"é\"", "The query set client_encoding"),
        ("SELECT set_config('client_encoding', 'LATIN1', false), 'Ã©'", "The query set client_encoding"),
        ("SELECT pg_terminate_backend(pg_backend_pid())", "terminating connection"),
    ],
)
def test_a_wrong_query_is_one_sentence(reader: str, query: str, said: str) -> None:
    with pytest.raises(QueryError) as refused:
        as_csv(reader, query)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_answers_before_the_error_are_written(reader: str) -> None:
    file = io.StringIO()
    with connected(reader, [].append) as connection, pytest.raises(QueryError):
        write_csv(results(connection, "SELECT 1 AS a; SELECT 1 / 0"), file)
    assert file.getvalue().startswith("a\n1\n")


def test_messages_of_the_server_are_handed_on(reader: str) -> None:
    notices: list[str] = []
    asked(reader, "DO $$ BEGIN RAISE NOTICE 'seen'; END $$", write_csv, notices)
    assert notices == ["NOTICE: seen"]


def test_json_does_not_lose_a_column_of_the_same_name(reader: str) -> None:
    with pytest.raises(QueryError, match="2 columns are named 'a'"):
        asked(reader, "SELECT 1 AS a, 2 AS b, 3 AS a", write_json)


def test_a_query_that_is_left_no_longer_runs(roles: Roles) -> None:
    with connected(roles.reader, [].append) as connection:
        backend = connection.info.backend_pid
        connection.pgconn.send_query(b"SELECT pg_sleep(600)")
    with psycopg.connect(roles.admin, autocommit=True) as admin:
        active = "SELECT FROM pg_stat_activity WHERE pid = %s AND state = 'active'"
        try:
            assert wait_until(lambda: not admin.execute(active, [backend]).fetchall(), CANCELLED_S)
        finally:
            admin.execute("SELECT pg_terminate_backend(%s)", [backend])


def test_whoever_could_write_is_refused(roles: Roles) -> None:
    require_reader(roles.reader, [].append)
    for url in (roles.writer, roles.admin):
        with pytest.raises(ConnectingError, match="may write to the warehouse: set BELIB_READER_URL"):
            require_reader(url, [].append)
    name = roles.names[1]
    rows(roles.writer, f'GRANT UPDATE ON clean.poll TO "{name}"')
    with pytest.raises(ConnectingError, match="may write"):
        require_reader(roles.reader, [].append)
    rows(roles.writer, f'REVOKE UPDATE ON clean.poll FROM "{name}"')


def test_a_server_that_is_away_is_one_sentence() -> None:
    with pytest.raises(ConnectingError, match="PostgreSQL does not answer") as refused:
        require_reader("postgresql://u:canary@127.0.0.1:1/belib", [].append)
    assert "\n" not in str(refused.value)
    assert "canary" not in str(refused.value)
