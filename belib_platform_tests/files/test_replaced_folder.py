"""A folder is replaced as a whole, or it stays as it was; what is not ours is left alone."""

import shutil
from pathlib import Path

import pytest

from belib_platform.files.locks import lock
from belib_platform.files.replaced_folder import FolderError, replaced_folder

MARK = "OURS"


def write(folder: Path, text: str) -> None:
    with replaced_folder(folder, MARK, "We wrote this.\n") as new:
        (new / "below").mkdir()
        (new / "below" / "file").write_text(text)


def held(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def files(text: str) -> dict[str, str]:
    return {MARK: "We wrote this.\n", "below/file": text}


def test_it_is_made_replaced_and_leaves_nothing_beside(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "site"
    for text in ("one", "two"):
        write(folder, text)
        assert held(folder) == files(text)
    assert {path.name for path in folder.parent.iterdir()} == {"site", ".site.belib-lock"}
    (tmp_path / "empty").mkdir()
    write(tmp_path / "empty", "three")
    assert held(tmp_path / "empty") == files("three")


def fail_to_write(folder: Path) -> None:
    with replaced_folder(folder, MARK, "We wrote this.\n") as new:
        assert list(new.iterdir()) == [new / MARK]
        (new / "file").write_text("half")
        raise ZeroDivisionError


def test_after_an_error_it_is_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    write(folder, "one")
    with pytest.raises(ZeroDivisionError):
        fail_to_write(folder)
    assert held(folder) == files("one")
    assert {path.name for path in tmp_path.iterdir()} == {"site", ".site.belib-lock"}


@pytest.mark.parametrize("is_between", [False, True], ids=["while it was filled", "between the renamings"])
def test_what_a_killed_process_left_is_put_right(tmp_path: Path, is_between: bool) -> None:
    folder, new = tmp_path / "site", tmp_path / ".site.belib-new"
    write(folder, "one")
    new.mkdir()
    (new / "half").touch()
    if is_between:
        folder.rename(tmp_path / ".site.belib-old")
    with pytest.raises(ZeroDivisionError):
        fail_to_write(folder)
    assert held(folder) == files("one")
    assert {path.name for path in tmp_path.iterdir()} == {"site", ".site.belib-lock"}


def test_where_the_new_one_cannot_take_its_place_it_stays(tmp_path: Path) -> None:
    write(tmp_path / "site", "one")
    with pytest.raises(FileNotFoundError), replaced_folder(tmp_path / "site", MARK, "") as new:
        shutil.rmtree(new)
    assert held(tmp_path / "site") == files("one")


def test_the_root_is_refused() -> None:
    with pytest.raises(FolderError, match="holds other files"):
        write(Path("/"), "one")


def test_a_folder_of_others_is_refused_and_unchanged(tmp_path: Path) -> None:
    (tmp_path / "photo").write_text("mine")
    with pytest.raises(FolderError, match="holds other files"):
        write(tmp_path, "one")
    assert (tmp_path / "photo").read_text() == "mine"


def test_a_link_stays_and_its_folder_is_replaced(tmp_path: Path) -> None:
    write(tmp_path / "site", "one")
    (tmp_path / "link").symlink_to("site")
    write(tmp_path / "link", "two")
    assert (tmp_path / "link").is_symlink()
    assert held(tmp_path / "site") == files("two")


def test_a_second_process_is_refused_meanwhile(tmp_path: Path) -> None:
    with lock(tmp_path / ".site.belib-lock"), pytest.raises(FolderError, match="another process"):
        write(tmp_path / "site", "one")
    assert not (tmp_path / "site").exists()


def test_a_link_that_leads_to_itself_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "loop"
    folder.symlink_to(folder)
    with pytest.raises(FolderError, match=r"loop leads nowhere: "):
        write(folder, "one")
