"""The recipe for a command in CONTRIBUTING.md, run."""

import pytest
import typer

from belib_platform.cli.help import explained
from belib_platform.settings import load_settings


def providers() -> None:
    """Say which weather services are asked for forecasts, in their order."""
    for provider in load_settings().weather_providers:
        typer.echo(provider)


def test_the_command_runs_and_its_help_shows_the_example(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BELIB_WEATHER_PROVIDER", "open_meteo")
    app = typer.Typer()
    app.callback()(lambda: None)
    app.command()(providers)
    command = explained(typer.main.get_command(app), {"": [], "providers": [""]})
    command(["providers"], prog_name="belib", standalone_mode=False)
    assert capsys.readouterr().out == "open_meteo\n"
    command(["providers", "--help"], prog_name="belib", standalone_mode=False)
    told = capsys.readouterr().out
    assert "Say which weather services are asked" in told
    assert "belib providers" in told.partition("Examples:")[2]
