"""What narrows, stops, ends and restores a licence (NĐ 103/2017/NĐ-CP Đ.32). Each deed is a written decision, and the
facility's authority follows in the same transaction."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from accreditation.enums import LIVING, DecisionKind, LicenceState, RevokeReason
from accreditation.guards import licences as guards
from accreditation.inputs import licences as inputs
from accreditation.models import Decision, Licence
from accreditation.selectors.licences import residents
from accreditation.services import authority, decisions
from accreditation.services import licence_items as items
from core.accounts.enums import Role
from core.clock import due, parameters
from core.hooks import ask
from core.lifecycle.actions import Act, action
from core.lifecycle.engine import follow

IN_FORCE = [LicenceState.ACTIVE, LicenceState.RESTRICTED]
_NOTICE = ("notice", "noticed_at", "reply_by", "reply", "replied_at")


def _decide(kind: DecisionKind, licence: Licence, act: Act, reasons: str, **facts: Any) -> Decision:
    made = decisions.decide(kind, licence=licence, act=act, reasons=reasons, facts=facts)
    act.facts["decision"] = made.number
    return made


def _opened(licence: Licence, act: Act) -> None:
    authority.open_for(licence, act)
    ask("authority.changed", licence.facility, act)


def _stopped(licence: Licence, act: Act, decision: Decision) -> None:
    """The authority ends now; whoever has the stays answers with what is to be done for each resident."""
    words = {"number": decision.number, "kind": str(decision.get_kind_display()).lower()}
    authority.stop(licence, act, now("Quyết định %(number)s: %(kind)s.") % words)
    act.facts["residents"] = residents(licence.facility)
    ask("licence.stopped", licence, act)
    ask("authority.changed", licence.facility, act)


# --- narrower, and wide again ---
@action(
    Licence, "restrict", label=_("Thu hẹp phạm vi"), form=inputs.Restrict, confirm_by=Role.HEAD.value,
    confirm_unit=items.confirming_unit, notify=items.concerned, order=40,
)  # fmt: skip
def restrict(licence: Licence, act: Act) -> None:
    limits = {"groups": licence.limit_groups, "capacity": licence.limit_capacity}
    if not act.data.get("on_conditions"):  # else the decision on the application says it
        _decide(DecisionKind.RESTRICT, licence, act, licence.limit_reason, **limits)
    act.facts.update(limits)
    items.close(licence, act, [items.INSPECTED])
    _opened(licence, act)


def _prepare_lift(licence: Licence, act: Act) -> None:
    if act.data.get("conditions_met"):
        act.facts["conditions"] = licence.conditions
        licence.conditions = ""  # fulfilled: they are printed no more


@action(
    Licence, "lift", label=_("Bỏ thu hẹp phạm vi"), form=inputs.Because, prepare=_prepare_lift,
    confirm_by=Role.HEAD.value, confirm_unit=items.confirming_unit, notify=items.concerned, order=30,
)  # fmt: skip
def lift(licence: Licence, act: Act) -> None:
    _decide(DecisionKind.LIFT, licence, act, act.note)
    _opened(licence, act)


# --- suspension ---
@action(
    Licence, "notify_suspension", label=_("Thông báo sẽ đình chỉ"), form=inputs.NotifySuspension, states=IN_FORCE,
    guards=[guards.no_notice_running], tone="stop", order=50, notify=lambda licence, act: items.managers(licence),
)  # fmt: skip
def notify_suspension(licence: Licence, act: Act) -> None:
    """The facility learns which condition is lost and has some days for its say."""
    licence.notice, licence.noticed_at, licence.reply, licence.replied_at = act.data["notice"], act.at, "", None
    licence.reply_by = due.end_of(act.at, parameters.term("due.suspend_reply"))
    act.facts["reply_by"] = licence.reply_by
    items.for_facility(items.REPLY, licence, act, licence.reply_by)
    items.for_decider(items.DECIDE, licence, act, licence.reply_by)


@action(
    Licence, "reply_suspension", label=_("Giải trình"), form=inputs.ReplySuspension, states=IN_FORCE,
    guards=[guards.notice_running, guards.not_yet_replied], tone="main", order=10,
    notify=lambda licence, act: [*items.officers(licence), *items.deciders(licence)],
)  # fmt: skip
def reply_suspension(licence: Licence, act: Act) -> None:
    licence.reply, licence.replied_at = act.data["reply"], act.at
    items.close(licence, act, [items.REPLY])


@action(
    Licence, "drop_notice", label=_("Không đình chỉ nữa"), form=inputs.Because, states=IN_FORCE,
    guards=[guards.notice_running], order=45, notify=lambda licence, act: items.managers(licence),
)  # fmt: skip
def drop_notice(licence: Licence, act: Act) -> None:
    """The reply was right, or the condition is met again."""
    _forget_notice(licence)
    items.close(licence, act, items.NOTICE)


def _forget_notice(licence: Licence) -> None:
    licence.notice, licence.reply = "", ""
    licence.noticed_at = licence.reply_by = licence.replied_at = None


@action(
    Licence, "suspend", label=_("Tạm đình chỉ hoạt động"), form=inputs.Suspend, guards=[guards.noticed], tone="stop",
    notify=items.concerned, order=60,
)  # fmt: skip
def suspend(licence: Licence, act: Act) -> None:
    """No admission, hold or referral from now on; each resident is visited."""
    assert licence.mend_by is not None  # set by the transition
    made = _decide(
        DecisionKind.SUSPEND, licence, act, act.note, mend_by=licence.mend_by.isoformat(),
        immediate=bool(act.data.get("immediate")), danger=act.data.get("danger") or "", notice=licence.notice,
        reply=licence.reply,
    )  # fmt: skip
    _forget_notice(licence)
    licence.save(update_fields=_NOTICE)
    act.facts.update(mend_by=licence.mend_by, immediate=bool(act.data.get("immediate")))
    items.close(licence, act, items.NOTICE)
    _stopped(licence, act, made)
    until = items.end_of_day(licence.mend_by)
    items.for_facility(items.MEND, licence, act, until)
    items.for_officer(items.RECHECK, licence, act, until)
    if act.facts["residents"]:
        items.for_officer(items.VISIT, licence, act, due.end_of(act.at, parameters.term("due.suspend_visit")))


@action(
    Licence, "reinstate", label=_("Cho hoạt động trở lại"), form=inputs.Reinstate, notify=items.concerned, tone="main",
    order=20,
)  # fmt: skip
def reinstate(licence: Licence, act: Act) -> None:
    """Looked at again and found mended; it is what it was before."""
    inspection, visited = act.data["inspection"], act.data.get("visited_on")
    _decide(
        DecisionKind.REINSTATE, licence, act, act.note, inspection=inspection.number if inspection else "",
        visited_on=visited.isoformat() if visited else "", visited_by=act.data.get("visited_by") or "",
    )  # fmt: skip
    items.close(licence, act, items.SUSPENSION)
    _opened(licence, act)


# --- the end, and what undoes it ---
@action(
    Licence, "revoke", label=_("Thu hồi giấy phép"), form=inputs.Revoke, guards=[guards.plan_for_residents],
    tone="stop", notify=items.concerned, order=70,
)  # fmt: skip
def revoke(licence: Licence, act: Act) -> None:
    """A successor that waits for its first day falls with it."""
    reason = RevokeReason(act.reason)
    made = _decide(
        DecisionKind.REVOKE, licence, act, act.note or str(reason.label), reason=reason.value,
        relocation_plan=act.data.get("relocation_plan") or "",
    )  # fmt: skip
    if act.source != LicenceState.ISSUED:
        for waiting in Licence.objects.filter(predecessor=licence, state=LicenceState.ISSUED):
            follow(waiting, "revoke", act, reason=act.reason, note=act.note)
        _ended(licence, act, made)


def _ended(licence: Licence, act: Act, made: Decision) -> None:
    items.close(licence, act, items.ALL)
    _stopped(licence, act, made)
    if act.facts["residents"]:
        items.for_officer(items.RELOCATE, licence, act, due.end_of(act.at, parameters.term("due.relocate")))


@action(
    Licence, "surrender", label=_("Trả lại giấy phép"), form=inputs.Surrender, confirm_by=Role.HEAD.value,
    confirm_unit=items.confirming_unit, guards=[guards.plan_for_residents, guards.no_successor_waiting], tone="stop",
    notify=items.concerned, order=80,
)  # fmt: skip
def surrender(licence: Licence, act: Act) -> None:
    plan = act.data.get("relocation_plan") or ""
    _ended(licence, act, _decide(DecisionKind.SURRENDER, licence, act, act.note, relocation_plan=plan))


@action(
    Licence, "reverse", label=_("Hủy việc thu hồi"), form=inputs.Reverse,
    guards=[guards.facility_open, guards.place_is_free], notify=items.concerned, order=30,
)  # fmt: skip
def reverse(licence: Licence, act: Act) -> None:
    """The appeal was upheld: what it was before, from today on."""
    _decide(DecisionKind.REVERSE, licence, act, act.note, appeal_number=act.data["appeal_number"])
    act.facts["appeal_number"] = act.data["appeal_number"]
    items.close(licence, act, [items.RELOCATE])
    if licence.state in LIVING:
        _opened(licence, act)
    elif licence.starts_on <= timezone.localdate(act.at):
        follow(licence, "activate", act)


@action(
    Licence, "settle_residents", label=_("Ghi đã thăm, đã chuyển chỗ người đang ở"), form=inputs.SettleResidents,
    states=[LicenceState.SUSPENDED, LicenceState.REVOKED, LicenceState.SURRENDERED],
    guards=[guards.residents_settled], order=25,
)  # fmt: skip
def settle_residents(licence: Licence, act: Act) -> None:
    """While it is suspended everybody was visited; after its end everybody has moved."""
    items.close(licence, act, [items.VISIT, items.RELOCATE])
