"""Who is told, when, how often and of what, from made polls to real receivers."""

import socket
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from belib_platform.contracts.mart import Change
from belib_platform.contracts.texts import LENGTH
from belib_platform.exports.terms import BELIB
from belib_platform.local.processes import wait_until
from belib_platform.raw.store import RawStore
from belib_platform.warehouse.database_url import on_same_server
from belib_platform.warehouse.schema import ensure_schema
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.forks import PATIENCE_S
from belib_platform_tests.monitoring.alerts.receiving import CANARY, Webhook, webhook
from belib_platform_tests.postgres_users import lesser_user
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.watching.site import BUSY, FREE, LOST, MINUTE, PLACE, SECOND, Site, Slow, watch

OLD = (
    "Charge points: the newest reading, of 2025-03-29 {} UTC, is older than 15 minutes. Their watches stay as they are."
)
ELSEWHERE = PLACE.replace("48.85,", "48.9,")


def test_one_message_when_it_becomes_true_none_while_it_is_and_one_again_after_it_was_not(
    site: Site, hook: Webhook
) -> None:
    site.poll(BUSY, BUSY)
    watches = site.following(watch(hook.url))
    told = []
    for words in [(BUSY, BUSY), (FREE, BUSY), (FREE, FREE), (BUSY, FREE), (BUSY, BUSY), (BUSY, BUSY), (BUSY, FREE)]:
        site.poll(*words)
        watches.step()
        watches.step()
        told.append(len(hook.taken))
    assert told == [0, 1, 1, 1, 1, 1, 2]
    assert hook.titles == ["Bastille: 1 free charge point"] * 2
    assert watches.said == [
        "Bastille: 0 free charge points within 300 m of 48.85,2.35 now.",
        "Bastille became true: 1 free charge point, reading of 12:03 UTC.",
        "Bastille: 1 free charge point: delivered.",
        "Bastille is no longer true: 0 free charge points, reading of 12:06 UTC.",
        "Bastille became true: 1 free charge point, reading of 12:08 UTC.",
        "Bastille: 1 free charge point: delivered.",
    ]


def test_a_message_says_how_many_where_the_nearest_first_and_how_old_the_reading_is(site: Site, hook: Webhook) -> None:
    near, far = {"lon": 2.35, "lat": 48.8509}, {"lon": 2.35, "lat": 48.8518}
    words = [FREE] * 3 + [BUSY] * 3 + [FREE, LOST, FREE]
    places = [{"coordonneesxy": far, "adresse_station": "1 Rue Foch 75008 Paris"}] * 6 + [{"coordonneesxy": near}] * 3
    records = [live(n, statut_pdc=word, **place) for n, (word, place) in enumerate(zip(words, places, strict=True))]
    (site.folder / "SIMULATED").touch()
    watches = site.following(watch(hook.url, about=f"{PLACE}at_least = 5"))
    site.answered(records)
    watches.step(after=timedelta(seconds=34))
    [message] = hook.taken
    assert message["title"] == "Bastille: 5 free charge points"
    assert message["type"] == "success"
    assert message["message"] == (
        "5 free charge points within 300 m of 48.85,2.35:\n"
        "2 at 37 Rue la Boétie 75008 Paris (100 m)\n"
        "3 at 1 Rue Foch 75008 Paris (200 m)\n"
        "\n"
        "Reading of 12:01 UTC, 34 seconds old.\n"
        "These are simulated data.\n"
        f"Sent by belib on {socket.gethostname()}. {BELIB.attribution} (ODbL 1.0)."
    )


def test_what_is_true_at_the_first_start_is_told_and_a_later_start_neither_repeats_nor_forgets(
    site: Site, hook: Webhook
) -> None:
    site.poll(FREE)
    for _ in range(2):
        watches = site.following(watch(hook.url))
        watches.step()
        assert len(hook.taken) == 1
    site.poll(BUSY)
    watches = site.following(watch(hook.url))
    watches.step()
    hook.status = 500
    site.poll(FREE)
    watches = site.following(watch(hook.url))
    watches.step()
    assert (hook.tried, len(hook.taken)) == (2, 1)
    hook.status = 200
    for expected in (1, 2, 2):
        watches = site.following(watch(hook.url))
        watches.step(after=MINUTE / 2)
        assert len(hook.taken) == expected


