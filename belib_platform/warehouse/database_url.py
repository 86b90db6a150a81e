"""What the URL of a PostgreSQL database names, and URLs like it."""

from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from pydantic import SecretStr


def user_of(url: str) -> str:
    """The user's name in a URL."""
    return unquote(urlsplit(url).username or "")


def database_of(url: str) -> str:
    """The database's name in a URL."""
    return unquote(urlsplit(url).path.lstrip("/"))


def on_same_server(url: str, database: str) -> str:
    """The URL of another database of the server that `url` names."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def with_user(url: str, user: str, password: SecretStr) -> str:
    """The URL with another user, wherever it names one."""
    parts = urlsplit(url)
    login = f"{quote(user, safe='')}:{quote(password.get_secret_value(), safe='')}"
    others = [(name, option) for name, option in parse_qsl(parts.query) if name not in ("user", "password")]
    netloc, query = f"{login}@{parts.netloc.rpartition('@')[2]}", urlencode(others, safe="/,", quote_via=quote)
    return urlunsplit(parts._replace(netloc=netloc, query=query))
