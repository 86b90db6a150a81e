"""What an alert is about: something that should be true and is not."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class Problem(BaseModel):
    """One state that is open. Its key stays the same whatever run or tick shows it; instants are UTC."""

    model_config = ConfigDict(frozen=True)

    key: str
    title: str
    sentence: str
    numbers: dict[str, str] = {}
    since: datetime
    path: str
    """Where Dagster's UI shows more, below its address."""
    is_warning: bool = False
