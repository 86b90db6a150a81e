"""Processes forked from one that has imported everything and done nothing: to import takes seconds.

They are as `python -m` would have started them, with an environment, a folder, files and a memory of their own. Tests
of how a program starts start it for themselves.
"""

import os
import runpy
import sys
import tempfile
from multiprocessing import get_context
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["belib_platform_tests.preloaded"])

PATIENCE_S = 300.0
"""How long a test waits for what takes seconds at most: a machine may be busy, and no test waits for ever."""

STANDARD = (("stdin", os.O_RDONLY), ("stdout", os.O_WRONLY), ("stderr", os.O_WRONLY))


class Fork:
    """A module that runs as a program."""

    def __init__(
        self, module: str, *arguments: str, env: dict[str, str], cwd: Path | None = None, told: str = ""
    ) -> None:
        self._command = [module, *arguments]
        self._files = tempfile.TemporaryDirectory(prefix="belib-fork-")
        folder = Path(self._files.name)
        for name, _ in STANDARD:
            (folder / name).write_text(told if name == "stdin" else "", encoding="utf-8")
        work = (module, arguments, env, cwd or Path.cwd(), folder)
        self.process = FORKS.Process(target=_become, args=work)
        self.process.start()

    def ended(self) -> CompletedProcess[str]:
        """What it said, and the code it ended with; raises TimeoutExpired, and kills it, after PATIENCE_S."""
        self.process.join(PATIENCE_S)
        if self.process.exitcode is None:
            self.process.kill()
            self.process.join()
            raise TimeoutExpired(self._command, PATIENCE_S, *self._said())
        code = int(self.process.exitcode)
        return CompletedProcess(self._command, code, *self._said())

    def _said(self) -> tuple[str, str]:
        with self._files:
            out, err = (Path(self._files.name, name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))
        return out, err


def _become(module: str, arguments: tuple[str, ...], env: dict[str, str], cwd: Path, files: Path) -> None:
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    for number, (name, mode) in enumerate(STANDARD):
        opened = os.open(files / name, mode)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - a number, open until the end
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
