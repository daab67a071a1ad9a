"""What happens: one function per verb, the only writers. Importing this package declares every action."""

from facilities.services import (
    authority,
    findings,
    incidents,
    inspections,
    listing,
    people,
    premises,
    profile,
    recognition,
    register,
    reminders,
)

__all__ = [
    "authority",
    "findings",
    "incidents",
    "inspections",
    "listing",
    "people",
    "premises",
    "profile",
    "recognition",
    "register",
    "reminders",
]
