"""`belib sql` as a process: what it writes where, how it ends, and what it says without a reader."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import psycopg
import pytest
from pydantic import SecretStr

from belib_platform.cli.examples import EXAMPLES
from belib_platform.contracts.contract import conform
from belib_platform.contracts.mart import StationAvailabilityHourly
from belib_platform.local.home import Home
from belib_platform.local.postgres import binaries
from belib_platform.local.processes import wait_until
from belib_platform.warehouse.database_url import on_same_server, with_user
from belib_platform.warehouse.schema import ensure_schema
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.deployment.least_rights import Roles
from belib_platform_tests.documents import ROOT, Document
from belib_platform_tests.forks import PATIENCE_S, Fork
from belib_platform_tests.local.homes import new_home
from belib_platform_tests.search.made_mart import hours_of, station_id, write_hours, write_stations

Sql = Callable[..., subprocess.CompletedProcess[str]]

ROWS = 50_000
PEAK = """
import sys
from belib_platform.cli.app import app
from belib_platform_tests.peak_memory import peak_mib
app(["sql", "--format", sys.argv[1], sys.argv[2]], standalone_mode=False)
print(peak_mib(), file=sys.stderr)
"""


@pytest.fixture
def variables(roles: Roles, tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who reads another server."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("BELIB_")}
    return {**others, "BELIB_HOME": str(tmp_path), "BELIB_READER_URL": roles.reader}


@pytest.fixture
def sql(variables: dict[str, str], tmp_path: Path) -> Sql:
    """Runs `belib sql` with these arguments; `told` is its input, `environ` adds variables, or takes one away."""

    def run(*arguments: str, told: str = "", **environ: str | None) -> subprocess.CompletedProcess[str]:
        env = {name: value for name, value in (variables | environ).items() if value is not None}
        return Fork("belib_platform.cli", "sql", *arguments, env=env, cwd=tmp_path, told=told).ended()

    return run


@pytest.mark.slow
def test_into_a_file_it_is_csv_unless_asked_otherwise(sql: Sql) -> None:
    assert sql("SELECT 1 AS a, null AS b").stdout == "a,b\n1,\n"
    assert sql("--format", "json", "SELECT 1 AS a").stdout == '[\n{"a": 1}\n]\n'
    assert "1 row" in sql("--format", "table", "SELECT 1 AS a").stdout


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_the_query_may_come_from_standard_input(sql: Sql, arguments: list[str]) -> None:
    done = sql(*arguments, told="\ufeffSELECT 'é' AS x;\n-- done\n")
    assert (done.returncode, done.stdout) == (0, "x\né\n")


@pytest.mark.parametrize("arguments", [example for example in EXAMPLES["sql"] if "SELECT" in example])
def test_every_example_of_a_query_can_be_asked(sql: Sql, arguments: str) -> None:
    done = sql(*shlex.split(arguments.partition(" > ")[0]))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(scope="module")
def readme() -> dict[str, str]:
    """The README's queries, by who asks."""
    queries = [fence.text for fence in Document(ROOT / "README.md").fences("sql")]
    return dict(zip(("driver", "operator", "planner"), queries, strict=True))


def test_every_query_of_the_readme_can_be_asked(sql: Sql, readme: dict[str, str]) -> None:
    for query in readme.values():
        done = sql("-", told=query)
        assert (done.returncode, done.stderr) == (0, "")


