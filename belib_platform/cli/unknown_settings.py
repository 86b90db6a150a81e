"""Names that look like settings and are none, so that a slip of the pen does not go unnoticed."""

import os
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from dotenv import dotenv_values

from belib_platform.settings import PREFIX, SECRETS, Settings

HANDED_ON = frozenset({f"{PREFIX}DAGSTER_STORAGE", f"{PREFIX}DAGSTER_FILES", f"{PREFIX}RECORDINGS"})
"""What the platform's own programs and tests tell each other."""

OF_TESTS = f"{PREFIX}TEST_"

WITHOUT_PREFIX = [name.upper() for name in Settings.model_fields]

KNOWN = {f"{PREFIX}{name}" for name in WITHOUT_PREFIX}


def warnings() -> Iterator[str]:
    """A sentence for each unknown BELIB_ name in the environment, in `.env` and among the files of secrets."""
    secrets = Path(os.environ.get(f"{PREFIX}SECRETS_DIR", SECRETS))
    named = {
        "": set(os.environ),
        " in .env": set(dotenv_values(".env")) if Path(".env").is_file() else set(),
        f" in {secrets}": {path.name for path in secrets.iterdir()} if secrets.is_dir() else set(),
    }
    for place, names in named.items():
        for name in sorted(names):
            if _is_unknown(name.upper()):
                near = get_close_matches(name.upper().removeprefix(PREFIX), WITHOUT_PREFIX, n=1)
                meant = f"did you mean {PREFIX}{near[0]}?" if near else "docker/.env.example lists all settings."
                yield f"{name}{place} is not a setting and is ignored; {meant}"


def _is_unknown(name: str) -> bool:
    return name.startswith(PREFIX) and not name.startswith(OF_TESTS) and name not in KNOWN | HANDED_ON
