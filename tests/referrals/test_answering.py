"""The receiver: what it sees when, and what its answer brings about."""

from datetime import timedelta

import pytest
from django.utils import timezone

from casework.models import CaseGroupGrant, PlanAction
from core.access.engine import can, fields_readable
from core.audit.models import Event, ReadLog
from core.clock import due
from core.clock.parameters import term
from core.errors import Blocked, Denied, Invalid, NotVisible
from core.lifecycle.engine import perform
from facilities.models import Authority
from referrals import selectors
from referrals.models import Referral
from tests.referrals.conftest import form, items


def codes(refused):
    return [reason.code for reason in refused.value.reasons]


def test_acceptance_opens_the_packet_and_the_case(sent, act, world, case, plan_action):
    row = act(sent(), "accept", "manager", note="Mời đến trước 10 giờ")
    assert row.state == "accepted" and row.accepted_by == world.users["manager"]
    for who in ("manager", "helper"):
        parts = selectors.open_packet(world.actor(who), row)
        assert dict(parts[0]["rows"])["Họ và tên"] == "Nguyễn Thị Bé Hai"
        assert can(world.actor(who), "view", case) and can(world.actor(who), "view", case.person)
        assert not can(world.actor(who), "read:narrative", case) and not can(world.actor(who), "read:reporter", case)
    log = ReadLog.objects.filter(field_class="read:packet").order_by("at").first()
    assert (log.actor, log.root_id, log.ids) == (world.users["manager"], case.pk, [str(row.pk)])
    assert selectors.open_packet(world.other_manager, row) is None
    grant = CaseGroupGrant.objects.get()
    assert (grant.group, grant.basis, grant.source_id) == (world.home.group, "referral", row.pk)
    assert timezone.localtime(grant.expires_at).date() == row.consent_until + timedelta(days=1)
    case.refresh_from_db()
    plan_action.refresh_from_db()
    assert (case.state, plan_action.status) == ("active", PlanAction.Status.RUNNING)
    placed = Event.objects.get(subject_id=case.pk, verb="case.placed")
    assert placed.cause_id == Event.objects.get(subject_id=row.pk, verb="referral.accept").id
    assert items(row)["referral.begin"].unit == world.home


def test_siblings_are_taken_back_and_forgotten_by_their_receiver(sent, draft, act, world):
    elsewhere = sent(to_unit=str(world.other.pk))
    lying = draft(to_body=str(world.body.pk))
    apart = sent(plan_action=None, to_unit=str(world.other.pk))
    row = act(sent(), "accept", "manager")
    states = dict(Referral.objects.values_list("pk", "state"))
    assert states == {row.pk: "accepted", elsewhere.pk: "withdrawn", lying.pk: "withdrawn", apart.pk: "sent"}
    assert list(selectors.inbox(world.other_manager)) == [apart]
    with pytest.raises(NotVisible):
        selectors.referral(world.other_manager, elsewhere.pk)
    event = Event.objects.get(subject_id=elsewhere.pk, verb="referral.withdraw")
    assert event.reason == "sibling_accepted" and not items(elsewhere)


def test_no_more_are_accepted_than_the_paper_says(sent, act, world, make_case, make_plan):
    Authority.objects.filter(facility__unit=world.home).update(capacity=1)
    act(sent(), "accept", "manager")
    second = make_case(name="Lê Văn Tám")
    make_plan(second)
    row = sent(second)
    with pytest.raises(Blocked) as refused:
        act(row, "accept", "manager")
    assert codes(refused) == ["full"]
    assert [target.free for target in selectors.next_targets(row)] == [5]
    first = Referral.objects.get(state="accepted")
    act(first, "start", "manager")
    with pytest.raises(Blocked):
        act(row, "accept", "manager")
    act(first, "complete", "manager", outcome="achieved", note="Đã về nhà")
    assert act(row, "accept", "manager").state == "accepted"


def test_authority_must_live_on_the_day_of_acceptance(sent, act, world):
    row = sent()
    Authority.objects.filter(facility__unit=world.home).update(stopped_on=timezone.localdate(), stop_reason="Đ.32")
    with pytest.raises(Blocked) as refused:
        act(row, "accept", "manager")
    assert codes(refused) == ["authority_stopped"]


