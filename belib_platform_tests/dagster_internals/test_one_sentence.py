"""A failed step begins with one sentence, whatever was raised in it and however often it was tried."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import psycopg
import pytest
from dagster_shared.error import SerializableErrorInfo

from belib_platform.assets.asset import asset
from belib_platform.dagster_internals.one_sentence import LONGEST, in_one_sentence
from belib_platform.resources.missing import MissingStoreError
from belib_platform.warehouse.partition import ConcurrentWriteError

# as belib_platform.assets says of its own
pytestmark = [
    pytest.mark.filterwarnings("ignore:Class `LocalFileCodeReference` is currently in beta"),
    pytest.mark.filterwarnings("ignore:Class `CodeReferencesMetadataValue` is currently in beta"),
]

TRIES = 3
POLICY = dg.RetryPolicy(max_retries=TRIES - 1, delay=0)

ERRORS: list[tuple[Exception, str]] = [
    (
        psycopg.OperationalError("connection failed: refused\nIs it running?"),
        "OperationalError: connection failed: refused",
    ),
    (ConcurrentWriteError("clean.poll 2026-11-01 was written by another run."), "clean.poll 2026-11-01 was written by"),
    (MissingStoreError("BELIB_MONGO_URL is not set."), "BELIB_MONGO_URL is not set."),
    (KeyError("charge_point_id"), "KeyError: 'charge_point_id'"),
    (ValueError(), "ValueError: no message."),
    (RuntimeError("x" * 10_000), f"RuntimeError: {'x' * (LONGEST - 14)}"),
]


def run(declared: dg.AssetsDefinition, **resources: Any) -> tuple[int, SerializableErrorInfo]:
    """How often a run of this asset tried it, and the error with which the run ended."""
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize([declared], instance=instance, resources=resources, raise_on_error=False)
        assert not result.success
        [failure] = [event for event in result.all_events if event.is_step_failure]
        retried = sum(event.event_type is dg.DagsterEventType.STEP_RESTARTED for event in result.all_events)
        shown = next(event.job_failure_data for event in result.all_events if event.is_job_failure)
    step_error = failure.step_failure_data.error
    assert step_error is not None
    assert shown.error is None or shown.error.message == step_error.message
    return retried + 1, step_error


def first_line(error: SerializableErrorInfo) -> str:
    return error.message.splitlines()[0].removeprefix("dagster._core.definitions.events.Failure: ")


@pytest.mark.family
@pytest.mark.parametrize(("error", "said"), ERRORS)
@pytest.mark.parametrize("is_generator", [False, True])
@pytest.mark.parametrize("policy", [None, POLICY])
def test_an_error_in_an_asset(error: Exception, said: str, is_generator: bool, policy: dg.RetryPolicy | None) -> None:
    def bit_by_bit(context: dg.AssetExecutionContext) -> Iterator[dg.Output[int]]:
        if context:
            raise error
        yield dg.Output(1)

    def at_once() -> int:
        raise error

    declared = asset(name="thing", retry_policy=policy)(bit_by_bit if is_generator else at_once)
    tries, shown = run(declared)
    assert first_line(shown).startswith(f"thing: {said}")
    assert tries == (TRIES if policy else 1)
    assert shown.cause is not None
    assert type(error).__name__ in shown.cause.message, "the trace below still tells all"


@pytest.mark.parametrize("allow_retries", [False, True])
def test_a_failure_keeps_its_words_and_its_metadata(allow_retries: bool) -> None:
    def refused() -> int:
        raise dg.Failure("belib was refused.", {"record": 7}, allow_retries=allow_retries)

    tries, shown = run(asset(name="thing", retry_policy=POLICY)(refused))
    assert first_line(shown) == "belib was refused."
    assert tries == (TRIES if allow_retries else 1)


class Broken(dg.ConfigurableIOManager):
    """A store that is away."""

    def handle_output(self, context: dg.OutputContext, obj: int) -> None:
        with in_one_sentence(context.step_context):
            raise OSError(f"{obj} was not kept")

    def load_input(self, context: dg.InputContext) -> None:
        raise NotImplementedError


def test_an_error_in_an_io_manager() -> None:
    def one() -> int:
        return 1

    tries, shown = run(asset(name="thing", retry_policy=POLICY)(one), io_manager=Broken())
    assert first_line(shown) == "thing: OSError: 1 was not kept"
    assert tries == TRIES


def test_what_passes_on_a_later_try_is_no_failure() -> None:
    tried = []

    def patient() -> int:
        tried.append(1)
        if len(tried) < TRIES:
            raise OSError("not yet")
        return 1

    with dg.DagsterInstance.ephemeral() as instance:
        assert dg.materialize([asset(name="thing", retry_policy=POLICY)(patient)], instance=instance).success
    assert len(tried) == TRIES
