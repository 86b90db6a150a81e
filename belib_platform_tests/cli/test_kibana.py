"""`belib kibana`, as a user runs it."""

import pytest

from belib_platform_tests.cli.conftest import Belib
from belib_platform_tests.search.kibana.stand_in import Kibana, serving


@pytest.mark.slow
def test_the_dashboards_are_checked_and_pushed(belib: Belib) -> None:
    assert belib("kibana", "validate").stdout == "The dashboards are valid.\n"
    with serving(Kibana()) as kibana:
        pushed = belib("kibana", "push", BELIB_KIBANA_URL=kibana.url)
    assert (pushed.returncode, pushed.stdout) == (0, "Loaded 8 objects into Kibana.\n")
    assert len(kibana.objects) == 8


def test_what_is_missing_is_said(belib: Belib) -> None:
    refused = belib("kibana", "push", BELIB_KIBANA_URL="")
    assert refused.returncode == 2
    assert "BELIB_KIBANA_URL" in refused.stderr