def test_a_consent_that_ran_out_meanwhile_opens_nothing(sent, act, world):
    row = sent()
    Referral.objects.filter(pk=row.pk).update(consent_until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Blocked) as refused:
        act(row, "accept", "manager")
    assert codes(refused) == ["until_past"]


def test_the_packet_closes_when_the_consent_ends(accepted, world):
    row = accepted()
    Referral.objects.filter(pk=row.pk).update(consent_until=timezone.localdate() - timedelta(days=1))
    CaseGroupGrant.objects.update(expires_at=timezone.now())
    assert selectors.open_packet(world.manager, row) is None and not can(world.manager, "view", row.case)
    assert "need" in fields_readable(world.manager, row)


def test_whoever_sent_does_not_accept(sent, act, world):
    from core.accounts.services import assign

    row = sent()
    assign(world.users["worker"], "facility_manager", world.home)
    with pytest.raises(Denied) as refused:
        act(row, "accept", "worker")
    assert codes(refused) == ["own_referral"]


@pytest.mark.parametrize(
    "name", ["send", "approve", "return", "answer", "close", "withdraw", "consent_revoked", "edit", "review_sent"]
)
def test_the_receiver_does_not_act_for_the_sender(sent, act, name):
    with pytest.raises(Denied):
        act(sent(), name, "manager")


@pytest.mark.parametrize("name", ["accept", "decline", "ask", "start", "complete", "drop_out", "no_show"])
def test_the_sender_does_not_act_for_a_receiver_in_the_system(sent, act, name):
    with pytest.raises(Denied):
        act(sent(), name, "worker")


def test_nobody_takes_what_belongs_to_the_clock(sent, act):
    with pytest.raises(NotVisible):
        act(sent(), "expire", "worker")


def test_a_question_stops_the_receivers_clock(sent, act, world):
    row = sent()
    began = timezone.now() - timedelta(hours=5)
    Referral.objects.filter(pk=row.pk).update(clock_started_at=began)
    row = act(row, "ask", "manager", note="Cháu có bệnh gì không?")
    assert row.state == "info_requested" and row.question == "Cháu có bệnh gì không?" and row.paused_at is not None
    item = items(row)["referral.answer"]
    assert item.user == world.users["worker"] and list(items(row)) == ["referral.answer"]
    Referral.objects.filter(pk=row.pk).update(paused_at=row.paused_at - timedelta(days=14))
    with pytest.raises(Blocked) as refused:
        act(row, "answer", "worker", note="Cháu Nguyễn Thị Bé Hai bị hen")
    assert codes(refused) == ["names_the_person"]
    row = act(row, "answer", "worker", note="Hen nhẹ")
    assert (row.state, row.answer_text, row.clock_started_at, row.paused_at) == ("sent", "Hen nhẹ", began, None)
    assert row.paused_days >= 9  # working days of two weeks
    assert row.due_at == due.end_of(began, term("due.referral_answer"), paused_days=row.paused_days)
    assert items(row)["referral.respond"].due_at == row.due_at


def test_the_hours_of_an_emergency_pause_too(sent, act):
    row = sent(emergency="on")
    assert row.clock_hours == 4
    before = row.due_at
    row = act(row, "ask", "manager", note="Mấy tuổi?")
    Referral.objects.filter(pk=row.pk).update(paused_at=row.paused_at - timedelta(hours=2))
    row = act(row, "answer", "worker", note="10 tuổi")
    assert row.clock_hours == 4 and row.paused_seconds >= 7200
    assert timedelta(hours=2) <= row.due_at - before < timedelta(hours=2, minutes=1)


def test_acceptance_right_from_a_question_starts_a_fresh_clock(sent, act):
    row = act(sent(), "ask", "manager", note="Mấy tuổi?")
    row = act(row, "accept", "manager")
    assert row.paused_at is None and row.paused_days == 0
    assert row.due_at == due.end_of(row.clock_started_at, term("due.referral_answer"))


