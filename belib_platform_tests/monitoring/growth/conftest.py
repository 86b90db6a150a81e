"""Dagster's instance, an archive and the command, as the tests of those parts have them."""

from belib_platform_tests.cli.conftest import belib, variables
from belib_platform_tests.dagster_internals.conftest import instance
from belib_platform_tests.raw.archive.conftest import archive

__all__ = ["archive", "belib", "instance", "variables"]
