"""What each transition writes on its own row, typed by hand, and nothing else; no database.

Which moves exist and who may take them is held in test_spec.py; what follows from a move, beside its machine.
"""

from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.apps import apps
from django.utils import timezone

from casework.states import case as case_states
from core.access.actor import Actor
from core.accounts.models import User
from core.clock.parameters import Term
from core.lifecycle.actions import Act
from core.lifecycle.fsm import method_of
from tests.architecture.test_spec import MODELS

NOW = timezone.now()
EARLIER, LONG_AGO, DAY = NOW - timedelta(hours=5), NOW - timedelta(days=90), date(2026, 12, 1)
ME, ANOTHER, THIRD = (User(id=uuid4()) for _number in range(3))
BY = Actor(user=ME)


def take(machine, name, source, given=None, data=None, note="", reason="", effective_at=None):
    """(new state, columns that changed) of a row that was never stored."""
    row = apps.get_model(MODELS[machine])()
    row.__dict__.update(given or {}, state=source)
    people = {person.id: person for person in (ME, ANOTHER, THIRD)}
    for name_of_key, key in (given or {}).items():
        if name_of_key.endswith("_id") and key is not None:
            row._state.fields_cache[name_of_key.removesuffix("_id")] = people[key]
    names = [field.attname for field in row._meta.concrete_fields if field.attname != "state"]
    before = {name: row.__dict__.get(name) for name in names}
    act = Act(
        by=BY, action=name, at=NOW, data=data or {}, note=note, reason=reason, effective_at=effective_at, source=source
    )
    getattr(row, method_of(name))(act)
    return row.state, {name: row.__dict__.get(name) for name in names if row.__dict__.get(name) != before[name]}


NO_HANDOVER = {"handover_to_id": None, "handover_from_id": None, "handover_at": None}
HANDOVER = {"handover_to_id": ANOTHER.id, "handover_from_id": THIRD.id, "handover_at": EARLIER}
EMERGENCY = {"track": "emergency", "risk": "emergency", "emergency_opened_by_id": ME.id, "emergency_reviewed_at": None}
REVIEWED = {"emergency_reviewed_at": EARLIER}
ended = {"ended_at": NOW}

