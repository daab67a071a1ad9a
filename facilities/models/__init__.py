"""The tables of the register."""

from facilities.models.body import OutsideBody
from facilities.models.facility import Authority, AuthorityGroup, Facility

__all__ = ["Authority", "AuthorityGroup", "Facility", "OutsideBody"]
