"""Load the dashboards into Kibana by its API for the import of saved objects."""

import json
from typing import Final

import httpx
from pydantic import SecretStr

from belib_platform.search.kibana.export import FILE
from belib_platform.search.kibana.exported import read_export
from belib_platform.search.kibana.saved_object import Json, compact

IMPORT: Final = "/api/saved_objects/_import"
TIMEOUT_S: Final = 60


class KibanaError(Exception):
    """Kibana did not import the dashboards; the message says why and never contains a password."""


def push(url: SecretStr | None, prefix: str = "") -> int:
    """Import `dashboards.ndjson`, overwriting objects of the same ids; returns how many were imported.

    User and password in the URL are sent as basic authentication; `prefix` is that of the names of the indices.
    Raises KibanaError.
    """
    if url is None:
        raise KibanaError("No Kibana is configured: set BELIB_KIBANA_URL, such as https://user:password@host:5601.")
    kibana = httpx.URL(url.get_secret_value())
    text = _prefixed(FILE.read_text(encoding="utf-8"), prefix)
    place = _place(kibana)
    try:
        answer = httpx.post(
            kibana.copy_with(path=kibana.path.rstrip("/") + IMPORT, query=b"overwrite=true"),
            headers={"kbn-xsrf": "true"},
            files={"file": (FILE.name, text.encode(), "application/ndjson")},
            timeout=TIMEOUT_S,
        )
    except httpx.TimeoutException:
        raise KibanaError(f"Kibana at {place} did not answer within {TIMEOUT_S} s.") from None
    except httpx.RequestError as error:
        raise KibanaError(f"Kibana at {place} could not be reached: {error}.") from None
    return _imported(answer, place, len(text.splitlines()))


def _prefixed(text: str, prefix: str) -> str:
    """The export with `prefix` prepended to the names of all indices."""
    objects = read_export(text).objects
    for one in objects:
        if one["type"] == "index-pattern":
            one["attributes"]["title"] = prefix + one["attributes"]["title"]
        else:
            panels = json.loads(one["attributes"]["panelsJSON"])
            one["attributes"]["panelsJSON"] = compact([_with_prefix(panel, prefix) for panel in panels])
    return "".join(f"{compact(one)}\n" for one in objects)


def _with_prefix(panel: Json, prefix: str) -> Json:
    vis = panel["embeddableConfig"].get("savedVis", {})
    if vis.get("type") == "vega":
        spec = json.loads(vis["params"]["spec"])
        for data in spec["data"]:
            data["url"]["index"] = prefix + data["url"]["index"]
        vis["params"]["spec"] = compact(spec)
    return panel


def _imported(answer: httpx.Response, place: str, sent: int) -> int:
    body = _body(answer, place)
    if answer.status_code in (401, 403):
        raise KibanaError(
            f"Kibana at {place} refused with {answer.status_code}: the user of BELIB_KIBANA_URL may not import saved "
            f"objects, or the password is wrong ({_message(body)})."
        )
    if answer.status_code != httpx.codes.OK:
        raise KibanaError(f"Kibana at {place} refused with {answer.status_code}: {_message(body)}.")
    errors = body.get("errors") or []
    if errors or not body.get("success") or body.get("successCount") != sent:
        named = "; ".join(_object_error(error) for error in errors) or "no reason given"
        raise KibanaError(f"Kibana at {place} imported {body.get('successCount', 0)} of {sent} objects: {named}.")
    return sent


def _body(answer: httpx.Response, place: str) -> Json:
    try:
        body = answer.json()
    except ValueError:
        body = None
    if isinstance(body, dict):
        return body
    raise KibanaError(
        f"The server at {place} is not Kibana: it answered with status {answer.status_code}, "
        f"{answer.headers.get('content-type', 'no content type')}. Does the URL lack a path?"
    )


def _object_error(error: Json) -> str:
    reason = error.get("error") or {}
    missing = ", ".join(f"{one.get('type')} {one.get('id')}" for one in reason.get("references", []))
    text = ": ".join(filter(None, [reason.get("type", "unknown"), missing or reason.get("message", "")]))
    return f"{error.get('type')} {error.get('id')} ({text})"


def _message(body: Json) -> str:
    return str(body.get("message") or body.get("error") or "no reason given")[:300].rstrip(".")


def _place(url: httpx.URL) -> str:
    return f"{url.host}{f':{url.port}' if url.port else ''}{url.path.rstrip('/')}"
