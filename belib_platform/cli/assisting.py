"""`belib mcp`: answer questions of assistants."""

from belib_platform.settings import load_settings


class MissingPackageError(Exception):
    """The package that speaks the protocol is not installed."""


def mcp() -> None:
    """Answer questions of an assistant over the Model Context Protocol, on standard input and output, until Ctrl-C.

    The assistant starts this command itself: docs/assistants.md tells how. It reads the warehouse with a role that
    cannot write, and asks no other host.
    """
    from belib_platform.local.reader_url import reader_url

    try:
        from belib_platform.assistants.server import serve
        from belib_platform.assistants.standard_input import ended_by_signals
    except ModuleNotFoundError as error:
        if error.name != "mcp":
            raise
        raise MissingPackageError("The package mcp is missing: pip install belib-platform[mcp].") from None

    settings = load_settings()
    with ended_by_signals(), reader_url(settings) as url:
        serve(settings, url)
