"""`belib alerts`: each receiver is tried, and no secret of theirs is shown."""

import socket

import pytest

from belib_platform_tests.cli.conftest import Belib
from belib_platform_tests.monitoring.alerts.receiving import CANARY, mailbox, webhook


@pytest.mark.slow
def test_each_receiver_is_tried_and_named_without_its_url(belib: Belib) -> None:
    with webhook() as hook, mailbox() as box:
        tried = belib("alerts", "test", BELIB_ALERT_URLS=f"{hook.url} {box.url}", BELIB_UI_URL="http://ui.example.org/")
        assert tried.returncode == 0, tried.stderr
        assert tried.stdout.splitlines() == ["receiver 1 (json): delivered", "receiver 2 (mailto): delivered"]
        assert f"Sent by belib on {socket.gethostname()} (http://ui.example.org);" in hook.taken[0]["message"]
        hook.status = 403
        refused = belib("alerts", "test", BELIB_ALERT_URLS=f"{hook.url} {box.url}")
    assert refused.returncode == 1
    assert refused.stdout.splitlines() == ["receiver 1 (json): not delivered", "receiver 2 (mailto): delivered"]
    assert hook.titles == [f"belib on {socket.gethostname()}: test"]
    assert len(box.mails) == 4
    assert CANARY not in tried.stdout + tried.stderr + refused.stdout + refused.stderr


def test_without_receivers_it_says_so_and_a_wrong_url_is_refused_by_the_variables_name(belib: Belib) -> None:
    nobody = belib("alerts", "test", BELIB_ALERT_URLS="")
    assert (nobody.returncode, nobody.stdout.strip()) == (1, "BELIB_ALERT_URLS is not set: nobody is notified.")
    wrong = belib("alerts", "test", BELIB_ALERT_URLS=f"json://{CANARY}@")
    assert wrong.returncode == 2
    assert "BELIB_ALERT_URLS" in wrong.stderr
    assert CANARY not in wrong.stdout + wrong.stderr


def test_what_is_open_is_shown(belib: Belib) -> None:
    shown = belib("alerts", "show")
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.splitlines() == [
        f"0 open on {socket.gethostname()}",
        "BELIB_ALERT_URLS is not set: nobody is notified.",
    ]
