"""Create Elasticsearch users: the writer of the platform's indices, their reader in Kibana, and metrics."""

from urllib.parse import unquote, urlsplit

from belib_platform.search.client import Search

WRITER_ROLE = "belib_writer"
READER_ROLE = "belib_reader"
KIBANA = "kibana_system"


def ensure_search_users(
    admin: Search, *, writer: str, reader: tuple[str, str], metrics: tuple[str, str], kibana_password: str
) -> None:
    """Create the users `writer` (a URL), `reader` and `metrics` (name and password), and set Kibana's own password.

    The writer may monitor the cluster and do everything with indices whose names begin with the prefix of `admin` and
    `belib_`. The reader may read these and use Kibana as a viewer; the user of metrics may only read them.
    """
    names, parts, security = [f"{admin.prefix}belib_*"], urlsplit(writer), admin.client.security
    security.put_role(name=WRITER_ROLE, cluster=["monitor"], indices=[{"names": names, "privileges": ["all"]}])
    reading = ["read", "view_index_metadata"]
    security.put_role(name=READER_ROLE, indices=[{"names": names, "privileges": reading}])
    password = unquote(parts.password or "")
    security.put_user(username=unquote(parts.username or ""), password=password, roles=[WRITER_ROLE])
    # `viewer` is a built-in role: Elasticsearch's API cannot define rights inside Kibana
    security.put_user(username=reader[0], password=reader[1], roles=[READER_ROLE, "viewer"])
    security.put_user(username=metrics[0], password=metrics[1], roles=[READER_ROLE])
    security.change_password(username=KIBANA, password=kibana_password)
