"""Routes under /api/v1/."""

from core.api.router import register
from facilities.api import oversight, people, premises
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
