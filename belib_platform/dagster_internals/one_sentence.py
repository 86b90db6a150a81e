"""What failed, in one sentence at the top of a step's trace, whatever was raised below it."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from dagster._core.execution.context.system import StepExecutionContext

LONGEST = 500
"""Characters of a sentence; drivers of databases list the state of every server in one line."""


@contextmanager
def in_one_sentence(step: StepExecutionContext) -> Iterator[None]:
    """Raises dagster.Failure, which names the step and says what its cause says, instead of any other error.

    The step's retry policy is kept. Its last try fails for good: Dagster would say first how often it tried.
    """
    try:
        yield
    except (dg.RetryRequested, dg.DagsterError):
        raise
    except dg.Failure as failure:
        if failure.allow_retries and _is_last_try(step):
            raise dg.Failure(failure.description, failure.metadata, allow_retries=False) from failure.__cause__
        raise
    except Exception as error:
        raise dg.Failure(f"{step.step.key}: {sentence_of(error)}", allow_retries=not _is_last_try(step)) from error


def _is_last_try(step: StepExecutionContext) -> bool:
    policy = step.op_retry_policy
    return policy is None or step.previous_attempt_count >= policy.max_retries


def sentence_of(error: BaseException) -> str:
    """The first line of what an error says; the platform's own are sentences, others have their name before it."""
    lines = str(error).strip().splitlines() or ["it says no more."]
    is_own = type(error).__module__.startswith("belib_platform.")
    return (lines[0] if is_own else f"{type(error).__name__}: {lines[0]}")[:LONGEST]
