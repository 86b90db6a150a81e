"""`belib page`: write the page as files."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from belib_platform.cli.progress import console, progress
from belib_platform.settings import load_settings


def _address(text: str) -> str:
    """The URL of an API, which ends with a slash."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise typer.BadParameter(f"{text!r} is no address such as https://belib.example/.")
    return f"{text.rstrip('/')}/"


def page(
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", file_okay=False, help="Folder to write, which is replaced as a whole.")
    ],
    api: Annotated[
        str | None,
        typer.Option(
            parser=_address,
            metavar="URL",
            help="Address of a public read API, to which the page links. Default: the page has no such links.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write the page as files that open from a disk: index.html in French, en.html in English.

    It shows the figures of now and says so; what is selected beyond its answers is said to be missing. Any web server
    can serve the folder. After a failure the folder is as it was. Reads the warehouse with a role that cannot write.
    """
    import asyncio

    from belib_platform.local.reader_url import reader_url
    from belib_platform.page.files import write_page

    with reader_url(load_settings()) as url, progress("Writing the page") as advance:
        size = asyncio.run(write_page(out, load_settings(), url, api, advance))
    console.print(f"{out / 'index.html'}, {size / 1e6:.1f} MB with its answers", highlight=False, soft_wrap=True)
