"""`belib rebuild` and `belib migrate`: days made again through Dagster."""

from datetime import date, datetime, timedelta
from typing import Annotated

import typer

from belib_platform.cli.progress import console, progress
from belib_platform.cli.session import session

Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="UTC day, as 2026-01-31.")]
LastDay = Annotated[datetime | None, typer.Argument(formats=["%Y-%m-%d"], help="Last UTC day; FIRST if not given.")]


def rebuild(
    first: Day,
    last: LastDay = None,
    anew: Annotated[bool, typer.Option("--anew", help="Trust no note: fold every day from its pages.")] = False,
) -> None:
    """Make the days from FIRST to LAST again from raw; what is up to date stays as it is."""
    rebuild_range(first.date(), (last or first).date(), anew=anew)


def rebuild_range(first: date, last: date, *, anew: bool) -> None:
    """Rebuild a range of UTC days with a bar. Raises RebuildError, which names the days that could not be made."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    if not days:
        raise typer.BadParameter(f"LAST ({last}) is before FIRST ({first}).")
    with session() as instance:
        from belib_platform.rebuild import rebuild_days

        with progress("Rebuilding days", len(days)) as advance:
            rebuild_days(instance, days, anew=anew, progress=advance)
    console.print(f"{len(days)} days from {first} to {last} are what their pages say.")


def migrate() -> None:
    """Drop the tables whose contract changed, and make them again from the layer before."""
    with session() as instance:
        from belib_platform.rebuild import rebuild_days
        from belib_platform.resources.mongo import MongoResource
        from belib_platform.settings import load_settings
        from belib_platform.warehouse.schema import drop_changed

        url = load_settings().postgres_url
        dropped = drop_changed(url.get_secret_value()) if url else []
        if not dropped:
            console.print("Every table is what its contract says.")
            return
        days = MongoResource().store().days()
        with progress(f"Rebuilding {', '.join(dropped)}", len(days)) as advance:
            rebuild_days(instance, days, progress=advance)
    console.print(f"Made again: {', '.join(dropped)}.")
