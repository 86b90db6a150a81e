"""Alerts through real runs on the simulated feed, sensor ticks and real receivers: told once, and once when over."""

import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle

import pytest
from pymongo import MongoClient

from belib_platform.cli.open_alerts import Alerts, open_now
from belib_platform.definitions import defs
from belib_platform.monitoring.alerts.state import NO_STATE
from belib_platform.raw.store import RawStore
from belib_platform.sensors.alerts import NOBODY, alert_sensor, alert_watch_sensor
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.realtime_feed import WORD_OF_STATUS
from belib_platform_tests.dagster_storage import local_instance
from belib_platform_tests.end_to_end.alerted import MINUTE, Later, Site, opened, told_of
from belib_platform_tests.end_to_end.platform import Platform, apis_of
from belib_platform_tests.monitoring.alerts.receiving import CANARY, mailbox, webhook
from belib_platform_tests.simulator.hand_clock import HandClock

pytestmark = pytest.mark.slow

BAD_FROM, BAD_UNTIL = -16 * MINUTE, -11 * MINUTE
"""Third of the polls, which are at −25, −20, −15, −10 and −5 minutes."""


@pytest.fixture
def site(
    platform: Platform,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """A small Paris without outages; for one poll a third of its points is lost and a third has an odd status."""
    now = datetime.now(UTC)
    monkeypatch.setitem(WORD_OF_STATUS, "ODD", "Branché ailleurs")
    paris = Paris.draw(5, first_day=(now - timedelta(days=1)).date(), days=3, stations=40)
    bad = (int((now + BAD_FROM).timestamp()), int((now + BAD_UNTIL).timestamp()))
    statuses = cycle(["UNKNOWN", "ODD", None])
    timelines = [
        t.covered([bad] if status else [], status or "") for t, status in zip(paris.timelines, statuses, strict=False)
    ]
    paris = replace(paris, outages=[], timelines=timelines)
    clock = HandClock(now - 25 * MINUTE)
    with (
        apis_of(paris, clock) as server,
        webhook() as hook,
        mailbox() as box,
        local_instance(tmp_path_factory.mktemp("dagster")) as instance,
    ):
        monkeypatch.setenv("BELIB_ALERT_URLS", f"{hook.url}, {box.url}")
        monkeypatch.setenv("BELIB_UI_URL", "http://ui.example.org:3000")
        yield Site(replace(platform, instance=instance), server, clock, hook, box, {})


def test_a_bad_poll_is_told_once_and_the_next_good_one_once(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    demo = Alerts(site.instance)
    for is_bad in (False, False, True, False):
        site.poll()
        with caplog.at_level(logging.DEBUG):
            before, said = len(site.hook.taken), site.evaluate()
        previewed = demo.next()
        if is_bad:
            (message,) = site.hook.taken[before:]
            assert message["title"] in said
            assert previewed is not None
            paragraphs, _, signature = previewed.body.rpartition("\n\n")
            assert message["message"].startswith(paragraphs)
            assert message["message"].endswith(signature)
        assert site.evaluate() == "Nothing new to send."
        assert demo.next() is None
    for asset, name in (("poll", "unknown_share_is_as_usual"), ("charge_point_status", "every_status_word_is_known")):
        assert told_of(site.hook, f"{asset}: {name}") == [f"OPENED: {asset}: {name}", f"RECOVERED: {asset}: {name}"]
        (sentence,) = (s.description for s in defs.resolve_assets_def(asset).check_specs if s.name == name)
        assert f"Not true: {sentence}" in message["message"]
        assert f"http://ui.example.org:3000/assets/{asset}?view=checks&checkDetail={name}" in message["message"]
    assert sorted(mail["Subject"] for mail in site.box.mails) == sorted(2 * site.hook.titles)
    assert CANARY not in f"{caplog.text}{site.cursors}{site.hook.taken}"


def test_a_run_that_fails_is_told_once_and_once_when_the_next_succeeds(site: Site) -> None:
    site.poll()
    site.evaluate()
    site.hook.taken.clear()
    for _ in range(2):
        site.server.faults.plan("/exports/json", *["empty_list"] * 8)
        site.poll()
        site.evaluate()
        site.evaluate()
    (message,) = site.hook.taken
    assert message["title"] == f"belib on {socket.gethostname()}: 1 opened"
    assert "OPENED: a run of belib_five_minutely failed" in message["message"]
    assert "\nbelib answered, but the response is refused: The body is an empty list." in message["message"]
    assert f"/runs/{site.instance.get_runs()[1].run_id}" in message["message"]
    while site.server.faults.take("/exports/json"):
        pass
    site.poll()
    site.evaluate()
    assert told_of(site.hook, "belib_five_minutely failed")[1:] == ["RECOVERED: a run of belib_five_minutely failed"]


def test_data_that_no_longer_comes_is_told_after_three_cadences_though_nothing_runs(site: Site) -> None:
    site.poll()
    later = Later(site)
    for _ in range(7):
        later.tick(2 * MINUTE)
    assert not any("stale" in told for told in opened(site.hook))
    later.tick(2 * MINUTE)
    assert "belib is stale" in opened(site.hook)
    for _ in range(46):
        later.tick(4 * MINUTE)
    assert opened(site.hook).count("belib is stale") == 1
    assert "open_meteo is stale" in opened(site.hook)  # nobody ever asked it
    assert "belib_static is stale" not in opened(site.hook)
    assert "schedule belib_five_minutely does not tick" in opened(site.hook)
    assert "No sound answer of belib for more than 15 minutes." in str(site.hook.taken)


def test_a_receiver_that_is_down_for_an_hour_is_told_all_in_one_message(site: Site) -> None:
    site.poll()
    later = Later(site)
    site.hook.status = 503
    for _ in range(15):
        later.tick(4 * MINUTE)
    assert (site.hook.taken, 4 <= site.hook.tried <= 8) == ([], True)
    assert {mail["Subject"] for mail in site.box.mails} >= {f"belib on {socket.gethostname()}: 1 opened"}
    assert CANARY not in later.cursor + str(later.said)
    site.hook.status = 200
    for _ in range(4):
        later.tick(4 * MINUTE)
    assert "belib is stale" in opened(site.hook)
    subjects = [mail["Subject"] for mail in site.box.mails][::2]
    assert len(site.hook.taken) < len(subjects)
    assert sum(int(subject.split(": ")[1].split()[0]) for subject in subjects) == len(opened(site.hook))


def test_a_raw_store_that_is_away_is_told_and_what_was_stale_stays_so(site: Site) -> None:
    site.poll()
    later = Later(site)
    for _ in range(5):
        later.tick(4 * MINUTE)
    assert "belib is stale" in opened(site.hook)
    client: MongoClient[dict[str, object]] = MongoClient("mongodb://127.0.0.1:9/belib", serverSelectionTimeoutMS=200)
    with client:
        later.tick(store=RawStore(client["belib"]))
        later.tick(store=RawStore(client["belib"]))
    assert opened(site.hook).count("the raw store does not answer") == 1
    assert not any("RECOVERED: belib is stale" in message["message"] for message in site.hook.taken)
    later.tick()
    assert "RECOVERED: the raw store does not answer" in site.hook.taken[-1]["message"]
    assert opened(site.hook).count("belib is stale") == 1


def test_the_watch_over_the_alerts_has_nothing_to_say_of_a_sensor_that_works(site: Site) -> None:
    assert site.evaluate(alert_watch_sensor) == "Nothing new to send."
    assert site.hook.taken == []


def test_a_damaged_cursor_is_survived_and_said(site: Site) -> None:
    site.cursors[alert_sensor.name] = '{"version": 0}'
    assert "The cursor of the alerts cannot be read" in site.evaluate()
    assert site.evaluate() == "Nothing new to send."


def test_without_receivers_nothing_is_sent_and_nothing_is_kept(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELIB_ALERT_URLS", " ")
    site.cursors[alert_sensor.name] = "something"
    assert site.evaluate() == NOBODY
    assert site.cursors[alert_sensor.name] == NO_STATE


def test_what_is_open_can_be_asked_for(site: Site) -> None:
    assert open_now(site.instance) == []
    site.server.faults.plan("/exports/json", *["empty_list"] * 8)
    site.poll()
    assert "job/belib_five_minutely" in [problem.key for problem in open_now(site.instance)]
