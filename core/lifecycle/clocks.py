"""Deadlines of lifecycle records: the term of the new state gives `due_at` (lifecycles.md, "Due")."""

from typing import TYPE_CHECKING, Any

from core.clock import due
from core.clock.models import Clock

if TYPE_CHECKING:
    from core.lifecycle.actions import Act


def set_clock(row: Any, act: "Act") -> None:
    """Start the clock of the state that was entered; a self-loop leaves the running one alone."""
    if not isinstance(row, Clock) or getattr(row, "state", "") == act.source:
        return
    model: Any = type(row)
    state: str = row.state  # type: ignore[attr-defined]
    if hasattr(row, "stage_since"):
        row.stage_since = act.effective_at or act.at
    keeps = row.keeps_clock  # type: ignore[attr-defined]
    if state in model.SAME_CLOCK and act.source in model.SAME_CLOCK and row.due_at is not None:
        return
    timed = act.source in model.CLOCKS or act.source in model.SAME_CLOCK
    if state in model.PAUSES and timed and row.due_at is not None and keeps(act.source):
        due.pause(row, act.at)
        return
    if act.source in model.PAUSES and row.paused_at is not None and keeps(state):
        due.resume(row, act.at)
        return
    wanted = row.term_of_state(state)  # type: ignore[attr-defined]
    if wanted is not None:
        due.start(row, wanted, act.effective_at or act.at)
    else:
        due.stop(row)
