"""Where a browser that shows Dagster's UI finds the exported files."""

PREFIX = "/exports"
"""Path of the folder of exports on the host of the UI, which its guard serves."""


def link(path: str) -> str:
    """The address of a file by its path below the folder of exports, on whatever host the UI is."""
    return f"{PREFIX}/{path}"
