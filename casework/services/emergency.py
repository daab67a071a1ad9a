"""The emergency track: act first, with duties afterwards that cannot be forgotten (NĐ 335/2026 Đ.24.3; NĐ 56/2017)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.enums import Danger, LegalBasis
from casework.guards import cases as guards
from casework.inputs import intake as inputs
from casework.models import Case
from casework.selectors import staff
from casework.services import tasks
from casework.services.intake import prepare_case
from core.accounts.enums import Role
from core.accounts.models import User
from core.lifecycle.actions import Act, action
from core.worklist import services

CHILD_DANGERS = {Danger.VIOLENCE, Danger.SEXUAL, Danger.ABANDONED, Danger.TRAFFICKED, Danger.LIFE}


def prepare_emergency(case: Case, act: Act) -> None:
    """A new file when the person is not on one yet; somebody answers for it from the first minute."""
    if case._state.adding:
        act.data.setdefault("legal_basis", LegalBasis.VITAL)
        prepare_case(case, act)
    else:
        case.dangers = sorted({*case.dangers, *act.data["dangers"]})
        case.found_at = act.data.get("found_at") or case.found_at
    if case.worker_id is None:
        case.worker = act.data.get("worker") or _first_responder(case, act)


def _first_responder(case: Case, act: Act) -> User | None:
    """The opener if it works cases, else the supervisor on duty of the unit."""
    if act.by.has(Role.WORKER, Role.FACILITY):
        return act.by.user
    found = staff.supervisors_of(case.to_unit)
    return User.objects.filter(pk=found[0]).first() if found else act.by.user


def _tell(case: Case, act: Act) -> list[Any]:
    return [*staff.supervisors_of(case.owner_unit), case.worker_id]


def _duties(case: Case, act: Act) -> None:
    """What follows an emergency: safety plan, for a child in serious danger a measure, the review, the assessment."""
    assert act.event is not None
    act.facts["dangers"] = list(case.dangers)
    services.close_items(event=act.event, codes=tasks.STATE_CODES, root_id=case.pk)
    child_in_danger = case.is_child and not CHILD_DANGERS.isdisjoint(case.dangers)
    tasks.for_worker("case.safety_plan", case, act, due_at=tasks.by_parameter("due.safety_plan", act), hours=True)
    if child_in_danger:
        tasks.for_worker(
            "case.child_measure", case, act, due_at=tasks.by_parameter("due.child_measure", act), hours=True
        )
    tasks.for_worker("case.emergency_assess", case, act, due_at=tasks.by_parameter("due.emergency_assessment", act))
    tasks.for_supervisor(
        "case.review_emergency", case, act, due_at=tasks.by_parameter("due.emergency_review", act), but_not=act.by.id
    )


@action(
    Case, "emergency_open", label=_("Mở ca khẩn cấp"), form=inputs.EmergencyOpen, creates=True, tone="stop",
    prepare=prepare_emergency, guards=[guards.person_alive, guards.no_other_live_case], notify=_tell, order=60,
)  # fmt: skip
def emergency_open(case: Case, act: Act) -> None:
    """Work begins at once; the supervisor is told and reviews within a working day."""
    _duties(case, act)


def _prepare_raise(case: Case, act: Act) -> None:
    case.dangers = sorted({*case.dangers, *act.data["dangers"]})


@action(
    Case, "raise_emergency", label=_("Chuyển sang khẩn cấp"), form=inputs.RaiseEmergency, tone="stop",
    prepare=_prepare_raise, notify=_tell, order=61,
)  # fmt: skip
def raise_emergency(case: Case, act: Act) -> None:
    """A running case becomes an emergency; a hold is over."""
    assert act.event is not None
    services.close_items(event=act.event, codes=["case.resume"], root_id=case.pk)
    services.resume_items(case.pk, {})
    _duties(case, act)


@action(
    Case, "review_emergency", label=_("Xem lại việc mở khẩn cấp"), form=inputs.ReviewEmergency, tone="main",
    separation=[guards.emergency_reviewer_is_another], order=11,
)  # fmt: skip
def review_emergency(case: Case, act: Act) -> None:
    """Confirmed, or a false alarm: back to the standard track and to assessment."""
    assert act.event is not None
    act.facts["confirmed"] = act.data["confirmed"]
    services.close_items(event=act.event, codes=["case.review_emergency"], root_id=case.pk)
    if not act.data["confirmed"]:
        codes = ["case.safety_plan", "case.child_measure", "case.emergency_assess"]
        services.close_items(event=act.event, codes=codes, root_id=case.pk, outcome="cancelled")
        tasks.enter_state(case, act)
