"""Parameters that several tools have. Their bounds are the read API's, whose sentence says what is wrong."""

from typing import Annotated, Literal

from pydantic import Field

AsOf = Annotated[
    str | None,
    Field(description="An instant of the past with its offset, such as 2026-01-31T18:00:00+01:00. Default: now."),
]
Weekday = Annotated[int, Field(description="Day of the week in Paris, 1 (Monday) to 7 (Sunday).")]
Hour = Annotated[
    int | None,
    Field(ge=0, le=23, description="Hour of the day in Paris, 0 to 23: 18 is from 18:00 to 19:00. Default: the best."),
]
Most = Annotated[int, Field(ge=1, le=100, description="At most so many items.")]
Days = Annotated[Literal["7", "28", "91"], Field(description="The newest so many UTC days of the history.")]
What = Annotated[
    Literal["bike", "ebike", "dock"], Field(description="Any bike, an electric bike, or a free dock to return one.")
]

WORDS = {"bike": "a bike", "ebike": "an electric bike", "dock": "a free dock"}
"""What each `what` is in a sentence."""

WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
