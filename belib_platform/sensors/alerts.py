"""Sensors: who tells people, and who watches the one who tells."""

from typing import cast

import dagster as dg

from belib_platform.monitoring.alerts.book import Book
from belib_platform.monitoring.alerts.cursor import NO_BOOK
from belib_platform.monitoring.alerts.delivery import utc_now
from belib_platform.monitoring.alerts.observing import Look, everything, ticks_of
from belib_platform.monitoring.alerts.telling import Observe, tick
from belib_platform.receivers import receivers
from belib_platform.resources.mongo import MongoResource
from belib_platform.settings import load_settings

NOBODY = "BELIB_ALERT_URLS is not set: nothing is sent, and nothing is remembered."


@dg.sensor(
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells BELIB_ALERT_URLS once when a check turns false, a run fails for good, data is stale or a "
    "schedule or sensor fails or is silent, and once when that is over.",
)
def alert_sensor(context: dg.SensorEvaluationContext, mongo: MongoResource) -> dg.SensorResult:
    """Look at everything but itself."""
    return _told(context, lambda book: everything(_look(context, book), mongo.store(), but_ticks_of=alert_sensor.name))


@dg.sensor(
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells BELIB_ALERT_URLS when alert_sensor itself fails or is silent.",
)
def alert_watch_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Look at the ticks of alert_sensor."""
    return _told(context, lambda book: ticks_of(_look(context, book), alert_sensor.name))


SENSORS = [alert_sensor, alert_watch_sensor]


def _look(context: dg.SensorEvaluationContext, book: Book) -> Look:
    repository = cast("dg.RepositoryDefinition", context.repository_def)
    return Look(context.instance, repository, load_settings(), book.watched_since, book.seen_at)


def _told(context: dg.SensorEvaluationContext, observe: Observe) -> dg.SensorResult:
    settings = load_settings()
    if not settings.alert_urls.get_secret_value().strip():
        return dg.SensorResult(skip_reason=NOBODY, cursor=NO_BOOK)
    from belib_platform.monitoring.alerts.sending import deliver  # apprise is not loaded where nobody is told

    said: list[str] = []
    cursor = tick(
        context.cursor,
        receivers(settings.alert_urls.get_secret_value()),
        observe,
        str(settings.ui_url),
        deliver,
        said.append,
        utc_now,
    )
    for sentence in said:
        context.log.info(sentence)
    return dg.SensorResult(skip_reason="; ".join(said) or "Nothing new to tell.", cursor=cursor)
