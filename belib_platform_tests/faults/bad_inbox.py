"""A folder in the inbox with every kind of bad file: cut short, bombs, climbing paths, links."""

from datetime import timedelta

from belib_platform.recordings.inbox.folders import Inbox
from belib_platform.settings import load_settings
from belib_platform_tests.faults.case import Case
from belib_platform_tests.faults.site import Site
from belib_platform_tests.recordings.inbox.conftest import Daemon
from belib_platform_tests.recordings.inbox.dropped import NOON, drop_broken

TWO_GOOD = 2
"""Polls in files that hold bad ones, too."""


def dropped(site: Site) -> None:
    """What was dropped settles and is imported."""
    inbox = Inbox(load_settings().home)
    inbox.make()
    (inbox.folder / "mine").mkdir()
    drop_broken(inbox.folder / "mine")
    with site.now():
        [imported] = Daemon(inbox, site.platform, site.platform.instance).run_until_idle()
    assert imported.success
    site.expected["belib"] += TWO_GOOD


CASES = [Case("every bad file", "inbox", dropped, at=NOON + timedelta(hours=2, minutes=2))]
