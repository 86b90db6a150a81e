"""The code location, as the workspace names it; whoever runs a job of it loads it by this name, as Dagster does."""

NAME = "belib_platform"
DEFINITIONS = "belib_platform.definitions"

DAEMON = "dagster._daemon"
"""The module that `python -m` runs as Dagster's daemon."""
