"""Parameters that no endpoint has are refused: a misspelt filter would else be answered as if there were none."""

from fastapi import Request

from belib_platform.api.problems import WRONG_PARAMETER, ProblemError

PREFIX = "/v1"


async def refuse_unknown(request: Request) -> None:
    """Raise ProblemError for a query parameter that OpenAPI does not describe for this endpoint."""
    operation = request.app.openapi()["paths"][PREFIX + request.scope["route"].path]["get"]
    known = {parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "query"}
    for name in request.query_params:
        if name not in known:
            raise ProblemError(WRONG_PARAMETER, f"There is no parameter {name} here.", name)
