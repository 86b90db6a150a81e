"""Sensors of alerts: one that sends them, and one that watches the first."""

from typing import cast

import dagster as dg

from belib_platform.monitoring.alerts.message import Origin
from belib_platform.monitoring.alerts.problems import Site, all_problems, problems_in_ticks_of
from belib_platform.monitoring.alerts.state import NO_STATE, AlertState
from belib_platform.monitoring.alerts.tick import Find, tick
from belib_platform.monitoring.observer import utc_now
from belib_platform.receivers import receivers
from belib_platform.resources.mongo import MongoResource
from belib_platform.settings import load_settings

NOBODY = "BELIB_ALERT_URLS is not set: nothing is sent, and nothing is remembered."


@dg.sensor(
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Notifies BELIB_ALERT_URLS once when a check fails, a run fails for good, data is stale or a schedule "
    "or sensor fails or is silent, and once when that is over.",
)
def alert_sensor(context: dg.SensorEvaluationContext, mongo: MongoResource) -> dg.SensorResult:
    """Examine everything but itself."""
    store = mongo.store()
    return _tick(context, lambda state: all_problems(_site(context, state), store, but_ticks_of=alert_sensor.name))


@dg.sensor(
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Notifies BELIB_ALERT_URLS when alert_sensor itself fails or is silent.",
)
def alert_watch_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Examine the ticks of alert_sensor."""
    return _tick(context, lambda state: problems_in_ticks_of(_site(context, state), alert_sensor.name))


SENSORS = [alert_sensor, alert_watch_sensor]


def _site(context: dg.SensorEvaluationContext, state: AlertState) -> Site:
    repository = cast("dg.RepositoryDefinition", context.repository_def)
    return Site(context.instance, repository, load_settings(), state.watched_since, state.seen_at)


def _tick(context: dg.SensorEvaluationContext, find: Find) -> dg.SensorResult:
    settings = load_settings()
    urls = settings.alert_urls.get_secret_value()
    if not urls.strip():
        return dg.SensorResult(skip_reason=NOBODY, cursor=NO_STATE)
    from belib_platform.monitoring.alerts.sending import deliver  # apprise is loaded only where somebody is notified

    said: list[str] = []
    cursor = tick(context.cursor, receivers(urls), find, Origin.of(settings), deliver, said.append, utc_now)
    for sentence in said:
        context.log.info(sentence)
    return dg.SensorResult(skip_reason="; ".join(said) or "Nothing new to send.", cursor=cursor)
