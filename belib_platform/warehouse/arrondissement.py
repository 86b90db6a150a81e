"""`arrondissement`, whole: the borders of the newest sound response."""

import polars as pl

from belib_platform.contracts.clean import Arrondissement
from belib_platform.contracts.contract import conform
from belib_platform.raw.response import ResponseMetadata
from belib_platform.raw.responses import RawResponses
from belib_platform.sources.arrondissements import ARRONDISSEMENTS, decode
from belib_platform.transforms.outlines import outlined
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.made_table import Preview, WholeTable
from belib_platform.warehouse.notes import plan
from belib_platform.warehouse.partition import Partition
from belib_platform.warehouse.warehouse import ALL


def arrondissement_partition(inputs: Inputs, *, full_refresh: bool = False) -> Partition:
    """All arrondissements; rows whose response left raw stay until there is a newer one."""
    responses, own = inputs.responses(ARRONDISSEMENTS), inputs.table(Arrondissement)
    found, newest = own.note(), responses.newest(ARRONDISSEMENTS.name, inputs.now)
    made_from = [newest.id] if newest else []
    todo = plan(found, ARRONDISSEMENT.basis, made_from, unsettled=1, full_refresh=full_refresh)
    if todo.action == "nothing" or (found and newest is None):
        return Partition(key=ALL, found=found, plan=todo)
    frame = _borders(responses, newest) if newest else Arrondissement.create_empty()
    return Partition(key=ALL, found=found, plan=todo, frame=frame, held=own.rows() if found else None)


def _borders(responses: RawResponses, newest: ResponseMetadata) -> pl.DataFrame:
    _, body = next(responses.bodies([newest]))
    return conform(Arrondissement, outlined(decode(body)).with_columns(fetched_at=pl.lit(newest.fetched_at)))


ARRONDISSEMENT = WholeTable(
    contract=Arrondissement,
    code_version="1",
    sources=(ARRONDISSEMENTS,),
    make=arrondissement_partition,
    preview=Preview(["arrondissement", "arrondissement_name", "fetched_at"], ["fetched_at"]),
)
