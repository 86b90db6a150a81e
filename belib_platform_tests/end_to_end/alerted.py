"""A platform whose alerts are told to real receivers, by sensor ticks or at instants set by hand."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dagster as dg

from belib_platform.definitions import defs
from belib_platform.monitoring.alerts.message import Origin
from belib_platform.monitoring.alerts.problems import Site as Examined
from belib_platform.monitoring.alerts.problems import all_problems
from belib_platform.monitoring.alerts.sending import deliver
from belib_platform.monitoring.alerts.tick import tick
from belib_platform.raw.store import RawStore
from belib_platform.receivers import receivers
from belib_platform.resources.mongo import MongoResource
from belib_platform.sensors.alerts import alert_sensor
from belib_platform.settings import load_settings
from belib_platform.simulator.server import SimulatorServer
from belib_platform_tests.end_to_end.platform import Platform, today
from belib_platform_tests.monitoring.alerts.receiving import Mailbox, Webhook
from belib_platform_tests.simulator.hand_clock import HandClock

MINUTE = timedelta(minutes=1)


@dataclass
class Site:
    """A platform whose feed is simulated, with two receivers, and the cursors of its sensors."""

    platform: Platform
    server: SimulatorServer
    clock: HandClock
    hook: Webhook
    box: Mailbox
    cursors: dict[str, str | None]

    @property
    def instance(self) -> dg.DagsterInstance:
        return self.platform.instance

    def poll(self) -> None:
        """One run of the chain; then the feed is five minutes older."""
        self.platform.run("belib_five_minutely", today(), must_succeed=False)
        self.clock.advance(5 * MINUTE)

    def evaluate(self, sensor: dg.SensorDefinition = alert_sensor) -> str:
        """A tick as the code server evaluates it; returns what it says of itself."""
        context = dg.build_sensor_context(
            instance=self.instance,
            cursor=self.cursors.get(sensor.name),
            repository_def=defs.get_repository_def(),
            resources={"mongo": MongoResource()},
            sensor_name=sensor.name,
        )
        with context:
            said = sensor.evaluate_tick(context)
        self.cursors[sensor.name] = said.cursor
        return said.skip_message or ""


class Later:
    """Ticks at instants set by hand, on what one poll left."""

    def __init__(self, site: Site) -> None:
        self.site, self.now, self.cursor = site, datetime.now(UTC), ""
        self.said: list[str] = []

    def tick(self, after: timedelta = MINUTE, store: RawStore | None = None) -> str:
        self.now += after
        settings = load_settings()

        def site(since: datetime) -> Examined:
            return Examined(self.site.instance, defs.get_repository_def(), settings, since, self.now)

        self.cursor = tick(
            self.cursor,
            receivers(settings.alert_urls.get_secret_value()),
            lambda state: all_problems(
                site(state.watched_since), store or self.site.platform.store, but_ticks_of=alert_sensor.name
            ),
            Origin.of(settings),
            deliver,
            self.said.append,
            lambda: self.now,
        )
        return self.cursor


def told_of(hook: Webhook, check: str) -> list[str]:
    """The line with which each message begins to speak of a check."""
    return [line for message in hook.taken for line in message["message"].splitlines() if line.endswith(check)]


def opened(hook: Webhook) -> list[str]:
    """What each message says has opened, in order."""
    lines = [line for message in hook.taken for line in message["message"].splitlines()]
    return [line.removeprefix("OPENED: ") for line in lines if line.startswith("OPENED: ")]
