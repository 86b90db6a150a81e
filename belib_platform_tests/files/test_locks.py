"""Locks that end with their holder."""

from pathlib import Path

import pytest

from belib_platform.files.locks import Taken, is_taken, lock, take


def test_an_exclusive_lock_keeps_others_out_until_it_is_given_back(tmp_path: Path) -> None:
    path = tmp_path / "a" / "lock"
    with lock(path), pytest.raises(Taken), lock(path, wait=False):
        pass
    assert not is_taken(path)


def test_shared_holders_share_and_keep_exclusive_ones_out(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with lock(path, shared=True) as first:
        with lock(path, shared=True, wait=False), pytest.raises(Taken):
            take(first, wait=False)
        take(first, wait=False)
        assert is_taken(path)
