"""Stores that cannot be read, each named in a sentence without its URL's secrets."""

from collections.abc import Iterator
from contextlib import contextmanager

from belib_platform.monitoring.masking import without_secrets
from belib_platform.raw.archive.errors import ArchiveError
from belib_platform.search.errors import SearchError
from belib_platform.settings import load_settings
from belib_platform.warehouse.encoding import EncodingError
from belib_platform.warehouse.errors import WarehouseError

MONGO, POSTGRES, ELASTICSEARCH, ARCHIVE = "MongoDB", "PostgreSQL", "Elasticsearch", "the archive"


class UnreadableError(Exception):
    """A store or the archive cannot be read; `what` is its name."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what} cannot be read: {why}")
        self.what = what


@contextmanager
def named() -> Iterator[None]:
    """Turn the clients' errors into UnreadableError, which names the store."""
    # not at the top: clients are loaded by what reads, and `belib --help` reads nothing
    from adbc_driver_manager import Error as AdbcError
    from psycopg import Error as PsycopgError
    from pymongo.errors import PyMongoError
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except PyMongoError as error:
        raise _unreadable(MONGO, error) from error
    except (AdbcError, PsycopgError, SQLAlchemyError, EncodingError, WarehouseError) as error:
        raise _unreadable(POSTGRES, error) from error
    except SearchError as error:
        raise _unreadable(ELASTICSEARCH, error) from error
    except (ArchiveError, OSError) as error:
        raise _unreadable(ARCHIVE, error) from error


def _unreadable(what: str, error: Exception) -> UnreadableError:
    return UnreadableError(what, without_secrets(load_settings(), str(error)))
