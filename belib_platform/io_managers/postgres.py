"""Clean and mart assets live in PostgreSQL, in the table of their contract."""

from collections.abc import Sequence

import dagster as dg

from belib_platform.contracts.contract import Contract, name
from belib_platform.contracts.tables import TABLES
from belib_platform.dagster_internals.one_sentence import in_one_sentence
from belib_platform.dagster_internals.step_duration import seconds_so_far
from belib_platform.resources.postgres import PostgresResource
from belib_platform.warehouse.partition import Partition, write_partitions
from belib_platform.warehouse.warehouse import Table


class PostgresIOManager(dg.ConfigurableIOManager):
    """Replaces partitions and notes what they were made from, unless another run wrote them in the meantime."""

    postgres: dg.ResourceDependency[PostgresResource]

    def handle_output(self, context: dg.OutputContext, obj: Sequence[Partition]) -> None:
        """Replace the partitions that are due, in one transaction."""
        with in_one_sentence(context.step_context):
            warehouse, contract = self.postgres.warehouse(), _contract(context.asset_key)
            written, total = write_partitions(warehouse, contract, obj, context.run_id), warehouse.row_count(contract)
        context.add_output_metadata({"partitions_written": written, "total_rows": total, **seconds_so_far(context)})

    def load_input(self, context: dg.InputContext) -> Table:
        """The table, to be read by day; nothing is read yet."""
        return Table(self.postgres.warehouse(), _contract(context.asset_key))


def _contract(key: dg.AssetKey) -> type[Contract]:
    return next(contract for contract in TABLES if name(contract) == key.path[-1])
