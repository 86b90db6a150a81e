"""`belib tidy`: says what could go, and removes it when told to."""

import psycopg

from belib_platform_tests.cli.conftest import Belib

NOISE = "SELECT count(*) FROM event_logs WHERE dagster_event_type = 'STEP_OUTPUT'"


def test_tidying_changes_nothing_until_it_is_applied(belib: Belib, dagster_url: str) -> None:
    ran = belib("export")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    with psycopg.connect(dagster_url, autocommit=True) as connection:
        connection.execute("UPDATE event_logs SET timestamp = timestamp - interval '2 days'")
        connection.execute("UPDATE runs SET end_time = end_time - 2 * 86400")
        held = connection.execute(NOISE).fetchone()
        for arguments in (["tidy"], ["tidy", "--apply"]):
            assert connection.execute(NOISE).fetchone() == held != (0,)
            said = belib(*arguments, BELIB_EVENT_RETENTION_DAYS="1")
            assert said.returncode == 0, said.stdout + said.stderr
            assert "STEP_OUTPUT" in said.stdout
        assert "Pruned " in said.stdout
        assert connection.execute(NOISE).fetchone() == (0,)
        assert connection.execute(NOISE.replace("STEP_OUTPUT", "ASSET_MATERIALIZATION")).fetchone() != (0,)
