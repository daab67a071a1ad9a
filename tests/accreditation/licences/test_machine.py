"""Every row of tests/spec/licence.csv, taken by whoever may; what follows; what is refused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accreditation.enums import DecisionKind, LicenceState
from accreditation.models import Decision, Licence, Registration
from accreditation.services import granting
from core.audit import chain
from core.audit.models import Event
from core.errors import Blocked, Denied, DomainError, Invalid, NotVisible
from core.lifecycle.actions import actions_of
from core.lifecycle.engine import available, perform, system_perform
from core.lifecycle.models import Proposal
from core.outbox.messages import deliver_notices
from core.outbox.tasks import DBTaskResult
from core.worklist.models import Notice, WorkItem
from tests.factories.cases import GROUP, day
from tests.factories.licences import OTHER_GROUP
from tests.spec import reading

pytestmark = pytest.mark.django_db


def step(desk, row, name):
    """Take the transition as the reference says, by whoever may."""
    data = {
        "restrict": {"limit_groups": [GROUP], "limit_reason": "Thiếu người."},
        "lift": {"note": "Đã đủ."},
        "suspend": {"immediate": True, "danger": "Cháy", "mend_by": day(60), "note": "Mất điều kiện."},
        "reinstate": {"visited_on": day(0), "visited_by": "Cán bộ Sở", "note": "Đã sửa."},
        "revoke": {"reason": "idle", "note": "Không hoạt động."},
        "surrender": {"note": "Thôi."},
        "reverse": {"appeal_number": "9/QĐ-KN", "note": "Khiếu nại đúng."},
    }
    by = {"restrict": "licensing", "lift": "licensing", "surrender": "private_manager"}.get(name, "head")
    return desk.do(by, name, row, **data[name])


@pytest.mark.parametrize(
    "row", [r for r in reading.rows("licence") if r.source != "new"], ids=lambda r: "-".join(r.edge)
)
def test_each_row_of_the_reference_moves_and_is_written_down(desk, row):
    if row.transition == "supersede":
        licence = desk.active()
        if row.source == "restricted":
            desk.restrict(licence)
        desk.granted("adjust")
    elif row.transition == "activate":
        licence = desk.issued()
        Licence.objects.filter(pk=licence.pk).update(starts_on=timezone.localdate())
        system_perform(licence, "activate")
    else:
        licence = desk.in_state(row.source)
        step(desk, licence, row.transition)
    licence.refresh_from_db()
    wanted = licence.suspended_from if row.transition == "reinstate" else licence.revoked_from
    assert licence.state == (wanted if row.prior_column else row.target)
    event = Event.objects.get(subject_id=licence.pk, verb=f"licence.{row.transition}")
    assert (event.source, event.target) == (row.source, licence.state)
    assert chain.verify()[1] == []


@pytest.mark.parametrize("prior", ["active", "restricted"])
def test_reinstated_as_before(desk, prior):
    row = desk.suspended(desk.in_state(prior))
    desk.reinstate(row)
    assert (row.state, row.mend_by) == (prior, None)


@pytest.mark.parametrize("prior", ["issued", "active", "restricted", "suspended"])
def test_reversed_as_before(desk, prior):
    row = desk.revoked(desk.in_state(prior))
    step(desk, row, "reverse")
    assert row.state == prior
    assert row.ended_at is None


@pytest.mark.parametrize("state", LicenceState.values)
def test_only_the_moves_of_the_reference_start_from_a_state(desk, state):
    legal = {r.transition for r in reading.rows("licence") if r.source == state}
    row = desk.in_state(state)
    for name in ("restrict", "lift", "suspend", "reinstate", "revoke", "surrender", "reverse"):
        if name in legal:
            continue
        with pytest.raises(Blocked) as refused:
            step(desk, row, name)
        assert refused.value.reasons[0].code == "wrong_state"


# --- who may not ---
ALLOWED = {
    "restrict": {"licensing"}, "lift": {"licensing"}, "notify_suspension": {"licensing"}, "drop_notice": {"licensing"},
    "settle_residents": {"licensing"},
    "reply_suspension": {"private_manager"}, "suspend": {"head"}, "reinstate": {"head"}, "revoke": {"head"},
    "surrender": {"private_manager"}, "reverse": {"head"},
}  # fmt: skip
IN_STATE = {"settle_residents": "suspended", "lift": "restricted", "reinstate": "suspended", "reverse": "revoked"}


def test_the_table_of_this_test_knows_every_action(world):
    offered = {name for name, spec in actions_of(Licence).items() if not spec.internal}
    assert offered - {"issue", "take_over"} == set(ALLOWED)


@pytest.mark.parametrize("name", ALLOWED)
def test_nobody_else_may(desk, world, name):
    row = desk.in_state(IN_STATE.get(name, "active"))
    before = Event.objects.count()
    for user in world.users:
        if user in ALLOWED[name]:
            continue
        with pytest.raises((Denied, NotVisible)):
            perform(row, name, by=world.actor(user), version=row.version, data={})
    assert Event.objects.count() == before


def test_another_office_decides_nothing(desk, world):
    """The chair of a commune has no say in what the department issued, the department's head none in a commune's."""
    row = desk.active()
    with pytest.raises(Denied):
        perform(row, "revoke", by=world.actor("chair"), version=row.version, data={"reason": "idle", "note": "x"})


def test_the_proposer_does_not_confirm(desk, world):
    row = desk.active()
    proposal = desk.do("licensing", "restrict", row, confirm="", limit_groups=[GROUP], limit_reason="Thiếu.").record
    assert row.state == "active"
    for user in ("licensing", "private_manager", "chair", "supervisor"):
        with pytest.raises((Denied, NotVisible)):
            perform(proposal, "confirm", by=world.actor(user), version=proposal.version)
    perform(proposal, "refuse", by=world.actor("head"), version=proposal.version, data={"note": "Chưa đủ căn cứ."})
    row.refresh_from_db()
    assert row.state == "active"
    assert not Decision.objects.exists()


# --- taking over from paper ---
def test_a_paper_licence_is_entered_and_confirmed(desk, world):
    asked = perform(
        Licence, "take_over", by=world.actor("licensing"), data=desk.paper(), parent=desk.facility
    ).record  # fmt: skip
    assert isinstance(asked, Proposal)
    assert not Licence.objects.exists()
    perform(asked, "confirm", by=world.actor("head"), version=asked.version)
    row = Licence.objects.get()
    assert (row.state, row.number, row.facility_name, row.capacity) == ("active", "77/GP-LĐTBXH", "Mái ấm tư nhân", 25)
    assert row.address == "12 đường Hoa Sen"
    assert sorted(row.groups.values_list("code", flat=True)) == sorted([GROUP, OTHER_GROUP])
    assert len(row.code) == 16
    assert row.authority.valid_from == row.starts_on


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends_on": "01/01/2020"}, "ends_on"),
        ({"starts_on": "01/01/2020"}, "starts_on"),
        ({"groups": []}, "groups"),
        ({"groups": ["khong-co"]}, "groups"),
        ({"capacity": 0}, "capacity"),
        ({"kind": "small", "capacity": 12}, "capacity"),
        ({"issued_on": "01/01/2200"}, "issued_on"),
        ({"source": ""}, "source"),
    ],
)
def test_a_paper_licence_that_cannot_be(desk, world, change, field):
    with pytest.raises(Invalid) as refused:
        perform(
            Licence, "take_over", by=world.actor("licensing"), data=desk.paper(**change), parent=desk.facility
        )  # fmt: skip
    assert field in refused.value.errors


def test_a_second_licence_or_a_known_number_is_not_taken_over(desk, world):
    desk.active()
    for number, code in (("77/GP-LĐTBXH", "number_taken"), ("78/GP", "has_licence")):
        with pytest.raises(Blocked) as refused:
            perform(
                Licence, "take_over", by=world.actor("licensing"), data=desk.paper(number=number), parent=desk.facility
            )  # fmt: skip
        assert code in {reason.code for reason in refused.value.reasons}


def test_a_public_facility_has_no_licence(world):
    from tests.factories.licences import Licences

    public = Licences(world, "public", ownership="public")
    with pytest.raises(Blocked) as refused:
        public.active()
    assert "public" in {reason.code for reason in refused.value.reasons}


def test_a_hidden_address_is_not_printed(world):
    from tests.factories.licences import Licences

    shelter = Licences(world, hidden_address=True)
    assert shelter.active().address == ""
    shelter.facility.refresh_from_db()
    assert shelter.facility.safe_address == "12 đường Hoa Sen"
    issued = shelter.granted("adjust", note="")
    assert issued.address == ""


# --- issue ---
def test_a_licence_comes_from_an_approved_application_only(desk, world):
    with pytest.raises(Blocked) as refused:
        perform(Licence, "issue", by=world.actor("head"))
    assert refused.value.reasons[0].code == "no_application"
    for user in set(world.users) - {"head", "chair", "chair2"}:
        with pytest.raises((Denied, NotVisible)):
            perform(Licence, "issue", by=world.actor(user))
    with pytest.raises(Blocked):
        desk.decided(granting.grant, desk.application(state="refused"))
    application = desk.application()
    desk.decided(granting.grant, application)
    with pytest.raises(Blocked) as refused:
        desk.decided(granting.grant, application)
    assert "issued" in {reason.code for reason in refused.value.reasons}


def test_numbers_and_codes_are_never_used_again(desk):
    numbers, codes = [], []
    for _round in range(3):
        row = desk.granted()
        numbers.append(row.number)
        codes.append(row.code)
        desk.revoked(row)
    year = timezone.localdate().year
    assert numbers == [f"{n}/{year}/GPHĐ-SYT" for n in (1, 2, 3)]
    assert len(set(codes)) == 3
    assert all(set(code) <= set("23456789BCDFGHJKMNPQRSTVWXYZ") for code in codes)


def test_a_number_that_a_paper_bears_is_left_out(desk):
    year = timezone.localdate().year
    row = desk.active(number=f"1/{year}/GPHĐ-SYT")
    desk.revoked(row)
    assert desk.granted().number == f"2/{year}/GPHĐ-SYT"


def test_the_register_follows_the_licence(desk):
    row = desk.decided(
        granting.grant,
        desk.application(name="Nhà dưỡng lão Bình An", head_name="Phạm Văn Tám", address="9 đường Mới", capacity=40),
    )
    desk.facility.refresh_from_db()
    facility = desk.facility
    facility.unit.refresh_from_db()
    assert (facility.unit.name, facility.head_name, facility.address, facility.capacity) == (
        "Nhà dưỡng lão Bình An", "Phạm Văn Tám", "9 đường Mới", 40,
    )  # fmt: skip
    assert row.facility_name == "Nhà dưỡng lão Bình An"


def test_the_successor_takes_the_place_of_the_former(desk):
    former = desk.active()
    later = desk.granted("adjust", capacity=40)
    former.refresh_from_db()
    assert (former.state, later.state) == ("superseded", "active")
    assert later.predecessor == former
    assert later.number != former.number


def test_a_successor_waits_for_its_day(desk):
    former = desk.active()
    later = desk.issued(groups=[GROUP])
    former.refresh_from_db()
    assert (former.state, later.state) == ("active", "issued")
    with pytest.raises(Blocked) as refused:
        system_perform(later, "activate")
    assert refused.value.reasons[0].code == "not_yet"
    with pytest.raises(Blocked):
        desk.granted("adjust")  # one waits already
    with pytest.raises(Blocked) as refused:
        step(desk, former, "surrender")
    assert refused.value.reasons[0].code == "waiting"


def test_nothing_goes_round_a_suspension_or_a_revocation(desk):
    former = desk.active()
    later = desk.issued()
    desk.suspended(former)
    Licence.objects.filter(pk=later.pk).update(starts_on=timezone.localdate())
    with pytest.raises(Blocked) as refused:
        system_perform(later, "activate")
    assert refused.value.reasons[0].code == "suspended"
    with pytest.raises(Blocked):
        desk.granted("reissue")
    desk.revoked(former)
    later.refresh_from_db()
    assert later.state == "revoked"


def test_a_revoked_successor_leaves_its_place(desk):
    former = desk.active()
    desk.revoked(desk.issued())
    later = desk.granted("adjust")
    former.refresh_from_db()
    assert (former.state, later.state) == ("superseded", "active")


# --- restriction ---
@pytest.mark.parametrize(
    "limits",
    [{"limit_groups": [GROUP, OTHER_GROUP]}, {"limit_capacity": 25}, {"limit_capacity": 40}, {}],
)  # fmt: skip
def test_a_restriction_narrows(desk, limits):
    row = desk.active()
    with pytest.raises(Invalid):
        desk.do("licensing", "restrict", row, limit_reason="Thiếu người.", **limits)


def test_restricted_and_lifted(desk):
    row = desk.restricted()
    assert (row.limit_groups, row.limit_capacity, row.limit_reason) == ([GROUP], 10, "Thiếu người chăm sóc.")
    step(desk, row, "lift")
    assert (row.state, row.limit_groups, row.limit_capacity, row.limit_reason) == ("active", [], None, "")
    kinds = list(Decision.objects.order_by("created_at").values_list("kind", flat=True))
    assert kinds == [DecisionKind.RESTRICT, DecisionKind.LIFT]


# --- suspension: notice, reply, decision ---
def suspend_with_notice(desk, row, **data):
    return desk.do("head", "suspend", row, mend_by=day(60), note="Mất điều kiện.", **data)


def test_first_a_notice_then_the_reply_then_the_decision(desk, world):
    row = desk.active()
    with pytest.raises(Blocked) as refused:
        suspend_with_notice(desk, row)
    assert refused.value.reasons[0].code == "no_notice"
    desk.do("licensing", "notify_suspension", row, notice="Không còn đủ người chăm sóc.")
    assert WorkItem.objects.get(kind="licence.reply", closed_at=None).due_at == row.reply_by
    with pytest.raises(Blocked) as refused:
        suspend_with_notice(desk, row)
    assert refused.value.reasons[0].code == "reply_running"
    desk.do("private_manager", "reply_suspension", row, reply="Đã tuyển thêm hai người.")
    with pytest.raises(Blocked):
        desk.do("private_manager", "reply_suspension", row, reply="Nói thêm.")
    suspend_with_notice(desk, row)
    made = Decision.objects.get()
    assert made.facts["notice"] == "Không còn đủ người chăm sóc."
    assert made.facts["reply"] == "Đã tuyển thêm hai người."
    assert (row.state, row.notice, row.noticed_at, row.replied_at) == ("suspended", "", None, None)
    assert set(WorkItem.objects.filter(closed_at=None).values_list("kind", flat=True)) == {
        "licence.mend", "licence.recheck",
    }  # fmt: skip


def test_without_a_reply_the_days_must_be_over(desk):
    row = desk.active()
    desk.do("licensing", "notify_suspension", row, notice="Thiếu người.")
    Licence.objects.filter(pk=row.pk).update(reply_by=timezone.now() - timedelta(minutes=1))
    suspend_with_notice(desk, row)
    assert row.state == "suspended"


def test_a_notice_can_be_dropped(desk):
    row = desk.active()
    desk.do("licensing", "notify_suspension", row, notice="Thiếu người.")
    with pytest.raises(Blocked):
        desk.do("licensing", "notify_suspension", row, notice="Thiếu nữa.")
    desk.do("licensing", "drop_notice", row, note="Đã tuyển đủ.")
    assert row.noticed_at is None
    assert not WorkItem.objects.filter(closed_at=None).exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"mend_by": day(0)}, "mend_by"),
        ({"mend_by": day(200)}, "mend_by"),
        ({"danger": ""}, "danger"),
        ({"note": ""}, "note"),
    ],
)
def test_a_suspension_that_cannot_be(desk, change, field):
    row = desk.active()
    with pytest.raises(Invalid) as refused:
        desk.suspend(row, **change)
    assert field in refused.value.errors


def test_reinstated_after_a_look_only(desk):
    row = desk.suspended()
    with pytest.raises(Invalid):
        desk.do("head", "reinstate", row, note="Thôi được.")
    with pytest.raises(Invalid):
        desk.do("head", "reinstate", row, visited_on=day(-1), visited_by="Ai đó", note="Trước khi đình chỉ.")
    desk.reinstate(row)
    assert not WorkItem.objects.filter(closed_at=None, kind__startswith="licence.").exists()


# --- the end ---
def test_where_people_live_a_plan_is_asked_for(desk, monkeypatch):
    monkeypatch.setattr("accreditation.guards.licences.residents", lambda facility: 3)
    monkeypatch.setattr("accreditation.services.stopping.residents", lambda facility: 3)
    row = desk.active()
    for name in ("revoke", "surrender"):
        with pytest.raises(Blocked) as refused:
            step(desk, row, name)
        assert refused.value.reasons[0].code == "no_plan"
    plan = "Ba người về Trung tâm Công tác xã hội trước cuối tháng."
    desk.do("head", "revoke", row, reason="serious", note="Vi phạm.", relocation_plan=plan)
    assert Decision.objects.get().facts["relocation_plan"] == plan
    assert WorkItem.objects.get(kind="licence.relocate").role == "licensing_officer"


def test_whoever_lives_there_is_visited_and_moved(desk, monkeypatch):
    here = {"count": 2}
    monkeypatch.setattr("accreditation.guards.licences.residents", lambda facility: here["count"])
    monkeypatch.setattr("accreditation.services.stopping.residents", lambda facility: here["count"])
    row = desk.suspended()
    assert WorkItem.objects.filter(kind="licence.visit", closed_at=None).exists()
    desk.do("licensing", "settle_residents", row, note="Đã thăm hai cụ.")
    assert not WorkItem.objects.filter(kind="licence.visit", closed_at=None).exists()
    desk.do("head", "revoke", row, reason="serious", note="Vi phạm.", relocation_plan="Về Trung tâm.")
    with pytest.raises(Blocked) as refused:
        desk.do("licensing", "settle_residents", row, note="Đã chuyển.")
    assert refused.value.reasons[0].code == "residents"
    here["count"] = 0
    desk.do("licensing", "settle_residents", row, note="Hai cụ về Trung tâm.")
    assert not WorkItem.objects.filter(kind="licence.relocate", closed_at=None).exists()


def test_residents_are_counted_from_beds_and_from_whoever_knows_of_others(desk, monkeypatch):
    from accreditation.selectors.licences import residents
    from core import hooks

    assert residents(desk.facility) == 0
    monkeypatch.setitem(hooks._providers, "licence.residents", [lambda facility: [2]])
    assert residents(desk.facility) == 2


def test_whoever_has_the_stays_is_told(desk, monkeypatch):
    from core import hooks

    told = []
    monkeypatch.setitem(hooks._providers, "licence.stopped", [lambda row, act: told.append((row.pk, act.action))])
    row = desk.suspended()
    desk.reinstate(row)
    desk.revoked(row)
    assert told == [(row.pk, "suspend"), (row.pk, "revoke")]


def test_the_head_names_the_appeal(desk):
    row = desk.revoked()
    with pytest.raises(Invalid):
        desk.do("head", "reverse", row, note="Đúng.")
    step(desk, row, "reverse")
    made = Decision.objects.get(kind="reverse")
    assert made.facts["appeal_number"] == "9/QĐ-KN"


def test_a_revocation_is_not_reversed_beside_another_licence(desk):
    row = desk.revoked()
    desk.granted()
    with pytest.raises(Blocked) as refused:
        step(desk, row, "reverse")
    assert refused.value.reasons[0].code == "has_licence"


def test_the_facility_and_the_officers_are_told(desk):
    row = desk.suspended()
    for task in DBTaskResult.objects.filter(task_path__endswith="deliver_notices"):
        deliver_notices.call(**task.args_kwargs["kwargs"])
    told = Notice.objects.filter(root_id=row.pk, kind="licence.suspend").values_list("user__username", flat=True)
    assert set(told) == {"private_manager", "licensing"}


# --- decisions on applications ---
def test_conditional_met_and_unmet(desk):
    application = desk.application(state="conditional")
    row = desk.decided(granting.grant_conditional, application, conditions="Sửa cầu thang.", limit_capacity=5)
    assert (row.state, row.limit_capacity, row.limit_reason) == ("restricted", 5, "Sửa cầu thang.")
    desk.decided(granting.widen, application)
    row.refresh_from_db()
    assert row.state == "active"
    desk.decided(granting.widen, application)  # again: nothing
    desk.decided(granting.take_back, application, note="Không làm.")
    row.refresh_from_db()
    assert row.state == "revoked"
    assert Decision.objects.get(kind="revoke").facts["reason"] == "conditions"


def test_a_suspended_licence_is_not_widened(desk):
    application = desk.application(state="conditional")
    row = desk.decided(granting.grant_conditional, application, conditions="Sửa cầu thang.")
    desk.suspended(row)
    with pytest.raises(Blocked):
        desk.decided(granting.widen, application)


def test_a_small_home_is_the_communes(world):
    from tests.factories.licences import Licences

    home = Licences(world, office="commune")
    row = home.decided(granting.grant, home.application("small_facility", capacity=8), by="chair")
    assert (row.kind, row.number) == ("small", f"1/{timezone.localdate().year}/GPHĐ-XA1")
    home.do("chair", "suspend", row, immediate=True, danger="Cháy", mend_by=day(30), note="Cháy bếp.")
    assert Decision.objects.get().number == f"1/{timezone.localdate().year}/QĐ-XA1"
    with pytest.raises(DomainError):
        home.do("head", "revoke", row, reason="idle", note="x")


def test_certificates_replace_each_other_and_end(desk):
    first = desk.decided(granting.grant, desk.application("register", name="Mái ấm Một"))
    second = desk.decided(granting.grant, desk.application("register_change", name="Mái ấm Hai"))
    first.refresh_from_db()
    assert first.replaced_by == second
    assert first.ended_on == timezone.localdate()
    assert second.facts["name"] == "Mái ấm Hai"
    assert first.number != second.number
    assert Registration.objects.filter(ended_on=None).count() == 1


def test_a_certificate_names_no_hidden_address(world):
    from tests.factories.licences import Licences

    shelter = Licences(world, hidden_address=True)
    made = shelter.decided(granting.grant, shelter.application("register", address="12 đường Hoa Sen"))
    assert "Hoa Sen" not in str(made.facts)


@pytest.mark.parametrize("with_licence", [True, False])
def test_dissolved(desk, with_licence):
    desk.decided(granting.grant, desk.application("register"))
    row = desk.active() if with_licence else None
    waiting = desk.issued() if with_licence else None
    desk.decided(granting.grant, desk.application("dissolve"))
    desk.facility.refresh_from_db()
    assert desk.facility.closed_on == timezone.localdate()
    assert not Registration.objects.filter(ended_on=None).exists()
    if row and waiting:
        row.refresh_from_db()
        waiting.refresh_from_db()
        assert (row.state, waiting.state) == ("surrendered", "revoked")
    with pytest.raises(Blocked) as refused:
        desk.granted()
    assert "facility_closed" in {reason.code for reason in refused.value.reasons}


def test_each_action_says_what_is_missing(desk, world):
    row = desk.active()
    found = {one.spec.name: one for one in available(world.actor("private_manager"), row)}
    assert found["reply_suspension"].status == "missing"
    assert found["suspend"].status == "not_you"
    assert found["reinstate"].status == "wrong_state"