# machine, move, source, what stood there, what the act brings, new state, what is written
MOVES = [
    ("case", "register", "new", {}, {}, "intake", {"opened_at": NOW}),
    ("case", "register", "new", {}, {"effective_at": EARLIER}, "intake", {"opened_at": EARLIER}),
    ("case", "take_over", "new", {}, {"data": {"opened_at": LONG_AGO}}, "active", {"opened_at": LONG_AGO}),
    ("case", "screen_out", "intake", {**HANDOVER, "closure_reason": "x"}, {}, "screened_out",
     {"closed_at": NOW, "closure_reason": "", **NO_HANDOVER}),
    ("case", "reconsider", "screened_out", {"closed_at": EARLIER}, {}, "intake", {"closed_at": None}),
    ("case", "void", "intake", HANDOVER, {}, "void", {"closed_at": NOW, **NO_HANDOVER}),
    ("case", "emergency_open", "new", REVIEWED, {}, "active", {**EMERGENCY, "opened_at": NOW}),
    ("case", "emergency_open", "new", REVIEWED, {"effective_at": EARLIER}, "active",
     {**EMERGENCY, "opened_at": EARLIER}),
    ("case", "emergency_open", "planning", {**REVIEWED, "opened_at": LONG_AGO}, {"effective_at": EARLIER}, "active",
     EMERGENCY),
    ("case", "raise_emergency", "on_hold", {**REVIEWED, "hold_reason": "away", "resume_by": DAY}, {}, "active",
     {**EMERGENCY, "hold_reason": "", "resume_by": None}),
    ("case", "review_emergency", "active", {"track": "emergency"}, {"data": {"confirmed": True}}, "active",
     {"emergency_reviewed_at": NOW}),
    ("case", "review_emergency", "active", {"track": "emergency"}, {"data": {"confirmed": False}}, "assessment",
     {"emergency_reviewed_at": NOW, "track": "standard"}),
    ("case", "assess_done", "assessment", {"worker_id": ME.id, "risk": "low"}, {}, "planning", {}),
    ("case", "return", "planning", {}, {}, "assessment", {}),
    ("case", "start", "planning", {}, {"data": {"waits_for_provider": True}}, "referral", {}),
    ("case", "start", "planning", {}, {"data": {"waits_for_provider": False}}, "active", {}),
    ("case", "replan", "referral", {}, {}, "planning", {}),
    ("case", "placed", "referral", {}, {}, "active", {}),
    ("case", "refer", "active", {}, {}, "referral", {}),
    ("case", "review", "active", {}, {"data": {"next_review": DAY}}, "active", {"review_due": DAY}),
    ("case", "review", "referral", {"review_due": DAY}, {}, "referral", {"review_due": None}),
    ("case", "hold", "planning", {}, {"data": {"reason": "away", "resume_by": DAY}}, "on_hold",
     {"held_from": "planning", "hold_reason": "away", "resume_by": DAY}),
    ("case", "resume", "on_hold", {"held_from": "referral", "hold_reason": "away", "resume_by": DAY}, {}, "referral",
     {"hold_reason": "", "resume_by": None}),
    ("case", "request_close", "on_hold", {}, {"data": {"reason": SimpleNamespace(code="r1")}}, "closure_review",
     {"review_from": "on_hold", "closure_reason": "r1"}),
    ("case", "return_close", "closure_review", {"review_from": "on_hold", "closure_reason": "r1"}, {}, "on_hold",
     {"closure_reason": ""}),
    ("case", "close", "closure_review", HANDOVER, {}, "closed", {"closed_at": NOW, **NO_HANDOVER}),
    ("case", "follow_up", "closed", {}, {}, "closed", {}),
    ("case", "reopen", "closed", {"closed_at": EARLIER, "closure_reason": "r1", "episode": 2, "track": "emergency"}, {},
     "assessment", {"closed_at": None, "closure_reason": "", "episode": 3, "track": "standard"}),
    ("case", "reassign", "active", {"worker_id": THIRD.id}, {"data": {"worker": ANOTHER}}, "active",
     {"handover_to_id": ANOTHER.id, "handover_from_id": THIRD.id, "handover_at": NOW, "worker_id": ME.id}),
    ("case", "accept_handover", "active", {**HANDOVER, "worker_id": ME.id}, {}, "active",
     {**NO_HANDOVER, "worker_id": ANOTHER.id}),
    ("case", "decline_handover", "active", HANDOVER, {}, "active", {"handover_to_id": None}),
    ("plan", "draft", "new", {}, {}, "draft", {"author_id": ME.id}),
    ("plan", "revise", "new", {}, {}, "draft", {"author_id": ME.id}),
    ("plan", "safety_plan", "new", {}, {}, "active", {"author_id": ME.id, "active_from": NOW}),
    ("plan", "submit", "draft", {}, {}, "submitted", {"submitted_by_id": ME.id, "submitted_at": NOW}),
    ("plan", "return", "submitted", {}, {}, "returned", {}),
    ("plan", "recall", "submitted", {}, {}, "draft", {}),
    ("plan", "approve", "submitted", {}, {}, "approved", {"approved_by_id": ME.id, "approved_at": NOW}),
    ("plan", "agree", "approved", {}, {"data": {"signature": "signed", "signed_on": DAY}}, "active",
     {"active_from": NOW, "signature": "signed", "signed_on": DAY}),
    ("plan", "not_agreed", "approved", {"approved_by_id": ME.id, "approved_at": NOW}, {}, "returned",
     {"approved_by_id": None, "approved_at": None}),
    *[("plan", name, "active", {}, {}, state, ended)
      for name, state in (("complete", "completed"), ("supersede", "superseded"), ("cancel", "cancelled"))],
    ("goal", "add", "new", {}, {}, "planned", {}),
    ("goal", "begin", "planned", {}, {}, "in_progress", {}),
    *[("goal", name, "planned", {}, {}, state, {"judged_at": NOW})
      for name, state in (("achieve", "achieved"), ("achieve_partly", "partly"), ("not_achieve", "not_achieved"),
                          ("drop", "dropped"))],
    ("assessment", "draft", "new", {}, {}, "draft", {"author_id": ME.id}),
    ("assessment", "lock", "draft", {"risk": "low"}, {}, "locked", {"locked_at": NOW}),
    ("assessment", "supersede", "locked", {}, {}, "superseded", {}),
    ("referral", "draft", "new", {}, {}, "draft", {"author_id": ME.id}),
    ("referral", "send", "draft", {"approved_by_id": THIRD.id, "approved_at": EARLIER},
     {"data": {"needs_approval": True}}, "pending_approval",
     {"sent_by_id": ME.id, "approved_by_id": None, "approved_at": None}),
    ("referral", "send", "draft", {}, {"data": {"needs_approval": False}}, "sent",
     {"sent_by_id": ME.id, "sent_at": NOW}),
    ("referral", "approve", "pending_approval", {}, {}, "sent",
     {"approved_by_id": ME.id, "approved_at": NOW, "sent_at": NOW}),
    ("referral", "return", "pending_approval", {"packet": "gói"}, {}, "draft", {"packet": ""}),
    ("referral", "ask", "sent", {"answer_text": "cũ"}, {"note": "Hỏi gì?"}, "info_requested",
     {"question": "Hỏi gì?", "answer_text": ""}),
    ("referral", "answer", "info_requested", {}, {"note": "Đáp."}, "sent", {"answer_text": "Đáp."}),
    ("referral", "accept", "sent", {}, {}, "accepted", {"accepted_by_id": ME.id, "accepted_at": NOW}),
    ("referral", "decline", "sent", {}, {"reason": "full"}, "declined", {"decline_code": "full"}),
    ("referral", "start", "accepted", {}, {}, "in_service", {"started_at": NOW}),
    ("referral", "start", "accepted", {}, {"effective_at": EARLIER}, "in_service", {"started_at": EARLIER}),
    ("referral", "complete", "in_service", {}, {"data": {"outcome": "full"}, "note": "Xong."}, "completed",
     {"completed_at": NOW, "outcome": "full", "outcome_note": "Xong."}),
    ("referral", "drop_out", "in_service", {}, {"note": "Bỏ."}, "completed",
     {"completed_at": NOW, "outcome": "partial", "outcome_note": "Bỏ."}),
    ("referral", "close", "completed", {}, {"data": {"next_step": "none"}}, "closed", {"next_step": "none", **ended}),
    ("referral", "withdraw", "sent", {}, {}, "withdrawn", ended),
    ("referral", "consent_revoked", "sent", {"basis": "consent"}, {}, "withdrawn", ended),
    ("referral", "expire", "sent", {}, {}, "expired", {}),
    ("inspection", "plan", "new", {}, {}, "planned", {"planned_by_id": ME.id}),
    ("inspection", "begin", "planned", {}, {}, "underway", {"begun_at": NOW}),
    ("inspection", "begin", "planned", {}, {"effective_at": EARLIER}, "underway", {"begun_at": EARLIER}),
    ("inspection", "conclude", "underway", {}, {"data": {"has_findings": True, "licence_effect": "suspend"}}, "reply",
     {"concluded_at": NOW, "concluded_by_id": ME.id, "licence_effect": "suspend"}),
    ("inspection", "conclude", "underway", {"licence_effect": "suspend"}, {"data": {"has_findings": False}}, "closed",
     {"concluded_at": NOW, "concluded_by_id": ME.id, "licence_effect": "none", **ended}),
    ("inspection", "reply", "reply", {}, {}, "remedy", {}),
    ("inspection", "no_reply", "reply", {}, {}, "remedy", {}),
    ("inspection", "remedied", "remedy", {}, {}, "recheck", {}),
    ("inspection", "recheck", "recheck", {}, {"data": {"still_open": True}}, "remedy", {}),
    ("inspection", "recheck", "recheck", {}, {"data": {"still_open": False}}, "closed", ended),
    ("inspection", "end", "remedy", {}, {"data": {"licence_effect": "revoke"}}, "closed",
     {"licence_effect": "revoke", **ended}),
    ("inspection", "cancel", "planned", {}, {}, "cancelled", ended),
    ("incident", "report", "new", {}, {}, "reported", {"reported_by_id": ME.id}),
    ("incident", "take", "reported", {}, {}, "review", {"reviewer_id": ME.id, "review_begun_at": NOW}),
    ("incident", "conclude", "review", {}, {}, "closed", {"closed_at": NOW}),
    ("incident", "reopen", "closed", {"closed_at": EARLIER}, {}, "review", {"closed_at": None}),
    ("licence", "issue", "new", {}, {}, "issued", {"issued_by_id": ME.id}),
    ("licence", "take_over", "new", {}, {}, "active", {}),
    ("licence", "activate", "issued", {}, {}, "active", {}),
    ("licence", "restrict", "active", {},
     {"data": {"limit_groups": ["k2", "k1"], "limit_capacity": 5, "limit_reason": "Thiếu người."}}, "restricted",
     {"limit_groups": ["k1", "k2"], "limit_capacity": 5, "limit_reason": "Thiếu người."}),
    ("licence", "lift", "restricted", {"limit_groups": ["k1"], "limit_capacity": 5, "limit_reason": "x"}, {}, "active",
     {"limit_groups": [], "limit_capacity": None, "limit_reason": ""}),
    ("licence", "suspend", "restricted", {}, {"data": {"mend_by": DAY}}, "suspended",
     {"suspended_from": "restricted", "suspended_at": NOW, "mend_by": DAY}),
    ("licence", "reinstate", "suspended", {"suspended_from": "restricted", "suspended_at": NOW, "mend_by": DAY}, {},
     "restricted", {"suspended_at": None, "mend_by": None}),
    ("licence", "revoke", "suspended", {}, {}, "revoked", {"revoked_from": "suspended", **ended}),
    ("licence", "reverse", "revoked", {"revoked_from": "suspended", "ended_at": NOW}, {}, "suspended",
     {"ended_at": None}),
    ("licence", "surrender", "active", {}, {}, "surrendered", ended),
    ("licence", "supersede", "active", {}, {}, "superseded", ended),
]  # fmt: skip

