"""Documents that are derived say what is true now."""

from pathlib import Path

from belib_platform.contracts.dictionary import FILE, dictionary
from belib_platform.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]


def test_the_data_dictionary_is_not_stale() -> None:
    assert (ROOT / FILE).read_text(encoding="utf-8") == dictionary(), (
        "run `python -m belib_platform.contracts.dictionary`"
    )


def test_every_setting_is_in_the_example_with_its_default() -> None:
    lines = (ROOT / "docker/.env.example").read_text(encoding="utf-8").splitlines()
    listed = dict(line.removeprefix("# ").split("=", 1) for line in lines if line.removeprefix("# ").startswith(PREFIX))
    assert set(listed) == {PREFIX + name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        if field.default is not None:
            assert str(listed[PREFIX + name.upper()]).rstrip("/") == str(field.default).rstrip("/")
