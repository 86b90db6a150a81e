"""Say once that something is away, and once that it is back."""

from collections.abc import Callable


class Outage:
    """Something that is away at times."""

    def __init__(self, say: Callable[[str], None], away: str, back: str) -> None:
        self._say, self._away, self._back = say, away, back
        self._is_said = False

    def begin(self, reason: str) -> None:
        """Say that it is away, and why, unless that was said."""
        if not self._is_said:
            self._say(f"{self._away}: {reason or 'no answer'}. Waiting.")
            self._is_said = True

    def end(self) -> None:
        """Say that it is back if it was away."""
        if self._is_said:
            self._say(self._back)
            self._is_said = False
