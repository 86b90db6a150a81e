"""Whether a forecast is sound, whoever sent it."""

from collections.abc import Callable, Mapping

from belib_platform.sources.records import BodyError, Decoded
from belib_platform.sources.verdict import Verdict, describe_rejects, refused


def judge_forecast(read: Callable[[], Decoded], measures: Mapping[str, str], record: str) -> Verdict:
    """Sound: at least one record (`hour`, `step`) can be read, and at least one measure has a value.

    `measures` are columns with their source's names. A measure that is absent, or null throughout, is a warning.
    """
    try:
        decoded = read()
    except BodyError as error:
        return refused(f"The body {error}.")
    verdict = Verdict(is_sound=True, reason=None, record_count=decoded.frame.height + decoded.rejects.height)
    if not decoded.frame.height:
        return verdict.refused(f"No {record} can be read: {describe_rejects(decoded.rejects)}.")
    absent = [sent for name, sent in measures.items() if decoded.frame[name].null_count() == decoded.frame.height]
    if len(absent) == len(measures):
        return verdict.refused(f"No {record} has any value.")
    return verdict.warned(
        f"{decoded.non_number_count:,} bare nan read as null" if decoded.non_number_count else None,
        f"{record}s that cannot be read: {describe_rejects(decoded.rejects)}" if decoded.rejects.height else None,
        f"no {record} has {', '.join(absent)}" if absent else None,
    )
