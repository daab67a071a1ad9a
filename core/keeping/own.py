"""Invariants of the ground itself: work items, papers, proposals."""

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _

from core.audit.models import Event
from core.documents.models import Document
from core.keeping.invariants import invariant
from core.lifecycle.models import Proposal, ProposalState
from core.worklist.models import WorkItem


def _closed_items() -> QuerySet[WorkItem]:
    return WorkItem.objects.filter(closed_at__isnull=False)


@invariant("work_closed_by_an_event", _("Việc đã xong nào cũng do một sự kiện của nhật ký khép lại"), of=_closed_items)
def work_closed_by_an_event() -> QuerySet[WorkItem]:
    return _closed_items().exclude(Exists(Event.objects.filter(id=OuterRef("closed_by"))))


@invariant(
    "document_vouched_for", _("Mã SHA-256 của giấy tờ đúng với sự kiện lúc nộp trong nhật ký"),
    of=Document.objects.all,
)  # fmt: skip
def document_vouched_for() -> QuerySet[Document]:
    """The event is the paper's own, or that of the record which took the paper in, under the same root."""
    told = Event.objects.annotate(told=KT("data__sha256")).filter(told=OuterRef("sha256"))
    own, of_root = told.filter(subject_id=OuterRef("pk")), told.filter(root_id=OuterRef("root_id"))
    return Document.objects.exclude(Exists(own)).exclude(Exists(of_root))


@invariant(
    "proposal_awaits_somebody", _("Đề nghị chờ xác nhận nào cũng có hạn và nằm trên bàn người xác nhận"),
    of=lambda: Proposal.objects.filter(state=ProposalState.OPEN),
)  # fmt: skip
def proposal_awaits_somebody() -> QuerySet[Proposal]:
    waiting = WorkItem.objects.filter(subject_id=OuterRef("pk"), closed_at__isnull=True)
    dated = Exists(waiting.filter(due_at__isnull=False))
    return Proposal.objects.filter(state=ProposalState.OPEN).exclude(dated)
