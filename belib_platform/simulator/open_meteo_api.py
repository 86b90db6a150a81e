"""Open-Meteo's `/v1/forecast` for the simulated weather: in UTC, for at most seven days."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from belib_platform.simulator.clock import Clock
from belib_platform.simulator.endless_paris import AnyParis
from belib_platform.simulator.open_meteo_body import DAYS, VARIABLES, open_meteo_body


class OpenMeteoApi:
    """The forecast API; every place has the weather of Paris."""

    def __init__(self, paris: AnyParis, clock: Clock) -> None:
        self._paris, self._clock = paris, clock

    def forecast(self, request: Request) -> Response:
        """The newest forecast of the requested hourly variables, or 400 with a reason."""
        asked = request.query_params
        variables = [v for v in asked.get("hourly", "").split(",") if v]
        days = asked.get("forecast_days", str(DAYS))
        if reason := _reason_to_refuse(asked.get("latitude"), asked.get("longitude")):
            return _refused(reason)
        if asked.get("timezone", "GMT") not in ("GMT", "UTC"):
            return _refused("Invalid timezone")
        if unknown := [v for v in variables if v not in VARIABLES]:
            return _refused(f"Cannot initialize WeatherVariable from invalid String value {unknown[0]}")
        if not days.isdecimal() or not 1 <= int(days) <= DAYS:
            return _refused(f"Forecast days is invalid. Allowed range 1 to {DAYS}. Given {days}.")
        forecast = self._paris.forecast(self._clock(), 24 * int(days))
        body = open_meteo_body(forecast, variables, as_unixtime=asked.get("timeformat") == "unixtime")
        return Response(body, media_type="application/json; charset=utf-8")

    def too_many(self) -> Response:
        """The response 429 after too many requests."""
        return _refused("Minutely API request limit exceeded. Please try again in one minute.", 429)


def _reason_to_refuse(latitude: str | None, longitude: str | None) -> str | None:
    for name, value, bound in (("Latitude", latitude, 90), ("Longitude", longitude, 180)):
        try:
            degrees = float(value or "")
        except ValueError:
            return f"Parameter '{name.lower()}' should be a number."
        if not -bound <= degrees <= bound:
            return f"{name} must be in range of -{bound} to {bound}°. Given: {degrees}."
    return None


def _refused(reason: str, status: int = 400) -> Response:
    return JSONResponse({"error": True, "reason": reason}, status)
