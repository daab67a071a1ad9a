"""Routes under /api/v1/."""

from accreditation.api.applications import ApplicationPapers, Applications, SiteVisits
from accreditation.api.licences import Decisions, Licences, Registrations
from core.api.router import register

register("applications", Applications)
register("application-papers", ApplicationPapers)
register("site-visits", SiteVisits)
register("licences", Licences)
register("registrations", Registrations)
register("decisions", Decisions)
