"""What happens to people, told once each. A story ends where its cases are to stand; weights are of ten thousand."""

from benchmarks.province.playing import STORIES
from benchmarks.province.stories import beginnings, care, emergencies, endings, referring, taking_over

__all__ = ["STORIES", "beginnings", "care", "emergencies", "endings", "referring", "taking_over"]
