"""The position of a topic: written whole, of one topic of one cluster, held by one publisher."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from belib_platform.kafka.position import Position, PositionError, PositionFile

AT = datetime(2026, 1, 31, 12, 5, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize("position", [Position(0, None), Position(12, AT)])
def test_a_position_is_read_as_it_was_written(tmp_path: Path, position: Position) -> None:
    file = PositionFile(tmp_path, "cluster", "topic")
    assert file.read() is None
    file.write(position)
    assert file.read() == position


def test_every_topic_of_every_cluster_has_its_own(tmp_path: Path) -> None:
    PositionFile(tmp_path, "cluster", "topic").write(Position(1, AT))
    for cluster, topic in (("cluster", "other"), ("other", "topic"), ("../cluster", "topic")):
        assert PositionFile(tmp_path, cluster, topic).read() is None
    [file] = tmp_path.rglob("*.json")
    assert '"cluster": "cluster", "topic": "topic", "id": 1' in file.read_text(encoding="utf-8")


OF_AN_ID = '{{"id": {}, "recorded_at": null}}'
DAMAGED = [
    "",
    "[]",
    "\x00",
    '{"id": 1}',
    *(OF_AN_ID.format(n) for n in ('"x"', '"1"', "1e999", "-7", "true", "4.9", "4.0", "NaN", "null", "9" * 5000)),
    '{"id": 1, "recorded_at": "2026-01-31T12:05:00"}',
    '{"id": 1, "recorded_at": 0}',
]


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_position_is_refused_and_what_to_do_is_said(tmp_path: Path, text: str) -> None:
    file = PositionFile(tmp_path, "cluster", "topic")
    file.write(Position(1, AT))
    file.path.write_text(text, encoding="utf-8")
    with pytest.raises(PositionError, match=r"position\.json is damaged\. Delete it"):
        file.read()


def test_its_time_is_when_the_topic_had_everything(tmp_path: Path) -> None:
    file = PositionFile(tmp_path, "cluster", "topic")
    file.write(Position(1, AT))
    os.utime(file.path, (0, 0))
    file.mark_complete()
    assert file.path.stat().st_mtime > 0
    assert file.read() == Position(1, AT)
    file.path.unlink()
    file.mark_complete()
    assert file.read() is None


def test_a_topic_is_published_to_once_from_a_home(tmp_path: Path) -> None:
    one, two, other = (PositionFile(tmp_path, "cluster", topic) for topic in ("topic", "topic", "other"))
    with one.held(), other.held(), pytest.raises(PositionError, match="Another `belib kafka` publishes"), two.held():
        pass
    with two.held():
        pass
