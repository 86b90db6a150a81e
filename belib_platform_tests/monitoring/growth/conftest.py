"""Dagster's instance, an archive and the command, as the tests of those parts have them."""

from belib_platform_tests.cli.conftest import belib, variables
from belib_platform_tests.raw.archive.conftest import archive
from belib_platform_tests.repair.tidying.conftest import instance

__all__ = ["archive", "belib", "instance", "variables"]
