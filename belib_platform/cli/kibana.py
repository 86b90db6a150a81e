"""`belib kibana`: the dashboards, checked without Kibana and loaded into one."""

import typer

from belib_platform.cli.progress import console
from belib_platform.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="The dashboards of the search layer, for Kibana 8.15 and later.")


@app.command()
def validate() -> None:
    """Check the dashboards against the contracts and against what Kibana 8.15 takes; exit code 1 for a problem."""
    from belib_platform.search.kibana.export import FILE
    from belib_platform.search.kibana.validate import validate as problems_of

    problems = problems_of(FILE.read_text(encoding="utf-8"))
    for problem in problems:
        console.print(str(problem), highlight=False, markup=False, soft_wrap=True)
    if problems:
        raise typer.Exit(1)
    console.print("The dashboards are sound.")


@app.command()
def push() -> None:
    """Load the dashboards into the Kibana of BELIB_KIBANA_URL, over those of the same ids."""
    from belib_platform.search.kibana.push import push as load

    settings = load_settings()
    count = load(settings.kibana_url, settings.search_prefix)
    console.print(f"Kibana has taken {count} objects.")
