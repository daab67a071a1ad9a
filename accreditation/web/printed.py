"""Which printed papers (PDF) a page may offer; each is drawn when it is opened, for whoever may read what is on it."""

from typing import Any

from django.urls import NoReverseMatch, reverse

from accreditation.models import Application, Decision, Licence, ProcedureComponent
from core.access.actor import Actor


def _paper(label: Any, route: str, pk: Any) -> list[dict[str, Any]]:
    try:
        return [{"label": label, "url": reverse(route, args=[pk])}]
    except NoReverseMatch:
        return []


def of_licence(by: Actor, row: Licence) -> list[dict[str, Any]]:
    return []


def of_decision(by: Actor, row: Decision) -> list[dict[str, Any]]:
    return []


def of_application(by: Actor, row: Application) -> list[dict[str, Any]]:
    return []


def template(row: Application, component: ProcedureComponent) -> str:
    """Where the form of a paper is downloaded, filled in for this application; "" where the paper has none."""
    return reverse("application_form", args=[row.pk, component.code]) if component.template else ""


def apology(row: Application) -> dict[str, Any] | None:
    """The letter of apology of a file that is late, where it was written."""
    return None
