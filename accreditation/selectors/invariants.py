"""What must hold of applications and licences at any moment (lifecycles.md (c), (d))."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Trim, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accreditation import signing
from accreditation.enums import APPLICATION_OPEN, LIVING, DecisionKind, LicenceState
from accreditation.models import Application, Decision, Licence
from accreditation.selectors.licences import ADMITS
from core.audit.models import Event
from core.keeping.invariants import invariant, probe
from core.keeping.sampling import some
from core.lifecycle.fsm import NEW
from core.worklist.models import WorkItem
from facilities.models import Authority


def _open() -> QuerySet[Application]:
    return Application.objects.filter(state__in=APPLICATION_OPEN)


def _open_work() -> QuerySet[WorkItem]:
    return WorkItem.objects.filter(root_model="accreditation.Application", closed_at__isnull=True)


@invariant("licence_number_once", _("Số giấy phép không bao giờ được dùng lại"), of=Licence.objects.all)
def licence_number_once() -> QuerySet[Licence]:
    rows = Licence.objects.annotate(written=Upper(Trim("number")))
    return rows.filter(Exists(rows.filter(written=OuterRef("written")).exclude(pk=OuterRef("pk"))))


@invariant(
    "one_living_licence", _("Mỗi cơ sở có nhiều nhất một giấy phép còn hiệu lực"),
    of=lambda: Licence.objects.filter(state__in=LIVING),
)  # fmt: skip
def one_living_licence() -> QuerySet[Licence]:
    living = Licence.objects.filter(state__in=LIVING)
    return living.filter(Exists(living.filter(facility=OuterRef("facility")).exclude(pk=OuterRef("pk"))))


def _admitting() -> QuerySet[Licence]:
    today = timezone.localdate()
    term = Q(ends_on__isnull=True) | Q(ends_on__gt=today)
    return Licence.objects.filter(term, state__in=ADMITS, starts_on__lte=today)


def _holding_today() -> QuerySet[Authority]:
    return Authority.objects.filter(Authority.on(timezone.localdate()), facility=OuterRef("facility"))


@invariant(
    "licence_gives_authority", _("Giấy phép đang hiệu lực thì cơ sở được nhận người, không quá quy mô trong giấy phép"),
    of=_admitting,
)  # fmt: skip
def licence_gives_authority() -> QuerySet[Licence]:
    """A licence without groups allows nothing, and is no licence to admit."""
    beyond = Q(capacity__isnull=True) | Q(capacity__gt=OuterRef("capacity"))
    wider = Q(capacity__isnull=False) & Exists(_holding_today().filter(beyond))
    limited = _holding_today().filter(Q(capacity__isnull=True) | Q(capacity__gt=OuterRef("limit_capacity")))
    narrow = Q(state=LicenceState.RESTRICTED, limit_capacity__isnull=False) & Exists(limited)
    grouped = _admitting().filter(groups__isnull=False).distinct()
    return grouped.filter(~Exists(_holding_today()) | wider | narrow)


@invariant(
    "authority_follows_licence", _("Giấy phép bị đình chỉ, thu hồi hoặc đã trả thì cơ sở không còn được nhận người"),
    of=lambda: Licence.objects.exclude(state__in=ADMITS),
)  # fmt: skip
def authority_follows_licence() -> QuerySet[Licence]:
    """Where another licence of the same facility lives, that one says what holds."""
    over = [LicenceState.SUSPENDED, LicenceState.REVOKED, LicenceState.SURRENDERED]
    other = Licence.objects.filter(facility=OuterRef("facility"), state__in=LIVING).exclude(pk=OuterRef("pk"))
    held_by_it = _holding_today().filter(paper_number=OuterRef("number"))
    return Licence.objects.filter(Exists(held_by_it), state__in=over).exclude(Exists(other))


@invariant(
    "licence_has_a_decision", _("Giấy phép cấp theo hồ sơ nào thì hồ sơ đó có quyết định chấp thuận"),
    of=lambda: Licence.objects.filter(application__isnull=False),
)  # fmt: skip
def licence_has_a_decision() -> QuerySet[Licence]:
    granted = [DecisionKind.APPROVE, DecisionKind.CONDITIONAL]
    decided = Decision.objects.filter(application=OuterRef("application"), kind__in=granted)
    return Licence.objects.filter(application__isnull=False).exclude(Exists(decided))


@invariant(
    "application_decided_by_another", _("Người quyết định hồ sơ không phải người nộp, thẩm định hay đề xuất"),
    of=lambda: Application.objects.filter(decided_by__isnull=False),
)  # fmt: skip
def application_decided_by_another() -> QuerySet[Application]:
    same = Q(decided_by=F("officer")) | Q(decided_by=F("recommended_by")) | Q(decided_by=F("submitted_by"))
    return Application.objects.filter(same | Q(appeal_decided_by=F("refused_by")) | Q(officer=F("submitted_by")))


@invariant("application_has_owner", _("Hồ sơ đề nghị chưa xong nào cũng có người phải làm việc tiếp theo"), of=_open)
def application_has_owner() -> QuerySet[Application]:
    told = ["application.overdue", "application.drip"]
    return _open().exclude(Exists(_open_work().filter(root_id=OuterRef("pk")).exclude(kind__in=told)))


@invariant("application_has_due_date", _("Hồ sơ đề nghị chưa xong nào cũng có hạn"), of=_open)
def application_has_due_date() -> QuerySet[Application]:
    dated = _open_work().filter(root_id=OuterRef("pk"), due_at__isnull=False)
    return _open().filter(due_at__isnull=True).exclude(Exists(dated))


@invariant(
    "ended_application_no_task", _("Hồ sơ đề nghị đã xong không còn việc nào phải làm"),
    of=lambda: Application.objects.exclude(state__in=APPLICATION_OPEN),
)  # fmt: skip
def ended_application_no_task() -> QuerySet[WorkItem]:
    ended = Application.objects.exclude(state__in=APPLICATION_OPEN)
    return _open_work().filter(root_id__in=ended.values("pk"))


@probe("licence_signature", _("Chữ ký số trên giấy phép đúng với nội dung đã ký"))
def licence_signature(limit: int | None) -> Iterator[tuple[Any, bool]]:
    """Ed25519 signs the same text in the same way: what is printed on the licence, signed anew as on its first day,
    must give the signature that is kept."""
    for licence in some(Licence.objects.exclude(signature=""), limit):
        yield licence.pk, _signed_as_it_stands(licence)


def _signed_as_it_stands(licence: Licence) -> bool:
    first = Event.objects.filter(subject_id=licence.pk, source=NEW).order_by("seq").first()
    if first is None:
        return False
    # The event is written a moment after the signature: over midnight they bear different days.
    days = {timezone.localdate(first.recorded_at), timezone.localdate(first.recorded_at - timedelta(minutes=1))}
    texts = [signing.sign(licence, state=first.target, on=day) for day in days]
    return licence.signature in map(signing.signature_of, texts)
