"""`perform()`: the only place where a state changes.

Inside one transaction: claim the key, lock the row (its parent first), check the right, the version, the state, the
form and the guards, transition, save, write the event, run the effect, queue what the outbox tells. Any failure leaves
nothing behind. Transitions that follow from another one go through `follow()`, under the locks of the first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from core.access import engine as access
from core.access.actor import SYSTEM, Actor
from core.audit import chain
from core.audit.models import Event
from core.errors import Blocked, Denied, Invalid, NotVisible, Reason, Stale, VersionMissing
from core.lifecycle import idempotency
from core.lifecycle.actions import Act, Action, actions_of, find
from core.lifecycle.clocks import set_clock
from core.lifecycle.fsm import NEW, Lifecycle, edges, method_of
from core.lifecycle.models import Proposal, ProposalState
from core.records import Record


@dataclass
class Outcome:
    """What came of it. `result` is the API's answer, kept with the idempotency key and given again on a repeat."""

    result: dict[str, Any]
    record: Any = None
    event: Event | None = None
    replayed: bool = False


def perform(
    target: Any,
    name: str,
    *,
    by: Actor,
    version: int | None = None,
    key: str = "",
    data: Any = None,
    files: Any = None,
    parent: Model | None = None,
    strict: bool = False,
) -> Outcome:
    """Take an action. `target` is a record, a (model, key) pair, or a model when the action creates one; `data` is what
    the action's form reads (a QueryDict or plain values); `strict` refuses fields that the form does not know.

    Raises NotVisible, Denied, VersionMissing, Stale, Blocked, Invalid or KeyReused; then nothing has happened.
    """
    model, pk = _target(target)
    spec = actions_of(model).get(name)
    if spec is None or (spec.internal and not by.is_system) or not _fits(spec, creating=pk is None):
        raise NotVisible
    try:
        with chain.unit_of_work():
            digest = idempotency.fingerprint(
                model._meta.label, pk, name, version, idempotency.content(data), idempotency.content(files),
                parent.pk if parent else None,
            )  # fmt: skip
            claim = idempotency.claim(by, key, digest)
            if claim is not None and claim.result is not None:
                return Outcome(claim.result, replayed=True)
            row = _new(spec, by, parent) if pk is None else _lock(spec, pk, by, version)
            act = Act(by=by, action=name, at=timezone.now())
            act.acting_for = _acting_for(row, by)
            if spec.two_person:
                outcome = _propose(spec, row, act, data, files, strict, parent)
            else:
                outcome = carry_out(spec, row, act, data, files, strict)
            if claim is not None:
                claim.settle(outcome.result)
            return outcome
    except IntegrityError as error:
        # The database's own constraint caught what a guard could not see: somebody else was first.
        raise Blocked([Reason("conflict", _("Vừa có thay đổi ở nơi khác. Tải lại trang rồi làm lại."))]) from error


def _target(target: Any) -> tuple[type[Model], Any]:
    if isinstance(target, tuple):
        return target
    return (target, None) if isinstance(target, type) else (type(target), target.pk)


def _fits(spec: Action, creating: bool) -> bool:
    """Whether the action makes a new record, respectively acts on one that is there; a few do both."""
    if creating:
        return spec.creates
    if not spec.creates:
        return True
    return is_transition(spec) and any(
        source != NEW for name, source, _target in edges(spec.model) if name == spec.name
    )


def _new(spec: Action, by: Actor, parent: Model | None) -> Any:
    """An unsaved row; the right to create is a right on its parent, or a duty where there is none."""
    row = spec.model()
    if parent is None:
        if not by.is_system and not access.may_create(by, spec.model, spec.name):
            raise NotVisible if not by.holdings else Denied([access.not_your_duty(spec.model, spec.name)])
        return row
    locked = _lock_row(type(parent), parent.pk)
    if not by.is_system:
        access.require(by, f"{spec.model._meta.model_name}.{spec.name}", locked)
    setattr(row, parent_field(spec.model, type(parent)), locked)
    return row


def parent_field(model: type[Model], parent: type[Model]) -> str:
    """The foreign key by which a record of `model` belongs to its parent."""
    return str(getattr(model, "LOCK_FIRST", "") or parent._meta.model_name)


def _lock_row(model: type[Model], pk: Any) -> Any:
    row: Any = model._base_manager.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise NotVisible
    if isinstance(row, Record):
        row.remember()
    return row


def _lock(spec: Action, pk: Any, by: Actor, version: int | None) -> Any:
    """The locked row with the right to act on it, in one SELECT; its parent is locked before it."""
    model = spec.model
    parent = _lock_parent(model, pk)
    rows = model._base_manager.filter(pk=pk)
    if not by.is_system:
        rows = access.with_rights(by, rows, [spec.name])
    row: Any = rows.select_for_update(of=("self",)).first()
    if row is None:
        raise NotVisible
    if not by.is_system and not getattr(row, access.mark(spec.name)):
        # Only a refusal has to know whether the record may be seen at all.
        raise Denied([access.not_your_duty(model, spec.name)]) if access.can(by, "view", row) else NotVisible
    row.remember()
    if parent is not None:
        setattr(row, model.LOCK_FIRST, parent)  # type: ignore[attr-defined]
    if by.id is not None and getattr(row, "worker_id", None) == by.id:
        row.worker = by.user  # read already
    if version is None and not by.is_system:
        raise VersionMissing
    if version is not None and version != row.version:
        raise stale(row)
    return row


