"""The words as they hold on a day. Reference data: everybody who is signed in may read it."""

from datetime import date

from .models import ClientGroup, ClosureCode, DatedQuerySet, ServiceType


def client_groups(on: date | None = None) -> DatedQuerySet:
    """Groups that a person may be put in on that day, today by default."""
    return ClientGroup.objects.on(on)


def client_group(code: str, on: date | None = None) -> ClientGroup | None:
    """The group of that code as the law had it on that day; None if it had no such group."""
    return ClientGroup.objects.on(on).filter(code=code).order_by("-valid_from").first()


def service_types(on: date | None = None, domain: str | None = None) -> DatedQuerySet:
    rows = ServiceType.objects.on(on)
    return rows.filter(domain=domain) if domain else rows


def closure_codes(on: date | None = None) -> DatedQuerySet:
    """In the order of the law: a, b, c, d, đ, e, …"""
    return ClosureCode.objects.on(on)
