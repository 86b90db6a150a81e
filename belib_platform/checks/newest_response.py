"""What checks of several tables ask of a source's newest sound response."""

from belib_platform.checks.finding import Finding
from belib_platform.raw.responses import RawResponses
from belib_platform.sources.record_body import read_records
from belib_platform.sources.records import BodyError, Decoded, Layout


def newest_records(responses: RawResponses, source: str, layout: Layout) -> Decoded | BodyError | None:
    """The records of a source's newest sound response, the error where they cannot be read now, None without one."""
    newest = responses.newest(source)
    if newest is None:
        return None
    _, body = next(responses.bodies([newest]))
    try:
        return read_records(body, newest.media_type, layout)
    except BodyError as error:
        return error


def every_value_is_readable(response: Decoded | BodyError | None) -> Finding:
    """No value of a response was read as null or in another spelling than sent; counts by rule."""
    match response:
        case None:
            return Finding(passed=True, numbers={"records": 0}, is_warning=True)
        case BodyError():
            return Finding(passed=False, numbers={"reason": f"The body {response}."}, is_warning=True)
    odd = response.odd_values
    numbers: dict[str, float | int | str] = {"records": response.record_count, "odd_values": sum(odd.values()), **odd}
    return Finding(not odd, numbers, is_warning=True)
