"""`belib kibana`: check the dashboards, and load them into Kibana."""

import typer

from belib_platform.cli.progress import console
from belib_platform.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="Check the Kibana dashboards, and load them into Kibana 8.15 or later.")


@app.command()
def validate() -> None:
    """Check that the dashboards match the indices and that Kibana 8.15 can import them. Exits with 1 otherwise."""
    from belib_platform.search.kibana.export import FILE
    from belib_platform.search.kibana.validate import validate as problems_of

    problems = problems_of(FILE.read_text(encoding="utf-8"))
    for problem in problems:
        console.print(str(problem), highlight=False, markup=False, soft_wrap=True)
    if problems:
        raise typer.Exit(1)
    console.print("The dashboards are valid.")


@app.command()
def push() -> None:
    """Load the dashboards into the Kibana of BELIB_KIBANA_URL. Overwrites dashboards with the same ids."""
    from belib_platform.search.kibana.push import push as load

    settings = load_settings()
    count = load(settings.kibana_url, settings.search_prefix)
    console.print(f"Loaded {count} objects into Kibana.")
