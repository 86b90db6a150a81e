"""Hosts as the headers Host and Origin write them, and which of them are this machine itself."""

import re
from ipaddress import ip_address
from typing import NamedTuple

DEFAULT_PORTS = {"http": 80, "https": 443}

_HOST = r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?(?::(?P<port>[0-9]{1,5}))?"
_HOST_HEADER = re.compile(_HOST)
_ORIGIN_HEADER = re.compile(rf"(?P<scheme>https?)://{_HOST}")


class Host(NamedTuple):
    """A name or an address (IPv6 in brackets), in lower case and without a final dot; None is the default port."""

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
        """Whether a page of this origin came from the host and port that a request asks.

        The scheme is not compared: a proxy that ends TLS asks us by HTTP for a page that the browser knows as HTTPS.
        """
        default = DEFAULT_PORTS[self.scheme]
        return self.host.name == asked.name and (self.host.port or default) == (asked.port or default)


def read_host(text: str) -> Host | None:
    """The host of a Host header, or None where it is none."""
    found = _HOST_HEADER.fullmatch(text.lower())
    return _host(found) if found else None


def read_origin(text: str) -> Origin | None:
    """The origin of an Origin header, or None where it is none of HTTP, such as `null`."""
    found = _ORIGIN_HEADER.fullmatch(text.lower())
    return Origin(found["scheme"], _host(found)) if found else None


def _host(found: re.Match[str]) -> Host:
    return Host(found["name"], int(found["port"]) if found["port"] else None)
