"""Warn about unknown settings, such as misspelled names."""

import os
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from dotenv import dotenv_values

from belib_platform.settings import PREFIX, SECRETS, Settings

INTERNAL = frozenset({f"{PREFIX}DAGSTER_STORAGE", f"{PREFIX}DAGSTER_FILES", f"{PREFIX}RECORDINGS"})
"""Variables that the platform's own programs pass to each other."""

TEST_PREFIX = f"{PREFIX}TEST_"

WITHOUT_PREFIX = [name.upper() for name in Settings.model_fields]

KNOWN = {f"{PREFIX}{name}" for name in WITHOUT_PREFIX}


def warnings() -> Iterator[str]:
    """A warning for each unknown BELIB_ name in the environment, in `.env` and in the folder of secrets."""
    secrets = Path(os.environ.get(f"{PREFIX}SECRETS_DIR", SECRETS))
    named = {
        "": set(os.environ),
        " in .env": set(dotenv_values(".env")) if Path(".env").is_file() else set(),
        f" in {secrets}": {path.name for path in secrets.iterdir()} if secrets.is_dir() else set(),
    }
    for place, names in named.items():
        for name in sorted(names):
            key = name.upper()
            if key.startswith(PREFIX) and not key.startswith(TEST_PREFIX) and key not in KNOWN | INTERNAL:
                similar = get_close_matches(key.removeprefix(PREFIX), WITHOUT_PREFIX, n=1)
                hint = f"did you mean {PREFIX}{similar[0]}?" if similar else "docker/.env.example lists all settings."
                yield f"{name}{place} is not a setting and is ignored; {hint}"
