"""Child processes of Celery's workers may have children."""

from multiprocessing import process
from typing import Any

_OWN = process.current_process()
"""As `multiprocessing` itself describes a process: the worker's main one, which loads this module."""


def allow_children(**_: Any) -> None:
    """Let this process start others by `multiprocessing`, as an import of earlier days does; for `worker_process_init`.

    In a child, Celery's pool puts a description of its own library in place, which says that the process is daemonic
    and cannot be handed on: `multiprocessing` refuses both.
    """
    process._current_process = _OWN  # type: ignore[attr-defined]
