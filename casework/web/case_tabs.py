"""The other tabs of the case page; each gives its part of the context and logs what it is about to show."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.enums import WorkKind
from casework.models import Assessment, Case, ServicePlan, WorkEntry
from casework.selectors import timeline
from casework.selectors.case_page import creatable
from casework.states.case import CaseState
from casework.web import links
from core import hooks
from core.access.actor import Actor
from core.access.engine import can, require, visible
from core.audit.models import ReadLog
from core.audit.reads import log_read
from core.documents.models import Document
from core.documents.selectors import documents_of, withdrawable

SIZE = 30


def assessments(request: HttpRequest, by: Actor, row: Case, may: frozenset[str]) -> dict[str, Any]:
    """Tab "Đánh giá": every version, the newest first."""
    rows = list(visible(by, Assessment).filter(case=row).select_related("author", "tool").order_by("-number"))
    log_read(by, Assessment, [one.pk for one in rows], "view", root_id=row.pk)
    return {"rows": rows, "start": _start(by, row, "assessment.draft")}


def plans(request: HttpRequest, by: Actor, row: Case, may: frozenset[str]) -> dict[str, Any]:
    """Tab "Kế hoạch": every version, the newest first."""
    rows = visible(by, ServicePlan).filter(case=row).select_related("author", "approved_by").prefetch_related("goals")
    found = list(rows.order_by("-number"))
    log_read(by, ServicePlan, [one.pk for one in found], "view", root_id=row.pk)
    pairs = [
        {"plan": one, "against": found[at + 1].number if at + 1 < len(found) else None} for at, one in enumerate(found)
    ]
    return {
        "pairs": pairs,
        "starts": [_start(by, row, f"serviceplan.{name}") for name in ("draft", "revise", "safety_plan")],
    }


def _start(by: Actor, row: Case, key: str) -> dict[str, Any] | None:
    """The button that makes a new one, where that is possible now."""
    from core.ids import new_id

    one = creatable(by, row).get(key)
    if one is None or one.status != "ready":
        return None
    action = {
        "label": one.spec.label,
        "url": links.act_under(row, one.spec.model, one.spec.name),
        "post": one.spec.form is None,
    }
    return {**action, "fields": {"key": str(new_id()), "version": row.version}} if action["post"] else action


def services(request: HttpRequest, by: Actor, row: Case, may: frozenset[str]) -> dict[str, Any]:
    """Tab "Dịch vụ": the work log, corrected entries struck through, with buttons for what is written most."""
    rows = visible(by, WorkEntry).filter(case=row).select_related("by", "corrected_by", "plan_action")
    start = _key(request.GET.get("truoc", ""))
    if start is not None:
        rows = rows.filter(Q(at__lt=start[0]) | Q(at=start[0], id__lt=start[1]))
    found = list(rows.order_by("-at", "-id")[: SIZE + 1])
    shown = found[:SIZE]
    log_read(by, WorkEntry, [one.pk for one in shown], "view", root_id=row.pk)
    base = reverse("case_tab", args=[row.pk, "dich-vu"])
    add = creatable(by, row).get("workentry.add")
    kinds = [
        WorkKind.VISIT,
        WorkKind.CALL,
        WorkKind.COUNSELLING,
        WorkKind.CONFERENCE,
        WorkKind.SERVICE,
        WorkKind.MEETING,
    ]
    return {
        "entries": [
            {
                "line": timeline.entry_line(one), "entry": one,
                "correct": links.act(one, "correct", base) if _may_correct(by, one) else "",
            }
            for one in shown
        ],
        "adds": [
            {"label": kind.label, "url": links.act_under(row, WorkEntry, "add", base, kind=kind.value)}
            for kind in kinds
        ] if add is not None and add.status == "ready" else [],
        "more_url": _older(base, shown[-1].at, shown[-1].pk) if len(found) > SIZE else "",
    }  # fmt: skip


def _may_correct(by: Actor, entry: WorkEntry) -> bool:
    return entry.by_id in by.identities and getattr(entry, "corrected_by", None) is None


def _older(base: str, at: datetime, pk: UUID) -> str:
    return (
        f"{base}?truoc={timezone.localtime(at, timezone.get_default_timezone()).isoformat().replace('+', '%2B')}~{pk}"
    )


def _key(text: str) -> tuple[datetime, UUID] | None:
    moment, _tilde, pk = text.partition("~")
    try:
        at = datetime.fromisoformat(moment)
        return (at if timezone.is_aware(at) else timezone.make_aware(at)), UUID(pk)
    except ValueError:
        return None


def referrals(request: HttpRequest, by: Actor, row: Case, may: frozenset[str]) -> dict[str, Any]:
    """Tab "Chuyển tuyến": rows that the app of referrals gives: {number, url, target, what, state, tone, at}."""
    key = "referral.draft"
    one = creatable(by, row).get(key)
    start = links.act_under(row, one.spec.model, one.spec.name) if one is not None and one.status == "ready" else ""
    reasons = one.reasons if one is not None and one.status == "missing" else ()
    return {"rows": hooks.ask("case.referral_rows", by, row), "start_url": start, "reasons": reasons}


def papers(request: HttpRequest, by: Actor, row: Case, may: frozenset[str]) -> dict[str, Any]:
    """Tab "Giấy tờ": what can be printed from the file, and the papers that were put into it."""
    filed = list(documents_of(by, row))
    log_read(by, Document, [one.pk for one in filed], "view", root_id=row.pk)
    add = reverse("act_under", args=["casework", "case", row.pk, "documents", "document", "upload"])
    back = reverse("case_tab", args=[row.pk, "giay-to"])
    for paper in withdrawable(by, filed):
        paper.withdraw_url = links.act(paper, "withdraw", back)  # type: ignore[attr-defined]
    uploads: dict[str, Any] = {
        "filed": filed, "reads_all": "read:narrative" in may,
        "add_url": f"{add}?next={back}" if can(by, "document.upload", row) else "",
    }  # fmt: skip
    if "read:narrative" not in may:
        return {"papers": [], **uploads}
    found = [{"label": _("Phiếu tiếp nhận"), "note": row.number, "url": reverse("print_intake_sheet", args=[row.pk])}]
    for plan in visible(by, ServicePlan).filter(case=row).order_by("-number"):
        label = _("Kế hoạch trợ giúp bản %(number)s") % {"number": plan.number}
        found.append(
            {"label": label, "note": plan.get_state_display(), "url": reverse("print_service_plan", args=[plan.pk])}
        )
    if row.state == CaseState.CLOSED:
        url = reverse("print_closure_decision", args=[row.pk])
        found.append({"label": _("Quyết định kết thúc"), "note": row.decision_number, "url": url})
    return {"papers": found, **uploads}


CLASSES = {
    "view": gettext_lazy("thông tin chung"),
    "read:narrative": gettext_lazy("sự việc, ghi chép"),
    "read:reporter": gettext_lazy("người báo tin"),
    "read:safe_address": gettext_lazy("nơi gặp, nơi ở được giữ kín"),
    "read:history": gettext_lazy("dòng thời gian"),
    "read:readers": gettext_lazy("ai đã xem"),
    "read:identity": gettext_lazy("số giấy tờ"),
    "read:contact": gettext_lazy("địa chỉ, điện thoại"),
    "read:health": gettext_lazy("sức khỏe"),
    "read:packet": gettext_lazy("gói thông tin chuyển tuyến"),
    "read:file": gettext_lazy("nội dung chuyển tuyến"),
    "read:outcome": gettext_lazy("kết quả chuyển tuyến"),
    "match": gettext_lazy("đối chiếu trùng"),
    "print": gettext_lazy("bản in"),
    "file": gettext_lazy("tệp giấy tờ"),
}
MODELS = {
    "casework.Case": gettext_lazy("Hồ sơ"),
    "casework.Person": gettext_lazy("Người được trợ giúp"),
    "casework.Contact": gettext_lazy("Người thân, liên hệ"),
    "casework.Assessment": gettext_lazy("Đánh giá"),
    "casework.ServicePlan": gettext_lazy("Kế hoạch"),
    "casework.WorkEntry": gettext_lazy("Ghi chép công việc"),
    "casework.Household": gettext_lazy("Hộ gia đình"),
    "documents.Document": gettext_lazy("Giấy tờ"),
    "core.Proposal": gettext_lazy("Đề nghị"),
    "referrals.Referral": gettext_lazy("Chuyển tuyến"),
}


def readers(request: HttpRequest, by: Actor, row: Case, may: frozenset[str]) -> dict[str, Any]:
    """Tab "Ai đã xem": the read log of the case, the newest first."""
    require(by, "read:readers", row)
    log_read(by, Case, [row.pk], "read:readers", root_id=row.pk, purpose="oversight")
    rows = ReadLog.objects.filter(root_id=row.pk).select_related("actor", "unit")
    start = _key(request.GET.get("truoc", ""))
    if start is not None:
        rows = rows.filter(Q(at__lt=start[0]) | Q(at=start[0], id__lt=start[1]))
    found = list(rows.order_by("-at", "-id")[: SIZE + 1])
    shown = found[:SIZE]
    base = reverse("case_tab", args=[row.pk, "ai-da-xem"])
    return {
        "reads": [
            {
                "at": one.at, "who": one.actor, "unit": one.unit, "denied": one.denied, "count": len(one.ids),
                "what": MODELS.get(one.model, one.model), "part": CLASSES.get(one.field_class, one.field_class),
            }
            for one in shown
        ],
        "more_url": _older(base, shown[-1].at, shown[-1].pk) if len(found) > SIZE else "",
    }  # fmt: skip
