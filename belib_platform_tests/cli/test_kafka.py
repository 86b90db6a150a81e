"""`belib kafka` without what it needs."""

import os
from pathlib import Path

from belib_platform_tests.cli.conftest import Belib


def test_without_a_kafka_it_says_which_setting_names_one(belib: Belib) -> None:
    refused = belib("kafka")
    assert refused.returncode == 1
    assert "BELIB_KAFKA_URL is not set." in refused.stderr


def test_without_its_package_it_says_what_to_install(fresh_belib: Belib, tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    absent.mkdir()
    text = "raise ModuleNotFoundError('No module named confluent_kafka', name='confluent_kafka')\n"
    (absent / "confluent_kafka.py").write_text(text, encoding="utf-8")
    path = os.pathsep.join(filter(None, [str(absent), os.environ.get("PYTHONPATH")]))
    refused = fresh_belib("kafka", BELIB_KAFKA_URL="127.0.0.1:9092", PYTHONPATH=path)
    assert refused.returncode == 1
    assert "pip install belib-platform[kafka]" in refused.stderr
    assert "Traceback" not in refused.stderr
