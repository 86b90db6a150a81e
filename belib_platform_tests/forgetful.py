"""Temporary files in memory: servers of tests are killed, never unplugged, and a disk lets each event wait 10 ms."""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY, ROOM_NEEDED = Path("/dev/shm"), 4 << 30


def forget_files() -> None:
    """Have temporary folders made in memory where the system has a place there, and room; also of child processes."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_NEEDED:
        tempfile.tempdir = os.environ["TMPDIR"] = str(MEMORY)
