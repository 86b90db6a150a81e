"""`/v1/changes`: in order, page by page, filtered; cursors that cannot be continued are refused."""

from datetime import date

import httpx
import pytest

from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.api.conftest import History
from belib_platform_tests.api.outbox import forget_until, tell, tell_of_days


def test_pages_follow_one_another_and_the_last_cursor_waits_for_what_comes(own: httpx.Client, house: Warehouse) -> None:
    """What the imports wrote comes first: a day each, of both networks."""
    tell(house, [f"p{n}" for n in range(5)])
    pages, cursor = [], 0
    while True:
        told = own.get("/v1/changes", params={"limit": 4, "cursor": cursor}).raise_for_status().json()
        pages.append(told["items"])
        cursor = told["next_cursor"]
        if not told["has_more"]:
            break
    items = [item for page in pages for item in page]
    assert [item["id"] for item in items] == list(range(1, told["newest_id"] + 1))
    assert [len(page) for page in pages[:-1]] == [4] * (len(pages) - 1)
    assert {item["kind"] for item in items[:-5]} == {"day_rewritten"}
    assert items[-1] == {
        "id": told["newest_id"],
        "recorded_at": items[-1]["recorded_at"],
        "kind": "state_changed",
        "network": "belib",
        "thing_id": "p4",
        "before": {"status": "CHARGING"},
        "after": {"status": "AVAILABLE"},
        "before_last_seen_at": "2025-03-30T11:55:00.000Z",
        "after_first_seen_at": "2025-03-30T12:00:00.000Z",
        "page_id": "belib/1743336000000/0",
        "utc_date": None,
    }
    assert {terms["licence"] for terms in told["licences"]} == {"ODbL 1.0"}
    assert own.get("/v1/changes", params={"cursor": cursor}).json()["items"] == []
    tell(house, ["q"])
    assert [item["thing_id"] for item in own.get("/v1/changes", params={"cursor": cursor}).json()["items"]] == ["q"]


def test_filters_choose_and_move_the_cursor_past_what_they_leave_out(
    own: httpx.Client, house: Warehouse, own_history: History
) -> None:
    point, other = (point.charge_point_id for point in own_history.paris.live[:2])
    bike = own_history.paris.bike_city[0].station_code
    start = own.get("/v1/changes").json()["newest_id"]
    tell(house, [point, other])
    tell(house, [bike], "velib")
    tell_of_days(house, date(2025, 1, 1), 1)

    def asked(**parameters: str | int) -> list[str]:
        told = own.get("/v1/changes", params={"cursor": start, **parameters}).raise_for_status().json()
        assert told["next_cursor"] == start + 4
        return [item["thing_id"] or item["utc_date"] for item in told["items"]]

    assert asked() == [point, other, bike, "2025-01-01"]
    assert asked(network="velib") == [bike]
    assert asked(kind="day_rewritten") == ["2025-01-01"]
    assert asked(thing_id=other) == [other]
    assert asked(thing_id="nothing") == []
    assert asked(near="0,0") == ["2025-01-01"]
    assert asked(bbox="-180,-90,180,90", kind="state_changed") == [point, other, bike]
    [row] = own_history.sql(
        "SELECT latitude, longitude, arrondissement FROM clean.charge_point WHERE charge_point_id = %(id)s", id=point
    )
    assert point in asked(near=f"{row['latitude']:.5f},{row['longitude']:.5f}", radius=5)
    assert point in asked(arrondissement=row["arrondissement"])
    assert asked(network="belib", kind="state_changed", near="0,0") == []


@pytest.mark.parametrize("cursor", ["-1", "x", "1.5", str(2**63), "99999", ""])
def test_forged_cursors_and_those_of_the_future_are_refused(own: httpx.Client, house: Warehouse, cursor: str) -> None:
    tell(house, ["p"])
    for path in ("/v1/changes", "/v1/stream"):
        answer = own.get(path, params={"cursor": cursor})
        assert (answer.status_code, answer.json()["parameter"]) == (400, "cursor")
    answer = own.get("/v1/stream", headers={"Last-Event-ID": cursor or "x"})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "Last-Event-ID")


def test_an_empty_header_is_none(own: httpx.Client) -> None:
    with own.stream("GET", "/v1/stream", headers={"Last-Event-ID": ""}) as answer:
        assert answer.status_code == 200


def test_a_cursor_older_than_what_is_kept_is_gone_and_the_answer_says_where_history_is(
    own: httpx.Client, house: Warehouse
) -> None:
    tell(house, [f"p{n}" for n in range(9)])
    newest = own.get("/v1/changes").json()["newest_id"]
    forget_until(house, newest - 2)
    for path in ("/v1/changes", "/v1/stream"):
        answer = own.get(path, params={"cursor": newest - 4})
        assert answer.status_code == 410
        assert "/v1/charge-points/{charge_point_id}/history" in answer.json()["detail"]
        assert "</v1/bike-stations>" in answer.headers["link"]
    assert [item["id"] for item in own.get("/v1/changes", params={"cursor": newest - 3}).json()["items"]] == [
        newest - 2,
        newest - 1,
        newest,
    ]
    assert own.get("/v1/changes").json()["oldest_id"] == newest - 2
