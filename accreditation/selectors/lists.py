"""Lists of applications and licences as each desk reads them; everything starts at `visible()`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Case, Count, F, IntegerField, Model, Q, QuerySet, Value, When
from django.utils import timezone

from accreditation.enums import (
    APPLICATION_OPEN,
    LIVING,
    WITH_AUTHORITY,
    ApplicationKind,
    ApplicationState,
)  # fmt: skip
from accreditation.models import Application, Licence
from accreditation.selectors.licences import Phase
from core.access.actor import Actor
from core.access.engine import visible
from core.accounts.enums import Role
from core.clock import due, parameters
from core.clock.calendar import Calendar
from core.folding import fold
from core.lifecycle.models import Proposal

S = ApplicationState
M = TypeVar("M", bound=Model)
_NAMES = ("facility__unit", "to_unit", "officer")
# What the authority has on its desk, whosever move it is; drafts it never sees, RETURNED waits for the applicant alone.
ON_DESK = [*WITH_AUTHORITY, S.CORRECTION, S.CONDITIONAL, S.APPEAL]
# What a head has to decide, and what it watches.
TO_DECIDE = [S.DECISION]


def own(by: Actor) -> QuerySet[Application]:
    """The applications of the actor's own facilities: the open ones first, each by what was last done to it."""
    opened = Case(When(state__in=APPLICATION_OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = visible(by, Application).filter(facility__unit__in=by.units(Role.FACILITY))
    marked = rows.select_related("facility__unit", "to_unit").annotate(ended=opened, unanswered=_unanswered())
    return marked.order_by("ended", "-updated_at", "-id")


def _unanswered() -> Count:
    """Items of the last list that the applicant has not answered."""
    return Count(
        "defects", filter=Q(defects__answered_at__isnull=True, defects__settled_at__isnull=True), distinct=True
    )


@dataclass(frozen=True)
class Filters:
    """`state` "" is what lies on the desk, "all" whatever was ever sent; `mine` "mine" or "nobody"."""

    words: str = ""
    kind: str = ""
    state: str = ""
    mine: str = ""
    due: str = ""


def queue(by: Actor, asked: Filters, now: datetime | None = None, calendar: Calendar | None = None) -> QuerySet[Any]:
    """The files at the actor's desks, the ones whose clock runs out first in front; a clock that stands still, or none,
    comes after them (`waits`)."""
    rows = visible(by, Application, "read:appraisal").select_related(*_NAMES)
    if asked.state != "all":
        rows = rows.filter(state__in=[asked.state] if asked.state else ON_DESK)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.mine == "mine":
        rows = rows.filter(officer__in=by.identities)
    elif asked.mine == "nobody":
        rows = rows.filter(officer__isnull=True)
    if asked.due in ("overdue", "today", "soon", "later", "paused"):
        rows = rows.filter(due.where(asked.due, now or timezone.now(), calendar))  # type: ignore[arg-type]
    rows = _named(rows, asked.words)
    running = Q(due_at__isnull=False, paused_at__isnull=True)
    return rows.annotate(waits=Case(When(running, then=Value(0)), default=Value(1), output_field=IntegerField()))


def counts(by: Actor, now: datetime | None = None, calendar: Calendar | None = None) -> dict[str, int]:
    """How many files on the desk stand how: one query."""
    moment, rows = now or timezone.now(), visible(by, Application, "read:appraisal").filter(state__in=ON_DESK)
    kinds = ("overdue", "today", "soon", "paused")
    found = rows.aggregate(**{kind: Count("pk", filter=due.where(kind, moment, calendar)) for kind in kinds})  # type: ignore[arg-type]
    return {kind: int(found[kind]) for kind in kinds}


def to_decide(by: Actor) -> QuerySet[Application]:
    """Files that wait for a head's decision, overdue first; `visible` by the right to approve."""
    rows = visible(by, Application, "approve").filter(state__in=TO_DECIDE)
    return rows.select_related(*_NAMES, "recommended_by").order_by(F("due_at").asc(nulls_last=True), "id")


def late(by: Actor, now: datetime | None = None) -> QuerySet[Application]:
    """Files whose term has run out before they came to the head."""
    rows = visible(by, Application, "approve").exclude(state__in=TO_DECIDE).filter(state__in=WITH_AUTHORITY)
    return rows.filter(due.where("overdue", now or timezone.now())).select_related(*_NAMES).order_by("due_at", "id")


def with_conditions(by: Actor) -> QuerySet[Application]:
    """Files approved under conditions, the first day that comes first."""
    rows = visible(by, Application, "met").filter(state=S.CONDITIONAL)
    return rows.select_related(*_NAMES).order_by("conditions_by", "id")


def appeals(by: Actor) -> QuerySet[Application]:
    """Appeals; whether this head may answer says the action itself."""
    rows = visible(by, Application, "uphold").filter(state=S.APPEAL)
    return rows.select_related(*_NAMES, "refused_by").order_by(F("due_at").asc(nulls_last=True), "id")


def proposals(by: Actor) -> QuerySet[Proposal]:
    """What officers and facilities ask this head to let happen to a licence."""
    rows = visible(by, Proposal, "confirm").filter(state="open", model=Licence._meta.label)
    return rows.select_related("proposed_by").order_by(F("due_at").asc(nulls_last=True), "id")


def noticed(by: Actor) -> QuerySet[Licence]:
    """Licences whose facility was told that a suspension is coming, for whoever decides on it."""
    rows = visible(by, Licence, "suspend").filter(noticed_at__isnull=False, state__in=LIVING).exclude(notice="")
    return rows.exclude(state="suspended").select_related("facility__unit").order_by("reply_by", "id")


def _named(rows: QuerySet[M], words: str) -> QuerySet[M]:
    """Rows of the facilities whose name holds the words, with or without their marks, or with that number."""
    if not words.strip():
        return rows
    said = Q(number__icontains=words.strip())
    if fold(words):
        said |= Q(facility__unit__name_folded__contains=fold(words))
    return rows.filter(said)


def phases(rows: Sequence[Licence], on: date | None = None) -> dict[Any, Phase]:
    """`phase_of` for many licences, with three queries however many there are."""
    dated = [row for row in rows if row.ends_on is not None]
    found = {row.pk: Phase.OPEN_ENDED for row in rows if row.ends_on is None}
    if not dated:
        return found
    day = on or timezone.localdate()
    notice = timedelta(days=parameters.calendar_days("licence.renewal_notice", day))
    grace = timedelta(days=parameters.calendar_days("licence.grace", day))
    handed_in = _renewals([row.facility_id for row in dated])
    for row in dated:
        assert row.ends_on is not None
        pending = any(at < row.ends_on for at in handed_in.get(row.facility_id, ()))
        if day < row.ends_on:
            found[row.pk] = Phase.RENEWAL_DUE if day >= row.ends_on - notice else Phase.RUNNING
        else:
            found[row.pk] = Phase.GRACE if pending and day < row.ends_on + grace else Phase.EXPIRED
    return found


def _renewals(facilities: list[Any]) -> dict[Any, list[date]]:
    """When the renewals that are being looked at were handed in, by facility."""
    states = [state for state in APPLICATION_OPEN if state not in (S.DRAFT, S.APPEAL)]
    rows = Application.objects.filter(facility__in=facilities, kind=ApplicationKind.RENEW, state__in=states)
    found: dict[Any, list[date]] = {}
    for facility, at in rows.values_list("facility_id", "first_submitted_at"):
        if at is not None:
            found.setdefault(facility, []).append(timezone.localdate(at))
    return found
