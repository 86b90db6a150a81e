"""`belib alerts`: try the receivers of alerts, and show what is open now."""

import typer

from belib_platform.cli.progress import console
from belib_platform.settings import load_settings

NOBODY = "BELIB_ALERT_URLS is not set: nobody is notified."

app = typer.Typer(no_args_is_help=True, help="Alerts: try the receivers, show what is open.")


@app.command()
def test() -> None:
    """Send a test message to each receiver of BELIB_ALERT_URLS; exit code 1 unless every one took it."""
    from belib_platform.monitoring.alerts.message import Message, Origin, signature, titled
    from belib_platform.monitoring.alerts.sending import deliver
    from belib_platform.receivers import receivers

    settings = load_settings()
    tried = receivers(settings.alert_urls.get_secret_value())
    if not tried:
        console.print(NOBODY)
        raise typer.Exit(1)
    origin = Origin.of(settings)
    body = f"This is how alerts arrive; their links lead to Dagster's UI.\n\n{signature(origin)}"
    message = Message(titled(origin, "test"), body, is_good=True)
    outcomes = [deliver(receiver, message) for receiver in tried]
    for receiver, outcome in zip(tried, outcomes, strict=True):
        console.print(f"{receiver.label}: {outcome}", highlight=False)
    raise typer.Exit(0 if set(outcomes) == {"delivered"} else 1)


@app.command()
def show() -> None:
    """Print what is open now: checks and runs that failed, stale data, ticks that fail or do not come."""
    from belib_platform.cli.open_alerts import open_now
    from belib_platform.cli.session import session
    from belib_platform.monitoring.alerts.message import Origin

    settings = load_settings()
    with session(settings) as instance:
        problems = open_now(instance)
    for problem in problems:
        severity = " (warning)" if problem.is_warning else ""
        console.print(f"{problem.since:%Y-%m-%d %H:%M} UTC  {problem.title}{severity}", highlight=False, markup=False)
        console.print(f"    {problem.sentence}", highlight=False, markup=False, soft_wrap=True)
    console.print(f"{len(problems)} open on {Origin.of(settings).machine}", highlight=False, markup=False)
    if not settings.alert_urls.get_secret_value().strip():
        console.print(NOBODY)
