"""DATEX II v3, AFIR Energy Infrastructure profile 01-00-00: the status publication."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from belib_platform.api.standards.words import WORDS
from belib_platform.contracts.json_values import written

PUBLISHER = {"country": "FR", "nationalIdentifier": "belib_platform"}

TABLE = "belib"
"""Id of the table of sites that the references mean: the static set."""


def status_publication(
    points: Iterable[Mapping[str, Any]], at: datetime, newest_at: datetime, *, is_simulated: bool
) -> dict[str, Any]:
    """The message of charge points sorted by station: each station is a site of one station."""
    sites = [
        _site(station_id, list(some), written(newest_at))
        for station_id, some in groupby(points, key=lambda point: point["station_id"])
    ]
    publication = {
        "lang": "fr",
        "publicationTime": written(at),
        "publicationCreator": PUBLISHER,
        "headerInformation": {
            "confidentiality": {"value": "noRestriction"},
            "informationStatus": {"value": "test" if is_simulated else "real"},
        },
        "tableReference": [{"targetClass": "EnergyInfrastructureTable", "idG": TABLE, "versionG": "1"}],
        "energyInfrastructureSiteStatus": sites,
    }
    payload = {
        "modelBaseVersionG": "3",
        "profileNameG": "AFIR Energy Infrastructure",
        "profileVersionG": "01-00-00",
        "aegiEnergyInfrastructureStatusPublication": publication,
    }
    return {
        "messageContainer": {
            "payload": [payload],
            "exchangeInformation": {
                "exchangeContext": {
                    "codedExchangeProtocol": {"value": "snapshotPull"},
                    "exchangeSpecificationVersion": "3.0",
                    "supplierOrCisRequester": {},
                },
                "dynamicInformation": {
                    "exchangeStatus": {"value": "online"},
                    "messageGenerationTimestamp": written(at),
                },
            },
        }
    }


def _site(station_id: str, points: list[Mapping[str, Any]], at: str) -> dict[str, Any]:
    statuses = [{"aegiElectricChargingPointStatus": _status(point, at)} for point in points]
    station = {"reference": _reference(station_id), "lastUpdated": at, "refillPointStatus": statuses}
    return {
        "reference": _reference(f"{station_id}/site"),
        "lastUpdated": at,
        "energyInfrastructureStationStatus": [station],
    }


def _status(point: Mapping[str, Any], at: str) -> dict[str, Any]:
    return {
        "reference": _reference(point["charge_point_id"]),
        "lastUpdated": at,
        "status": {"value": WORDS[point["status"]].datex},
    }


def _reference(identifier: str) -> dict[str, str]:
    return {"targetClass": "FacilityObject", "idG": identifier, "versionG": "1"}
