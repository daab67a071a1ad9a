"""One box finds people and cases: name without marks, number, old number, number of an identity paper."""

from typing import Any

from django.db.models import QuerySet

from casework.models import Case, Person
from casework.models.person import IDENTITY
from casework.selectors.caseload import for_list, named
from core.access.actor import Actor
from core.access.engine import may_create, visible
from core.sealed import blind_index

MOST = 50
MATCHES = 5


def cases_named(by: Actor, text: str) -> list[Case]:
    """Visible cases, the ones that run first."""
    return _listed(visible(by, Case).filter(named(text)))


def cases_of_identity(by: Actor, number: str) -> list[Case]:
    """Visible cases of whoever has this number."""
    return _listed(visible(by, Case).filter(person__id_index=blind_index(number, IDENTITY)))


def _listed(rows: QuerySet[Case]) -> list[Case]:
    """Chosen first and joined afterwards: a frequent name is that of tens of thousands."""
    order = ("closed_at", "-opened_at", "pk")
    chosen = rows.order_by(*order).values("pk")[:MOST]
    return list(for_list(Case.objects.filter(pk__in=chosen)).order_by(*order))


def people_of_identity(by: Actor, number: str, shown: set[Any]) -> list[Person]:
    """People on file with this number whose cases this person may not see: that they are known, nothing more."""
    if not may_create(by, Person, "match"):
        return []
    rows = Person.objects.filter(id_index=blind_index(number, IDENTITY), merged_into__isnull=True).exclude(pk__in=shown)
    return list(rows.select_related("commune").order_by("pk")[:MATCHES])
