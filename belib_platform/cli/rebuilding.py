"""`belib rebuild` and `belib migrate`: days made again through Dagster."""

import os
from datetime import datetime, timedelta
from typing import Annotated

import typer

from belib_platform.cli.progress import console, progress
from belib_platform.cli.session import session
from belib_platform.settings import load_settings

Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="UTC day, as 2026-01-31.")]
LastDay = Annotated[datetime | None, typer.Argument(formats=["%Y-%m-%d"], help="Last UTC day; FIRST if not given.")]
Workers = Annotated[int, typer.Option(min=1, max=32, help="Processes, each with a range of days at a time.")]

DEFAULT_WORKERS = min(4, os.cpu_count() or 1)


def rebuild(
    first: Day,
    last: LastDay = None,
    anew: Annotated[bool, typer.Option("--anew", help="Trust no note: fold every day from its pages.")] = False,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="A table or index, by its name; again for more. In one process.")
    ] = None,
    workers: Workers = DEFAULT_WORKERS,
) -> None:
    """Make the days from FIRST to LAST again from raw; what is up to date stays as it is.

    A day that cannot be made stays as it was and is named; exit code 1 then.
    """
    start, end = first.date(), (last or first).date()
    days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    if not days:
        raise typer.BadParameter(f"LAST ({end}) is before FIRST ({start}).")
    if start < (first_day := load_settings().first_day):
        raise typer.BadParameter(f"{start} is before BELIB_FIRST_DAY ({first_day}).")
    with session() as instance:
        from belib_platform.rebuild import rebuild_days, rebuild_in_parallel

        _refuse_unknown(only or [])
        with progress("Rebuilding days", len(days)) as advance:
            if only:
                rebuild_days(instance, days, only, anew=anew, progress=advance)
            else:
                rebuild_in_parallel(days, min(workers, len(days)), anew=anew, progress=advance)
    console.print(f"{len(days)} days from {start} to {end} are what their pages say.")


def _refuse_unknown(names: list[str]) -> None:
    from belib_platform.jobs import DERIVED, SEARCHED

    if unknown := [name for name in names if name not in (*DERIVED, *SEARCHED)]:
        raise typer.BadParameter(f"{unknown[0]} is none of {', '.join([*DERIVED, *SEARCHED])}.")


def migrate(workers: Workers = DEFAULT_WORKERS) -> None:
    """Drop the tables whose contract changed, and make them again from the layer before.

    Refused, with nothing dropped, while days are retired whose pages that layer no longer has.
    """
    with session():
        from belib_platform.raw.retired import RetiredDayError
        from belib_platform.rebuild import rebuild_in_parallel
        from belib_platform.resources.mongo import MongoResource
        from belib_platform.warehouse.schema import changed_tables, drop_changed

        url = load_settings().postgres_url
        retired = MongoResource().store().retired.all()
        if retired and url and changed_tables(url.get_secret_value()):
            raise RetiredDayError(retired)
        dropped = drop_changed(url.get_secret_value()) if url else []
        if not dropped:
            console.print("Every table is what its contract says.")
            return
        days = MongoResource().store().days()
        with progress(f"Rebuilding {len(days)} days", len(days)) as advance:
            rebuild_in_parallel(days, workers, progress=advance)
    console.print(f"Made again: {', '.join(dropped)}.")
