"""The error for times outside the simulated days."""


class NotDrawnError(LookupError):
    """The instant is outside the simulated days, which the message names."""