def test_a_receiver_that_is_away_is_told_once_it_is_back_and_costs_no_other(site: Site, hook: Webhook) -> None:
    site.poll(BUSY)
    with webhook() as other:
        watches = site.following(watch(hook.url), watch(other.url, "Nation"))
        watches.step()
        hook.status = 503
        site.poll(FREE)
        watches.step()
        watches.step()
        assert (hook.tried, hook.taken, other.titles) == (1, [], ["Nation: 1 free charge point"])
        hook.status = 200
        for _ in range(4):
            watches.step(after=MINUTE / 2)
    assert hook.titles == ["Bastille: 1 free charge point"]
    assert len(other.taken) == 1
    assert "Reading of 12:02 UTC, 62 seconds old." in hook.taken[0]["message"]
    assert "Bastille: 1 free charge point: not delivered." in watches.said
    assert CANARY not in site.state_file.read_text("utf-8") + "".join(watches.said)


def test_a_receiver_that_was_away_is_told_of_the_newest_time_and_that_it_is_over(site: Site, hook: Webhook) -> None:
    hook.status = 500
    watches = site.following(watch(hook.url))
    for words in [(FREE,), (BUSY,), (FREE, FREE), (BUSY, BUSY)]:
        site.poll(*words, after=MINUTE / 10)
        watches.step()
    hook.status = 200
    watches.step(after=MINUTE)
    watches.step(after=MINUTE)
    [message] = hook.taken
    assert (message["title"], message["type"]) == ("Bastille: 2 free charge points", "warning")
    assert "The reading of 12:00 UTC says otherwise." in message["message"]


def test_nothing_is_judged_by_readings_that_are_too_old(site: Site, hook: Webhook) -> None:
    site.poll(FREE)
    watches = site.following(watch(hook.url))
    watches.step(after=16 * MINUTE)
    watches.step()
    assert hook.taken == []
    site.poll(FREE)  # tells no change
    watches.step()
    assert len(hook.taken) == 1
    for _ in range(3):
        watches.step(after=20 * MINUTE)
    site.poll(FREE, after=MINUTE)
    watches.step()
    assert len(hook.taken) == 1, "it stayed as it was"
    assert watches.said == [
        OLD.format("12:01"),
        "Charge points: read again at 12:18 UTC.",
        "Bastille became true: 1 free charge point, reading of 12:18 UTC.",
        "Bastille: 1 free charge point: delivered.",
        OLD.format("12:18"),
        "Charge points: read again at 13:19 UTC.",
    ]


def test_what_is_answered_after_the_reading_became_too_old_judges_nothing(site: Site, hook: Webhook) -> None:
    site.poll(FREE)
    site.following(watch(hook.url)).step()
    site.reader = Slow(site.reader, lambda: site.clock.move_to(site.now + 2 * SECOND))
    watches = site.following(watch(hook.url), watch(hook.url, "Nation"))
    watches.step(after=15 * MINUTE - 2 * SECOND)
    assert [sentence.rpartition(" ")[2] for sentence in watches.said] == ["now.", "now."]
    watches.step(after=5 * SECOND)
    site.poll(FREE)
    watches.step()
    assert watches.said[2:] == [
        OLD.format("12:01"),
        "Charge points: read again at 12:17 UTC.",
        "Nation became true: 1 free charge point, reading of 12:17 UTC.",
        "Nation: 1 free charge point: delivered.",
    ]


def test_what_is_written_while_it_is_read_counts_for_the_next_reading(site: Site, hook: Webhook) -> None:
    """Another poll comes between the news and the answer: each is told with its own instant."""
    site.poll(BUSY, BUSY)
    polls = iter([(FREE, FREE), (FREE, BUSY)])
    site.reader = Slow(site.reader, lambda: site.poll(*next(polls, (BUSY, BUSY)), after=SECOND))
    watches = site.following(watch(hook.url))
    for _ in range(3):
        watches.step(after=MINUTE)
    assert watches.said == [
        "Bastille: 0 free charge points within 300 m of 48.85,2.35 now.",
        "Bastille became true: 2 free charge points, reading of 12:02 UTC.",
        "Bastille: 2 free charge points: delivered.",
    ]
    watches.step(after=MINUTE)
    assert watches.said[3:] == ["Bastille is no longer true: 0 free charge points, reading of 12:04 UTC."]


@pytest.mark.parametrize("is_restarted", [False, True])
def test_a_reading_that_is_older_than_the_one_judged_last_judges_nothing(
    site: Site, hook: Webhook, *, is_restarted: bool
) -> None:
    """The clock is set back by four minutes."""
    site.poll(FREE)
    site.poll(BUSY, after=5 * MINUTE)
    watches = site.following(watch(hook.url))
    watches.step()
    if is_restarted:
        watches = site.following(watch(hook.url))
    watches.step(after=-4 * MINUTE)
    watches.step(after=5 * MINUTE)
    assert hook.tried == 0
    site.poll(FREE)
    watches.step()
    assert watches.said[1:] == [
        "Bastille became true: 1 free charge point, reading of 12:08 UTC.",
        "Bastille: 1 free charge point: delivered.",
    ]


