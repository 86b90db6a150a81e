"""The program that serves the UI: what `dagster-webserver` does, it does too."""

import signal
from pathlib import Path

import psutil
import pytest

from belib_platform.local.ports import is_served
from belib_platform_tests.guard.served_ui import START, WAIT_S, served_ui
from belib_platform_tests.local.homes import serving

pytestmark = pytest.mark.slow


def test_a_program_may_change_what_a_foreign_page_may_not(tmp_path: Path) -> None:
    with served_ui(tmp_path) as ui:
        ui.asked(ui.stop)
        assert not ui.schedule_is_running
        ui.asked(START)
        assert ui.schedule_is_running
        reported = ui.client.post(f"{ui.url}/report_asset_materialization/thing")
        assert reported.status_code == 200
        assert ui.times_made == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_its_code_servers_and_without_a_trace(tmp_path: Path, number: signal.Signals) -> None:
    with served_ui(tmp_path) as ui:
        [server] = serving(tmp_path / "workspace.yaml")
        code_servers = server.children(recursive=True)
        assert code_servers
        server.send_signal(number)
        _, alive = psutil.wait_procs([server, *code_servers], timeout=WAIT_S)
        assert alive == []
        assert "Traceback" not in ui.log
        assert not is_served(ui.port)


def test_a_wrong_setting_is_told_and_nothing_is_served(tmp_path: Path) -> None:
    with (
        pytest.raises(AssertionError, match=r"code 2\.\n.*BELIB_ALLOWED_HOSTS: .*names of hosts"),
        served_ui(tmp_path, allowed_hosts="https://ui.example.org"),
    ):
        pass