WAITED = {"waiting_since": EARLIER, "reminded": 2, "reminded_at": EARLIER}
WAITS = {"waiting_since": NOW, "reminded": 0, "reminded_at": None}
LATE = {"escalated_at": EARLIER, "apologised_at": EARLIER, "promised_on": DAY}
DECIDED = {"decided_by_id": ME.id, "decided_at": NOW, "ended_at": NOW}
ADVISED = {"recommendation": "approve", "recommended_by_id": THIRD.id, "recommended_at": EARLIER}
UNADVISED = {"recommendation": "", "recommended_by_id": None, "recommended_at": None}
REFUSED = {**DECIDED, "refused_by_id": ME.id, "waiting_since": None, "fix_by": None, "conditions_by": None}
PENDING = {"waiting_since": EARLIER, "fix_by": DAY, "conditions_by": DAY}
APPLICATION = [
    ("draft", "new", WAITED, {}, "draft", {"author_id": ME.id, **WAITS}),
    ("submit", "draft", {**WAITED, **LATE}, {}, "submitted",
     {"submitted_by_id": ME.id, "submitted_at": NOW, "first_submitted_at": NOW, "waiting_since": None, "round": 1,
      "escalated_at": None, "apologised_at": None, "promised_on": None}),
    ("submit", "returned", {"first_submitted_at": EARLIER, "round": 1}, {}, "submitted",
     {"submitted_by_id": ME.id, "submitted_at": NOW, "round": 2}),
    ("fixed", "correction", {"waiting_since": EARLIER, "fix_by": DAY}, {}, "under_review",
     {"waiting_since": None, "fix_by": None}),
    ("appeal", "refused", {"ended_at": EARLIER}, {}, "appeal", {"appealed_at": NOW, "ended_at": None}),
    ("withdraw", "submitted", {}, {}, "withdrawn", ended),
    ("return", "submitted", WAITED, {}, "returned", WAITS),
    ("take", "submitted", {}, {}, "under_review", {"officer_id": ME.id, "taken_at": NOW}),
    ("visit", "under_review", {}, {}, "site_visit", {}),
    ("require_fix", "decision", WAITED, {"data": {"fix_by": DAY}}, "correction", {"fix_by": DAY, **WAITS}),
    ("recommend", "site_visit", {}, {"data": {"recommendation": "approve"}}, "decision",
     {"recommendation": "approve", "recommended_by_id": ME.id, "recommended_at": NOW}),
    ("approve", "decision", {}, {}, "approved", DECIDED),
    ("conditional", "decision", {"ended_at": EARLIER}, {"data": {"conditions_by": DAY}}, "conditional",
     {**DECIDED, "ended_at": None, "conditions_by": DAY}),
    ("met", "conditional", {"conditions_by": DAY}, {}, "approved", {"ended_at": NOW, "conditions_by": None}),
    ("unmet", "conditional", PENDING, {}, "refused", REFUSED),
    ("send_back", "decision", ADVISED, {}, "under_review", UNADVISED),
    ("refuse", "correction", PENDING, {}, "refused", REFUSED),
    ("uphold", "appeal", {}, {}, "refused", {"appeal_decided_by_id": ME.id, "ended_at": NOW}),
    ("overturn", "appeal",
     {**ADVISED, "officer_id": THIRD.id, "decided_by_id": THIRD.id, "decided_at": EARLIER, "days_used": 3,
      "extended_days": 2, "escalated_at": EARLIER},
     {"data": {"officer": ANOTHER}}, "under_review",
     {**UNADVISED, "appeal_decided_by_id": ME.id, "former_officer_id": THIRD.id, "officer_id": ANOTHER.id,
      "decided_by_id": None, "decided_at": None, "days_used": None, "extended_days": 0, "escalated_at": None}),
    ("lapse", "draft", {}, {}, "lapsed", ended),
]  # fmt: skip
MOVES += [("application", *row) for row in APPLICATION]


