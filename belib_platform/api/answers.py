"""What every answer carries, and how values are written in it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field
from starlette.responses import Response

from belib_platform.api.instants import AsOf
from belib_platform.contracts.contract import Contract, column_docs
from belib_platform.contracts.json_values import jsonable
from belib_platform.exports.terms import BELIB
from belib_platform.sources.weather_provider import Terms


class Licence(BaseModel):
    """Under which terms data may be used, and whom to name."""

    licence: str = Field(description="The licence.")
    url: str = Field(description="Where its text is.")
    attribution: str = Field(description="The attribution that it requires.")


class Answer(BaseModel):
    """What every answer carries."""

    as_of: datetime = Field(description="The instant that this answer speaks of (UTC).")
    newest_response_at: datetime | None = Field(
        description="When the newest sound response of the feed until then was requested (UTC). Null where bike "
        "stations were never asked for: then there are none."
    )
    age_s: int | None = Field(description="Seconds from newest_response_at to as_of; null as that is.")
    revised_at: datetime | None = Field(
        None,
        description="When days that this answer is made of were last made again from other responses, such as an "
        "import, or by other code, after as_of (UTC): an answer given before may differ. Null if they were not.",
    )
    attributes: str = Field(description="Of when names, places and power are: always current, whatever as_of is.")
    is_simulated: bool = Field(description="Whether these are simulated data, and none of Paris.")
    licences: list[Licence] = Field(description="The terms of this data.")
    next_cursor: str | None = Field(description="For the next page: the parameter cursor. Null on the last one.")


def column(contract: type[Contract], name: str) -> Any:
    """A field whose description is that of a contract's column."""
    return Field(description=column_docs(contract)[name])


def envelope(known: AsOf, *, is_simulated: bool, terms: Sequence[Terms] = (BELIB,)) -> dict[str, Any]:
    """The fields of Answer, without next_cursor."""
    return {
        "as_of": known.at,
        "newest_response_at": known.newest_at,
        "age_s": known.age_s,
        "attributes": "current",
        "is_simulated": is_simulated,
        "licences": licences(terms),
    }


def licences(terms: Sequence[Terms]) -> list[dict[str, str]]:
    """The field of that name."""
    return [dict(zip(("licence", "url", "attribution"), one, strict=True)) for one in terms]


def json_response(content: Mapping[str, Any], headers: Mapping[str, str], media_type: str) -> Response:
    """JSON whose instants are in UTC with milliseconds and a Z."""
    body = json.dumps(content, default=jsonable, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(body, HTTPStatus.OK, dict(headers), media_type)


def cell(value: Any) -> Any:
    """A value as CSV has it: true, false, instants in UTC, an empty cell for null."""
    match value:
        case bool():
            return str(value).lower()
        case None | str() | int() | float():
            return value
    return jsonable(value)
