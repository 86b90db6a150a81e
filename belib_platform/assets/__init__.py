"""Software-defined assets, a module a layer. They rely on features that Dagster still calls beta."""

import warnings

from dagster import BetaWarning

BETA = (
    "Parameter `backfill_policy` of function `asset`",
    "Parameter `data_version` of initializer `Output.__init__`",
    "Class `LocalFileCodeReference`",
    "Class `CodeReferencesMetadataValue`",
)

for feature in BETA:
    warnings.filterwarnings("ignore", message=f".*{feature}", category=BetaWarning)
