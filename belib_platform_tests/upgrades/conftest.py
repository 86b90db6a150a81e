"""The command, as the tests of the command line run it."""

from belib_platform_tests.cli.conftest import belib as belib
from belib_platform_tests.cli.conftest import variables as variables
