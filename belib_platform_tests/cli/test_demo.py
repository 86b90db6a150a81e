"""What the demo says of itself: that a failure was made on purpose, and which command opens what it made."""

import pytest

from belib_platform.cli.demo import show_what_next
from belib_platform.cli.demo_output import show_alerts
from belib_platform.cli.progress import console
from belib_platform.monitoring.alerts.message import Message


@pytest.mark.parametrize(("port", "option"), [(3000, ""), (3007, " --port 3007")])
def test_it_ends_with_the_command_that_opens_its_home_on_the_port_of_its_links(port: int, option: str) -> None:
    with console.capture() as said:
        show_what_next(port)
    assert f"\n  BELIB_HOME=.belib-demo .venv/bin/belib up --simulated{option}\n" in said.get()
    assert "All of this is simulated." in said.get()


def test_what_an_operator_would_be_told_is_marked_as_simulated_and_made_on_purpose() -> None:
    with console.capture() as said:
        show_alerts([Message("belib on paris-01: 1 opened", "a run failed", is_good=False)])
    assert "about the intentionally bad response" in " ".join(said.get().split())
    assert "SIMULATED – belib on paris-01: 1 opened" in said.get()
