"""Links to the dashboards, for Dagster's UI."""

from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

DASHBOARDS = {
    "Maintenant": "belib-maintenant",
    "Rythmes et météo": "belib-rythmes-et-meteo",
    "Fiabilité et données": "belib-fiabilite-et-donnees",
    "Vélib'": "belib-velib",
}
"""The dashboards' ids by title."""


def dashboard_links(kibana: SecretStr | None) -> dict[str, str]:
    """URLs of the dashboards by title, without user and password; empty if no Kibana is configured."""
    if kibana is None:
        return {}
    parts = urlsplit(kibana.get_secret_value())
    place = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="")
    base = urlunsplit(place).rstrip("/")
    return {title: f"{base}/app/dashboards#/view/{id_}" for title, id_ in DASHBOARDS.items()}
