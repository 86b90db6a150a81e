"""What is installed is what was locked: every file by its hash, from one registry."""

import tomllib

from belib_platform_tests.deployment.compose import ROOT


def test_every_locked_file_has_a_hash_and_comes_from_pypi() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    packages = [package for package in lock["package"] if package["source"] != {"editable": "."}]
    assert len(packages) == len(lock["package"]) - 1
    for package in packages:
        assert package["source"] == {"registry": "https://pypi.org/simple"}, package["name"]
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        assert files, package["name"]
        assert all(file["hash"].startswith("sha256:") for file in files), package["name"]
