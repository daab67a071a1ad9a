"""Whose work is what: read by the day page and the desks."""

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from core.access.actor import Actor
from core.worklist.models import Delegation, WorkItem


def mine(actor: Actor) -> Q:
    """Items given to this person (or to whom it stands in for), and those of its duties at its units."""
    condition = Q(user_id__in=actor.identities)
    for holding in actor.holdings:
        condition |= Q(user__isnull=True, unit_id=holding.unit_id, role=holding.role)
    return condition


def open_items(actor: Actor) -> QuerySet[WorkItem]:
    """Open items of the actor, the most pressing first: by due date, then by risk."""
    return WorkItem.objects.filter(mine(actor), closed_at__isnull=True).order_by(
        F("due_at").asc(nulls_last=True), "-risk", "id"
    )


def standing_in(actor: Actor) -> QuerySet[Delegation]:
    """For whom the actor does the work today, the first to come back first."""
    rows = Delegation.objects.filter(Delegation.current(timezone.localdate()), deputy_id=actor.id)
    return rows.select_related("principal").order_by("valid_to", "id")