@pytest.mark.parametrize(
    ("machine", "name", "source", "given", "brings", "state", "written"), MOVES,
    ids=[f"{machine}.{name}-{source}-{state}" for machine, name, source, _g, _b, state, _w in MOVES],
)  # fmt: skip
def test_a_move_writes_what_stands_here_and_nothing_else(machine, name, source, given, brings, state, written):
    assert take(machine, name, source, given, **brings) == (state, written)


def test_screening_in_gives_the_case_its_worker_group_and_unit():
    row = apps.get_model("casework.Case")()
    row.__dict__["state"] = "intake"
    group = apps.get_model("catalogue.ClientGroup")(pk=5)
    unit = apps.get_model("accounts.Unit")(id=uuid4())
    data = {"worker": ANOTHER, "group": group, "owner_unit": unit}
    row.screen_in(Act(by=BY, action="screen_in", at=NOW, data=data))
    assert (row.state, row.worker, row.group, row.owner_unit) == ("assessment", ANOTHER, group, unit)


def test_asking_for_more_stops_the_clock_of_the_intake():
    assert take("case", "ask_more", "intake", {"due_at": NOW}) == ("intake", {"paused_at": NOW})


def test_every_move_of_every_machine_stands_above():
    known = {(machine, name) for machine, name, *_rest in MOVES} | {("case", "screen_in"), ("case", "ask_more")}
    for machine, label in MODELS.items():
        moves = apps.get_model(label)._meta.get_field("state").get_all_transitions(apps.get_model(label))
        assert {(machine, move.name.rstrip("_")) for move in moves} <= known


