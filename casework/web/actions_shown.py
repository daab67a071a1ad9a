"""What the box of the next step shows: the one main button, what is missing for it, other ready deeds, why-not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from casework.enums import WorkKind
from casework.models import Assessment, Case, ServicePlan, WorkEntry
from casework.web import links
from casework.web.next_step import Step
from core.ids import new_id
from core.lifecycle.engine import Possibility
from core.web.pages import mended, page_url


@dataclass
class WorkBox:
    """Context of the box. `missing` and `blocked` hold reasons with full addresses."""

    title: str
    status: str
    note: str = ""
    missing: list[Any] = field(default_factory=list)
    actions: list[dict[str, Any]] = field(default_factory=list)
    more: list[dict[str, Any]] = field(default_factory=list)
    blocked: list[dict[str, Any]] = field(default_factory=list)
    may_add: bool = False


# Deeds with a place of their own on the page, or made with every step.
_ELSEWHERE = {"workentry.add", "assessment.answer", "serviceplan.edit", "goal.add", "casework.goal.add"}
_LAST = {"case.void", "case.raise_emergency", "case.emergency_open", "serviceplan.cancel", "case.reassign"}
# Their form asks for nothing but a note that may be left out.
_ONE_PRESS = {"serviceplan.submit", "serviceplan.approve"}
_SHOWN = 3


def work_box(
    case: Case, step: Step, possible: Mapping[str, Possibility], plan: ServicePlan | None,
    assessment: Assessment | None, back: str,
) -> WorkBox:  # fmt: skip
    """The box of the case page; `back` is where the action pages lead back to."""
    rows: dict[str, Model | None] = {"serviceplan": plan, "assessment": assessment}

    def row_of(one: Possibility) -> Model:
        name = str(one.spec.model._meta.model_name)
        return case if one.spec.creates and one.spec.parent is Case else rows.get(name) or case

    box = WorkBox(step.title, step.status)
    box.may_add = _ready(possible.get("workentry.add"))
    if step.possibility is not None:
        box.missing = mended(step.possibility.reasons, row_of(step.possibility))
        if step.status == "waiting":
            box.note, box.missing = " ".join(str(reason.text) for reason in box.missing), []
        else:
            box.actions.append(_main(step, step.possibility, row_of(step.possibility), case, plan, assessment, back))
    others = [one for key, one in possible.items() if key != step.key and key not in _ELSEWHERE]
    ready = [_button(one, row_of(one), case, back) for one in others if one.status == "ready" and not _last(one)]
    logs = _log_buttons(case, back) if box.may_add else []
    box.actions += [*logs, *ready[: max(0, _SHOWN - len(logs))]]
    box.more = ready[max(0, _SHOWN - len(logs)) :]
    box.more += [_button(one, row_of(one), case, back) for one in others if one.status == "ready" and _last(one)]
    box.blocked = [
        {"label": one.spec.label, "reasons": mended(one.reasons, row_of(one))}
        for one in others
        if one.status in ("missing", "not_you")
    ]
    return box


def _ready(one: Possibility | None) -> bool:
    return one is not None and one.status == "ready"


def _last(one: Possibility) -> bool:
    return f"{one.spec.model._meta.model_name}.{one.spec.name}" in _LAST


def _main(
    step: Step,
    one: Possibility,
    row: Model,
    case: Case,
    plan: ServicePlan | None,
    assessment: Assessment | None,
    back: str,
) -> dict[str, Any]:
    """Ready: the deed itself. Missing: the page where what is missing is written."""
    if step.key == "serviceplan.approve" and plan is not None:
        return {"label": _("Xem và duyệt"), "url": f"/ke-hoach/{plan.pk}/", "main": True}
    if step.status == "ready":
        return {**_button(one, row, case, back), "main": True, "stop": False}
    if step.key == "assessment.lock" and assessment is not None:
        return {"label": _("Ghi tiếp đánh giá"), "url": f"/danh-gia/{assessment.pk}/", "main": True}
    if step.key.startswith("serviceplan.") and plan is not None:
        count = len(one.reasons)
        return {"label": _("Bổ sung %(n)d mục") % {"n": count}, "url": f"/ke-hoach/{plan.pk}/", "main": True}
    fix = next((reason.fix for reason in mended(one.reasons, row) if reason.fix), "")
    if fix:
        return {"label": _("Bổ sung"), "url": fix, "main": True}
    return {"label": _("Xem việc còn thiếu"), "url": f"{page_url(row)}#next", "main": True}


def _button(one: Possibility, row: Model, case: Case, back: str) -> dict[str, Any]:
    spec = one.spec
    shown: dict[str, Any] = {"label": spec.label, "main": False, "stop": spec.tone == "stop"}
    if spec.creates and spec.parent is Case:
        shown["url"] = links.act_under(case, spec.model, spec.name, "" if _leads_on(spec) else back)
        if spec.form is None:
            shown["post"] = True
            shown["fields"] = {"key": str(new_id()), "version": case.version}
        return shown
    shown["url"] = links.act(row, spec.name, back)
    if spec.form is None or f"{spec.model._meta.model_name}.{spec.name}" in _ONE_PRESS:
        shown["post"] = True
        shown["fields"] = {"key": str(new_id()), "version": getattr(row, "version", 1), "next": back}
    return shown


def _leads_on(spec: Any) -> bool:
    """What is made has a page of its own, where the work goes on."""
    return str(spec.model._meta.model_name) in {"assessment", "serviceplan", "referral"}


def _log_buttons(case: Case, back: str) -> list[dict[str, Any]]:
    return [
        {"label": _("Ghi vãng gia"), "url": links.act_under(case, WorkEntry, "add", back, kind=WorkKind.VISIT.value)},
        {"label": _("Ghi cuộc gọi"), "url": links.act_under(case, WorkEntry, "add", back, kind=WorkKind.CALL.value)},
    ]


def record_box(
    row: Model, possible: list[Possibility], case: Case, back: str, hide: frozenset[str] = frozenset()
) -> WorkBox:
    """The box on the page of a plan, an assessment, a referral: its own actions only."""
    box = WorkBox("", "")
    for one in possible:
        if one.spec.name in hide or one.status == "wrong_state":
            continue
        if one.status == "ready":
            box.actions.append(_button(one, row, case, back))
        else:
            reasons = mended(one.reasons, row)
            box.blocked.append({"label": one.spec.label, "reasons": reasons})
    main = next(
        (button for button, one in zip(box.actions, _ready_of(possible, hide), strict=True) if one.spec.tone == "main"),
        None,
    )
    if main is not None:
        main["main"] = True
    return box


def _ready_of(possible: list[Possibility], hide: frozenset[str]) -> list[Possibility]:
    return [one for one in possible if one.status == "ready" and one.spec.name not in hide]
