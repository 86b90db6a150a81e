"""A process of its own that writes half of a file and waits to be killed."""

import signal
import sys
from pathlib import Path

from belib_platform.exports.files import FileSet, write_files


def halt(file: object) -> None:
    """Write a megabyte, say so, and go no further."""
    file.write(b"new" * 350_000)  # type: ignore[attr-defined]
    file.flush()  # type: ignore[attr-defined]
    sys.stdout.write("half\n")
    sys.stdout.flush()
    signal.pause()


if __name__ == "__main__":
    write_files(Path(sys.argv[1]), [FileSet({sys.argv[2]: halt}, lambda _: False)])
