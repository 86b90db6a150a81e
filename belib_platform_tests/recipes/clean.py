"""The contracts of two new tables, as they would stand in `belib_platform/contracts/clean.py`."""

import dataframely as dy

from belib_platform.contracts.clean import count, instant
from belib_platform.contracts.contract import Contract
from belib_platform.contracts.vocabulary import STATUSES


class StatusCount(Contract):
    """One row per poll and status: how many charge points the poll saw in it."""

    fetched_at = instant("When we asked (UTC).", primary_key=True, partition=True)
    status = dy.Enum(STATUSES, primary_key=True, metadata={"doc": "OCPI status; from statut_pdc."})
    point_count = count("Charge points in this status.")


class StatusDay(Contract):
    """One row per UTC day and status: the most charge points that one poll saw in it."""

    utc_date = dy.Date(primary_key=True, metadata={"doc": "UTC day.", "window": True})
    status = dy.Enum(STATUSES, primary_key=True, metadata={"doc": "OCPI status."})
    most_points = count("Charge points of the poll that saw most.")
