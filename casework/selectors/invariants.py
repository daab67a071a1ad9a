"""What must hold of cases, plans and persons at any moment (lifecycles.md, "Invariants"; tests/spec/invariants.csv)."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from casework.models import Case, Person, ServicePlan
from casework.models.person import IDENTITY
from casework.states.case import LIVE, CaseState
from casework.states.plan import PRE_ACTIVE, PlanState
from core.accounts.enums import Role
from core.keeping.invariants import invariant, probe
from core.keeping.sampling import some
from core.sealed import SealBroken, blind_index
from core.worklist.models import WorkItem

FOLLOW_UP = "case.follow_up"


def _live() -> QuerySet[Case]:
    return Case.objects.filter(state__in=LIVE)


def _closed() -> QuerySet[Case]:
    return Case.objects.filter(state=CaseState.CLOSED)


def _open_work() -> QuerySet[WorkItem]:
    return WorkItem.objects.filter(root_model="casework.Case", closed_at__isnull=True)


@invariant("closed_no_active_plan", _("Hồ sơ đã kết thúc không còn kế hoạch đang thực hiện hoặc đang chờ"), of=_closed)
def closed_no_active_plan() -> QuerySet[ServicePlan]:
    ended = [CaseState.CLOSED, CaseState.SCREENED_OUT, CaseState.VOID]
    return ServicePlan.objects.filter(state__in=[*PRE_ACTIVE, PlanState.ACTIVE], case__state__in=ended)


@invariant("one_live_case", _("Mỗi người chỉ có một hồ sơ đang mở trong một chương trình"), of=_live)
def one_live_case() -> QuerySet[Case]:
    other = _live().filter(person=OuterRef("person"), programme=OuterRef("programme")).exclude(pk=OuterRef("pk"))
    return _live().filter(Exists(other))


@invariant(
    "deceased_no_live_task", _("Hồ sơ kết thúc vì người được trợ giúp mất không còn việc nào phải làm"),
    of=lambda: _closed().filter(closure_code__person_gone=True),
)  # fmt: skip
def deceased_no_live_task() -> QuerySet[WorkItem]:
    gone = _closed().filter(closure_code__person_gone=True)
    return _open_work().filter(root_id__in=gone.values("pk"))


@invariant(
    "ended_no_task", _("Hồ sơ đã kết thúc, không tiếp nhận hoặc nhập nhầm không còn việc (trừ theo dõi sau kết thúc)"),
    of=lambda: Case.objects.exclude(state__in=LIVE),
)  # fmt: skip
def ended_no_task() -> QuerySet[WorkItem]:
    ended = Case.objects.exclude(state__in=LIVE)
    left = _open_work().filter(root_id__in=ended.values("pk"))
    return left.exclude(kind=FOLLOW_UP, root_id__in=_closed().values("pk")).exclude(kind="proposal.decide")


@invariant("state_has_owner", _("Hồ sơ đang mở nào cũng có người phụ trách hoặc người phải sàng lọc"), of=_live)
def state_has_owner() -> QuerySet[Case]:
    waiting = _open_work().filter(root_id=OuterRef("pk"), role=Role.SUPERVISOR)
    return _live().filter(worker__isnull=True).exclude(Exists(waiting))


@invariant("state_has_due_date", _("Hồ sơ đang mở nào cũng có hạn của việc tiếp theo"), of=_live)
def state_has_due_date() -> QuerySet[Case]:
    dated = _open_work().filter(root_id=OuterRef("pk"), due_at__isnull=False)
    return _live().filter(due_at__isnull=True, paused_at__isnull=True, resume_by__isnull=True).exclude(Exists(dated))


@invariant(
    "one_active_plan", _("Mỗi hồ sơ chỉ có một kế hoạch đang thực hiện của mỗi loại và một bản đang soạn"),
    of=lambda: ServicePlan.objects.filter(state__in=[*PRE_ACTIVE, PlanState.ACTIVE]),
)  # fmt: skip
def one_active_plan() -> QuerySet[ServicePlan]:
    active = ServicePlan.objects.filter(state=PlanState.ACTIVE)
    drafted = ServicePlan.objects.filter(state__in=PRE_ACTIVE)
    same = {"case": OuterRef("case")}
    return ServicePlan.objects.filter(
        Q(state=PlanState.ACTIVE) & Exists(active.filter(kind=OuterRef("kind"), **same).exclude(pk=OuterRef("pk")))
        | Q(state__in=PRE_ACTIVE) & Exists(drafted.filter(**same).exclude(pk=OuterRef("pk")))
    )


@invariant(
    "approver_is_another", _("Người duyệt kế hoạch không phải người lập hoặc người trình"),
    of=lambda: ServicePlan.objects.filter(approved_by__isnull=False),
)  # fmt: skip
def approver_is_another() -> QuerySet[ServicePlan]:
    return ServicePlan.objects.filter(Q(approved_by=F("submitted_by")) | Q(approved_by=F("author")))


@invariant(
    "index_where_number", _("Chỉ mục tra cứu có khi và chỉ khi có số giấy tờ"), of=Person.objects.all,
)  # fmt: skip
def index_where_number() -> QuerySet[Person]:
    # A sealed column is not filtered on by the ORM; whether it is empty may be asked.
    table = Person._meta.db_table
    return Person.objects.extra(where=[f"({table}.id_number = '') <> ({table}.id_index = '')"])  # noqa: S610


@probe("identity_index", _("Chỉ mục tra cứu đúng với số giấy tờ đã niêm phong"))
def identity_index(limit: int | None) -> Iterator[tuple[Any, bool]]:
    for person in some(Person.objects.exclude(id_index="").only("pk", "id_number", "id_index"), limit):
        try:
            yield person.pk, blind_index(person.id_number, IDENTITY) == person.id_index
        except SealBroken:
            yield person.pk, False