def test_a_clock_that_was_far_ahead_makes_no_watch_blind(site: Site, hook: Webhook) -> None:
    site.poll(BUSY)
    site.now += timedelta(days=365)
    site.poll(BUSY)
    watches = site.following(watch(hook.url))
    watches.step()
    site.now -= timedelta(days=365)
    site.poll(FREE)
    watches.step()
    assert hook.titles == ["Bastille: 1 free charge point"]


@pytest.mark.parametrize("separator", ["\n", "\r", "\x0b", "\x85", "\u2028", "\u2029", "\u202e", "\x1b"])
def test_what_a_publisher_calls_a_station_is_one_line_of_bounded_length(
    site: Site, hook: Webhook, separator: str
) -> None:
    forged = f"1 Rue Foch{separator}Reading of 00:00 UTC, 0 seconds old.{separator}{'x' * 1000}"
    site.answered([live(0, statut_pdc=FREE, adresse_station=forged)])
    site.following(watch(hook.url)).step()
    [message] = hook.taken
    line = message["message"].splitlines()[1]
    assert line.startswith("1 at 1 Rue Foch Reading of 00:00 UTC, 0 seconds old. xxx")
    assert line.endswith("xxx… (0 m)")
    assert len(line) == len("1 at  (0 m)") + LENGTH
    assert message["message"].splitlines()[2:4] == ["", "Reading of 12:01 UTC, 1 seconds old."]


def test_what_is_unknown_or_no_longer_observed_is_not_free(site: Site, hook: Webhook) -> None:
    site.poll(LOST, BUSY)
    watches = site.following(watch(hook.url))
    watches.step()
    assert hook.taken == []
    site.poll(FREE, BUSY)
    watches.step()
    assert len(hook.taken) == 1
    for n in range(4):
        site.answered([live(1, statut_pdc=(LOST, BUSY)[n % 2])], after=5 * MINUTE)
        watches.step()
    assert watches.said[-1].startswith("Bastille is no longer true: 0 free charge points")
    site.poll(FREE, BUSY)
    watches.step()
    assert len(hook.taken) == 2


def test_power_and_station_choose_the_charge_points(site: Site, hook: Webhook) -> None:
    ids = [live(n)["id_pdc"] for n in range(12)]
    edition = [{"id_pdc_local": id_, "puissance_nominale": "22" if n == 7 else "7"} for n, id_ in enumerate(ids)]
    site.answered(edition, source="belib_static")
    site.poll(*[BUSY] * 12)
    station = 'network = "belib"\nstation = "FR*V75*PPX11*11"'
    three = (
        watch(hook.url, "fast", f"{PLACE}power_min = 22"),
        watch(hook.url, "station", station),
        watch(hook.url, "fast station", f"{station}\npower_min = 22"),
    )
    watches = site.following(*three)
    watches.step()
    site.poll(*[FREE] * 7, *[BUSY] * 5)
    watches.step()
    assert hook.titles == ["station: 1 free charge point"]
    site.poll(*[FREE] * 8, *[BUSY] * 4)
    watches.step()
    assert hook.titles[1:] == [
        "fast: 1 free charge point of 22 kW or more",
        "fast station: 1 free charge point of 22 kW or more",
    ]
    assert "1 free charge point of 22 kW or more at station FR*V75*PPX11*11:" in hook.taken[2]["message"]


def test_each_network_is_followed_by_its_own_news(site: Site, hook: Webhook) -> None:
    bikes = watch(hook.url, "Bikes", PLACE.replace("belib", "velib") + 'of = "ebikes"\nat_least = 2')
    site.poll(BUSY)
    watches = site.following(watch(hook.url, "Points"), bikes)
    watches.step()
    assert "Bike stations: there is no reading yet. Their watches stay as they are." in watches.said
    site.poll_bikes((3, 1), (1, 0))
    watches.step()
    site.poll_bikes((3, 1), (1, 1))
    watches.step()
    assert hook.titles == ["Bikes: 2 electric bikes"]
    site.poll(FREE)
    watches.step()
    assert hook.titles[1:] == ["Points: 1 free charge point"]
    assert "1 at Rue du Hérisson - Quai 0, Paris (0 m)\n1 at Rue du Hérisson" in hook.taken[0]["message"]


def test_a_day_that_is_written_again_is_judged_again(site: Site, hook: Webhook) -> None:
    site.poll(BUSY)
    watches = site.following(watch(hook.url))
    watches.step()
    site.poll(FREE, origin="import")
    watches.step()
    assert site.warehouse.read(Change).sort("id")["kind"].to_list() == ["state_changed", "day_rewritten"]
    assert hook.titles == ["Bastille: 1 free charge point"]