def _lock_parent(model: type[Model], pk: Any) -> Any:
    """The locked record to which the one with this key belongs; None where there is none."""
    field = getattr(model, "LOCK_FIRST", "")
    if not field:
        return None
    key = model._base_manager.filter(pk=pk).values_list(f"{field}_id", flat=True).first()
    return None if key is None else _lock_row(model._meta.get_field(field).related_model, key)  # type: ignore[arg-type]


def proposed_row(proposal: Proposal) -> Any:
    """What a proposal is about, locked, its parent first; a new row under its locked parent where it makes one."""
    model = access.model_of(proposal.model)
    if proposal.subject_id is not None:
        parent = _lock_parent(model, proposal.subject_id)
        row = _lock_row(model, proposal.subject_id)
        if parent is not None:
            setattr(row, model.LOCK_FIRST, parent)  # type: ignore[attr-defined]
        return row
    row = model()
    if proposal.parent_id is not None:
        parent = _lock_row(access.model_of(proposal.parent_model), proposal.parent_id)
        setattr(row, parent_field(model, type(parent)), parent)
    return row


def stale(row: Any) -> Stale:
    last = Event.objects.filter(subject_id=row.pk).select_related("actor").order_by("-seq").first()
    who = last.actor.full_name if last and last.actor else ""
    return Stale(row.version, who, last.recorded_at if last else None)


def _acting_for(row: Any, by: Actor) -> Any:
    """The absent person in whose place the actor works, if the record is theirs."""
    worker = getattr(row, "worker_id", None)
    return worker if worker is not None and worker != by.id and worker in by.stands_for else None


def read_form(spec: Action, row: Any, act: Act, data: Any, files: Any, strict: bool) -> None:
    if spec.form is None:
        unknown = set(data or ()) if strict else set()
        cleaned: dict[str, Any] = {}
    else:
        form = spec.form(data if data is not None else {}, files, record=row, by=act.by)
        unknown = set(data or ()) - set(form.fields) if strict else set()
        if not form.is_valid() and not unknown:
            raise Invalid({name: list(errors) for name, errors in form.errors.items()})
        cleaned = form.cleaned_data
    if unknown:
        raise Invalid({name: [_("Trường này không có hoặc không được ghi.")] for name in sorted(unknown)})
    act.data = cleaned
    act.note = cleaned.get("note") or ""
    act.reason = str(cleaned.get("reason") or "")
    act.effective_at = cleaned.get("effective_at")


def carry_out(spec: Action, row: Any, act: Act, data: Any, files: Any = None, strict: bool = False) -> Outcome:
    """Check and do, with the row locked and the right already checked."""
    blocked = list(state_reasons(spec, row))
    if blocked:
        raise Blocked(blocked)
    refused = [reason for check in spec.separation for reason in check(row, act)]
    if refused:
        raise Denied(refused)
    read_form(spec, row, act, data, files, strict)
    return _do(spec, row, act)


def _do(spec: Action, row: Any, act: Act) -> Outcome:
    blocked = [reason for guard in spec.guards for reason in guard(row, act)]
    if blocked:
        raise Blocked(blocked)
    creating = row._state.adding
    moving = is_transition(spec)
    act.source = row.state if moving else ""
    if spec.prepare is not None:
        spec.prepare(row, act)
    if moving:
        getattr(row, method_of(spec.name))(act)
        set_clock(row, act)
    if not creating:
        row.version += 1
    act.event = chain.record(
        f"{row._meta.model_name}.{spec.name}", row, act.by, root_id=row.root_key,
        acting_for=act.acting_for, source=act.source, target=row.state if moving else "", version=row.version,
        reason=act.reason, data=act.facts, note=act.note, effective_at=act.effective_at, cause=act.cause,
    )  # fmt: skip
    for event in act.forerunners:  # not stored yet: the unit of work links and writes all of them at its end
        event.cause_id = act.event.id
    if moving:
        row.save(force_insert=creating)
        spec.effect(row, act)
    else:
        spec.effect(row, act)
        row.save(force_insert=creating)
    if spec.notify is not None:
        _tell(row, act, spec.notify(row, act))
    result = {
        "id": str(row.pk), "model": row._meta.label, "action": spec.name, "version": row.version,
        "event": str(act.event.id), "state": getattr(row, "state", None),
        "number": getattr(row, "number", None) or None,
    }  # fmt: skip
    return Outcome(result, row, act.event)


