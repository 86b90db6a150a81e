"""Parse the headers Host and Origin."""

import re
from ipaddress import ip_address
from typing import NamedTuple

DEFAULT_PORTS = {"http": 80, "https": 443}

_HOST = r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?(?::(?P<port>[0-9]{1,5}))?"
_HOST_HEADER = re.compile(_HOST)
_ORIGIN_HEADER = re.compile(rf"(?P<scheme>https?)://{_HOST}")


class Host(NamedTuple):
    """A name or IP address (IPv6 in brackets), in lower case without a final dot; `port` None is the default port."""

    name: str
    port: int | None

    @property
    def is_loopback(self) -> bool:
        """Whether it is `localhost`, an address of 127.0.0.0/8, or `[::1]`."""
        if self.name == "localhost":
            return True
        try:
            return ip_address(self.name.strip("[]")).is_loopback
        except ValueError:
            return False


class Origin(NamedTuple):
    """The origin of a web page."""

    scheme: str
    host: Host

    def is_that_of(self, asked: Host) -> bool:
        """Whether the origin has the host and port to which a request was sent.

        The scheme is not compared, since a proxy that terminates TLS forwards HTTPS requests by HTTP.
        """
        default = DEFAULT_PORTS[self.scheme]
        return self.host.name == asked.name and (self.host.port or default) == (asked.port or default)


def read_host(text: str) -> Host | None:
    """The host in a Host header; None if the header is invalid."""
    found = _HOST_HEADER.fullmatch(text.lower())
    return _host(found) if found else None


def read_origin(text: str) -> Origin | None:
    """The origin in an Origin header; None if it is not an origin of HTTP or HTTPS, such as `null`."""
    found = _ORIGIN_HEADER.fullmatch(text.lower())
    return Origin(found["scheme"], _host(found)) if found else None


def _host(found: re.Match[str]) -> Host:
    return Host(found["name"], int(found["port"]) if found["port"] else None)
