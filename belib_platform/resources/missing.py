"""What to say when a store has no address."""

from pydantic import SecretStr


class MissingStoreError(Exception):
    """A store's URL is not set."""


def url_of(variable: str, url: SecretStr | None) -> str:
    """The URL in clear. Raises MissingStoreError, which says how to get one."""
    if url is None:
        raise MissingStoreError(
            f"{variable} is not set: start with `belib up`, which brings its own stores, or set it."
        )
    return url.get_secret_value()
