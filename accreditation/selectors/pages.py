"""What the pages of one application read beside its dossier."""

from datetime import datetime

from accreditation.models import Application, Decision, Defect, SiteVisit
from core.access.actor import Actor
from core.access.engine import visible


def visits_of(application: Application) -> tuple[bool, datetime | None]:
    """Whether a visit was planned (and not called off), and when the last one took place."""
    rows = SiteVisit.objects.filter(application=application, cancelled_at__isnull=True)
    held = list(rows.values_list("held_at", flat=True))
    return bool(held), max((at for at in held if at is not None), default=None)


def defects_of(application: Application) -> list[Defect]:
    """All that was ever found, in the order of the lists."""
    return list(Defect.objects.filter(application=application))


def decisions_of(by: Actor, application: Application) -> list[Decision]:
    """The written decisions that this reader may read, the newest first."""
    rows = visible(by, Decision).filter(application=application).select_related("signed_by", "unit")
    return list(rows.order_by("-signed_on", "-created_at"))