@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        ("full", {"referral.next"}),
        ("ineligible", {"referral.reassess"}),
        ("client_refused", {"referral.talk"}),
        ("unsafe", {"referral.wait", "referral.unsafe"}),
    ],
)
def test_each_reason_to_decline_has_its_consequence(sent, act, world, case, plan_action, code, kinds):
    row = act(sent(), "decline", "manager", reason=code, note="Giải thích")
    assert (row.state, row.decline_code, row.decline_note) == ("declined", code, "Giải thích")
    opened = items(row)
    assert set(opened) == kinds
    assert {item.user for kind, item in opened.items() if kind != "referral.unsafe"} == {world.users["worker"]}
    if code == "unsafe":
        assert (opened["referral.unsafe"].unit, opened["referral.unsafe"].role) == (world.centre, "supervisor")
    case.refresh_from_db()
    plan_action.refresh_from_db()
    assert (case.state, plan_action.status) == ("referral", PlanAction.Status.PLANNED)


def test_a_refusal_while_another_is_asked_leaves_the_action_waiting(sent, act, world, plan_action):
    row = sent()
    sent(to_unit=str(world.other.pk))
    act(row, "decline", "manager", reason="full", note="Hết giường")
    plan_action.refresh_from_db()
    assert plan_action.status == PlanAction.Status.WAITING


def test_a_refusal_after_acceptance_cuts_access(accepted, act, world, case):
    row = act(accepted(), "decline", "manager", reason="unsafe", note="Cha dượng đến tìm")
    assert not CaseGroupGrant.objects.exists() and not can(world.manager, "view", case)
    assert selectors.open_packet(world.manager, row) is None
    row = act(row, "close", "worker", next_step="drop")
    assert row.state == "closed" and selectors.open_packet(world.manager, row) is None


@pytest.mark.parametrize("data", [{}, {"reason": "full"}, {"reason": "khác", "note": "x"}, {"note": "x"}])
def test_declining_needs_a_reason_in_words(sent, act, data):
    with pytest.raises(Invalid):
        act(sent(), "decline", "manager", **data)


def test_in_a_centre_the_worker_declines(sent, act, world):
    from datetime import date

    from core.accounts.enums import UnitKind
    from core.accounts.models import Unit, User
    from core.accounts.services import assign
    from tests.referrals.conftest import recognise

    centre = Unit.objects.create(code="TT2", name="Trung tâm hai", kind=UnitKind.CENTRE, parent=world.department)
    recognise(centre)
    world.users["far"] = User.objects.create_user(username="far", full_name="Far")
    assign(world.users["far"], "social_worker", centre, valid_from=date(2026, 1, 1))
    assert act(sent(to_unit=str(centre.pk)), "decline", "far", reason="full", note="Hết").state == "declined"
    with pytest.raises(Denied):
        act(sent(), "decline", "helper", reason="full", note="Hết")


def test_not_coming_twice_is_the_supervisors_matter(accepted, act, world):
    row = act(accepted(), "no_show", "manager")
    assert row.no_shows == 1 and "referral.no_show" not in items(row)
    row = act(row, "no_show", "manager", note="Hẹn 8 giờ")
    item = items(row)["referral.no_show"]
    assert (row.no_shows, row.state, item.role) == (2, "accepted", "supervisor")
    row = act(row, "start", "manager")
    assert "referral.no_show" not in items(row)
    with pytest.raises(Blocked):
        act(row, "no_show", "manager")


def test_service_and_its_outcome(accepted, act, world, case, plan_action):
    row = act(accepted(), "start", "manager", effective_at=(timezone.now() - timedelta(hours=3)).isoformat())
    assert row.state == "in_service" and row.started_at < timezone.now() - timedelta(hours=2)
    assert row.due_at == due.end_of(row.started_at, term("review.after"))
    row = act(row, "complete", "manager", outcome="achieved", note="Cháu đã về với bà")
    plan_action.refresh_from_db()
    assert (row.state, row.outcome, row.outcome_note) == ("completed", "achieved", "Cháu đã về với bà")
    assert plan_action.status == PlanAction.Status.DONE
    assert items(row)["referral.read"].user == world.users["worker"]
    assert not can(world.manager, "view", case)  # sees nothing new
    assert selectors.open_packet(world.manager, row)  # and keeps what it was given
    assert {"packet", "outcome_note"} <= fields_readable(world.manager, row)
    with pytest.raises(Blocked):
        act(row, "complete", "manager", outcome="partial", note="x")


