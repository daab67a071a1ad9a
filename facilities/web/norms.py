"""Định mức: what the law asks of a facility, met or how far off, as a panel for its pages.

context["norms"] = norms_panel(facility)
{% include "facilities/norms_panel.html" %}
"""

from datetime import date
from typing import Any

from django.utils import timezone

from facilities.models import Facility
from facilities.selectors.norms import NormResult, check


def norms_panel(facility: Facility, on: date | None = None, clients: int | None = None) -> dict[str, Any]:
    """`rows` of every norm with its verdict, and how many are met, unmet, and not to be judged for want of data."""
    day = on or timezone.localdate()
    results = check(facility, day, clients)
    asked = [row for row in results if row.applies]
    return {
        "day": day, "rows": [_row(row) for row in asked],
        "met": sum(row.met is True for row in asked), "unmet": sum(row.met is False for row in asked),
        "unknown": sum(row.met is None for row in asked), "asked": len(asked),
        "not_asked": [row for row in results if not row.applies],
    }  # fmt: skip


def _row(result: NormResult) -> dict[str, Any]:
    shape, tone = {True: ("✓", "ok"), False: ("✗", "warn"), None: ("?", "")}[result.met]
    return {"result": result, "shape": shape, "tone": tone}
