"""Read values from the step of a forecast, which is a tree of values."""

import math
from collections.abc import Callable, Mapping
from typing import Any

Read = Callable[[Mapping[str, Any]], float | bool | None]
"""Reads a value of a step. Raises FieldTypeError."""

Convert = Callable[[float], float | bool]
"""Turns a number into the unit of the contract."""


class FieldTypeError(Exception):
    """A value is not of the type its field has."""


def branch(step: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The values below a name; PHP writes an empty object as an empty list. Raises FieldTypeError."""
    sent = step.get(name)
    if sent is None or sent == []:
        return {}
    if not isinstance(sent, Mapping):
        raise FieldTypeError
    return sent


def number(sent: object) -> float | None:
    """A finite number; None if absent. Raises FieldTypeError."""
    if sent is None:
        return None
    try:
        value = float(sent) if isinstance(sent, int | float) and not isinstance(sent, bool) else math.nan
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise FieldTypeError
    return value


def value(name: str, convert: Convert) -> Read:
    """Reads the number at `name` and converts it."""

    def read(step: Mapping[str, Any]) -> float | bool | None:
        sent = number(step.get(name))
        return None if sent is None else convert(sent)

    return read


def leaf(name: str, below: str, convert: Convert = float) -> Read:
    """Reads the number at `name.below` and converts it."""
    below_name = value(below, convert)
    return lambda step: below_name(branch(step, name))
