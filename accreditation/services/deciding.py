"""The head's verbs. Each decision is written, numbered and signed; what it gives follows in the same transaction."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accreditation.enums import WITH_AUTHORITY, ApplicationState, DecisionKind
from accreditation.guards import applying
from accreditation.guards import deciding as guards
from accreditation.inputs import deciding as inputs
from accreditation.models import Application, Licence
from accreditation.selectors import procedures
from accreditation.services import application_items as items
from accreditation.services import granting
from accreditation.services.applying import freeze_days
from accreditation.services.appraising import judge_anew
from accreditation.services.decisions import decide
from accreditation.services.visits import cancel_open_visit
from core.clock import due
from core.clock.due import term_of
from core.lifecycle.actions import Act, action

S = ApplicationState


def _basis(application: Application) -> str:
    row = procedures.procedure(application.kind, procedures.day_of(application))
    return row.article if row is not None else ""


def _write(kind: DecisionKind, application: Application, act: Act, given: Any = None, **more: Any) -> None:
    made = decide(
        kind.value, application=application, licence=given if isinstance(given, Licence) else None, act=act,
        reasons=act.note, basis=_basis(application), **more,
    )  # fmt: skip
    act.facts["decision"] = made.number


def _granted(act: Act) -> dict[str, Any]:
    """What the paper says was granted, as plain values."""
    names = (
        "groups", "capacity", "starts_on", "ends_on", "conditions", "conditions_by", "limit_groups", "limit_capacity",
    )  # fmt: skip
    told = {name: act.data[name] for name in names if act.data.get(name) not in (None, "", [])}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in told.items()}


@action(
    Application, "approve", label=_("Chấp thuận"), form=inputs.Approve, separation=guards.DECIDER,
    guards=[guards.conditions_met], prepare=freeze_days, tone="main", order=10,
)  # fmt: skip
def approve(application: Application, act: Act) -> None:
    """The certificate, the licence or the dissolution follows at once."""
    given = granting.grant(application, act)
    effective = act.data.get("starts_on")
    _write(DecisionKind.APPROVE, application, act, given, effective_on=effective, facts=_granted(act))
    _ended(application, act)


def _prepare_conditional(application: Application, act: Act) -> None:
    freeze_days(application, act)
    application.conditions, application.conditions_evidence = act.data["conditions"], ""


@action(
    Application, "conditional", label=_("Chấp thuận có điều kiện"), form=inputs.Conditional,
    separation=guards.DECIDER, guards=[guards.gives_a_licence], prepare=_prepare_conditional, order=20,
)  # fmt: skip
def conditional(application: Application, act: Act) -> None:
    """A licence that is restricted until the conditions are met."""
    given = granting.grant_conditional(application, act)
    _write(DecisionKind.CONDITIONAL, application, act, given, facts=_granted(act))
    _ended(application, act)


@action(
    Application, "met", label=_("Xác nhận đã thực hiện điều kiện"), form=inputs.OptionalNote,
    separation=guards.DECIDER, guards=[applying.conditions_told], tone="main", order=10,
)  # fmt: skip
def met(application: Application, act: Act) -> None:
    """The licence holds in full."""
    given = granting.widen(application, act)
    act.facts["licence"] = given.pk if given is not None else None
    _ended(application, act)


@action(
    Application, "unmet", label=_("Không thực hiện điều kiện, từ chối"), form=inputs.Unmet, separation=guards.REFUSER,
    tone="stop", order=50,
)  # fmt: skip
def unmet(application: Application, act: Act) -> None:
    """The licence given on conditions is taken back."""
    given = granting.take_back(application, act)
    _write(DecisionKind.REFUSE, application, act, given)
    _ended(application, act)


@action(
    Application, "send_back", label=_("Trả lại chuyên viên xem lại"), form=inputs.Comment, separation=guards.DECIDER,
    order=40,
)  # fmt: skip
def send_back(application: Application, act: Act) -> None:
    items.enter_state(application, act)
    items.tell(items.desk(application), application, act)


@action(
    Application, "refuse", label=_("Từ chối"), form=inputs.Reasons, separation=guards.REFUSER, prepare=freeze_days,
    tone="stop", order=60,
)  # fmt: skip
def refuse(application: Application, act: Act) -> None:
    """With written reasons; the applicant may appeal within the window."""
    cancel_open_visit(application, act)
    _write(DecisionKind.REFUSE, application, act)
    _ended(application, act)


def _ended(application: Application, act: Act) -> None:
    items.enter_state(application, act)
    items.tell([*items.managers(application), *items.desk(application)], application, act)


@action(
    Application, "extend", label=_("Gia hạn thời gian giải quyết"), form=inputs.Extend, states=list(WITH_AUTHORITY),
    separation=guards.DECIDER, guards=[guards.not_extended], order=70,
)  # fmt: skip
def extend(application: Application, act: Act) -> None:
    """Once, with a reason the applicant reads."""
    application.extended_days = act.data["days"]
    application.clock_days = (application.legal_days or 0) + application.extended_days
    term, started = term_of(application), application.clock_started_at
    assert term is not None and started is not None  # every state of the authority has the legal clock
    application.due_at = due.end_of(started, term, paused_days=application.paused_days)
    if application.due_at > act.at:
        application.escalated_at = None
        items.close(application, act, "application.overdue", "application.apologise")
    act.facts.update(days=application.extended_days, due_at=application.due_at)
    items.move_due(application)
    _write(DecisionKind.EXTEND, application, act, facts={"days": application.extended_days})
    items.tell([*items.managers(application), *items.desk(application)], application, act)


@action(
    Application, "uphold", label=_("Giữ nguyên quyết định từ chối"), form=inputs.Reasons, separation=guards.APPEAL,
    order=20,
)  # fmt: skip
def uphold(application: Application, act: Act) -> None:
    _write(DecisionKind.UPHOLD, application, act)
    _ended(application, act)


@action(
    Application, "overturn", label=_("Hủy quyết định từ chối, xem xét lại"), form=inputs.Overturn,
    separation=guards.APPEAL, guards=[guards.somebody_anew], order=30,
)  # fmt: skip
def overturn(application: Application, act: Act) -> None:
    """Another officer looks at everything anew, and another head decides; the term begins again."""
    judge_anew(application)
    _write(DecisionKind.OVERTURN, application, act)
    act.facts["officer"] = application.officer_id
    items.enter_state(application, act)
    items.tell([*items.managers(application), *items.desk(application)], application, act)
