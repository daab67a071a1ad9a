"""Reads of the register."""

from facilities.selectors.authority import authority_on, may_admit, places, places_of, recognised_units
from facilities.selectors.register import bodies, facilities, facility

__all__ = [
    "authority_on", "bodies", "facilities", "facility", "may_admit", "places", "places_of", "recognised_units",
]  # fmt: skip