def follow(target: Any, name: str, act: Act, **data: Any) -> Any:
    """A transition that another one brings about: same transaction, same actor, its event names the cause. The right
    was checked on the first; the guards hold here too. `data` is taken as already cleaned. Returns the row."""
    model, pk = _target(target)
    spec = find(model, name)
    row = spec.model() if pk is None else _lock_row(model, pk)
    if pk is None:
        for field, value in data.pop("fields", {}).items():
            setattr(row, field, value)
    next_act = Act(
        by=act.by, action=name, at=act.at, data=data, cause=act.event, acting_for=act.acting_for,
        note=data.get("note", ""), reason=str(data.get("reason", "")), effective_at=act.effective_at,
    )  # fmt: skip
    blocked = list(state_reasons(spec, row))
    if blocked:
        raise Blocked(blocked)
    _do(spec, row, next_act)
    if act.event is None and next_act.event is not None:
        act.forerunners.append(next_act.event)
    return row


def is_transition(spec: Action) -> bool:
    return hasattr(getattr(spec.model, method_of(spec.name), None), "_django_fsm")


def state_reasons(spec: Action, row: Any) -> Iterable[Reason]:
    """Why the record's own state or columns do not allow the action."""
    if not is_transition(spec):
        allowed = spec.states
        if allowed and row.state not in allowed and not row._state.adding:
            yield _wrong_state(row)
        return
    meta = getattr(row, method_of(spec.name))._django_fsm
    if not meta.has_transition(row.state):
        yield _wrong_state(row)
        return
    for condition in meta.get_transition(row.state).conditions:
        if not condition(row):
            code, text, fix = getattr(condition, "reason", (condition.__name__, condition.__name__, ""))
            yield Reason(code, text, fix)


def _wrong_state(row: Any) -> Reason:
    label = row.get_state_display() if row.state != NEW else _("chưa có")
    return Reason("wrong_state", _("Hồ sơ đang ở bước “%(state)s”, không làm được việc này.") % {"state": label})


@dataclass(frozen=True)
class Possibility:
    """An action of a record as one person sees it: `status` is ready, missing, not_you or wrong_state."""

    spec: Action
    status: str
    reasons: tuple[Reason, ...] = ()

    @property
    def allowed(self) -> bool:
        return self.status == "ready"


def available(by: Actor, row: Any) -> list[Possibility]:
    """Every action of the record with what is still missing; rights are read in one SELECT."""
    specs = [s for s in actions_of(type(row)).values() if not s.internal and _fits(s, creating=False)]
    names = [spec.name for spec in specs]
    marked = access.with_rights(by, type(row)._base_manager.filter(pk=row.pk), ["view", *names]).first()
    if marked is None or not marked.may_view:
        raise NotVisible
    return sorted(
        (_possibility(spec, row, by, getattr(marked, access.mark(spec.name))) for spec in specs),
        key=lambda possibility: (possibility.spec.order, possibility.spec.name),
    )


def _possibility(spec: Action, row: Any, by: Actor, permitted: bool) -> Possibility:
    state = tuple(state_reasons(spec, row))
    if any(reason.code == "wrong_state" for reason in state):
        return Possibility(spec, "wrong_state", state)
    if not permitted:
        return Possibility(spec, "not_you", (access.not_your_duty(spec.model, spec.name),))
    act = Act(by=by, action=spec.name, at=timezone.now(), asking=True)
    refused = tuple(reason for check in spec.separation for reason in check(row, act))
    if refused:
        return Possibility(spec, "not_you", refused)
    missing = (*state, *(reason for guard in spec.guards for reason in guard(row, act))) or (*_proposed(spec, row),)
    return Possibility(spec, "missing" if missing else "ready", missing)


def _proposed(spec: Action, row: Any) -> Iterable[Reason]:
    """Why a two-person action is not proposed again: it waits for the second person already."""
    if not spec.two_person or row._state.adding:
        return
    waiting = Proposal.objects.filter(model=row._meta.label, subject_id=row.pk, action=spec.name)
    if waiting.filter(state=ProposalState.OPEN).exists():
        yield Reason("proposed", _("Việc này đã được đề nghị và đang chờ người thứ hai xác nhận."))


def _propose(spec: Action, row: Any, act: Act, data: Any, files: Any, strict: bool, parent: Model | None) -> Outcome:
    from core.lifecycle import proposals

    blocked = [*state_reasons(spec, row), *_proposed(spec, row)]
    if blocked:
        raise Blocked(blocked)
    refused = [reason for check in spec.separation for reason in check(row, act)]
    if refused:
        raise Denied(refused)
    read_form(spec, row, act, data, files, strict)
    blocked = [reason for guard in spec.guards for reason in guard(row, act)]
    if blocked:
        raise Blocked(blocked)
    proposal = proposals.open_proposal(spec, row, act, data, parent)
    result = {"proposal": str(proposal.pk), "state": proposal.state, "version": proposal.version, "action": spec.name}
    return Outcome(result, proposal, None)


def _tell(row: Any, act: Act, users: Iterable[Any]) -> None:
    from core.outbox.messages import queue_notices

    told = {user for user in users if user is not None and user != act.by.id}
    if told and act.event is not None:
        queue_notices(act.event, row.root, told)


def system_perform(target: Lifecycle, name: str, data: dict[str, Any] | None = None) -> Outcome:
    """The clock takes an action (expiry, lapse): no right, no version, all guards."""
    return perform(target, name, by=SYSTEM, data=data or {})
