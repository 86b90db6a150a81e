"""`python -m belib_platform.deployment.roles`: create users with the least rights in each store, as its superuser."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from belib_platform.deployment.mongo_user import ensure_mongo_user
from belib_platform.deployment.postgres_roles import ensure_postgres_roles
from belib_platform.deployment.search_users import ensure_search_users
from belib_platform.resources.missing import url_of
from belib_platform.search.client import Search
from belib_platform.settings import Settings, load_settings
from belib_platform.warehouse.database_url import on_same_server, with_user
from belib_platform.warehouse.reader_role import READER

METRICS = "belib_metrics"
"""The read-only user for /metrics and /health in every store."""


class Passwords(BaseSettings):
    """Passwords of the superusers, the reader, metrics and Kibana, read from files of the same names."""

    postgres_password: SecretStr
    mongo_password: SecretStr
    elastic_password: SecretStr
    reader_password: SecretStr
    metrics_password: SecretStr
    kibana_password: SecretStr


def ensure_roles(settings: Settings, passwords: Passwords) -> None:
    """Create the users in the settings' URLs, the reader and the user of metrics in each store."""
    writer = url_of("BELIB_POSTGRES_URL", settings.postgres_url)
    ensure_postgres_roles(
        on_same_server(with_user(writer, "postgres", passwords.postgres_password), "postgres"),
        writer=writer,
        reader=with_user(writer, READER, passwords.reader_password),
        dagster=url_of("BELIB_DAGSTER_URL", settings.dagster_url),
        metrics=with_user(writer, METRICS, passwords.metrics_password),
    )
    mongo = url_of("BELIB_MONGO_URL", settings.mongo_url)
    root = on_same_server(with_user(mongo, "root", passwords.mongo_password), "admin")
    ensure_mongo_user(root, mongo)
    ensure_mongo_user(root, with_user(mongo, METRICS, passwords.metrics_password), "read")
    search = url_of("BELIB_ELASTICSEARCH_URL", settings.elasticsearch_url)
    ensure_search_users(
        Search(with_user(search, "elastic", passwords.elastic_password), settings.search_prefix),
        writer=search,
        reader=(READER, passwords.reader_password.get_secret_value()),
        metrics=(METRICS, passwords.metrics_password.get_secret_value()),
        kibana_password=passwords.kibana_password.get_secret_value(),
    )


if __name__ == "__main__":
    settings = load_settings()
    ensure_roles(settings, Passwords(_secrets_dir=settings.secrets_dir))
