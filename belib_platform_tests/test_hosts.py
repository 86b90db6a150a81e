"""Hosts and origins as browsers write them, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.hosts import Host, read_host, read_origin
from belib_platform.settings import Settings, SettingsError, load_settings

names = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?){0,3}", fullmatch=True)
addresses = st.ip_addresses().map(lambda ip: str(ip) if ip.version == 4 else f"[{ip.compressed}]")
hosts = st.one_of(names, addresses)
ports = st.one_of(st.none(), st.integers(1, 65535))


def written(name: str, port: int | None) -> str:
    """As a header has it."""
    return name if port is None else f"{name}:{port}"


@given(name=hosts, port=ports)
def test_what_a_browser_writes_is_read(name: str, port: int | None) -> None:
    assert read_host(written(name, port)) == Host(name, port)
    assert read_host(written(name, port).upper()) == Host(name, port)
    if not name.startswith("["):
        assert read_host(written(f"{name}.", port)) == Host(name, port)


@given(name=hosts, port=ports, scheme=st.sampled_from(["http", "https"]))
def test_a_page_is_of_the_host_and_port_it_came_from(name: str, port: int | None, scheme: str) -> None:
    origin = read_origin(f"{scheme}://{written(name, port)}")
    default = {"http": 80, "https": 443}[scheme]
    assert origin is not None
    assert origin.is_that_of(Host(name, port))
    assert origin.is_that_of(Host(name, port or default))
    assert not origin.is_that_of(Host(name, (port or default) % 65535 + 1))
    assert not origin.is_that_of(Host(f"x{name}", port))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".",
        "localhost:",
        "localhost:port",
        "localhost:123456",
        "localhost:80:80",
        "evil@localhost",
        "localhost/",
        "localhost#evil.example",
        "localhost,evil.example",
        "localhost evil.example",
        "localhost\n",
        "[::1",
        "::1",
        "[::1]evil.example",
        "[::1%25lo]",
        "ⅼocalhost",
        "localhost..",
        "*",
        "*.example.org",
        "http://localhost",
    ],
)
def test_what_only_looks_like_a_host_is_none(text: str) -> None:
    assert read_host(text) is None
    assert read_origin(f"http://{text}") is None


@pytest.mark.parametrize("text", ["", "null", "localhost", "file://", "ftp://localhost", "chrome-extension://abcdef"])
def test_an_origin_that_is_none_of_http_is_none(text: str) -> None:
    assert read_origin(text) is None


@pytest.mark.parametrize(
    ("name", "is_loopback"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.255.0.9", True),
        ("[::1]", True),
        ("[0:0:0:0:0:0:0:1]", True),
        ("0.0.0.0", False),
        ("[::]", False),
        ("10.0.0.1", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("notlocalhost", False),
        ("127.1", False),
    ],
)
def test_loopback_is_this_machine_alone(name: str, is_loopback: bool) -> None:
    host = read_host(f"{name}:3000")
    assert host is not None
    assert host.is_loopback is is_loopback


def test_allowed_hosts_are_names_without_ports() -> None:
    settings = Settings(allowed_hosts=" UI.example.org:8443, 10.0.0.5 ,[fd00::1]:3000,,", _env_file=None)
    assert settings.allowed_host_names == {"ui.example.org", "10.0.0.5", "[fd00::1]"}
    assert Settings(_env_file=None).allowed_host_names == frozenset()


@pytest.mark.parametrize("wrong", ["*", "https://ui.example.org", "ui.example.org/dagster", "a b", "fd00::1", "ü.org"])
def test_what_is_no_host_is_refused_by_the_setting(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("BELIB_ALLOWED_HOSTS", f"ui.example.org,{wrong}")
    with pytest.raises(SettingsError, match=r"BELIB_ALLOWED_HOSTS: .*names of hosts, such as ui\.example\.org"):
        load_settings()
