"""`belib page`: what keeps it from writing is one sentence, and nothing is written."""

from pathlib import Path

import pytest

from belib_platform_tests.cli.conftest import Belib
from belib_platform_tests.postgres_users import lesser_user


def test_an_empty_warehouse_is_one_sentence(belib: Belib, direct_url: str, tmp_path: Path) -> None:
    with lesser_user(direct_url) as reader:
        result = belib("page", "--out", "new/site", BELIB_READER_URL=reader)
    assert result.returncode == 1
    [said] = result.stderr.splitlines()
    assert said.endswith("The page is not written, since /v1/totals has no answer: The warehouse has no tables yet.")
    assert [path.name for path in (tmp_path / "new").iterdir()] == [".site.belib-lock"]


@pytest.mark.parametrize(
    ("out", "why"),
    [("photos", "holds other files"), ("/proc/site", "No such file or directory")],
)
def test_a_folder_that_cannot_be_written_is_one_sentence(belib: Belib, tmp_path: Path, out: str, why: str) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "mine").touch()
    result = belib("page", "--out", out, BELIB_READER_URL="postgresql://reader@127.0.0.1:1/belib")
    [said] = result.stderr.splitlines()
    assert result.returncode in (1, 2)
    assert why in said
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["mine"]
