"""Asking for a time that was not drawn."""


class NotDrawnError(LookupError):
    """The instant lies outside the days that were drawn; the message says which those are."""
