"""Every endpoint answers as its own OpenAPI document says, whatever is asked."""

import httpx
import pytest
import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="package")
def document(api: httpx.Client) -> BaseSchema:
    """The document that the API serves."""
    return schemathesis.openapi.from_url(f"{str(api.base_url).rstrip('/')}/v1/openapi.json")


PATHS = [
    "/v1/arrondissements",
    "/v1/availability/hourly",
    "/v1/best-times",
    "/v1/bike-stations",
    "/v1/bike-stations/{station_code}",
    "/v1/bike-stations/{station_code}/history",
    "/v1/bike-tomorrow",
    "/v1/bikes/best-times",
    "/v1/bikes/daily",
    "/v1/bikes/hourly",
    "/v1/bikes/rhythms",
    "/v1/changes",
    "/v1/charge-points",
    "/v1/charge-points/{charge_point_id}/history",
    "/v1/charge-points/{charge_point_id}/stations",
    "/v1/occupancy",
    "/v1/outages",
    "/v1/places",
    "/v1/quality",
    "/v1/reliability",
    "/v1/rhythms",
    "/v1/rhythms/arrondissements",
    "/v1/saturation",
    "/v1/standards/datex2-afir/status",
    "/v1/standards/gbfs/3.0/{feed}.json",
    "/v1/standards/irve-dynamique.csv",
    "/v1/standards/ocpi/2.3.0/locations",
    "/v1/stations",
    "/v1/totals",
    "/v1/weather",
    "/v1/weather-effect",
]


ENDLESS = ["/v1/stream"]
"""Its answers do not end, so that no request can be drawn that is answered; its own tests ask it."""


@pytest.mark.parametrize("path", PATHS)
def test_no_request_breaks_an_endpoint(document: BaseSchema, path: str) -> None:
    operation = document[path]["GET"]

    @given(st.one_of(operation.as_strategy(GenerationMode.POSITIVE), operation.as_strategy(GenerationMode.NEGATIVE)))
    def ask(case: Case) -> None:
        case.call_and_validate(checks=CHECKS)

    ask()


def test_every_endpoint_is_asked(document: BaseSchema) -> None:
    assert sorted(document.raw_schema["paths"]) == sorted([*PATHS, *ENDLESS])
