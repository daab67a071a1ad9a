"""How a licence is narrowed, suspended and ended."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accreditation.enums import DecisionKind
from accreditation.models import Decision, Licence
from core.errors import Blocked, Invalid
from core.outbox.messages import deliver_notices
from core.outbox.tasks import DBTaskResult
from core.worklist.models import Notice, WorkItem
from tests.factories.cases import GROUP, day
from tests.factories.licences import OTHER_GROUP

pytestmark = pytest.mark.django_db


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
    desk.step("lift", row)
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
            desk.step(name, row)
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
    desk.step("reverse", row)
    made = Decision.objects.get(kind="reverse")
    assert made.facts["appeal_number"] == "9/QĐ-KN"


def test_a_revocation_is_not_reversed_beside_another_licence(desk):
    row = desk.revoked()
    desk.granted()
    with pytest.raises(Blocked) as refused:
        desk.step("reverse", row)
    assert refused.value.reasons[0].code == "has_licence"


def test_the_facility_and_the_officers_are_told(desk):
    row = desk.suspended()
    for task in DBTaskResult.objects.filter(task_path__endswith="deliver_notices"):
        deliver_notices.call(**task.args_kwargs["kwargs"])
    told = Notice.objects.filter(root_id=row.pk, kind="licence.suspend").values_list("user__username", flat=True)
    assert set(told) == {"private_manager", "licensing"}