def test_a_place_where_nothing_is_is_said_at_the_start(site: Site, hook: Webhook) -> None:
    site.poll(FREE)
    site.poll_bikes((1, 1))
    four = (
        watch(hook.url, "Elsewhere", ELSEWHERE),
        watch(hook.url, "Fast", f"{PLACE}power_min = 7.4"),
        watch(hook.url, "Station", 'network = "belib"\nstation = "FR*V75*NONE"'),
        watch(hook.url, "Bikes", 'network = "velib"\nstation = "99999"'),
    )
    watches = site.following(*four)
    watches.step()
    site.poll(BUSY)
    watches.step()
    assert hook.tried == 0
    last = "in the last two days. Until one is, it cannot become true."
    assert watches.said == [
        f"warning: Elsewhere: no charge point was observed within 300 m of 48.9,2.35 {last}",
        f"warning: Fast: no charge point of 7.4 kW or more was observed within 300 m of 48.85,2.35 {last}",
        f"warning: Station: no charge point was observed at station FR*V75*NONE {last}",
        f"warning: Bikes: no bike station was observed at station 99999 {last}",
    ]


def test_a_warehouse_without_tables_is_said_once_and_followed_when_it_has_them(site: Site, hook: Webhook) -> None:
    watches = site.following(watch(hook.url))
    with psycopg.connect(site.url, autocommit=True) as owner:
        owner.execute("ALTER TABLE mart.change RENAME TO another")
        watches.step()
        watches.step()
        owner.execute("ALTER TABLE mart.another RENAME TO change")
        watches.step()
        site.poll(FREE)
        watches.step()
    missing = 'The warehouse cannot be read: relation "mart.change" does not exist.'
    assert watches.said[0] == f"{missing} All watches stay as they are."
    assert [sentence for sentence in watches.said[1:] if "warehouse" in sentence] == ["The warehouse answers again."]
    assert len(hook.taken) == 1


@pytest.mark.parametrize("table", ["mart.change", "clean.poll", "clean.charge_point_status"])
def test_a_right_that_is_missing_is_said_once_and_waited_for(
    store: RawStore, direct_url: str, tmp_path: Path, hook: Webhook, table: str
) -> None:
    """Whether the watcher itself or the read API meets it."""
    house = Warehouse(direct_url)
    reads = ("GRANT USAGE ON SCHEMA clean, mart TO {}", "GRANT SELECT ON ALL TABLES IN SCHEMA clean, mart TO {}")
    ensure_schema(direct_url)
    with (
        lesser_user(direct_url, *reads, f"REVOKE SELECT ON {table} FROM {{}}") as url,
        Site(store, house, url, tmp_path, is_made=True).open() as site,
    ):
        site.poll(FREE)
        watches = site.following(watch(hook.url))
        watches.step()
        watches.step()
        missing = f"The warehouse cannot be read: permission denied for table {table.partition('.')[2]}."
        assert watches.said == [f"{missing} All watches stay as they are."]
        with psycopg.connect(direct_url, autocommit=True) as owner:
            owner.execute(f"GRANT SELECT ON {table} TO {urlsplit(url).username}")
        watches.step()
        assert "The warehouse answers again." in watches.said
        assert hook.titles == ["Bastille: 1 free charge point"]
    house.close()


@pytest.mark.slow
def test_a_warehouse_that_is_away_is_said_once_and_keeps_no_receiver_waiting(site: Site, hook: Webhook) -> None:
    site.poll(FREE)
    watches = site.following(watch(hook.url))
    hook.status = 500
    watches.step()
    hook.status = 200
    name = site.url.rpartition("/")[2].partition("?")[0]
    with psycopg.connect(on_same_server(site.url, "postgres"), autocommit=True) as owner:
        owner.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        watches.step(after=MINUTE)
        watches.step()
        assert hook.titles == ["Bastille: 1 free charge point"]
        owner.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert wait_until(lambda: watches.step() or watches.said[-1] == "The warehouse answers again.", PATIENCE_S)
    away = [sentence for sentence in watches.said if "PostgreSQL" in sentence]
    assert away == ["PostgreSQL does not answer. All watches stay as they are."]
    assert len(hook.taken) == 1


def test_a_watch_that_asks_otherwise_begins_anew_and_so_do_all_of_a_damaged_file(site: Site, hook: Webhook) -> None:
    site.poll(FREE, FREE)
    for text in (watch(hook.url), watch(hook.url, about=f"{PLACE}at_least = 2")):
        watches = site.following(text)
        watches.step()
    assert hook.titles == ["Bastille: 2 free charge points"] * 2
    site.state_file.write_text('{"watches": {"canary": 1}}')
    watches = site.following(text)
    watches.step()
    assert len(hook.taken) == 3
    assert watches.said[0].startswith(f"{site.state_file} cannot be read (1 faults)")
    assert "canary" not in watches.said[0]
