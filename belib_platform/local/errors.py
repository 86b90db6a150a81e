"""The error of local servers."""


class StoresError(Exception):
    """A store cannot be started, used or stopped; the message says which one and why."""