def test_the_drivers_query_counts_points_that_are_free_now(sql: Sql, readme: dict[str, str], roles: Roles) -> None:
    now = datetime.now(UTC)
    runs = [("01", -600, 300, "AVAILABLE"), ("02", -600, 300, "AVAILABLE"), ("02", -300, 600, "CHARGING")]
    with psycopg.connect(roles.writer) as connection:
        for end, first_s, holds_s, status in [*runs, ("03", -7200, -6300, "AVAILABLE")]:
            first, holds_until = now + timedelta(seconds=first_s), now + timedelta(seconds=holds_s)
            values = (first, f"FR*V75*EPX11*{end}*1", first, holds_until, status)
            connection.execute(
                "INSERT INTO clean.charge_point_status (first_seen_at, charge_point_id, last_seen_at, holds_until, "
                "status, poll_count) VALUES (%s, %s, %s, %s, %s, 1)",
                values,
            )
        for end in ("01", "02", "03"):
            connection.execute(
                "INSERT INTO clean.charge_point (charge_point_id, national_id, first_seen_date, last_seen_date, "
                "station_id, is_station_derived, station_name, address, arrondissement, power_kw) "
                "VALUES (%s, %s, current_date, current_date, 'S', false, 'Bastille', '1 Rue A', 11, 7)",
                (f"FR*V75*EPX11*{end}*1", f"FRV75EPX11{end}1"),
            )
    assert sql("-", told=readme["driver"]).stdout == "station_name,address,free\nBastille,1 Rue A,1\n"


def test_the_operators_query_tells_what_is_known(sql: Sql, readme: dict[str, str], roles: Roles) -> None:
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    half = hours_of(yesterday, stations=1, hours=24).with_columns(
        charging_s=0, available_s=0, no_point_free_s=0, out_of_order_s=1800, unobserved_s=1800
    )
    with closing(Warehouse(roles.writer)) as warehouse:
        write_hours(warehouse, yesterday, conform(StationAvailabilityHourly, half))
        write_stations(warehouse, "Rue A", count=1)
    told = sql("-", told=readme["operator"]).stdout.splitlines()
    assert told == ["station_id,station_name,point_hours_out_of_order,observed", f"{station_id(0)},Rue A,12,0.50"]


def test_the_planners_query_holds_for_hours_that_nobody_observed(
    sql: Sql, readme: dict[str, str], roles: Roles
) -> None:
    monday = date(2026, 1, 5)
    unobserved = hours_of(monday, stations=1, hours=24).with_columns(
        arrondissement=pl.lit(11, pl.Int16), charging_s=0, available_s=0, no_point_free_s=0, unobserved_s=3600
    )
    with closing(Warehouse(roles.writer)) as warehouse:
        write_hours(warehouse, monday, conform(StationAvailabilityHourly, unobserved))
    done = sql("-", told=readme["planner"])
    assert (done.stdout, done.stderr) == ("rain,occupancy,observed\n,,0\n", "")


def test_a_query_may_begin_with_a_comment(sql: Sql) -> None:
    assert sql("--format=json", "-- all of it\nSELECT 1 AS a").stdout == '[\n{"a": 1}\n]\n'


@pytest.mark.parametrize("slip", ["--fromat", "-f", "--fromat=json"])
def test_a_slip_in_an_option_is_no_query(sql: Sql, slip: str) -> None:
    done = sql(slip)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{slip} is no option" in done.stderr


def test_text_is_utf_8_whatever_the_locale_is(sql: Sql) -> None:
    assert sql("-", told="SELECT 'é' AS x", PYTHONIOENCODING="ascii", PYTHONUTF8="1").stdout == "x\né\n"


