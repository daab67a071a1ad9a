"""Whose work is what: read by the day page and the desks."""

from functools import reduce
from operator import or_

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from core.access.actor import Actor
from core.worklist.models import Delegation, WorkItem


def _parts(actor: Actor) -> list[Q]:
    """Items given to this person (or to whom it stands in for), and those of each of its duties at its units."""
    duties = [Q(user__isnull=True, unit_id=held.unit_id, role=held.role) for held in actor.holdings]
    return [Q(user_id__in=actor.identities), *duties]


def mine(actor: Actor) -> Q:
    """Items of this person and of its duties."""
    return reduce(or_, _parts(actor))


def open_items(actor: Actor) -> QuerySet[WorkItem]:
    """Open items of the actor, the most pressing first: by due date, then by risk. Each part is read by an index of its
    own; of their OR, SQLite reads every open item."""
    live = WorkItem.objects.filter(closed_at__isnull=True)
    first, *more = [live.filter(part).values("pk") for part in _parts(actor)]
    return live.filter(pk__in=first.union(*more) if more else first).order_by(
        F("due_at").asc(nulls_last=True), "-risk", "id"
    )


def standing_in(actor: Actor) -> QuerySet[Delegation]:
    """For whom the actor does the work today, the first to come back first."""
    rows = Delegation.objects.filter(Delegation.current(timezone.localdate()), deputy_id=actor.id)
    return rows.select_related("principal").order_by("valid_to", "id")
