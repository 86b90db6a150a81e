"""Call a function in a new process, which loads the code, the settings and the definitions again."""

import os
import signal
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

GRACE_S = 15.0

T = TypeVar("T")


class ProcessEndedError(Exception):
    """The process ended without a result."""


def in_fresh_process(work: Callable[..., T], *arguments: Any) -> T:
    """Call a function of a module with arguments that can be pickled, and return its result.

    Raises what it raises, and ProcessEndedError if its process is killed. If this process is interrupted, it ends the
    other.
    """
    spawn = get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_work, args=(theirs, work, arguments), daemon=True)
    process.start()
    theirs.close()
    with ours:
        try:
            value, error = ours.recv()
            process.join()
        except EOFError:
            process.join()
            raise ProcessEndedError(f"A process of this run ended with code {process.exitcode}.") from None
        except BaseException:
            _end(process)
            raise
    if error is not None:
        raise error
    returned: T = value
    return returned


def _end(process: SpawnProcess) -> None:
    """Send SIGINT first, so that a run in the process is marked as interrupted."""
    if process.pid is not None and process.is_alive():
        os.kill(process.pid, signal.SIGINT)
        process.join(GRACE_S)
    process.kill()
    process.join()


def _work(answer: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    # a process that a shell started in the background ignores the signal, and hands that on
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        value = work(*arguments)
    except Exception as error:  # noqa: BLE001 - whoever waits raises it
        answer.send((None, error))
    else:
        answer.send((value, None))