@pytest.mark.parametrize("query", ["SELEC 1", "DELETE FROM clean.poll", "", "-", "COPY clean.poll TO STDOUT"])
def test_what_fails_is_one_sentence_and_exit_code_1(sql: Sql, query: str) -> None:
    done = sql(query)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_whoever_reads_only_the_beginning_costs_no_error(variables: dict[str, str]) -> None:
    query = "SELECT g FROM generate_series(1, 1000000) AS g"
    command = f"{sys.executable} -m belib_platform.cli sql '{query}' | head -n 3"
    done = subprocess.run(
        ["sh", "-c", command], env=variables, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert (done.stdout, done.stderr) == ("g\n1\n2\n", "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "where", "said"),
    [
        ("", "<&-", "Standard input is closed"),
        ("-", "<&-", "Standard input is closed"),
        ("'SELECT 1'", ">&-", "Standard output is closed"),
        ("'SELECT generate_series(1, 100000)'", "> /dev/full", "No space left on device"),
        ("--format json 'SELECT 1'", "> /dev/full", "No space left on device"),
        ("--format table 'SELECT 1'", "> /dev/full", "No space left on device"),
    ],
)
def test_a_shell_that_gives_no_file_is_told_so(variables: dict[str, str], query: str, where: str, said: str) -> None:
    command = f"{sys.executable} -m belib_platform.cli sql {query} {where}"
    done = subprocess.run(
        ["sh", "-c", command], env=variables, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("how", ["csv", "json", "table"])
def test_a_large_answer_takes_no_more_memory_than_a_small_one(variables: dict[str, str], how: str) -> None:
    def peak(rows: int) -> float:
        query = f"SELECT g, repeat('x', 1000) FROM generate_series(1, {rows}) AS g"
        command = [sys.executable, "-c", PEAK, how, query]
        done = subprocess.run(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
        return float(done.stderr.splitlines()[-1])

    assert peak(ROWS) < peak(1000) + 20


def test_ctrl_c_ends_the_query_on_the_server(roles: Roles, variables: dict[str, str]) -> None:
    sleeping = "SELECT pid FROM pg_stat_activity WHERE usename = %s AND query LIKE '%%pg_sleep(600)%%'"
    with psycopg.connect(roles.admin, autocommit=True) as admin:
        command = [sys.executable, "-m", "belib_platform.cli", "sql", "SELECT pg_sleep(600)"]
        with subprocess.Popen(command, env=variables, stderr=subprocess.PIPE, text=True) as process:
            assert wait_until(lambda: bool(admin.execute(sleeping, [roles.names[1]]).fetchall()), PATIENCE_S)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 130
        assert "Traceback" not in said
        assert wait_until(lambda: not admin.execute(sleeping, [roles.names[1]]).fetchall(), PATIENCE_S)


def statements_in(said: str) -> str:
    """The statements of what `belib sql` prints."""
    return "\n".join(line for line in said.splitlines() if line.endswith(";") or line.startswith("--"))


def url_in(said: str) -> str:
    """The setting of what `belib sql` prints."""
    [url] = re.findall(r"^BELIB_READER_URL=(.*)$", said, re.MULTILINE)
    return str(url)


@pytest.fixture
def writer() -> Iterator[tuple[str, str]]:
    """URLs of a superuser, and of the owner of a database, on a server of which the platform knows nothing."""
    with new_home() as settings:
        home = Home(settings.home)
        with home.using([home.postgres]) as ports:
            admin = home.postgres.url(ports[home.postgres.name], "postgres")
            with psycopg.connect(admin, autocommit=True) as connection:
                connection.execute("CREATE ROLE \"o'w\" LOGIN PASSWORD 'canary'")
                connection.execute('CREATE DATABASE "dat a" OWNER "o\'w"')
            owned = on_same_server(admin, "dat%20a")
            yield owned, with_user(owned, "o'w", SecretStr("canary"))


@pytest.mark.slow
@pytest.mark.parametrize("has_tables", [True, False])
def test_the_statements_printed_make_a_reader_whose_url_is_printed(
    writer: tuple[str, str], sql: Sql, has_tables: bool
) -> None:
    admin, owner = writer
    if has_tables:
        ensure_schema(owner)
    refused = sql("SELECT 1", BELIB_POSTGRES_URL=owner, BELIB_READER_URL=None)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "BELIB_READER_URL is not set" in refused.stderr
    assert "canary" not in refused.stderr
    psql = [binaries() / "psql", "-X", "-v", "ON_ERROR_STOP=1", admin]
    made = subprocess.run(psql, input=statements_in(refused.stderr), capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    ensure_schema(owner)
    reader = url_in(refused.stderr)
    assert sql("SELECT count(*) FROM city_daily", BELIB_READER_URL=reader).stdout == "count\n0\n"
    assert "read-only" in sql("DELETE FROM city_daily", BELIB_READER_URL=reader).stderr
    again = sql("SELECT 1", BELIB_POSTGRES_URL=owner, BELIB_READER_URL=None).stderr
    assert "CREATE ROLE" not in again
    assert url_in(again) == with_user(owner, "belib_reader", SecretStr("PASSWORD"))
