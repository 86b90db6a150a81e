"""A store that dies or hangs while it is observed is reported as down, the others as they are; nothing else fails."""

import signal
import threading
from collections.abc import Iterator

import psutil
import pytest
from pydantic import SecretStr

from belib_platform.local.addresses import Addresses
from belib_platform.local.home import Home
from belib_platform.local.ports import any_free
from belib_platform.local.stores import stores
from belib_platform.monitoring.observer import Observer
from belib_platform.monitoring.poll_counter import PollCounter
from belib_platform.settings import Settings
from belib_platform_tests.local.homes import new_home, serving
from belib_platform_tests.monitoring.served import Served, Values, labelled, served, settings_of

pytestmark = pytest.mark.slow

DEADLINE_S = 6.0
PASSWORD = "c4n4ry"


@pytest.fixture(scope="module")
def home() -> Iterator[Settings]:
    """A home whose servers only this module has, and settings that name them."""
    with new_home() as settings, stores(settings) as urls:
        yield settings_of(urls, str(settings.home))


@pytest.fixture
def scraped(home: Settings) -> Iterator[Served]:
    """An observer that observes again each time and waits DEADLINE_S at most."""
    observer = Observer(home, Addresses(home), counter=PollCounter(), kept_s=0, deadline_s=DEADLINE_S)
    with served(home, observer) as running:
        yield running


def up(seen: Values) -> set[str]:
    """The stores that answered."""
    stores = ("mongo", "postgres", "dagster", "elasticsearch")
    return {store for store in stores if seen[labelled("belib_store_up", store=store)] == 1}


def servers(settings: Settings, name: str) -> list[psutil.Process]:
    """The processes of a store of the home."""
    found = serving(getattr(Home(settings.home), name).data)
    return [process for parent in found for process in (parent, *parent.children(recursive=True))]


@pytest.mark.parametrize(("name", "down"), [("mongo", {"mongo"}), ("search", {"elasticsearch"})])
def test_a_store_killed_during_scrapes_is_down_and_the_others_are_told(
    home: Settings, scraped: Served, name: str, down: set[str]
) -> None:
    everything = {"mongo", "postgres", "dagster", "elasticsearch"}
    assert up(scraped.metrics()) == everything
    seen: list[set[str]] = []

    def scrape() -> None:
        while len(seen) < 3 or seen[-1] == everything:
            seen.append(up(scraped.metrics()))

    scraping = threading.Thread(target=scrape)
    scraping.start()
    for process in servers(home, name):
        process.kill()
    scraping.join(300)
    assert not scraping.is_alive()
    assert seen[-1] == everything - down
    status, said = scraped.health()
    assert status == 503
    assert sum("does not answer: " in sentence for sentence in said) == 1
    with stores(Settings(home=home.home, mongo_url=None, postgres_url=None, elasticsearch_url=None, _env_file=None)):
        assert up(scraped.metrics()) == everything


def test_a_store_that_hangs_delays_nobody_for_longer_than_the_deadline_and_is_seen_again(
    home: Settings, scraped: Served
) -> None:
    hanging = servers(home, "postgres")
    assert hanging
    threads = threading.active_count()
    for process in hanging:
        process.send_signal(signal.SIGSTOP)
    try:
        for _ in range(2):
            assert up(scraped.metrics()) == {"mongo", "elasticsearch"}
        assert threading.active_count() <= threads + 12
    finally:
        for process in hanging:
            process.send_signal(signal.SIGCONT)
    assert up(scraped.metrics()) == {"mongo", "postgres", "dagster", "elasticsearch"}


def test_no_secret_is_told_where_nobody_answers(home: Settings) -> None:
    login = f"belib:{PASSWORD}@127.0.0.1:{any_free()}"
    nowhere = home.model_copy(
        update={
            "mongo_url": SecretStr(f"mongodb://{login}/belib"),
            "postgres_url": SecretStr(f"postgresql://{login}/belib"),
            "dagster_url": SecretStr(f"postgresql://{login}/dagster"),
            "elasticsearch_url": SecretStr(f"http://{login}"),
        }
    )
    with served(nowhere, Observer(nowhere, Addresses(nowhere), kept_s=0)) as running:
        status, said = running.health()
        assert up(running.metrics()) == set()
    assert status == 503
    assert len(said) == 4
    assert all("does not answer: " in sentence for sentence in said)
    assert PASSWORD not in str(said)


def test_where_no_local_server_runs_that_is_said() -> None:
    with new_home() as settings, served(settings, Observer(settings, Addresses(settings))) as running:
        status, said = running.health()
        assert status == 503
        assert said[0] == "The raw store (MongoDB) does not answer: The local MongoDB server does not run."
        assert not settings.home.joinpath("ports.json").exists()
