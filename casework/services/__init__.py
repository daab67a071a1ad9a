"""What happens: one function per verb, the only writers. Importing this package declares every action."""

from casework.services import (
    assessments,
    closure,
    documents,
    emergency,
    goals,
    handover,
    intake,
    people,
    plans,
    progress,
    worklog,
)  # fmt: skip

__all__ = [
    "assessments", "closure", "documents", "emergency", "goals", "handover", "intake", "people", "plans", "progress",
    "worklog",
]  # fmt: skip