def test_dropping_out_is_a_partial_completion(accepted, act, world, plan_action):
    row = act(accepted(), "start", "manager")
    with pytest.raises(Invalid) as refused:
        act(row, "drop_out", "manager", reason="no_contact", tries=0, note="Bỏ đi")
    assert list(refused.value.errors) == ["tries"]
    row = act(row, "drop_out", "manager", reason="no_contact", tries=3, note="Gọi ba lần không nghe máy")
    plan_action.refresh_from_db()
    assert (row.state, row.outcome, plan_action.status) == ("completed", "partial", PlanAction.Status.PLANNED)
    assert set(items(row)) == {"referral.dropped"}


def test_for_an_outside_body_the_sender_records(sent, act, world, case):
    row = sent(to_body=str(world.body.pk))
    for who in ("manager", "colleague"):
        with pytest.raises(NotVisible):
            act(row, "accept", who)
    with pytest.raises(Denied):
        act(row, "accept", "boss")
    row = act(row, "accept", "worker")
    assert row.state == "accepted" and not CaseGroupGrant.objects.exists()
    case.refresh_from_db()
    assert case.state == "active" and items(row)["referral.begin"].user == world.users["worker"]
    row = act(row, "start", "worker")
    row = act(row, "complete", "worker", outcome="partial", note="Đã khám")
    assert act(row, "close", "worker", next_step="done").state == "closed"


def test_a_stale_answer_is_refused(sent, act, world):
    from core.errors import Stale

    row = sent()
    act(row, "ask", "manager", note="Mấy tuổi?")
    with pytest.raises(Stale):
        perform(row, "accept", by=world.manager, version=row.version)


def test_both_sides_are_told(sent, act, world):
    from core.outbox.tasks import DBTaskResult

    def told():
        return [row.args_kwargs["kwargs"] for row in DBTaskResult.objects.order_by("enqueued_at")]

    row = sent()
    act(row, "accept", "manager")
    messages = told()
    assert [(m["kind"], m["root_model"]) for m in messages] == [
        ("referral.send", "referrals.Referral"), ("referral.accept", "casework.Case"),
    ]  # fmt: skip
    assert messages[0]["users"] == [str(world.users["manager"].pk)]
    assert messages[1]["users"] == [str(world.users["worker"].pk)]


def test_a_transfer_hands_the_case_over(sent, act, world, case, plan):
    from casework.models import CaseUserGrant

    row = sent(kind="transfer", plan_action=None)
    with pytest.raises(Invalid):
        act(row, "accept", "manager")
    row = act(row, "accept", "manager", worker=str(world.users["helper"].pk))
    case.refresh_from_db()
    assert (case.owner_unit, case.worker, case.state) == (world.home, world.users["helper"], "active")
    assert can(world.helper, "read:narrative", case) and not can(world.boss, "view", case)
    assert can(world.worker, "view", case) and not can(world.worker, "read:narrative", case)
    grant = CaseUserGrant.objects.get()
    days = (timezone.localtime(grant.expires_at).date() - timezone.localdate()).days
    assert (grant.user, days) == (world.users["worker"], 31)
    event = Event.objects.get(subject_id=case.pk, verb="case.change_owner")
    assert event.data["from_unit"] == str(world.centre.pk)
    for name, data in (("decline", {"reason": "full", "note": "x"}),):
        with pytest.raises(Blocked) as refused:
            act(row, name, "manager", **data)
        assert codes(refused) == ["transferred"]
    with pytest.raises(Blocked) as refused:
        act(row, "withdraw", "worker", reason="other")
    assert codes(refused) == ["transferred"]
    row = act(act(row, "start", "helper"), "complete", "helper", outcome="achieved", note="Đã nhận hồ sơ")
    with pytest.raises((Denied, NotVisible)):
        act(row, "close", "helper", next_step="done")
    assert act(row, "close", "worker", next_step="done").state == "closed"
    assert can(world.worker, "view", case)


def test_a_case_has_one_open_transfer(sent, draft, act, world, plan):
    sent(kind="transfer", plan_action=None)
    with pytest.raises(Blocked) as refused:
        act(draft(kind="transfer", plan_action=None, to_unit=str(world.other.pk)), "send", "worker")
    assert codes(refused) == ["asked_already"]
    with pytest.raises(Invalid):
        draft(**{**form(kind="transfer"), "plan_action": None, "to_body": str(world.body.pk)})
