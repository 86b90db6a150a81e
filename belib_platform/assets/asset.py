"""How an asset is declared: as Dagster does it, with a link to its code and failures that begin with a sentence."""

import inspect
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import dagster as dg

from belib_platform.dagster_internals.instance import hold_connections
from belib_platform.dagster_internals.one_sentence import in_one_sentence


def asset(**arguments: Any) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """`@dg.asset` of these arguments."""

    def declare(function: Callable[..., Any]) -> dg.AssetsDefinition:
        code = dg.LocalFileCodeReference(
            file_path=inspect.getfile(function), line_number=inspect.getsourcelines(function)[1]
        )
        metadata = {
            **arguments.get("metadata", {}),
            "dagster/code_references": dg.CodeReferencesMetadataValue(code_references=[code]),
        }
        declared: dg.AssetsDefinition = dg.asset(**{**arguments, "metadata": metadata})(_in_one_sentence(function))
        return declared

    return declare


def _in_one_sentence(function: Callable[..., Any]) -> Callable[..., Any]:
    if inspect.isgeneratorfunction(function):

        @wraps(function)
        def made_bit_by_bit(*inputs: Any, **named: Any) -> Iterator[Any]:
            with in_one_sentence(_step()):
                yield from function(*inputs, **named)

        return made_bit_by_bit

    @wraps(function)
    def made(*inputs: Any, **named: Any) -> Any:
        with in_one_sentence(_step()):
            return function(*inputs, **named)

    return made


def _step() -> Any:
    """The step that is executed; the run's process holds its connections to Dagster's storage from then on."""
    step = dg.AssetExecutionContext.get().get_step_execution_context()
    hold_connections(step.instance)
    return step
