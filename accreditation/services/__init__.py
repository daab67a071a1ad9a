"""What happens: one function per verb, the only writers. Importing this package declares every action."""

from accreditation.services import (
    applying,
    appraising,
    deciding,
    decisions,
    granting,
    licences,
    listing,
    registrations,
    stopping,
    terms,
    visits,
    waiting,
)

__all__ = [
    "applying", "appraising", "deciding", "decisions", "granting", "licences", "listing", "registrations", "stopping",
    "terms", "visits", "waiting",
]  # fmt: skip
