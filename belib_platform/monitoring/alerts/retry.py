"""When a delivery that failed is tried again."""

from datetime import datetime, timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)
"""Until a delivery that failed is tried again: doubled each time."""


class Retry(BaseModel):
    """How often the delivery of what waits has failed, and when the next one may be tried (UTC).

    The names of fields are part of a format.
    """

    model_config = ConfigDict(frozen=True)

    failures: int = 0
    next_try_at: datetime | None = None

    def may_be_tried(self, now: datetime) -> bool:
        """Whether a delivery may be tried now; no clock that was ahead can delay it for longer than 15 minutes."""
        return self.next_try_at is None or not now < self.next_try_at <= now + LONGEST_WAIT

    def failed(self, now: datetime) -> Self:
        """The same after a delivery that failed: nothing is lost, and the next try is later each time."""
        wait = min(FIRST_WAIT * 2 ** min(self.failures, 8), LONGEST_WAIT)
        return self.model_copy(update={"failures": self.failures + 1, "next_try_at": now + wait})
