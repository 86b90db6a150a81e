"""Where dropped things go: nothing is overwritten, and nothing but what was dropped is touched."""

from pathlib import Path

import pytest

from belib_platform.recordings.inbox import folders as places
from belib_platform.recordings.inbox.folders import Inbox, InboxError, signature_of
from belib_platform.recordings.inbox.moving import REPORT, move_imported


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    made = Inbox(tmp_path / "home")
    made.make()
    return made


def drop(inbox: Inbox, *names: str) -> Path:
    for name in names:
        path = inbox.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return inbox.folder / names[0].split("/")[0]


def tree(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def test_names_taken_get_a_number_and_nothing_is_overwritten(inbox: Inbox) -> None:
    for _ in range(3):
        move_imported(inbox, drop(inbox, "mine/a.json"), [], ())
        move_imported(inbox, drop(inbox, "export.json"), [], ())
    assert tree(inbox.folder) == [
        "done/export-2.json",
        "done/export-3.json",
        "done/export.json",
        "done/mine-2/a.json",
        "done/mine-3/a.json",
        "done/mine/a.json",
    ]


def test_refused_files_part_from_the_others_and_are_named(inbox: Inbox) -> None:
    path = drop(inbox, "mine/a.json", "mine/x/b`\n.json", "mine/x/c.zip", "mine/manifest.jsonl")
    outside = inbox.home / "outside.json"
    outside.write_text("outside")
    files = [path / "x/b`\n.json", path / "x/c.zip", path / "gone.json", outside]
    refused = [
        (str(files[0]), "is\nodd, see [this](https://example.org) <b>"),
        (f"{files[1]}, ../d", "leads out"),
        (str(files[2]), "gone"),
        (str(path), "?"),
    ]
    moved = move_imported(inbox, path, refused, files)
    assert moved == (inbox.done / "mine", inbox.refused / "mine")
    assert tree(inbox.folder) == [
        "done/mine/a.json",
        "done/mine/manifest.jsonl",
        "refused/mine/manifest.jsonl",
        "refused/mine/report.md",
        "refused/mine/x/b`\n.json",
        "refused/mine/x/c.zip",
    ]
    report = (inbox.refused / "mine" / REPORT).read_text()
    assert report.splitlines()[-4:] == [
        "- ``x/b`\\n.json``: `is\\nodd, see [this](https://example.org) <b>`",
        "- `x/c.zip, ../d`: `leads out`",
        "- `gone.json`: `gone`",
        "- `mine`: `?`",
    ]
    assert outside.read_text() == "outside"


def test_where_all_is_refused_nothing_is_left_and_a_file_keeps_its_name(inbox: Inbox) -> None:
    path = drop(inbox, "mine/x/a.json")
    assert move_imported(inbox, path, [(str(path / "x/a.json"), "odd")], [path / "x/a.json"]).done is None
    file = drop(inbox, "b.zip")
    assert move_imported(inbox, file, [(f"{file}, m", "odd")], [file]) == (None, inbox.refused / "b.zip")
    assert tree(inbox.folder) == [
        "refused/b.zip/b.zip",
        "refused/b.zip/report.md",
        "refused/mine/report.md",
        "refused/mine/x/a.json",
    ]
    assert not path.exists()
    assert "- `b.zip`" not in (inbox.refused / "b.zip" / REPORT).read_text()


def test_a_report_dropped_again_and_a_refused_file_of_its_name_are_not_lost(inbox: Inbox) -> None:
    path = drop(inbox, "mine/report.md", "mine/manifest.jsonl")
    move_imported(inbox, path, [(str(path / "report.md"), "odd")], [path / "report.md", path / "manifest.jsonl"])
    assert tree(inbox.folder) == [
        "refused/mine/manifest.jsonl",
        "refused/mine/report-2.md",
        "refused/mine/report.md",
    ]


def test_a_link_is_moved_and_what_it_leads_to_stays(inbox: Inbox) -> None:
    (inbox.home / "secret").mkdir()
    (inbox.home / "secret" / "a.json").write_text("a")
    link = inbox.folder / "link"
    link.symlink_to(inbox.home / "secret")
    assert signature_of(link) is not None
    move_imported(inbox, link, [(str(link), "is a link")], [link])
    assert (inbox.refused / "link" / "link").is_symlink()
    assert tree(inbox.home / "secret") == ["a.json"]


def test_a_signature_changes_with_names_sizes_and_times_and_with_nothing_else(inbox: Inbox) -> None:
    path = drop(inbox, "mine/a.json", "mine/x/b.json")
    seen = [signature_of(path)]
    drop(inbox, "mine/.hidden", "mine/c.json.part")
    assert signature_of(path) == seen[0]
    for change in (
        lambda: (path / "a.json").write_text("longer than before"),
        lambda: (path / "x" / "b.json").rename(path / "x" / "c.json"),
        lambda: (path / "x").rename(path / "y"),
        lambda: drop(inbox, "mine/y/d.json"),
    ):
        change()
        assert signature_of(path) not in seen
        seen.append(signature_of(path))


def test_what_is_not_there_yet_or_is_the_inboxs_own_is_not_dropped(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox.folder / "empty" / "too").mkdir(parents=True)
    drop(inbox, ".hidden", "a.zip.part", "done/x.json", "refused/x.json")
    assert inbox.dropped() == ({}, [])
    drop(inbox, "mine/a.json", "mine/b.json", "b.json")
    assert list(inbox.dropped().signatures) == ["b.json", "mine"]
    monkeypatch.setattr(places, "FILE_LIMIT", 1)
    assert list(inbox.dropped().signatures) == ["b.json"]
    assert "more than 1 files; import it with `belib import`" in inbox.dropped().troubles[0]


def test_a_name_that_is_no_utf8_is_told(inbox: Inbox) -> None:
    (inbox.folder / b"caf\xe9.json".decode("utf-8", "surrogateescape")).write_text("x")
    assert inbox.dropped() == ({}, ["caf\N{REPLACEMENT CHARACTER}.json has a name that is not UTF-8; rename it."])


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "/etc", "done", "refused", ".lock", "x.part", "a\0b"])
def test_only_names_in_the_inbox_itself_are_taken(inbox: Inbox, name: str) -> None:
    with pytest.raises(InboxError, match="no name of something dropped"):
        inbox.path_of(name)
