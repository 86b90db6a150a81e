"""Show the cause of a failed step as one sentence above its traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from dagster._core.execution.context.system import StepExecutionContext

LONGEST = 500
"""Maximum length of the sentence; errors of database drivers can be long."""


@contextmanager
def in_one_sentence(step: StepExecutionContext) -> Iterator[None]:
    """Turn any error into dagster.Failure with the step's name and the message of the error.

    The step is retried as its policy says. The last attempt raises a Failure without retries, since Dagster would
    otherwise put the number of retries before the sentence.
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
    """The first line of an error's message; for errors that are not the platform's own, after the error's type."""
    lines = str(error).strip().splitlines() or ["no message."]
    is_own = type(error).__module__.startswith("belib_platform.")
    return (lines[0] if is_own else f"{type(error).__name__}: {lines[0]}")[:LONGEST]
