"""Software-defined assets, a module a layer. They rely on three features Dagster still calls beta."""

import warnings

from dagster import BetaWarning

for feature in ("`backfill_policy`", "`data_version`", "`with_source_code_references`"):
    warnings.filterwarnings("ignore", message=f".*{feature}.*", category=BetaWarning)
