"""The error for a store whose URL is not set."""

from pydantic import SecretStr


class MissingStoreError(Exception):
    """A store's URL is not set."""


def url_of(variable: str, url: SecretStr | None) -> str:
    """The URL as plain text. Raises MissingStoreError if it is not set."""
    if url is None:
        raise MissingStoreError(
            f"{variable} is not set: start with `belib up`, which brings its own stores, or set it."
        )
    return url.get_secret_value()
