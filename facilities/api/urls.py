"""Routes under /api/v1/."""

from core.api.router import register, register_view
from facilities.api import occupancy, oversight, people, premises
from facilities.api import register as views

register("facilities", views.Facilities)
register("authorities", views.Authorities)
register("outside-bodies", views.Bodies)
register("buildings", premises.Buildings)
register("rooms", premises.Rooms)
register("beds", premises.Beds)
register("facility-staff", people.Staff)
register("prices", people.Prices)
register("facility-papers", people.Wallet)
register("inspections", oversight.Inspections)
register("findings", oversight.Findings)
register("incidents", oversight.Incidents)
register_view("bed-occupancy", occupancy.Occupancies)
register_view("facilities", occupancy.FacilityOccupancy, where="<uuid:pk>/occupancy/", name="facilities-occupancy")
register_view("facilities", occupancy.FacilityNorms, where="<uuid:pk>/norms/", name="facilities-norms")
