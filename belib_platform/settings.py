"""All settings of the platform, from `BELIB_*` variables, `.env` and files of secrets."""

import os
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, AnyHttpUrl, Field, SecretStr, ValidationError, ValidationInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from belib_platform.hosts import read_host

PREFIX = "BELIB_"

SECRETS = Path("/run/secrets")
"""Where Docker puts files of secrets."""

SIMULATED_MARK = "SIMULATED"
"""Name of the file that marks a home with simulated data."""


class SettingsError(Exception):
    """A setting has an invalid value; the message names the variable and what it should be."""


_ENCODED = r"%[0-9A-Fa-f]{2}"
_HOST = rf"(?:\[[0-9A-Fa-f:.]+\]|(?:[\w.-]|{_ENCODED})*)(?::\d+)?"
_STORE = re.compile(rf"\w[\w+]*://(?:(?:[^@/?#%\s]|{_ENCODED})*@)?{_HOST}(?:,{_HOST})*(?:/[^@?#\s]*)?(?:\?\S*)?")
"""A URL that drivers parse without errors, since their errors could quote parts of a password."""


def _url_of(*schemes: str) -> AfterValidator:
    def check(url: SecretStr) -> SecretStr:
        if not url.get_secret_value().startswith(tuple(f"{scheme}://" for scheme in schemes)):
            raise ValueError(f"should be a URL that begins with {' or '.join(f'{s}://' for s in schemes)}")
        if not _STORE.fullmatch(url.get_secret_value()) or re.search(r"%(?![0-9A-Fa-f]{2})", url.get_secret_value()):
            raise ValueError("should be a URL in which special characters in user and password are percent-encoded")
        return url

    return AfterValidator(check)


def _without_credentials(url: AnyHttpUrl) -> AnyHttpUrl:
    if url.username or url.password:
        raise ValueError("should be a URL without user and password, since it is stored with every response")
    return url


def _with_scheme(servers: SecretStr) -> SecretStr:
    given = servers.get_secret_value()
    return servers if "://" in given or not given else SecretStr(f"kafka://{given}")


def _topic_name(topic: str) -> str:
    if not re.fullmatch(r"[\w.-]{1,249}", topic, re.ASCII) or topic in (".", ".."):
        raise ValueError("should be at most 249 letters, digits, dots, underscores and hyphens")
    return topic


SourceUrl = Annotated[AnyHttpUrl, AfterValidator(_without_credentials)]

_FORECASTS = "forecasts"

ForecastUrl = Annotated[SourceUrl, _FORECASTS]
"""Where a weather provider is asked: its setting is called after it, as in `open_meteo_url`."""


def weather_provider_names() -> list[str]:
    """The weather providers that can be set: those that have a URL to be asked at."""
    fields = Settings.model_fields.items()
    return [name.removesuffix("_url") for name, field in fields if _FORECASTS in field.metadata]


def _not_in_the_future(day: date) -> date:
    if day > datetime.now(UTC).date():
        raise ValueError("should be a UTC day that is not in the future")
    return day


def _tile_template(template: str) -> str:
    is_url = re.fullmatch(r"https?://(?:\{s\}\.)?[\w.-]+(?::\d+)?/[^\s\"']*", template)
    if template and not (is_url and all(part in template for part in ("{z}", "{x}", "{y}"))):
        raise ValueError("should be a URL with {z}, {x} and {y}")
    return template


def _known_providers(names: str) -> str:
    providers, known = [name.strip() for name in names.split(",")], weather_provider_names()
    if not set(providers) <= set(known) or len(set(providers)) < len(providers):
        raise ValueError(f"should be one or more of {', '.join(known)}, each once, separated by commas")
    return ",".join(providers)


NETWORKS = ("belib", "velib")
"""The networks whose feeds can be asked."""


def _known_networks(names: str) -> str:
    networks = [name.strip() for name in names.split(",")]
    if not set(networks) <= set(NETWORKS) or len(set(networks)) < len(networks):
        raise ValueError(f"should be one or both of {', '.join(NETWORKS)}, each once, separated by commas")
    return ",".join(networks)


def _host_names(hosts: str) -> str:
    read = [read_host(host.strip()) for host in hosts.split(",") if host.strip()]
    names = [host.name for host in read if host]
    if len(names) < len(read):
        raise ValueError("should be names of hosts, such as ui.example.org, separated by commas")
    return ",".join(names)


