"""The check of `arrondissement`."""

from belib_platform.checks.check import Check
from belib_platform.checks.draft import Draft
from belib_platform.checks.finding import Finding
from belib_platform.sources.arrondissements import ALL


def every_arrondissement_has_a_border(draft: Draft) -> Finding:
    """The table has a row for each of the twenty. Its key and its bounds let it have no other."""
    held = sum(partition.row_count for partition in draft.partitions)
    return Finding(held == len(ALL), {"arrondissements": held, "missing": len(ALL) - held}, is_warning=True)


CHECKS = (
    Check(
        "every_arrondissement_has_a_border",
        "The table has the border of each of the twenty arrondissements, once.",
        every_arrondissement_has_a_border,
    ),
)
