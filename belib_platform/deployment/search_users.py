"""Users of Elasticsearch: one writes the platform's indices, one reads them in Kibana, one counts, one is Kibana's."""

from urllib.parse import unquote, urlsplit

from belib_platform.search.client import Search

WRITER_ROLE = "belib_writer"
READER_ROLE = "belib_reader"
KIBANA = "kibana_system"


def ensure_search_users(
    admin: Search, *, writer: str, reader: tuple[str, str], metrics: tuple[str, str], kibana_password: str
) -> None:
    """Make the user of the URL `writer`, those with name and password of `reader` and `metrics`; set Kibana's password.

    The writer may do everything with indices whose names begin with the prefix of `admin` and `belib_`, and see that
    the cluster is there; the reader may read those and look at Kibana, the user of metrics only read those.
    """
    names, parts, security = [f"{admin.prefix}belib_*"], urlsplit(writer), admin.client.security
    security.put_role(name=WRITER_ROLE, cluster=["monitor"], indices=[{"names": names, "privileges": ["all"]}])
    reading = ["read", "view_index_metadata"]
    security.put_role(name=READER_ROLE, indices=[{"names": names, "privileges": reading}])
    password = unquote(parts.password or "")
    security.put_user(username=unquote(parts.username or ""), password=password, roles=[WRITER_ROLE])
    # `viewer` is Elastic's own: rights inside Kibana cannot be given by Elasticsearch's API
    security.put_user(username=reader[0], password=reader[1], roles=[READER_ROLE, "viewer"])
    security.put_user(username=metrics[0], password=metrics[1], roles=[READER_ROLE])
    security.change_password(username=KIBANA, password=kibana_password)
