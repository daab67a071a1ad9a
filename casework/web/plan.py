"""One plan: goals with what is done for them, comments where they belong, and the plan's own next step."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from casework.enums import Domain, PlanKind
from casework.models import Goal, PlanAction, PlanComment, ServicePlan
from casework.selectors import case_page as reads
from casework.states.plan import EDITABLE, GOAL_OPEN, PlanState
from casework.web import links
from casework.web.actions_shown import record_box
from casework.web.case_page import PLAN_TONES, open_frame
from core.access.actor import Actor
from core.access.engine import fetch, visible
from core.access.routes import route
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.clock import due
from core.ids import new_id
from core.lifecycle.actions import find
from core.lifecycle.engine import Possibility, available
from core.web.pages import mended

JUDGING = ("achieve", "achieve_partly", "not_achieve", "drop")
TITLES = {
    PlanState.DRAFT: (gettext_lazy("Hoàn chỉnh rồi trình duyệt"), "submit"),
    PlanState.RETURNED: (gettext_lazy("Bổ sung rồi trình lại"), "submit"),
    PlanState.SUBMITTED: (gettext_lazy("Chờ duyệt"), "approve"),
    PlanState.APPROVED: (gettext_lazy("Lấy ý kiến, chữ ký của người được trợ giúp"), "agree"),
    PlanState.ACTIVE: (gettext_lazy("Thực hiện, đánh giá từng mục tiêu"), "complete"),
}


@route("record", "casework.ServicePlan")
@require_safe
def plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /ke-hoach/<uuid>/?so-sanh=<number>: the plan, beside another version of it when asked."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        row = fetch(
            by, ServicePlan, pk, within=ServicePlan.objects.select_related("author", "submitted_by", "approved_by")
        )
        frame = open_frame(by, row.case_id)
        row.case = frame.row
        log_read(by, ServicePlan, [row.pk], "view", root_id=row.case_id)
        versions = list(visible(by, ServicePlan).filter(case=row.case_id, kind=row.kind).order_by("-number"))
        goals = reads.plan_with_goals(row)
        possible = available(by, row)
        back = reverse("plan", args=[row.pk])
        comments = _comments(by, row, back)
        context = {
            "row": row, "case": frame.row, "who": frame.who, "tone": PLAN_TONES.get(PlanState(row.state), ""),
            "box": _box(row, possible, back), "domains": _by_domain(goals, row, possible, back, comments["by_goal"]),
            "comments": comments, "versions": versions, "back": back,
            "remaining": due.remaining_of(frame.row), "safety": row.kind == PlanKind.SAFETY,
            "edit_url": links.act(row, "edit", f"{back}#y-kien") if _ready(possible, "edit") else "",
            "add_goal_url": links.act_under(row, Goal, "add", f"{back}#muc-tieu") if _editable(row, possible) else "",
            "print_url": reverse("print_service_plan", args=[row.pk]),
            "returning": _returning(row, possible, back), "goal_count": len(goals),
            **_beside(by, row, goals, versions, request.GET.get("so-sanh", "")),
        }  # fmt: skip
        return render(request, "casework/plan/page.html", context)


def _box(row: ServicePlan, possible: list[Possibility], back: str) -> dict[str, Any]:
    """The next step of the plan: what is missing for it stands open, the rest under why-not."""
    hide = frozenset({"edit", "return"} if _ready(possible, "return") else {"edit"})
    box = record_box(row, possible, row.case, back, hide)
    title, main = TITLES.get(PlanState(row.state), (str(row.get_state_display()), ""))
    wanted = next((one for one in possible if one.spec.name == main), None)
    if wanted is not None and wanted.status == "missing":
        box.missing = mended(wanted.reasons, row)
        box.blocked = [one for one in box.blocked if one["label"] != wanted.spec.label]
    said = ""
    if wanted is not None and wanted.status == "not_you":
        said = " ".join(str(reason.text) for reason in wanted.reasons)
    return {
        "title": str(title), "missing": box.missing, "actions": box.actions, "blocked": box.blocked, "more": [],
        "note": said,
    }  # fmt: skip


def _ready(possible: list[Possibility], name: str) -> bool:
    return any(one.spec.name == name and one.status == "ready" for one in possible)


def _editable(row: ServicePlan, possible: list[Possibility]) -> bool:
    """Goals are written by whoever may write the plan, while it is a draft or returned."""
    return row.state in EDITABLE and _ready(possible, "edit")


def _judging(row: ServicePlan, possible: list[Possibility]) -> bool:
    """Results are written by the worker of the case (who alone may complete the plan), while it runs."""
    return row.state == PlanState.ACTIVE and any(
        one.spec.name == "complete" and one.status in ("ready", "missing") for one in possible
    )


def _by_domain(
    goals: list[Goal], row: ServicePlan, possible: list[Possibility], back: str, comments: dict[Any, Any]
) -> list[dict[str, Any]]:
    """Goals under their domains, in the order of the first goal of each; each with its buttons."""
    editable, judging = _editable(row, possible), _judging(row, possible)
    shown = [
        {
            "goal": goal, "number": number, "buttons": _goal_buttons(goal, editable, judging, back),
            "return_field": f"goal_{goal.pk.hex}", "comments": comments.get(goal.pk, []),
            "actions": [_action(one, editable, judging, f"{back}#goal-{goal.pk}") for one in goal.actions.all()],
        }
        for number, goal in enumerate(goals, 1)
    ]  # fmt: skip
    order = list(dict.fromkeys(goal.domain for goal in goals))
    return [
        {"label": Domain(code).label, "goals": [one for one in shown if one["goal"].domain == code]} for code in order
    ]


def _goal_buttons(goal: Goal, editable: bool, judging: bool, back: str) -> list[dict[str, Any]]:
    here = f"{back}#goal-{goal.pk}"
    if editable:
        return [
            {"label": _("Thêm việc"), "url": links.act_under(goal, PlanAction, "add", here)},
            {"label": _("Sửa mục tiêu"), "url": links.act(goal, "edit", here)},
        ]
    if judging and goal.state in GOAL_OPEN:
        return [{"label": find(Goal, name).label, "url": links.act(goal, name, here)} for name in JUDGING]
    return []


def _action(one: PlanAction, editable: bool, judging: bool, here: str) -> dict[str, Any]:
    url = links.act(one, "edit", here) if editable else links.act(one, "mark", here) if judging else ""
    return {"row": one, "url": url, "verb": _("Sửa việc") if editable else _("Ghi tình trạng")}


def _comments(by: Actor, row: ServicePlan, back: str) -> dict[str, Any]:
    """Comments the actor may read: those on the whole plan, and by goal; who may answer gets a form."""
    rows = list(visible(by, PlanComment).filter(plan=row).select_related("by"))
    answering = set(visible(by, PlanComment, "answer").filter(plan=row, answered_at=None).values_list("pk", flat=True))
    told = [
        {
            "row": one, "once": str(new_id()),
            "answer_url": links.act(one, "answer") if one.pk in answering else "",
            "next": f"{back}#goal-{one.goal_id}" if one.goal_id else f"{back}#gop-y",
        }
        for one in rows
    ]  # fmt: skip
    by_goal: dict[Any, list[dict[str, Any]]] = {}
    for one in told:
        by_goal.setdefault(one["row"].goal_id, []).append(one)  # type: ignore[attr-defined]
    return {"general": by_goal.pop(None, []), "by_goal": by_goal, "open": sum(one.answered_at is None for one in rows)}


def _returning(row: ServicePlan, possible: list[Possibility], back: str) -> dict[str, Any] | None:
    """What the form "return with comments" needs; its fields stand at the goals."""
    if not _ready(possible, "return"):
        return None
    return {"url": links.act(row, "return"), "version": row.version, "once": str(new_id()), "next": back}


def _beside(by: Actor, row: ServicePlan, goals: list[Goal], versions: list[ServicePlan], asked: str) -> dict[str, Any]:
    """The other version and the goals of both, side by side; nothing when it is not there."""
    other = next((one for one in versions if str(one.number) == asked and one.pk != row.pk), None)
    if other is None:
        return {"other": None, "compared": []}
    log_read(by, ServicePlan, [other.pk], "view", root_id=row.case_id)
    return {"other": other, "compared": reads.compare(goals, reads.plan_with_goals(other))}
