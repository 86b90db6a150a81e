"""The platform as it is with two more tables, and a day of them; prints as JSON what became of both.

It runs in a process of its own: what is derived from the list of tables is derived when a module is imported.
"""

import json
from datetime import timedelta

import dagster as dg

from belib_platform.contracts.tables import TABLES
from belib_platform.raw.archive.archive import archive_of
from belib_platform.raw.store import RawStore
from belib_platform.resources.elasticsearch import ElasticsearchResource
from belib_platform.resources.mongo import MongoResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.settings import load_settings
from belib_platform.warehouse.made_table import DailyTable
from belib_platform.warehouse.registry import MADE_TABLES
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.raw.made_pages import NOON, response
from belib_platform_tests.recipes import status_count_checks
from belib_platform_tests.recipes.clean import StatusCount, StatusDay
from belib_platform_tests.recipes.status_count import STATUS_COUNT
from belib_platform_tests.recipes.status_day import STATUS_DAY
from belib_platform_tests.sources.portal_records import live

DAY = NOON.date()
NIGHT = DAY + timedelta(days=1)


def add_the_tables() -> None:
    """What the contracts, the assets and a line in each of the registries of tables and of checks do."""
    TABLES.extend([StatusCount, StatusDay])
    MADE_TABLES.extend([STATUS_COUNT, STATUS_DAY])
    from belib_platform.checks.registry import CHECKS

    CHECKS[STATUS_COUNT.name] = (*CHECKS[STATUS_COUNT.name], *status_count_checks.CHECKS)  # type: ignore[index]
    from belib_platform.assets import clean
    from belib_platform_tests.recipes import assets

    clean.status_count, clean.status_day = assets.status_count, assets.status_day  # type: ignore[attr-defined]


def known_to(table: DailyTable) -> dict[str, object]:
    """What each part of the platform that works on tables knows of this one."""
    from belib_platform.cli.rebuilding import rebuildable
    from belib_platform.definitions import defs
    from belib_platform.warehouse.unclosed import CLOSED

    asset, repository = defs.resolve_assets_def(table.name), defs.get_repository_def()
    made = {
        job.name: {key.to_user_string() for key in job.asset_layer.executable_asset_keys}
        for job in repository.get_all_jobs()
    }
    return {
        "jobs": sorted(job for job, assets in made.items() if table.name in assets and not job.startswith("__")),
        "upstream": [key.to_user_string() for key in asset.dependency_keys],
        "is by day": isinstance(asset.partitions_def, dg.DailyPartitionsDefinition),
        "is closed": table.name in CLOSED,
        "can be named to `belib rebuild --only`": table.name in rebuildable(),
        "schedule": [s.name for s in repository.schedule_defs if table.stale_days and table.stale_days.key in s.name],
    }


def main() -> None:
    """Make, spoil and repair a day of the table on the stores that the environment names."""
    add_the_tables()
    store, warehouse = MongoResource().store(), PostgresResource().warehouse()
    store.keep("raw_belib", [response([live(0), live(1), live(2, statut_pdc="Occupé (en charge)")])])
    with dg.DagsterInstance.ephemeral() as instance:
        answer = {
            **{table.name: known_to(table) for table in (STATUS_COUNT, STATUS_DAY)},
            **happened(store, warehouse, instance),
        }
    print(json.dumps(answer))  # noqa: T201


def happened(store: RawStore, warehouse: Warehouse, instance: dg.DagsterInstance) -> dict[str, object]:
    """What each step did, in words and rows."""
    from belib_platform.repair.rebuild import rebuild_days

    told: dict[str, object] = {"stale before": stale(store, warehouse)}
    rebuild_days(instance, [DAY])
    told["stale after"], told["rows"] = stale(store, warehouse), rows(warehouse)
    store.keep("raw_belib", [response([live(0)], NOON + timedelta(minutes=5))])
    told["stale with a new response"] = stale(store, warehouse)
    rebuild_days(instance, [DAY], [STATUS_COUNT.name])
    told["rows with a new response"], told["checks"] = rows(warehouse), checks(instance)
    told["rows of the table made from it"] = most(warehouse)
    with warehouse.transaction() as cursor:
        cursor.execute("UPDATE clean.status_count SET point_count = 7 WHERE status = 'CHARGING'")
        cursor.execute("UPDATE clean.status_day SET most_points = 8 WHERE status = 'AVAILABLE'")
    told["found"] = examined(store, warehouse, instance)
    told["found after repair"], told["rows after repair"] = examined(store, warehouse, instance), rows(warehouse)
    told["rows after repair of the table made from it"] = most(warehouse)
    store.keep("raw_belib", [response([live(0, statut_pdc="En maintenance")], NOON + timedelta(minutes=10))])
    rebuild_days(instance, [DAY], [STATUS_COUNT.name])
    told["checks of a poll without a free point"] = checks(instance)
    return told


def stale(store: RawStore, warehouse: Warehouse) -> list[str]:
    """The days that the nightly schedule would have made again."""
    from belib_platform.warehouse.stale_clean import stale_clean_days

    return [str(day) for day in stale_clean_days(store, warehouse, "paris", NIGHT)]


def most(warehouse: Warehouse) -> list[list[object]]:
    """What the table holds that is made from it."""
    return [[status, count] for _, status, count in warehouse.read(StatusDay).sort("status").rows()]


def checks(instance: dg.DagsterInstance) -> dict[str, bool | None]:
    """Whether each check of the table passed in the last run that had it."""
    from belib_platform.dagster_internals.records import check_states
    from belib_platform.definitions import defs

    states = check_states(instance, defs.resolve_asset_graph())
    return {state.name: state.passed for state in states if state.asset == STATUS_COUNT.name}


def rows(warehouse: Warehouse) -> list[list[object]]:
    """What the table holds."""
    held = warehouse.read(StatusCount).sort("fetched_at", "status")
    return [[f"{at:%H:%M}", status, count] for at, status, count in held.rows()]


def examined(store: RawStore, warehouse: Warehouse, instance: dg.DagsterInstance) -> list[list[str]]:
    """What the doctor finds of both tables, and repairs."""
    from belib_platform.repair.doctor.examining import examine
    from belib_platform.repair.doctor.healing import heal
    from belib_platform.repair.doctor.stores import Stores
    from belib_platform_tests.warehouse.days import NOW

    settings, search = load_settings(), ElasticsearchResource().search()
    stores = Stores(store, warehouse, search, archive_of(settings), settings.weather_location, NOW)
    own = tuple(f"clean.{table.name} " for table in (STATUS_COUNT, STATUS_DAY))
    found = [finding for finding in examine(stores, [DAY]).differences if finding.layer.startswith(own)]
    assert heal(stores, instance, found) == []
    return [[finding.layer, finding.summary, finding.example] for finding in found]


if __name__ == "__main__":
    main()
