"""How many examples Hypothesis draws: all of them in `make test-all`, a fifth while one works."""

from hypothesis import settings

THOROUGH = 100
QUICK = THOROUGH // 5


def examples(thorough: int) -> int:
    """For a test that has its own number: that number, or as large a share of it as the profile draws of others."""
    return max(1, thorough * settings.default.max_examples // THOROUGH)
