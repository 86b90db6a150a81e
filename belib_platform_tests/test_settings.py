"""Settings: a wrong value is refused by the variable's name, and a secret never shows."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo.uri_parser import parse_uri

from belib_platform.settings import Settings, SettingsError, load_settings, weather_provider_names
from belib_platform.sources.registry import SOURCES
from belib_platform.sources.weather import PROVIDERS


@pytest.mark.parametrize(
    ("variable", "value", "should_be"),
    [
        ("BELIB_CADENCE_S", "5 minutes", "valid integer"),
        ("BELIB_CADENCE_S", "90", "multiple of 60"),
        ("BELIB_CADENCE_S", "7200", "less than or equal to 3600"),
        ("BELIB_FIRST_DAY", "yesterday", "valid date"),
        ("BELIB_FIRST_DAY", "2999-01-01", "not in the future"),
        ("BELIB_MONGO_URL", "localhost:27017", "begins with mongodb:// or mongodb\\+srv://"),
        ("BELIB_POSTGRES_URL", "mysql://host/db", "begins with postgresql:// or postgres://"),
        ("BELIB_KAFKA_URL", "", "begins with kafka:// or kafka\\+ssl://"),
        ("BELIB_KAFKA_URL", "http://host:9092", "begins with kafka:// or kafka\\+ssl://"),
        ("BELIB_KAFKA_URL", "me:pass/word@host:9092", "percent-encoded"),
        ("BELIB_KAFKA_TOPIC", "belib changes", "at most 249 letters"),
        ("BELIB_KAFKA_TOPIC", "..", "at most 249 letters"),
        ("BELIB_OPENDATASOFT_URL", "opendata.paris.fr", "valid URL"),
        ("BELIB_WEATHER_LATITUDE", "488566", "less than or equal to 90"),
        ("BELIB_WEATHER_LOCATION", "Paris, France", "match pattern"),
        ("BELIB_RAW_RETENTION_DAYS", "1", "greater than or equal to 2"),
        ("BELIB_RAW_RETENTION_DAYS", "for ever", "valid integer"),
        ("BELIB_WEATHER_PROVIDER", "", "one or more of open_meteo, infoclimat, openweathermap"),
        ("BELIB_WEATHER_PROVIDER", "open_meteo,meteo_france", "one or more of"),
        ("BELIB_WEATHER_PROVIDER", "open_meteo,open_meteo", "each once"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, should_be: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=f"{variable}: .*{should_be}"):
        load_settings()


@pytest.mark.parametrize("empty", [None, "", " "], ids=["not set", "empty", "blank"])
@pytest.mark.parametrize(
    ("provider", "keys"),
    [
        ("infoclimat", ["BELIB_INFOCLIMAT_AUTH", "BELIB_INFOCLIMAT_C"]),
        ("openweathermap", ["BELIB_OPENWEATHERMAP_KEY"]),
    ],
)
def test_a_provider_without_its_key_is_refused_by_the_keys_name(
    monkeypatch: pytest.MonkeyPatch, provider: str, keys: list[str], empty: str | None
) -> None:
    monkeypatch.setenv("BELIB_WEATHER_PROVIDER", f"open_meteo, {provider}")
    for key in keys:
        monkeypatch.delenv(key, raising=False)
        if empty is not None:
            monkeypatch.setenv(key, empty)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert [key in str(refused.value) for key in keys] == [True] * len(keys)
    for key in keys:
        monkeypatch.setenv(key, "canary-key")
    settings = load_settings()
    assert settings.weather_providers == ("open_meteo", provider)
    assert "canary" not in repr(settings)


def test_the_providers_that_can_be_set_are_those_there_are() -> None:
    assert set(PROVIDERS) == set(weather_provider_names())
    assert {SOURCES[name].collection for name in PROVIDERS} == {"raw_meteo"}


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELIB_CADENCE_S", "often")
    monkeypatch.setenv("BELIB_FIRST_DAY", "once")
    with pytest.raises(SettingsError, match=r"(?s)BELIB_FIRST_DAY.*BELIB_CADENCE_S"):
        load_settings()


def test_credentials_show_neither_in_settings_nor_in_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELIB_POSTGRES_URL", "postgresql://belib:canary@host/belib")
    assert "canary" not in repr(load_settings())
    monkeypatch.setenv("BELIB_POSTGRES_URL", "mysql://belib:canary@host/belib")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://belib:canary/1@host/belib",
        "postgresql://belib:1/canary@host/belib",
        "postgresql://belib:canary@1@host/belib",
        "postgresql://belib:canary%zz@host/belib",
        "postgresql://belib:canary#1@host/belib",
        "postgresql://belib:canary?1@host/belib",
        "postgresql://belib:canary 1@host/belib",
        "postgresql://belib:x@host:canary/belib",
        "postgresql://host/belib?password=canary%",
    ],
)
def test_a_url_that_a_driver_would_misread_and_quote_is_refused_unseen(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("BELIB_POSTGRES_URL", url)
    with pytest.raises(SettingsError, match=r"BELIB_POSTGRES_URL: .*percent-encoded") as refused:
        load_settings()
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://host",
        "postgresql:///belib?host=/var/run/postgresql",
        "postgresql://%2Fvar%2Frun%2Fpostgresql/belib",
        "postgresql://u%40x:p%2Fw@[::1]:5432/belib?sslmode=verify-full&sslrootcert=/etc/ca.pem",
        "postgresql://u:p:w@a-1.example:5432,b_2.example:5433/belib?target_session_attrs=read-write",
    ],
)
def test_every_shape_of_url_that_libpq_reads_is_taken(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("BELIB_POSTGRES_URL", url)
    taken = load_settings().postgres_url
    assert taken is not None
    assert taken.get_secret_value() == url


@given(user=st.text(min_size=1), password=st.text(), port=st.integers(1, 65535))
def test_whatever_a_password_is_a_url_can_carry_it(user: str, password: str, port: int) -> None:
    url = f"mongodb://{quote(user, safe='')}:{quote(password, safe='')}@host:{port}/belib"
    taken = Settings(mongo_url=url, _env_file=None).mongo_url
    assert taken is not None
    read = parse_uri(taken.get_secret_value())
    assert (read["username"], read["password"] or "") == (user, password)


@pytest.mark.parametrize("variable", ["OPENDATASOFT", "OPEN_METEO", "INFOCLIMAT", "OPENWEATHERMAP"])
def test_the_url_of_a_source_which_is_kept_with_its_answers_has_no_credentials(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(f"BELIB_{variable}_URL", "https://user:canary@host/")
    with pytest.raises(SettingsError, match=f"BELIB_{variable}_URL: .*without user and password") as refused:
        load_settings()
    assert "canary" not in str(refused.value)


def test_a_sighting_holds_for_three_cadences() -> None:
    assert Settings(cadence_s=600, _env_file=None).gap_limit.total_seconds() == 1800
