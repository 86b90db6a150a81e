"""Where the dashboards are, for those who read of them elsewhere."""

from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

DASHBOARDS = {
    "Maintenant": "belib-maintenant",
    "Rythmes et météo": "belib-rythmes-et-meteo",
    "Fiabilité et données": "belib-fiabilite-et-donnees",
}
"""The dashboards' ids by title."""


def dashboard_links(kibana: SecretStr | None) -> dict[str, str]:
    """Each dashboard's address by title, without user and password; none where no Kibana is known."""
    if kibana is None:
        return {}
    parts = urlsplit(kibana.get_secret_value())
    place = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="")
    base = urlunsplit(place).rstrip("/")
    return {title: f"{base}/app/dashboards#/view/{id_}" for title, id_ in DASHBOARDS.items()}
