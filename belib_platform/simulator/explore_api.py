"""Explore API v2.1 of the simulated portal: `/records` and `/exports/json` of its data sets, and borders as GeoJSON.

Limits and error bodies are those of the real portal, except for the 404 of an unknown data set. `limit` and `offset`
are supported; other parameters, such as `timezone`, are ignored.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from belib_platform.simulator.arrondissements_feed import arrondissement_records, arrondissements_geojson
from belib_platform.simulator.clock import Clock
from belib_platform.simulator.datasets import ARRONDISSEMENTS, BELIB, BELIB_STATIC, VELIB
from belib_platform.simulator.endless_paris import AnyParis
from belib_platform.simulator.faults import response
from belib_platform.simulator.outages import Answer

DEFAULT_LIMIT: Final = 10
LARGEST_LIMIT: Final = 100
LARGEST_WINDOW: Final = 10_000


class ExploreApi:
    """The portal. Answers with 429 after `calls_per_day` calls between two midnights UTC."""

    def __init__(self, paris: AnyParis, clock: Clock, calls_per_day: int) -> None:
        self._paris, self._clock, self._calls_per_day = paris, clock, calls_per_day
        self._calls_on: dict[date, int] = {}
        self._feeds = {BELIB: paris.realtime_answer, VELIB: paris.bike_answer}
        self._bodies: dict[str, Callable[[datetime], bytes]] = {
            BELIB: paris.realtime_body,
            BELIB_STATIC: lambda at: paris.static_body(at.date()),
            VELIB: paris.bike_body,
            ARRONDISSEMENTS: lambda _: json.dumps(arrondissement_records(paris.seed)).encode(),
        }

    def has(self, dataset: str) -> bool:
        """Whether the portal has a data set."""
        return dataset in self._bodies

    def exports(self, request: Request) -> Response:
        """All records, or the first `limit`; 504 while the feed does not answer."""
        limit = _whole(request, "limit", -1)
        if not isinstance(limit, int) or limit < -1:
            return _refused("limit", limit, "-1 <= limit")
        answer = self._answer(request.path_params["dataset"])
        if answer is None:
            return JSONResponse({"error_code": "GatewayTimeout", "message": "No answer in time"}, 504)
        if limit < 0 or answer.status != 200:
            return response(answer)
        return JSONResponse(json.loads(answer.body)[:limit])

    def geojson(self, request: Request) -> Response:
        """The borders; 404 for other data sets."""
        if request.path_params["dataset"] != ARRONDISSEMENTS:
            return JSONResponse({"error_code": "NotFound", "message": "Not drawn as geojson"}, 404)
        return Response(arrondissements_geojson(self._paris.seed), media_type="application/geo+json")

    def records(self, request: Request) -> Response:
        """One page of records with `total_count`, without the outages of `exports`."""
        limit, offset = _whole(request, "limit", DEFAULT_LIMIT), _whole(request, "offset", 0)
        if not isinstance(limit, int) or not -1 <= limit <= LARGEST_LIMIT:
            return _refused("limit", limit, f"-1 <= limit <= {LARGEST_LIMIT}")
        if not isinstance(offset, int) or offset < 0:
            return _refused("offset", offset, "0 <= offset")
        limit = LARGEST_LIMIT if limit == -1 else limit
        if offset + limit > LARGEST_WINDOW:
            return _refused("sum of offset + limit", offset + limit, f"<= {LARGEST_WINDOW}")
        records = json.loads(self._body(request.path_params["dataset"]))
        return JSONResponse({"total_count": len(records), "results": records[offset : offset + limit]})

    def spend_call(self) -> tuple[int, bool]:
        """Count a call; returns how many calls are left today, and whether this one was allowed."""
        today = self._clock().astimezone(UTC).date()
        calls = self._calls_on[today] = self._calls_on.get(today, 0) + 1
        return max(0, self._calls_per_day - calls), calls <= self._calls_per_day

    def rate_limit(self, remaining: int) -> dict[str, str]:
        """Headers with the number of remaining calls."""
        return {
            "X-RateLimit-Limit": str(self._calls_per_day),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset": str(int(self._reset().timestamp())),
        }

    def too_many(self) -> Response:
        """The response 429 after too many calls."""
        body = {
            "errorcode": 10002,
            "reset_time": f"{self._reset():%Y-%m-%dT%H:%M:%SZ}",
            "limit_time_unit": "day",
            "call_limit": self._calls_per_day,
            "error": "Too many requests on the domain. Please contact the domain administrator.",
        }
        return JSONResponse(body, 429, self.rate_limit(0))

    def _reset(self) -> datetime:
        return datetime.combine(self._clock().astimezone(UTC) + timedelta(days=1), time(), UTC)

    def _answer(self, dataset: str) -> Answer | None:
        """Feeds have outages, other data sets have none."""
        feed = self._feeds.get(dataset)
        return Answer(self._body(dataset)) if feed is None else feed(self._clock())

    def _body(self, dataset: str) -> bytes:
        return self._bodies[dataset](self._clock())


def _whole(request: Request, name: str, default: int) -> int | str:
    given = request.query_params.get(name, str(default))
    return int(given) if given.removeprefix("-").isdecimal() else given


def _refused(what: str, found: int | str, expected: str) -> Response:
    message = f"Invalid value for {what} API parameter: {found} was found but {expected} is expected."
    return JSONResponse({"error_code": "InvalidRESTParameterError", "message": message}, 400)
