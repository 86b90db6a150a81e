"""The bicycle counters of Paris, from the portal of the city of Paris (ODbL): where they are, not what they count."""

from functools import partial

from belib_platform.sources import explore
from belib_platform.sources.cadence import DAILY
from belib_platform.sources.records import Column, Layout
from belib_platform.sources.source import Source
from belib_platform.sources.verdict import judge_records

DATASET = "comptage-velo-compteurs"

LAYOUT = Layout(
    (
        Column("counter_id", ("id_compteur",), "Identifiant du compteur", is_required=True),
        Column("counter_name", ("nom_compteur",), "Nom du compteur"),
    )
)

BICYCLE_COUNTERS = Source(
    name="bicycle_counters",
    title="bicycle counters",
    description="Every edition of the list of bicycle counters, byte for byte. Paris publishes only the newest one.",
    collection="raw_bicycle_counters",
    cadence=DAILY,
    pool=explore.POOL,
    request=partial(explore.export, dataset=DATASET),
    judge=partial(judge_records, layout=LAYOUT),
    announcement=partial(explore.count, dataset=DATASET),
    layout=LAYOUT,
    dataset=DATASET,
)
