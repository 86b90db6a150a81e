"""TLS asked for in a URL is TLS: a server without it, or with a certificate of a stranger, is refused."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import adbc_driver_postgresql.dbapi
import psycopg
import pytest
import trustme
from pymongo import MongoClient
from pymongo.errors import ServerSelectionTimeoutError
from sqlalchemy import create_engine

from belib_platform.local.urls import storage_url
from belib_platform.search.client import Search
from belib_platform.search.errors import SearchError, in_sentences
from belib_platform.warehouse.schema import ensure_schema
from belib_platform_tests.sources.local_server import LocalServer, answering, serving

REFUSED = "server does not support SSL"


@pytest.mark.parametrize(
    "connect",
    [
        ensure_schema,
        lambda url: adbc_driver_postgresql.dbapi.connect(url).close(),
        lambda url: psycopg.connect(url).close(),
        lambda url: create_engine(storage_url(url)).connect().close(),
    ],
    ids=["schema", "frames", "databases", "Dagster's storage"],
)
def test_postgresql_is_not_spoken_to_in_clear_when_the_url_asks_for_tls(
    postgres_url: str, connect: Callable[[str], object]
) -> None:
    with pytest.raises(Exception, match=REFUSED):
        connect(f"{postgres_url}?sslmode=require")


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    """An authority that only this test knows; its certificate is in `ca.pem`."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return authority


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[LocalServer]:
    """A server that answers as Elasticsearch does, by TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    said = answering({"cluster_name": "belib"}, headers={"X-Elastic-Product": "Elasticsearch"})
    with serving(said) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        yield server


def test_elasticsearch_is_believed_only_with_a_certificate_of_an_authority_we_trust(
    secure: LocalServer, tmp_path: Path
) -> None:
    url = f"https://belib:canary@127.0.0.1:{secure.server_port}"
    with (
        closing(Search(url)) as stranger,
        pytest.raises(SearchError, match="certificate verify failed") as refused,
        in_sentences(),
    ):
        stranger.client.info()
    assert "canary" not in str(refused.value)
    assert secure.asked == []
    with closing(Search(f"{url}?ca_certs={tmp_path / 'ca.pem'}")) as known:
        assert known.client.info()["cluster_name"] == "belib"
    assert secure.headers[-1]["authorization"].startswith("Basic ")


def test_mongodb_is_believed_only_with_a_certificate_of_an_authority_we_trust(secure: LocalServer) -> None:
    url = f"mongodb://belib:canary@127.0.0.1:{secure.server_port}/belib?tls=true"
    client: MongoClient[dict[str, object]] = MongoClient(url, serverSelectionTimeoutMS=2000)
    with client, pytest.raises(ServerSelectionTimeoutError, match="certificate verify failed") as refused:
        client.admin.command("ping")
    assert "canary" not in str(refused.value)