def _needed_by(provider: str) -> AfterValidator:
    def check(key: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if key and key.get_secret_value().strip():
            return SecretStr(key.get_secret_value().strip())
        if provider in info.data.get("weather_provider", "").split(","):
            raise ValueError(f"should be set, since {PREFIX}WEATHER_PROVIDER names {provider}")
        return None

    return AfterValidator(check)


def _readable_receivers(urls: SecretStr) -> SecretStr:
    if urls.get_secret_value().strip():
        from belib_platform.apprise_urls import require_readable  # apprise takes 0.3 s to load

        require_readable(urls.get_secret_value())
    return urls


class Settings(BaseSettings):
    """The platform's settings. Dates are UTC days; `repr` never shows URLs with credentials."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    secrets_dir: Path = Field(
        default=SECRETS,
        description="Folder of files named like settings, such as belib_mongo_url. The environment has precedence.",
    )
    home: Path = Field(default=Path(".belib"), description="Folder of the local stores, logs and recordings.")
    mongo_url: Annotated[SecretStr, _url_of("mongodb", "mongodb+srv")] | None = Field(
        default=None, description="URL of MongoDB; its path is the name of the database (default: belib)."
    )
    postgres_url: Annotated[SecretStr, _url_of("postgresql", "postgres")] | None = Field(
        default=None, description="URL of the warehouse in PostgreSQL, in libpq's format."
    )
    reader_url: Annotated[SecretStr, _url_of("postgresql", "postgres")] | None = Field(
        default=None, description="URL of the warehouse with a read-only role; the local server creates its own."
    )
    dagster_url: Annotated[SecretStr, _url_of("postgresql", "postgres")] | None = Field(
        default=None, description="URL of Dagster's storage. Default: the database `dagster` on the warehouse's server."
    )
    elasticsearch_url: Annotated[SecretStr, _url_of("http", "https")] | None = Field(
        default=None, description="URL of Elasticsearch, which may contain user and password."
    )
    embedded_search_hours: int = Field(
        default=6, ge=1, le=8784, description="Number of hours that the local in-memory search server keeps."
    )
    broker_url: Annotated[SecretStr, _url_of("redis", "rediss")] | None = Field(
        default=None, description="URL of Redis, through which runs reach Celery's workers where these execute them."
    )
    kafka_url: Annotated[SecretStr, AfterValidator(_with_scheme), _url_of("kafka", "kafka+ssl")] | None = Field(
        default=None,
        description="Bootstrap servers of Kafka for `belib kafka`; may contain user, password and client options.",
    )
    kafka_topic: Annotated[str, AfterValidator(_topic_name)] = Field(
        default="belib.changes", description="Topic to which `belib kafka` publishes the outbox mart.change."
    )
    search_prefix: str = Field(
        default="", pattern="^([a-z][a-z0-9_]*_)?$", description="Prefix of the names of all indices; ends with _."
    )
    kibana_url: Annotated[SecretStr, _url_of("http", "https")] | None = Field(
        default=None,
        description="URL of Kibana for `belib kibana push`, which may contain user, password and /s/space.",
    )
    opendatasoft_url: SourceUrl = Field(
        default=AnyHttpUrl("https://opendata.paris.fr"),
        description="URL of the portal that publishes Belib' and Vélib'.",
    )
    open_meteo_url: ForecastUrl = Field(
        default=AnyHttpUrl("https://api.open-meteo.com"), description="URL of Open-Meteo's forecast API."
    )
    weather_provider: Annotated[str, AfterValidator(_known_providers)] = Field(
        default="open_meteo",
        description="Weather providers, separated by commas. For an hour, the newest forecast of any of them is used.",
    )
    infoclimat_url: ForecastUrl = Field(
        default=AnyHttpUrl("https://www.infoclimat.fr"), description="URL of Infoclimat's forecast API."
    )
    infoclimat_auth: Annotated[SecretStr | None, _needed_by("infoclimat")] = Field(
        default=None, validate_default=True, description="Infoclimat's `_auth`."
    )
    infoclimat_c: Annotated[SecretStr | None, _needed_by("infoclimat")] = Field(
        default=None, validate_default=True, description="Infoclimat's `_c`."
    )
    openweathermap_url: ForecastUrl = Field(
        default=AnyHttpUrl("https://api.openweathermap.org"), description="URL of OpenWeatherMap's forecast API."
    )
    openweathermap_key: Annotated[SecretStr | None, _needed_by("openweathermap")] = Field(
        default=None, validate_default=True, description="OpenWeatherMap's `appid`."
    )
    networks: Annotated[str, AfterValidator(_known_networks)] = Field(
        default=",".join(NETWORKS),
        description="Networks that are asked, separated by commas: belib (charge points), velib (bike stations).",
    )
    first_day: Annotated[date, AfterValidator(_not_in_the_future)] | None = Field(
        default=None, description="First UTC day of the daily partitions. Default: that of the home's first data."
    )
    cadence_s: int = Field(
        default=300, ge=60, le=3600, multiple_of=60, description="Polling interval of each network in seconds."
    )
    weather_location: str = Field(
        default="paris", pattern="^[a-z0-9-]+$", description="Name of the place of the weather forecasts."
    )
    weather_latitude: float = Field(default=48.8566, ge=-90, le=90, description="WGS 84, degrees.")
    weather_longitude: float = Field(default=2.3522, ge=-180, le=180, description="WGS 84, degrees.")

    alert_urls: Annotated[SecretStr, AfterValidator(_readable_receivers)] = Field(
        default=SecretStr(""), description="Receivers of alerts: apprise URLs, separated by white space or commas."
    )
    ui_url: AnyHttpUrl = Field(
        default=AnyHttpUrl("http://127.0.0.1:3000"), description="URL of Dagster's UI for the links in alerts."
    )
    allowed_hosts: Annotated[str, AfterValidator(_host_names)] = Field(
        default="",
        description="Host names under which browsers may open Dagster's UI, separated by commas, besides localhost.",
    )
    contact_email: str = Field(
        default="nobody@belib-platform.invalid",
        pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
        description="Whom readers of the published GBFS feeds tell of faults. The default is no address.",
    )
    tiles: Annotated[str, AfterValidator(_tile_template)] = Field(
        default="",
        description="Tile server for the base layer of the page's map, such as "
        "https://tiles.example.org/{z}/{x}/{y}.png. Default: none, and no other host is asked for anything.",
    )
    tiles_attribution: str = Field(default="", description="Attribution that the tile server asks for.")
    raw_retention_days: int | None = Field(
        default=None,
        ge=2,
        description="UTC days after which archived responses are deleted from MongoDB. Default: never.",
    )
    change_retention_days: int = Field(
        default=7, ge=1, description="Days for which the outbox mart.change keeps a row."
    )
    event_retention_days: int = Field(
        default=7, ge=1, description="Days for which Dagster's event log keeps step events of successful runs."
    )

    @property
    def has_stores_elsewhere(self) -> bool:
        """Whether the URLs of all stores are set, so that no local server runs."""
        return None not in (self.mongo_url, self.postgres_url, self.elasticsearch_url)

    @property
    def weather_providers(self) -> tuple[str, ...]:
        """Names of the weather providers, in order."""
        return tuple(self.weather_provider.split(","))

    @property
    def network_names(self) -> tuple[str, ...]:
        """Names of the networks that are asked."""
        return tuple(self.networks.split(","))

    @property
    def allowed_host_names(self) -> frozenset[str]:
        """Host names, without ports, that Dagster's UI accepts besides those of loopback."""
        return frozenset(filter(None, self.allowed_hosts.split(",")))

    @property
    def is_simulated(self) -> bool:
        """Whether the home has the file SIMULATED, which marks simulated data."""
        return (self.home / SIMULATED_MARK).exists()

    @property
    def gap_limit(self) -> timedelta:
        """How long an observation is valid at most: three polling intervals."""
        return timedelta(seconds=3 * self.cadence_s)


def load_settings() -> Settings:
    """Read the settings from the environment, `.env`, and the files in the folder BELIB_SECRETS_DIR, if it exists.

    Raises SettingsError, which names each invalid variable and what it should be, and never contains a secret.
    """
    try:
        folder = Path(os.environ.get(f"{PREFIX}SECRETS_DIR", SECRETS))
        settings = Settings(_secrets_dir=folder if folder.is_dir() else None)
    except ValidationError as error:
        wrong = "; ".join(
            f"{PREFIX}{'_'.join(str(part) for part in detail['loc'][:1]).upper()}: {detail['msg']}"
            for detail in error.errors(include_input=False, include_url=False)
        )
        raise SettingsError(f"Invalid settings. {wrong}") from None
    if settings.home.exists() and not settings.home.is_dir():
        raise SettingsError(f"Invalid settings. {PREFIX}HOME: {settings.home} should be a folder, but is a file.")
    return settings
