"""Routes under /api/v1/."""

from core.api.router import register
from facilities.api import register as views

register("facilities", views.Facilities)
register("authorities", views.Authorities)
register("outside-bodies", views.Bodies)