# --- conditions, clocks and ends ---

CONDITIONS = [
    ("case", "assess_done", "assessment", {"worker_id": ME.id, "risk": "low"}, {"worker_id": None}, "no_worker", ""),
    ("case", "assess_done", "assessment", {"worker_id": ME.id, "risk": "low"}, {"risk": ""}, "no_risk", "danh-gia"),
    ("case", "accept_handover", "active", HANDOVER, NO_HANDOVER, "no_handover", ""),
    ("case", "decline_handover", "active", HANDOVER, NO_HANDOVER, "no_handover", ""),
    ("case", "hold", "active", NO_HANDOVER, HANDOVER, "handover_pending", ""),
    ("case", "request_close", "active", NO_HANDOVER, HANDOVER, "handover_pending", ""),
    ("case", "reassign", "active", NO_HANDOVER, HANDOVER, "handover_pending", ""),
    ("case", "review_emergency", "active", {"track": "emergency"}, {"track": "standard"}, "not_emergency", ""),
    ("case", "review_emergency", "active", {"track": "emergency"}, REVIEWED, "already_reviewed", ""),
    ("assessment", "lock", "draft", {"risk": "low"}, {"risk": ""}, "no_risk", "#risk"),
    ("referral", "consent_revoked", "sent", {"basis": "consent"}, {"basis": "statutory"}, "statutory", ""),
]  # fmt: skip


@pytest.mark.parametrize(("machine", "name", "source", "good", "bad", "code", "fix"), CONDITIONS)
def test_a_condition_on_the_own_row_says_why_not(machine, name, source, good, bad, code, fix):
    from core.lifecycle.actions import find
    from core.lifecycle.engine import state_reasons

    model = apps.get_model(MODELS[machine])
    row = model()
    row.__dict__.update(good, state=source)
    assert list(state_reasons(find(model, name), row)) == []
    row.__dict__.update(bad)
    [reason] = state_reasons(find(model, name), row)
    assert (reason.code, reason.fix) == (code, fix) and str(reason.text).endswith(".")


