"""The tables of the register."""

from facilities.models.body import OutsideBody
from facilities.models.facility import Authority, AuthorityGroup, Facility
from facilities.models.norms import ChecklistItem, Norm
from facilities.models.oversight import Finding, Incident, Inspection, InspectionAnswer, InspectionMember
from facilities.models.people import ClientCount, PriceItem, StaffMember, WalletPaper
from facilities.models.premises import Bed, Building, FacilityModel, Occupancy, Room

__all__ = [
    "Authority", "AuthorityGroup", "Bed", "Building", "ChecklistItem", "ClientCount", "Facility", "FacilityModel",
    "Finding", "Incident", "Inspection", "InspectionAnswer", "InspectionMember", "Norm", "Occupancy", "OutsideBody",
    "PriceItem", "Room", "StaffMember", "WalletPaper",
]  # fmt: skip
