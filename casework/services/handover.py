"""Whose case it is. While a handover is pending the supervisor answers for the case."""

from django.utils.translation import gettext_lazy as _

from casework.inputs import progress as inputs
from casework.models import Case
from casework.services import tasks
from core.lifecycle.actions import Act, action
from core.worklist import services


@action(
    Case, "reassign", label=_("Giao ca cho người khác"), form=inputs.Reassign, order=65,
    notify=lambda case, act: [case.handover_to_id, case.handover_from_id],
)  # fmt: skip
def reassign(case: Case, act: Act) -> None:
    """The receiver answers within the parameter's days; until then the supervisor is the interim owner."""
    assert act.event is not None and act.by.user is not None
    act.facts.update(to=str(case.handover_to_id), of=str(case.handover_from_id or ""))
    services.close_items(event=act.event, codes=["case.hand_again"], root_id=case.pk)
    if case.handover_from_id is not None:  # before screening nobody has any: what waits on a desk stays there
        services.reassign_items(case.pk, case.handover_from_id, act.by.user)
    services.open_item(
        "case.handover", case, event=act.event, user=case.handover_to, risk=tasks.risk_of(case),
        due_at=tasks.by_parameter("due.handover", act),
    )  # fmt: skip


def _remember_interim(case: Case, act: Act) -> None:
    act.facts.update(of=str(case.worker_id or ""))


@action(
    Case, "accept_handover", label=_("Nhận ca"), form=inputs.OptionalNote, prepare=_remember_interim, tone="main",
    order=5, notify=lambda case, act: [act.facts["of"] or None],
)  # fmt: skip
def accept_handover(case: Case, act: Act) -> None:
    """The receiver is the worker from now on, with all that is open."""
    assert act.event is not None and case.worker is not None
    services.close_items(event=act.event, codes=["case.handover"], root_id=case.pk)
    if act.facts["of"]:
        services.reassign_items(case.pk, act.facts["of"], case.worker)


@action(
    Case, "decline_handover", label=_("Không nhận ca"), form=inputs.DeclineHandover, order=6,
    notify=lambda case, act: [case.worker_id],
)  # fmt: skip
def decline_handover(case: Case, act: Act) -> None:
    """The supervisor, still the interim owner, must name somebody else."""
    assert act.event is not None
    services.close_items(event=act.event, codes=["case.handover"], root_id=case.pk, outcome="declined")
    tasks.for_worker("case.hand_again", case, act, due_at=tasks.by_parameter("due.intake", act))