CLOCKS = {
    "case": {"intake": "due.intake", "assessment": "due.assessment", "planning": "due.planning",
             "referral": "due.referral", "closure_review": "due.closure_review"},
    "referral": {"draft": "due.referral", "pending_approval": "due.referral_answer", "sent": "due.referral_answer",
                 "waitlisted": "due.waitlist_contact", "accepted": "due.referral_answer", "in_service": "review.after",
                 "completed": "due.referral", "declined": "due.referral", "expired": "due.referral"},
    "application": {"draft": "application.lapse", "returned": "application.lapse", "appeal": "due.appeal"},
    "incident": {"reported": "due.incident_take", "review": "due.incident_review"},
    "inspection": {"reply": "due.inspection_reply", "underway": "due.inspection_minutes",
                   "recheck": "due.inspection_recheck"},
}  # fmt: skip
PAUSES = {"case": {"on_hold"}, "referral": {"info_requested"}, "application": {"correction"}}
SAME = {"application": {"submitted", "under_review", "site_visit", "decision"}}
ENDS = {
    "case": {"closed", "screened_out", "merged", "void"}, "plan": {"completed", "superseded", "cancelled"},
    "goal": {"achieved", "partly", "not_achieved", "dropped"}, "assessment": {"superseded"},
    "referral": {"closed", "withdrawn"}, "application": {"approved", "withdrawn", "lapsed"},
    "licence": {"surrendered", "superseded"}, "inspection": {"closed", "cancelled"}, "incident": {"closed"},
}  # fmt: skip
LOCKED_FIRST = {"plan": "case", "assessment": "case", "referral": "case", "application": "facility",
                "licence": "facility", "inspection": "facility", "incident": "facility"}  # fmt: skip
WITH_ITS_PARENT = {"plan": "case", "assessment": "case", "referral": "case", "inspection": "facility",
                   "incident": "facility"}  # fmt: skip


@pytest.mark.parametrize("machine", MODELS)
def test_clocks_pauses_ends_and_locks_of_each_machine(machine):
    model = apps.get_model(MODELS[machine])
    clocks = {str(state): code for state, code in model.CLOCKS.items()}
    assert clocks == CLOCKS.get(machine, {})
    assert set(model.PAUSES) == PAUSES.get(machine, set())
    assert set(model.SAME_CLOCK) == SAME.get(machine, set())
    assert set(model.TERMINAL) == ENDS[machine]
    if machine != "goal":
        assert LOCKED_FIRST.get(machine, "") == model.LOCK_FIRST
        assert WITH_ITS_PARENT.get(machine, "") == model.ROOT


def test_a_hold_keeps_the_clock_of_the_state_it_was_entered_from():
    case = apps.get_model("casework.Case")()
    case.held_from = "planning"
    assert case.keeps_clock("planning") is True and case.keeps_clock("assessment") is False


def test_one_legal_clock_runs_while_the_authority_has_the_file(monkeypatch):
    from core.lifecycle import fsm

    monkeypatch.setattr(fsm, "term", {"due.appeal": Term(days=30), "application.lapse": Term(calendar_days=90)}.get)
    row = apps.get_model("accreditation.Application")()
    row.legal_days, row.extended_days = 15, 4
    for state in ("submitted", "under_review", "site_visit", "decision"):
        assert row.term_of_state(state) == Term(days=19) and row.keeps_clock(state)
    row.legal_days = None
    assert row.term_of_state("decision") == Term(days=4)
    assert row.term_of_state("appeal") == Term(days=30) and row.term_of_state("approved") is None
    assert not row.keeps_clock("appeal") and not row.keeps_clock("draft")


def test_the_five_steps_of_the_law_hold_every_state_of_a_running_case():
    steps = [[str(state) for state in states] for _title, states in case_states.STAGES]
    assert steps == [
        ["intake", "waitlisted"], ["assessment"], ["planning"], ["referral", "active", "on_hold"],
        ["closure_review", "closed"],
    ]  # fmt: skip
    assert [str(title) for title, _states in case_states.STAGES] == [
        "Tiếp nhận", "Đánh giá", "Lập kế hoạch", "Chuyển tuyến và thực hiện", "Kết thúc"
    ]  # fmt: skip
