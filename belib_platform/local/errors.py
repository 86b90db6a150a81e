"""The one error that local servers raise."""


class StoresError(Exception):
    """A local server cannot be started, joined or stopped; the message says which, why, and where to look."""
