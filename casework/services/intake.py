"""Registration, screening, what was missing, refusal, errors, and cases that ran before the system."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.enums import LegalBasis, Programme, ReportSource
from casework.guards import cases as guards
from casework.inputs import intake as inputs
from casework.inputs.people import apply_person
from casework.models import Case, Person
from casework.selectors import staff
from casework.services import tasks
from core.accounts.enums import Role
from core.clock import due
from core.lifecycle.actions import Act, action
from core.lifecycle.numbers import next_number
from core.worklist import services

INTAKE_COLUMNS = (
    "source", "reporter", "reporter_phone", "received_at", "problem", "needs", "selection", "legal_basis", "consent_on",
    "consent_by", "wishes", "dangers", "found_at",
)  # fmt: skip


def prepare_case(case: Case, act: Act) -> None:
    """Number, person (known or new), units and what the call said; before the row is saved."""
    data = act.data
    person = data.get("person")
    if person is None:
        person = Person()
        apply_person(person, data)
        person.save(force_insert=True)
        act.facts["new_person"] = True
    case.person, case.commune = person, person.commune
    case.number = next_number("HS", act.at)
    case.programme = data.get("programme") or Programme.CASE
    case.is_child = person.is_child or case.programme == Programme.CHILD
    for name in INTAKE_COLUMNS:
        if data.get(name):
            setattr(case, name, data[name])
    case.registered_by = act.by.user
    case.registered_unit_id = act.by.home.unit_id if act.by.home else data["to_unit"].id
    case.to_unit = case.owner_unit = data["to_unit"]
    case.prior_case = Case.objects.filter(person=person, programme=case.programme).order_by("-opened_at").first()


def supervisors(case: Case, act: Act) -> list[Any]:
    return staff.supervisors_of(case.to_unit)


@action(
    Case, "register", label=_("Lưu và chuyển sàng lọc"), form=inputs.Register, creates=True, prepare=prepare_case,
    guards=[guards.person_alive, guards.no_other_live_case], notify=supervisors, order=1,
)  # fmt: skip
def register(case: Case, act: Act) -> None:
    """Tiếp nhận: the file gets its number and the clock of screening starts."""
    tasks.enter_state(case, act)


@action(
    Case, "complete_intake", label=_("Đã bổ sung"), form=inputs.CompleteIntake, states=["intake"], order=12,
)  # fmt: skip
def complete_intake(case: Case, act: Act) -> None:
    """The missing facts are there: the clock runs on and screening continues."""
    assert act.event is not None
    due.resume(case, act.at)
    services.close_items(event=act.event, codes=["case.complete_intake"], root_id=case.pk)
    services.resume_items(case.pk, {"case.screen": case.due_at})


@action(
    Case, "screen_in", label=_("Nhận vào đánh giá"), form=inputs.ScreenIn, tone="main", order=10,
    guards=[guards.duplicates_resolved, guards.no_other_live_case], notify=lambda case, act: [case.worker_id],
)  # fmt: skip
def screen_in(case: Case, act: Act) -> None:
    """Sàng lọc: group set, worker named, clock of assessment started."""
    act.facts.update(group=case.group.code if case.group else "", worker=str(case.worker_id))
    if act.data.get("over_cap"):
        act.facts["over_cap"] = True
    tasks.enter_state(case, act)


@action(
    Case, "ask_more", label=_("Yêu cầu bổ sung"), form=inputs.AskMore, order=20,
    notify=lambda case, act: [case.registered_by_id],
)  # fmt: skip
def ask_more(case: Case, act: Act) -> None:
    """What is missing goes to whoever registered; the clock of screening stands still."""
    services.pause_items(case.pk, act.at, codes=["case.screen"])
    services.open_item(
        "case.complete_intake", case, event=act.event, user=case.registered_by, risk=tasks.risk_of(case),
        due_at=tasks.by_parameter("due.intake", act),
    )  # fmt: skip


@action(
    Case, "screen_out", label=_("Không tiếp nhận"), form=inputs.ScreenOutForm, tone="stop", order=30,
    notify=lambda case, act: [case.registered_by_id],
)  # fmt: skip
def screen_out(case: Case, act: Act) -> None:
    """The reason and the advice given stand in the event; the person may ask for it to be reconsidered."""
    assert act.event is not None
    services.close_items(event=act.event, root_id=case.pk)


def _screened_by_another(case: Case, act: Act):
    from core.audit.models import Event
    from core.errors import Reason

    last = Event.objects.filter(subject_id=case.pk, verb="case.screen_out").order_by("-seq").first()
    if last is not None and last.actor_id == act.by.id:
        yield Reason("same_person", _("Người đã từ chối không tự xét lại; kiểm huấn viên khác xét."))


@action(
    Case, "reconsider", label=_("Xét lại"), form=inputs.Reconsider, separation=[_screened_by_another],
    guards=[guards.no_other_live_case], order=40,
)  # fmt: skip
def reconsider(case: Case, act: Act) -> None:
    """On appeal or new facts, by another supervisor."""
    tasks.enter_state(case, act)


@action(Case, "void", label=_("Hủy vì nhập nhầm"), form=inputs.Void, tone="stop", order=90)
def void(case: Case, act: Act) -> None:
    """Out of the counts; nothing is deleted."""
    assert act.event is not None
    services.close_items(event=act.event, root_id=case.pk, outcome="cancelled")


def prepare_take_over(case: Case, act: Act) -> None:
    data = {**act.data, "to_unit": act.data["owner_unit"]}
    act.data.update(
        to_unit=data["to_unit"], source=ReportSource.COMMUNE, legal_basis=LegalBasis.STATUTORY,
        received_at=act.data["opened_at"],
    )  # fmt: skip
    prepare_case(case, act)
    case.old_number, case.group, case.worker = data["old_number"], data.get("group"), data["worker"]
    case.registered_unit = data["owner_unit"]


@action(
    Case, "take_over", label=_("Tiếp quản ca đang chạy"), form=inputs.TakeOver, creates=True, prepare=prepare_take_over,
    confirm_by=Role.SUPERVISOR, confirm_unit=lambda case, data: data["owner_unit"],
    guards=[guards.person_alive, guards.no_other_live_case], order=2,
)  # fmt: skip
def take_over(case: Case, act: Act) -> None:
    """A case that ran before the system; its assessment is due within the parameter's days."""
    act.facts.update(old_number=case.old_number)
    tasks.for_worker("case.takeover_assess", case, act, due_at=tasks.by_parameter("due.takeover_assessment", act))
