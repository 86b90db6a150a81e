"""A file of watches is read, or refused in a sentence that names the file, the watch and the rule."""

import re
from pathlib import Path

import pytest

from belib_platform.watching.watch import BikeWatch, ChargePointWatch
from belib_platform.watching.watch_file import WatchFileError, read_watches
from belib_platform_tests.monitoring.alerts.receiving import CANARY

RECEIVER = f'receiver = "json://user:{CANARY}@localhost/{CANARY}"'
GOOD = f'[[watch]]\nname = "Bastille"\nnetwork = "belib"\nnear = "48.8532, 2.3692"\n{RECEIVER}\n'

FILE = f"""
[[watch]]
name = "Bastille"
network = "belib"
near = "48.8532,2.3692"
radius_m = 300
power_min = 22
at_least = 1
of = "free"
{RECEIVER}

[[watch]]
name = "Work"
network = "velib"
station = "11001"
of = "docks"
at_least = 3
{RECEIVER}
"""


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "watches.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_watches_of_both_networks_are_read_and_show_no_receiver(tmp_path: Path) -> None:
    one, other = read_watches(written(tmp_path, FILE))
    assert isinstance(one, ChargePointWatch)
    assert (one.name, one.where, one.called(2)) == (
        "Bastille",
        "within 300 m of 48.8532,2.3692",
        "free charge points of 22 kW or more",
    )
    assert isinstance(other, BikeWatch)
    assert (other.where, other.called(1), other.called(3)) == ("at station 11001", "free dock", "free docks")
    assert other.told.url == f"json://user:{CANARY}@localhost/{CANARY}"
    assert CANARY not in repr([one, other, one.told]) + one.fingerprint


def test_whoever_asks_or_tells_otherwise_has_another_fingerprint(tmp_path: Path) -> None:
    texts = [GOOD, f"{GOOD}at_least = 2", GOOD.replace("2.3692", "2.3693"), GOOD.replace("localhost", "elsewhere")]
    found = [read_watches(written(tmp_path, text))[0].fingerprint for text in texts]
    assert len(set(found)) == len(texts)
    assert read_watches(written(tmp_path, GOOD.replace("48.8532, ", "48.8532,")))[0].fingerprint == found[0]


ONE_RECEIVER = "watch Bastille: receiver: should be one URL that apprise can read"

WRONG = {
    "": "it has no [[watch]]",
    f"x = {'[' * 3000}": "it has values that are nested too deeply",
    f"x = {'{x = ' * 3000}": "it has values that are nested too deeply",
    "watch = []": "it has no [[watch]]",
    "[watch]\nname = 'x'": "it has no [[watch]]",
    f"{GOOD}\n[other]": "there is no key other",
    "watch = [1]": "watch number 1: ",
    f"[[watch]\n{RECEIVER}": "it has a fault in its TOML at line 1, column 8",
    f"{RECEIVER} {RECEIVER}": "it has a fault in its TOML at line 1, column ",
    f"{GOOD}radius = 3": "watch Bastille: there is no key radius",
    f"{GOOD}radius_m = 0": "watch Bastille: radius_m: Input should be greater than or equal to 1",
    f"{GOOD}radius_m = '300'": "watch Bastille: radius_m: Input should be a valid integer",
    f"{GOOD}at_least = true": "watch Bastille: at_least: Input should be a valid integer",
    f"{GOOD}power_min = nan": "watch Bastille: power_min: Input should be ",
    f"{GOOD}of = 'bikes'": "watch Bastille: of: Input should be 'free'",
    f"{GOOD}station = 'x'": "watch Bastille: a watch has either near or station",
    GOOD.replace("near", "#"): "watch Bastille: a watch has either near or station",
    GOOD.replace(
        "near = ", "radius_m = 3\nstation = "
    ): "watch Bastille: station contains what a station cannot contain",
    GOOD.replace('near = "48.8532, 2.3692"', "radius_m = 3\nstation = 'x'"): "watch Bastille: radius_m belongs to near",
    GOOD.replace("48.8532, ", ""): "watch Bastille: near: should be latitude,longitude in degrees",
    GOOD.replace("48.8532", "98.8532"): "watch Bastille: near: is not within the degrees of WGS 84",
    GOOD.replace("belib", "metro"): 'watch Bastille: network should be "belib" or "velib"',
    GOOD.replace("network", "#"): 'watch Bastille: network should be "belib" or "velib"',
    GOOD.replace("belib", "velib") + "power_min = 7": "watch Bastille: there is no key power_min",
    GOOD.replace("name", "#"): "watch number 1: name is missing",
    GOOD.replace("Bastille", "a\\nb"): "watch number 1: name contains what a name cannot contain",
    GOOD.replace("Bastille", ""): "watch number 1: name: String should have at least 1 character",
    GOOD.replace("receiver", "#"): "watch Bastille: receiver is missing",
    GOOD.replace("json://", "nosuch://"): ONE_RECEIVER,
    GOOD.replace("json://", ""): ONE_RECEIVER,
    GOOD.replace("json://", "json://a json://"): ONE_RECEIVER,
    GOOD + GOOD: "watch Bastille: 2 watches have this name",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence_without_its_receivers(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(WatchFileError, match=f"^{re.escape(f'{path}: {WRONG[text]}')}.*[.]$") as refused:
        read_watches(path)
    assert CANARY not in f"{refused.value}{refused.value.__cause__}{refused.value.__context__}"


def test_a_mark_that_editors_on_windows_begin_a_file_with_is_no_fault(tmp_path: Path) -> None:
    text = GOOD.replace("\n", "\r\n")
    assert read_watches(written(tmp_path, f"\ufeff{text}")) == read_watches(written(tmp_path, text))


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, f"{GOOD}at_least = 0\nradius_m = 0\n{GOOD.replace('Bastille', 'Nation')}x = 1")
    with pytest.raises(WatchFileError) as refused:
        read_watches(path)
    assert [part.partition(":")[0] for part in str(refused.value).removeprefix(f"{path}: ").split("; ")] == [
        "watch Bastille",
        "watch Bastille",
        "watch Nation",
    ]


def test_a_file_of_other_bytes_or_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WatchFileError, match="bytes that are not UTF-8"):
        read_watches(written(tmp_path, b"\xff"))
    with pytest.raises(OSError, match="No such file"):
        read_watches(tmp_path / "nowhere.toml")
