"""Messages over real HTTP and SMTP, lists of URLs, and secrets that show nowhere."""

import logging
from datetime import UTC, datetime

import pytest

from belib_platform.monitoring.alerts.message import Message, Origin, message
from belib_platform.monitoring.alerts.problem import Problem
from belib_platform.monitoring.alerts.sending import deliver
from belib_platform.monitoring.alerts.state import Waiting
from belib_platform.receivers import Receiver, receivers
from belib_platform.settings import SettingsError, load_settings
from belib_platform_tests.monitoring.alerts.receiving import CANARY, mailbox, webhook

MESSAGE = Message("belib on paris-01: 1 opened", "OPENED: poll: feed_is_fresh – é", is_good=False)


def one(url: str) -> Receiver:
    (receiver,) = receivers(url)
    return receiver


@pytest.mark.parametrize(
    ("urls", "expected"),
    [
        ("", []),
        (" \n, ", []),
        ("json://a/b", ["json://a/b"]),
        (
            "mailto://h?to=a@x.fr,b@x.fr,json://z json://a?x=1,2 , jsons://b",
            ["mailto://h?to=a@x.fr,b@x.fr", "json://z", "json://a?x=1,2", "jsons://b"],
        ),
        ("json://a,\njson://a\tjson://b", ["json://a", "json://b"]),
        ("nonsense json://a", ["nonsense", "json://a"]),
    ],
)
def test_urls_are_separated_by_white_space_and_by_commas_that_are_not_theirs(urls: str, expected: list[str]) -> None:
    assert [receiver.url for receiver in receivers(urls)] == expected


def test_receivers_are_told_apart_and_found_again_without_showing_their_urls() -> None:
    many = receivers(" ".join(f"json://{CANARY}{n}/" for n in range(2000)))
    assert len({receiver.id for receiver in many}) == 2000
    assert CANARY not in repr(many)
    assert receivers(f"json://x json://{CANARY}0/")[1].id == many[0].id


def test_a_webhook_gets_title_body_and_kind() -> None:
    with webhook() as hook:
        assert deliver(one(hook.url), MESSAGE) == "delivered"
        assert deliver(one(hook.url), MESSAGE._replace(is_good=True)) == "delivered"
    assert [(m["title"], m["message"], m["type"]) for m in hook.taken] == [
        (MESSAGE.title, MESSAGE.body, "warning"),
        (MESSAGE.title, MESSAGE.body, "success"),
    ]


def test_a_mail_server_gets_a_mail_for_each_reader() -> None:
    with mailbox() as box:
        assert deliver(one(box.url), MESSAGE) == "delivered"
    assert sorted(mail["To"] for mail in box.mails) == ["one@example.org", "two@example.org"]
    for mail in box.mails:
        assert mail["Subject"] == MESSAGE.title
        text = mail.get_body(("plain",))
        assert text is not None
        assert MESSAGE.body in text.get_content()


def test_a_receiver_that_refuses_or_is_away_raises_nothing() -> None:
    with webhook() as hook:
        hook.status = 500
        assert deliver(one(hook.url), MESSAGE) == "not delivered"
        url = hook.url
    assert deliver(one(url), MESSAGE) == "not delivered"


def test_no_logger_hears_of_a_url(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(1), webhook() as hook:
        deliver(one(hook.url), MESSAGE)
        hook.status = 404
        deliver(one(hook.url), MESSAGE)
        logging.getLogger("urllib3.connectionpool").debug("heard again")
    assert CANARY not in caplog.text
    assert "heard again" in caplog.text


@pytest.mark.parametrize("wrong", ["nonsense", f"discord://{CANARY}", f"nosuch://{CANARY}@host"])
def test_a_url_that_cannot_be_read_is_refused_by_the_variables_name_without_showing_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, wrong: str
) -> None:
    monkeypatch.setenv("BELIB_ALERT_URLS", f"json://user:{CANARY}@host {wrong}")
    with caplog.at_level(1), pytest.raises(SettingsError, match=r"BELIB_ALERT_URLS: .* number 2 of 2") as refused:
        load_settings()
    assert CANARY not in f"{refused.value}{refused.value.__cause__}{refused.value.__context__}{caplog.text}"
    monkeypatch.setenv("BELIB_ALERT_URLS", f"json://user:{CANARY}@host")
    assert CANARY not in repr(load_settings())


def test_a_message_names_what_it_is_about_since_when_in_utc_and_from_which_platform() -> None:
    at = datetime(2025, 5, 6, 12, 34, tzinfo=UTC)
    check = Problem(
        key="check/poll/feed_is_fresh",
        title="poll: feed_is_fresh",
        sentence="Not true: The newest stamp is at most 30 minutes old.",
        numbers={"age_minutes": "45.5", "fresh_ratio": "0.93"},
        since=at,
        path="/assets/poll?view=checks&checkDetail=feed_is_fresh",
    )
    warning = check.model_copy(update={"key": "a", "title": "poll: other", "numbers": {}, "is_warning": True})
    told = message(
        [
            Waiting(problem=check, recoveries=1, recovered_at=at.replace(hour=13)),
            Waiting(problem=warning, openings=1),
        ],
        Origin("paris-01", "http://ui:3000"),
    )
    assert told == Message(
        "belib on paris-01: 1 opened, 1 recovered",
        """\
OPENED: poll: other (warning)
Not true: The newest stamp is at most 30 minutes old.
since 2025-05-06 12:34 UTC
http://ui:3000/assets/poll?view=checks&checkDetail=feed_is_fresh

RECOVERED: poll: feed_is_fresh
Not true: The newest stamp is at most 30 minutes old.
age_minutes 45.5, fresh_ratio 0.93
since 2025-05-06 12:34 UTC, until 2025-05-06 13:34 UTC
http://ui:3000/assets/poll?view=checks&checkDetail=feed_is_fresh

Sent by belib on paris-01 (http://ui:3000); all times are UTC.""",
        is_good=False,
    )
