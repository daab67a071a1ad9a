"""What happens: one function per verb, the only writers. Importing this package declares every action."""

from accreditation.services import decisions, granting, licences, registrations, stopping, terms

__all__ = ["decisions", "granting", "licences", "registrations", "stopping", "terms"]
