"""Two-person actions: propose, confirm, refuse, lapse. Until it is confirmed nothing of the action has happened."""

import json
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access.engine import declare, model_of
from core.access.scopes import assigned, system, unit_tree, where
from core.accounts.enums import Role
from core.audit.models import Event
from core.errors import Reason
from core.lifecycle import engine, idempotency
from core.lifecycle.actions import Act, Action, ActionForm, action, find
from core.lifecycle.fields import NoteField
from core.lifecycle.models import Proposal
from core.worklist import kinds, services

KIND = "proposal.decide"
kinds.register(KIND, gettext_lazy("Xác nhận đề nghị"), gettext_lazy("Xem và xác nhận"), action="confirm", waiting=True)

_DECIDERS = (Role.SUPERVISOR, Role.HEAD, Role.STEWARD)
_DECIDE = {role: [where(unit_tree("unit"), role=role.value)] for role in _DECIDERS}
declare(
    "core.Proposal",
    {
        "view": {
            **{role: [where(unit_tree("unit"), role=role.value), assigned("proposed_by")] for role in _DECIDERS},
            Role.WORKER: [assigned("proposed_by")],
            Role.FACILITY: [assigned("proposed_by")],
            Role.INTAKE: [assigned("proposed_by")],
            Role.LICENSING: [assigned("proposed_by")],
        },
        "confirm": _DECIDE,
        "refuse": _DECIDE,
        "lapse": {Role.SYSTEM: [system()]},
    },
    fields={"view": [f.name for f in Proposal._meta.concrete_fields]},
)


class Refusal(ActionForm):
    note = NoteField(gettext_lazy("Lý do không xác nhận"))


def _kept(data: Any) -> str:
    """What the form was given, as text. A page's fields are lists, the API's are values: the form must know which."""
    kept = {"lists": isinstance(data, MultiValueDict), "fields": idempotency.content(data)}
    return json.dumps(kept, cls=DjangoJSONEncoder)


def asked(payload: str) -> Any:
    """What the form was given, as it was given."""
    kept = json.loads(payload)
    return MultiValueDict(kept["fields"]) if kept["lists"] else kept["fields"]


def open_proposal(spec: Action, row: Any, act: Act, data: Any, parent: Model | None = None) -> Proposal:
    """Store what was asked and put it on the decider's list. The caller has checked right, state, form and guards."""
    unit = spec.confirm_unit(row, act.data) if spec.confirm_unit else row.owner_unit
    proposal = Proposal(
        model=row._meta.label, subject_id=None if row._state.adding else row.pk,
        subject_version=0 if row._state.adding else row.version, action=spec.name, unit=unit, role=spec.confirm_by,
        parent_model=parent._meta.label if parent else "", parent_id=parent.pk if parent else None,
        proposed_by=act.by.user, payload=_kept(data), summary=act.note,
    )  # fmt: skip
    engine.carry_out(find(Proposal, "propose"), proposal, Act(by=act.by, action="propose", at=act.at), {})
    return proposal


def _another_person(proposal: Proposal, act: Act):
    if proposal.proposed_by_id == act.by.id:
        yield Reason("own_proposal", _("Người đề nghị không tự xác nhận được."))


def _asked_about(proposal: Proposal, act: Act) -> tuple[Action, Any, Act] | None:
    """The proposed action, its record and an act that only asks; None while it is done (then `confirm` checks under
    the lock, with what was typed) and for a record that is yet to be made."""
    if not act.asking or proposal.subject_id is None:
        return None
    model = model_of(proposal.model)
    row = model._base_manager.get(pk=proposal.subject_id)
    return find(model, proposal.action), row, Act(by=act.by, action=proposal.action, at=act.at, asking=True)


def _not_barred(proposal: Proposal, act: Act):
    """Whoever may not do the thing for reasons of their own person does not confirm it either."""
    if asked_about := _asked_about(proposal, act):
        spec, row, inner = asked_about
        for check in spec.separation:
            yield from check(row, inner)


def _still_possible(proposal: Proposal, act: Act):
    """What has come in the way since it was proposed."""
    if asked_about := _asked_about(proposal, act):
        spec, row, inner = asked_about
        yield from engine.state_reasons(spec, row)
        for guard in spec.guards:
            yield from guard(row, inner)


def _event(act: Act) -> Event:
    assert act.event is not None
    return act.event


@action(Proposal, "propose", label=gettext_lazy("Đề nghị"), creates=True, internal=True)
def propose(proposal: Proposal, act: Act) -> None:
    services.open_item(KIND, proposal, event=act.event, unit=proposal.unit, role=proposal.role, due_at=proposal.due_at)


@action(
    Proposal, "confirm", label=gettext_lazy("Xác nhận"), separation=[_another_person, _not_barred],
    guards=[_still_possible], tone="main", order=10,
)  # fmt: skip
def confirm(proposal: Proposal, act: Act) -> None:
    """The action happens now, in this transaction, with today's guards; if they no longer hold, nothing happens."""
    spec = find(model_of(proposal.model), proposal.action)
    row = engine.proposed_row(proposal)
    inner = Act(by=act.by, action=spec.name, at=act.at, cause=act.event)
    inner.facts["proposed_by"] = str(proposal.proposed_by_id)
    outcome = engine.carry_out(spec, row, inner, asked(proposal.payload))
    proposal.result_id = UUID(outcome.result["id"])
    proposal.save(update_fields=["result_id"])
    services.close_items(event=_event(act), subject_id=proposal.pk)


@action(Proposal, "refuse", label=gettext_lazy("Không xác nhận"), form=Refusal, separation=[_another_person], order=20)
def refuse(proposal: Proposal, act: Act) -> None:
    services.close_items(event=_event(act), subject_id=proposal.pk, outcome="refused")


@action(Proposal, "lapse", label=gettext_lazy("Hết hạn"), internal=True)
def lapse(proposal: Proposal, act: Act) -> None:
    services.close_items(event=_event(act), subject_id=proposal.pk, outcome="lapsed")
