"""`belib sql` on a terminal: a shell of others, as the role that only reads."""

import os
import pty
import re
import select
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from belib_platform.local.processes import wait_until
from belib_platform_tests.deployment.least_rights import PASSWORD, Roles

pytestmark = pytest.mark.slow

WITHOUT_PGCLI = """
import importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "pgcli" else find(name, *rest)
"""

BELIB = "from belib_platform.cli.app import main; main()"

SLEEPING = "SELECT FROM pg_stat_activity WHERE usename = %s AND state = 'active' AND query LIKE '%%pg_sleep(600)%%'"

TIMEOUT_S = 300


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            os.execve(command[0], command, env)

    def reads(self, wanted: str) -> str:
        """Everything shown from now on until the pattern is among it."""
        shown, deadline = "", time.monotonic() + TIMEOUT_S
        while not re.search(wanted, shown):
            assert time.monotonic() < deadline, f"{wanted!r} is not in {shown!r}"
            if select.select([self._terminal], [], [], 1)[0]:
                shown += os.read(self._terminal, 65536).decode(errors="replace")
        return shown

    def types(self, text: str) -> None:
        """Type a line, or a control character."""
        os.write(self._terminal, text.encode())

    def close(self) -> int:
        """The exit code, once the program has ended."""
        os.close(self._terminal)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@contextmanager
def shell(roles: Roles, folder: Path, first: str = "", **environ: str) -> Iterator[Terminal]:
    """`belib sql` without a query."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("BELIB_")}
    settings = {"BELIB_READER_URL": roles.reader, "BELIB_HOME": str(folder), "HOME": str(folder)}
    env = {**others, **settings, "XDG_CONFIG_HOME": str(folder), "TERM": "xterm", "PAGER": "/bin/cat", **environ}
    terminal = Terminal([sys.executable, "-c", first + BELIB, "sql"], env)
    try:
        yield terminal
    finally:
        psutil.Process(terminal.pid).kill()
        terminal.close()


@pytest.mark.parametrize("first", ["", WITHOUT_PGCLI], ids=["pgcli", "psql"])
def test_what_is_typed_is_answered_and_writes_are_refused(roles: Roles, tmp_path: Path, first: str) -> None:
    with shell(roles, tmp_path, first, PATH="" if first else os.environ["PATH"]) as terminal:
        terminal.reads(rf"{roles.databases[0]}(=>|>)")
        arguments = [" ".join(child.cmdline()) for child in psutil.Process(terminal.pid).children(recursive=True)]
        assert any("pgcli" in each or "psql" in each for each in arguments)
        assert not any(PASSWORD in each or "p%2Fw" in each for each in arguments)
        terminal.types("SELECT 6 * 7 AS answer, current_setting('TimeZone');\r")
        terminal.reads(r"42.*UTC")
        terminal.types("CREATE TABLE mart.x (x int);\r")
        terminal.reads("read-only transaction")
        terminal.types("SELECT pg_sleep(600);\r")
        with psycopg.connect(roles.admin, autocommit=True) as admin:
            assert wait_until(lambda: admin.execute(SLEEPING, [roles.names[1]]).fetchone() is not None, TIMEOUT_S)
        terminal.types("\x03")
        terminal.reads("(?i)cancel")
        terminal.types("\\q\r")


def test_the_writer_gets_no_shell(roles: Roles, tmp_path: Path) -> None:
    with shell(roles, tmp_path, BELIB_READER_URL=roles.writer) as terminal:
        assert "BELIB_READER_URL" in terminal.reads("may write to the warehouse: .*")
