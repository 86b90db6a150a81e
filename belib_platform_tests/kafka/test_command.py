"""`belib kafka`: a process of its own, until a signal ends it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from belib_platform.local.processes import wait_until
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.kafka.brokers import SERVERS, ids_by_key, needs_kafka, records, without_doubles
from belib_platform_tests.kafka.publishers import PATIENCE_S, await_position, change, position
from belib_platform_tests.postgres_users import lesser_user

READS = ("GRANT USAGE ON SCHEMA mart TO {}", "GRANT SELECT ON mart.change TO {}")


@contextmanager
def running(home: Path, **variables: str) -> Iterator["subprocess.Popen[str]"]:
    """`belib kafka` with these variables, killed in the end unless it has ended."""
    command = [sys.executable, "-m", "belib_platform.cli", "kafka"]
    environ = os.environ | {"BELIB_HOME": str(home)} | variables
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@needs_kafka
def test_a_publisher_that_is_killed_resumes_and_what_is_doubled_is_known_by_its_id(
    direct_url: str, tmp_path: Path, topic: str
) -> None:
    house = Warehouse(direct_url)
    change(house, 50_000)
    with lesser_user(direct_url, *READS) as reader:
        variables = {"BELIB_READER_URL": reader, "BELIB_KAFKA_URL": SERVERS, "BELIB_KAFKA_TOPIC": topic}
        with running(tmp_path, **variables) as process:
            await_position(tmp_path, 2_000)
            process.kill()
            process.wait(PATIENCE_S)
        assert position(tmp_path) < 50_000
        with running(tmp_path, **variables) as process:
            await_position(tmp_path, 50_000)
            change(house, 10)
            await_position(tmp_path, 50_010)
            process.send_signal(signal.SIGTERM)
            said, complained = process.communicate(timeout=PATIENCE_S)
    house.close()
    assert (said.count("\n"), complained, process.returncode) == (1, "", 0)
    found = records(topic)
    kept = without_doubles(found)
    assert sorted(record.change_id for record in kept) == list(range(1, 50_011))
    assert all(ids == sorted(ids) for ids in ids_by_key(kept).values())
    assert len(found) <= 50_010 + 1_000


@pytest.mark.slow
def test_a_publisher_that_waits_ends_at_once_when_told_to(tmp_path: Path) -> None:
    nowhere = {"BELIB_READER_URL": "postgresql://reader@127.0.0.1:1/belib", "BELIB_KAFKA_URL": "127.0.0.1:1"}
    with running(tmp_path, **nowhere) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("Kafka does not answer: ")
        process.send_signal(signal.SIGINT)
        assert wait_until(lambda: process.poll() is not None, PATIENCE_S)
    assert process.returncode == 0


def test_where_no_role_that_only_reads_is_named_it_ends_at_the_start(tmp_path: Path) -> None:
    """Also while PostgreSQL is away: it would have to tell how such a role is made."""
    writer = {"BELIB_POSTGRES_URL": "postgresql://me:canary@127.0.0.1:1/belib", "BELIB_KAFKA_URL": "127.0.0.1:1"}
    with running(tmp_path, **writer) as process:
        said, complained = process.communicate(timeout=PATIENCE_S)
    assert (said, process.returncode) == ("", 1)
    assert "PostgreSQL does not answer: " in complained
    assert "canary" not in complained


def test_an_option_that_cannot_be_used_is_one_sentence_before_anything_is_connected(tmp_path: Path) -> None:
    with running(tmp_path, BELIB_KAFKA_URL="kafka://me:canary@127.0.0.1:1?stats_cb=canary") as process:
        said, complained = process.communicate(timeout=PATIENCE_S)
    assert (said, process.returncode, complained.count("\n")) == ("", 1, 1)
    assert "BELIB_KAFKA_URL: the option stats_cb cannot be used" in complained
    assert "canary" not in complained
