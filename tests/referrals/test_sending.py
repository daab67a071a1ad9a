"""The sender: what must be there, who looks first, what leaves the house."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from casework.models import PlanAction
from core.access.engine import can, fields_readable
from core.audit.models import Event
from core.catalogue.models import ClientGroup
from core.clock import due
from core.clock.parameters import term
from core.errors import Blocked, Denied, Invalid, NotVisible
from core.lifecycle.engine import available, perform
from core.places.models import Commune
from facilities.models import Authority, OutsideBody
from referrals import selectors
from referrals.models import Referral
from tests.referrals.conftest import NEED, form, items


def codes(refused):
    return [reason.code for reason in refused.value.reasons]


def test_a_draft_gets_its_number_and_what_the_case_knows(draft, world, case):
    row = draft()
    assert row.state == "draft" and row.number.startswith("CT-") and row.from_unit == world.centre
    assert row.group.code == "f1a" and row.service_type.code == "selfcare-residential"
    assert (row.sex, row.age_band) == ("female", "4_15") and row.sent_by is None and row.packet == ""
    assert items(row)["referral.finish"].user == world.users["worker"]
    assert row.due_at == due.end_of(row.clock_started_at, term("due.referral"))
    event = Event.objects.get(subject_id=row.pk)
    assert (event.verb, event.target, event.root_id) == ("referral.draft", "draft", case.pk)


def test_only_the_worker_of_the_case_drafts(world, case):
    for who in ("boss",):
        with pytest.raises(Denied):
            perform(Referral, "draft", by=world.actor(who), parent=case, data=form())
    for who in ("colleague", "manager", "other_manager", "head"):
        with pytest.raises(NotVisible):
            perform(Referral, "draft", by=world.actor(who), parent=case, data=form())
    assert not Referral.objects.exists()


def test_a_closed_case_takes_no_draft(world, make_case):
    with pytest.raises(Blocked) as refused:
        perform(Referral, "draft", by=world.worker, parent=make_case(state="on_hold", held_from="active"), data=form())
    assert codes(refused) == ["case_not_running"]


def test_all_that_is_missing_is_said_at_once(world, case, plan):
    row = perform(Referral, "draft", by=world.worker, parent=case, data={}).record
    with pytest.raises(Blocked) as refused:
        perform(row, "send", by=world.worker, version=1)
    assert codes(refused) == ["no_target", "no_need", "no_sections", "no_until", "no_basis"]
    shown = next(p for p in available(world.worker, row) if p.spec.name == "send")
    assert shown.status == "missing" and [reason.code for reason in shown.reasons] == codes(refused)
    assert all(reason.fix for reason in shown.reasons)


@pytest.mark.parametrize(
    "need",
    ["Bé Nguyễn Thị Bé Hai cần nơi ở", "nguyen thi be hai cần nơi ở", "Gọi 0900 000 001", "CCCD 075.316.000.001"],
)
def test_the_need_gives_nobody_away(draft, act, need):
    with pytest.raises(Blocked) as refused:
        act(draft(need=need), "send", "worker")
    assert codes(refused) == ["names_the_person"]


def test_a_number_in_the_need_that_is_no_identity_is_fine(sent):
    assert sent(need="Cháu học lớp 5, cao 1,40 m, sinh tháng 3").state == "sent"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"consent_on": None}, "no_consent"),
        ({"consent_by": None}, "no_consent"),
        ({"basis": "statutory"}, "no_ground"),
        ({"sections": []}, "no_sections"),
    ],
)
def test_nothing_leaves_without_ground(draft, act, changes, code):
    with pytest.raises(Blocked) as refused:
        act(draft(**changes), "send", "worker")
    assert codes(refused) == [code]


def test_a_consent_that_ran_out_does_not_carry(draft, act):
    row = draft()
    Referral.objects.filter(pk=row.pk).update(consent_until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Blocked) as refused:
        act(row, "send", "worker")
    assert codes(refused) == ["until_past"]
    with pytest.raises(Invalid) as invalid:
        act(row, "edit", "worker", **form(consent_until="01/01/2026"))
    assert list(invalid.value.errors) == ["consent_until"]


def test_two_targets_are_refused(draft, world):
    with pytest.raises(Invalid) as refused:
        draft(to_body=str(world.body.pk), to_unit=str(world.home.pk))
    assert list(refused.value.errors) == ["to_body"]


def test_the_target_must_be_recognised_for_the_group_today(draft, act, world):
    wrong = draft(group=str(ClientGroup.objects.on().get(code="k6").pk))
    with pytest.raises(Blocked) as refused:
        act(wrong, "send", "worker")
    assert codes(refused) == ["group_not_recognised"]
    Authority.objects.filter(facility__unit=world.home).update(stopped_on=timezone.localdate(), stop_reason="x")
    with pytest.raises(Blocked) as refused:
        act(draft(), "send", "worker")
    assert codes(refused) == ["authority_stopped"]


def test_outside_bodies_are_not_in_the_register(sent, world):
    row = sent(to_body=str(world.body.pk))
    assert row.state == "sent" and row.target == world.body
    assert items(row)["referral.record_answer"].user == world.users["worker"]


def test_a_plan_must_be_in_force(world, make_case, draft, act):
    with pytest.raises(Blocked) as refused:
        act(draft(make_case(name="Trần Văn Ba", state="planning")), "send", "worker")
    assert codes(refused) == ["no_agreed_plan"]
    with pytest.raises(Blocked) as refused:
        act(draft(make_case(name="Trần Văn Tư", state="active")), "send", "worker")
    assert codes(refused) == ["no_agreed_plan"]


def test_the_same_is_not_asked_twice(sent, draft, act, world):
    for changes in ({}, {"plan_action": None}):
        first, second = sent(**changes), draft(**changes)
        with pytest.raises(Blocked) as refused:
            act(second, "send", "worker")
        assert codes(refused) == ["asked_already"] and str(first.pk) in refused.value.reasons[0].fix
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(state="draft").update(state="sent", sent_by=world.users["worker"])


def test_sending_freezes_what_the_consent_covers(sent, world, case, plan_action, assessed):
    row = sent(sections=["identity", "contact", "health", "assessment", "plan"])
    assert row.state == "sent" and row.sent_by == world.users["worker"] and row.sent_at is not None
    parts = {part["code"]: dict(part["rows"]) for part in row.packet_parts}
    assert list(parts) == ["identity", "contact", "health", "assessment", "plan"]
    assert parts["identity"]["Họ và tên"] == "Nguyễn Thị Bé Hai" and parts["identity"]["Ngày sinh"] == "02/03/2016"
    assert parts["contact"]["Liên hệ (bác)"] == "Bác Tư, 0900000002"
    assert parts["assessment"]["An toàn, chỗ ở"] == "Không có chỗ ở"
    assert parts["plan"]["An toàn, chỗ ở"] == "Có nơi ở an toàn"
    case.person.name = "Tên mới"
    case.person.save()
    assert dict(Referral.objects.get(pk=row.pk).packet_parts[0]["rows"])["Họ và tên"] == "Nguyễn Thị Bé Hai"
    plan_action.refresh_from_db()
    assert plan_action.status == PlanAction.Status.WAITING


def test_the_packet_holds_only_the_parts_consented_and_never_who_must_stay_hidden(sent):
    everything = ["identity", "contact", "family", "health", "assessment", "plan"]
    for sections, hidden in (
        (everything, ["Cha dượng Ác", "Người báo tin Kín", "Nơi ẩn náu"]),
        (["plan"], ["Nguyễn Thị Bé Hai", "0753160", "đường Bí Mật", "0900000001"]),
    ):
        row = sent(plan_action=None, to_unit=None, **_target(sections))
        assert not [text for text in hidden if text in row.packet]
        assert [part["code"] for part in row.packet_parts] == sections


def _target(sections):
    here = Commune.objects.filter(province="75").order_by("code")[0]
    body = OutsideBody.objects.create(name=f"Nơi {len(sections)}", kind="other", commune=here, source="thử")
    return {"sections": sections, "to_body": str(body.pk)}


def test_what_is_shared_is_sealed_in_the_database(sent):
    sent()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM referrals_referral")
        stored = str(cursor.fetchall())
    assert "Trẻ mồ côi" not in stored and "Bé Hai" not in stored
    assert "Bé Hai" not in str(list(Event.objects.values_list("data", flat=True)))


def test_low_risk_with_consent_goes_straight_out(sent, world):
    row = sent()
    item = items(row)["referral.respond"]
    assert (item.unit, item.role, item.root_id) == (world.home, "facility_manager", row.pk)
    assert row.due_at == item.due_at == due.end_of(row.clock_started_at, term("due.referral_answer"))
    assert items(row, closed=True)["referral.finish"].outcome == "done"


def test_a_unit_without_a_manager_answers_by_its_workers(sent, world, act, draft):
    from core.accounts.models import RoleAssignment

    RoleAssignment.objects.filter(role="facility_manager", unit=world.home).delete()
    assert items(sent())["referral.respond"].role == "social_worker"


@pytest.mark.parametrize(
    ("columns", "changes", "grounds"),
    [
        ({"risk": "high"}, {}, ["high_risk"]),
        ({"risk": "low"}, {"basis": "statutory", "override_reason": "Trẻ bị xâm hại"}, ["statutory"]),
        (
            {"risk": "emergency"},
            {"basis": "statutory", "override_reason": "Trẻ bị xâm hại"},
            ["statutory", "high_risk"],
        ),
    ],
)
def test_a_supervisor_looks_first(world, make_case, make_plan, draft, act, columns, changes, grounds):
    case = make_case(name="Lê Văn Tám", **columns)
    make_plan(case)
    row = act(draft(case, **changes), "send", "worker")
    assert row.state == "pending_approval" and row.sent_at is None
    assert Event.objects.get(subject_id=row.pk, verb="referral.send").data["grounds"] == grounds
    assert items(row)["referral.approve"].unit == world.centre
    assert list(selectors.approvals(world.boss)) == [row]
    assert not selectors.approvals(world.worker).exists() and not selectors.inbox(world.manager).exists()
    with pytest.raises(NotVisible):
        selectors.referral(world.manager, row.pk)
    row = act(row, "approve", "boss")
    assert row.state == "sent" and row.approved_by == world.users["boss"] and row.sent_at is not None
    assert list(selectors.inbox(world.manager)) == [row]


def test_out_of_the_province_a_supervisor_looks_first(draft, act, world):
    far = Commune.objects.exclude(province="75").order_by("code")[0]
    body = OutsideBody.objects.create(name="Bệnh viện xa", kind="hospital", commune=far, source="thử")
    assert act(draft(to_body=str(body.pk)), "send", "worker").state == "pending_approval"
    world.home.commune = far
    world.home.save()
    assert act(draft(), "send", "worker").state == "pending_approval"


def test_whoever_sent_does_not_approve(world, make_case, make_plan, draft, act):
    from core.accounts.services import assign

    case = make_case(name="Lê Văn Tám", risk="high")
    make_plan(case)
    row = act(draft(case), "send", "worker")
    assign(world.users["worker"], "supervisor", world.centre)
    for name in ("approve", "return"):
        with pytest.raises(Denied) as refused:
            act(row, name, "worker", note="x")
        assert codes(refused) == ["own_referral"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=row.pk).update(approved_by=world.users["worker"])
    assert act(row, "approve", "chief").state == "sent"  # the unit above, when nobody else is there


def test_a_returned_referral_is_mended_and_sent_again(world, make_case, make_plan, draft, act):
    case = make_case(name="Lê Văn Tám", risk="high")
    plan = make_plan(case)
    action = PlanAction.objects.get(goal__plan=plan)
    row = act(draft(case, plan_action=str(action.pk)), "send", "worker")
    row = act(row, "return", "boss", note="Ghi rõ nhu cầu học")
    action.refresh_from_db()
    assert row.state == "draft" and row.packet == "" and action.status == "planned"
    assert Event.objects.get(subject_id=row.pk, verb="referral.return").note == "Ghi rõ nhu cầu học"
    changed = form(need="Cần học lớp 5", plan_action=str(action.pk), to_unit=str(world.home.pk))
    row = act(row, "edit", "worker", **changed)
    assert row.need == "Cần học lớp 5"
    row = act(row, "send", "worker")
    assert row.state == "pending_approval" and row.packet
    with pytest.raises(Blocked) as refused:
        act(row, "edit", "worker", **changed)
    assert codes(refused) == ["wrong_state"]


def test_consent_must_still_run_when_it_is_approved(world, make_case, make_plan, draft, act):
    case = make_case(name="Lê Văn Tám", risk="high")
    make_plan(case)
    row = act(draft(case), "send", "worker")
    Referral.objects.filter(pk=row.pk).update(consent_until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Blocked) as refused:
        act(row, "approve", "boss")
    assert codes(refused) == ["until_past"]


def test_an_emergency_goes_out_at_once_and_is_looked_at_after(world, make_case, draft, act):
    case = make_case(name="Lê Văn Tám", state="active", risk="emergency", track="emergency")
    statutory = {"basis": "statutory", "override_reason": "Cứu người", "consent_on": None, "consent_by": None}
    row = act(draft(case, emergency="on", **statutory), "send", "worker")
    assert row.state == "sent" and row.clock_hours == 4
    assert row.due_at == row.clock_started_at + timedelta(hours=4)
    respond, review = items(row)["referral.respond"], items(row)["referral.review_sent"]
    assert respond.hours and respond.due_at == row.due_at and review.role == "supervisor"
    with pytest.raises(Denied):
        act(row, "review_sent", "worker")
    row = act(row, "accept", "manager")
    assert row.due_at == row.clock_started_at + timedelta(hours=4)
    assert "referral.review_sent" in items(row)
    row = act(row, "review_sent", "boss")
    assert row.reviewed_by == world.users["boss"] and "referral.review_sent" not in items(row)
    with pytest.raises(Blocked) as refused:
        act(row, "review_sent", "boss")
    assert codes(refused) == ["already_reviewed"]


def test_urgency_alone_does_not_pass_the_supervisor_by(world, make_case, make_plan, draft, act):
    case = make_case(name="Lê Văn Tám", risk="high")
    make_plan(case)
    row = act(draft(case, emergency="on"), "send", "worker")
    assert row.state == "pending_approval"
    assert act(row, "approve", "boss").clock_hours == 4


def test_nothing_to_review_where_nobody_had_to_approve(sent, act):
    with pytest.raises(Blocked) as refused:
        act(sent(), "review_sent", "boss")
    assert codes(refused) == ["nothing_to_review"]


def test_the_receiver_sees_the_need_and_a_band_of_age_only(sent, world):
    row = sent()
    seen = fields_readable(world.manager, row)
    assert {"need", "age_band", "sex", "group", "emergency", "from_unit"} <= seen
    assert not seen & {"case", "packet", "plan_action", "sent_by", "consent_by", "override_reason", "outcome_note"}
    assert selectors.open_packet(world.manager, row) is None
    assert selectors.referral(world.manager, row.pk).need == NEED

    assert not can(world.manager, "view", row.case) and not can(world.manager, "view", row.case.person)


def test_other_units_do_not_know_of_it(sent, world):
    row = sent()
    for who in ("other_manager", "colleague", "intake", "head", "steward"):
        with pytest.raises(NotVisible):
            selectors.referral(world.actor(who), row.pk)
        with pytest.raises(NotVisible):
            perform(row, "accept", by=world.actor(who), version=row.version)


def test_the_lists_cost_the_same_for_many(sent, world, make_case, make_plan, django_assert_num_queries):
    from core.catalogue.models import ServiceType

    types = list(ServiceType.objects.on()[:4])
    for service in types:
        sent(plan_action=None, service_type=str(service.pk))
    manager = world.manager
    with django_assert_num_queries(1):
        rows = list(selectors.inbox(manager))
        assert [str(row.from_unit) + str(row.group) + str(row.service_type) for row in rows] and len(rows) == 4
