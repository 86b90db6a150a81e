"""One UI for the tests of a module."""

from collections.abc import Iterator

import pytest

from belib_platform_tests.guard.served_ui import ServedUi, served_ui


@pytest.fixture(scope="module")
def ui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedUi]:
    """Dagster's UI behind the guard, with a schedule that is running."""
    with served_ui(tmp_path_factory.mktemp("ui")) as served:
        yield served
