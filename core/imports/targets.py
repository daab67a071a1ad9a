"""What a column can be mapped to.

A target is a field code ("name"), or "field=value" for a column of marks: an x under "Cận nghèo" means
"household_status=near_poor". An empty target means: do not read this column.
"""

from __future__ import annotations

# Row numbers: recognised so that it is neither unknown nor stored.
ORDINAL = "ordinal"


def field_of(target: str) -> str:
    """ "household_status=poor" → "household_status"."""
    return target.partition("=")[0]


def mark_of(target: str) -> str:
    """ "household_status=poor" → "poor"; "" for a plain column."""
    return target.partition("=")[2]
