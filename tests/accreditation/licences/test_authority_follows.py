"""What a facility may do follows its licence in the same transaction; referrals see it at the next request."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accreditation.enums import ApplicationState
from accreditation.models import Application, Licence
from accreditation.selectors.licences import Phase, end_of, phase_of
from accreditation.services import granting
from accreditation.tasks import activate_licences, follow_terms, remind_licences
from core.clock.models import Parameter
from core.errors import Blocked, Invalid
from core.lifecycle.engine import perform
from core.worklist.models import WorkItem
from facilities.models import Authority
from facilities.selectors import authority_on, may_admit, places
from tests.factories.cases import GROUP, day
from tests.factories.licences import OTHER_GROUP
from tests.factories.referrals import ReferralStory

pytestmark = pytest.mark.django_db


def today(offset=0):
    return timezone.localdate() + timedelta(days=offset)


def codes(reasons):
    return [reason.code for reason in reasons]


def admits(desk, group=GROUP, on=None):
    return may_admit(desk.facility, group, on) == []


def move_to(monkeypatch, days):
    """The clock of the house stands some days later."""
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(days=days))


def test_each_move_opens_narrows_or_stops(desk):
    row = desk.active()
    assert admits(desk)
    assert admits(desk, OTHER_GROUP)
    assert places(desk.facility) == 25
    desk.restrict(row)
    assert (admits(desk), admits(desk, OTHER_GROUP), places(desk.facility)) == (True, False, 10)
    desk.suspend(row)
    assert codes(may_admit(desk.facility, GROUP)) == ["authority_stopped"]
    desk.reinstate(row)
    assert (admits(desk), admits(desk, OTHER_GROUP), places(desk.facility)) == (True, False, 10)
    desk.do("licensing", "lift", row, note="Đủ người.")
    assert (admits(desk, OTHER_GROUP), places(desk.facility)) == (True, 25)
    desk.revoked(row)
    assert not admits(desk)
    desk.do("head", "reverse", row, appeal_number="9/QĐ", note="Đúng.")
    assert admits(desk)
    desk.surrendered(row)
    assert not admits(desk)
    assert row.authority.paper_number == row.number


def test_only_a_capacity_is_narrowed(desk):
    row = desk.active()
    desk.restrict(row, limit_groups=[])
    assert (admits(desk, OTHER_GROUP), places(desk.facility)) == (True, 10)


def test_the_past_stays_as_it_was(desk):
    desk.suspended()
    assert may_admit(desk.facility, GROUP, today(-1)) == []
    assert may_admit(desk.facility, GROUP, today(-391)) != []


def test_the_successor_opens_and_the_former_is_cut_short(desk):
    desk.active()
    desk.granted("adjust", groups=[OTHER_GROUP], capacity=7)
    assert (admits(desk), admits(desk, OTHER_GROUP), places(desk.facility)) == (False, True, 7)
    held = Authority.objects.filter(Authority.on(today()), facility=desk.facility)
    assert held.count() == 1


def test_an_issued_licence_opens_nothing_before_its_day(desk, monkeypatch):
    desk.issued()
    assert not admits(desk)
    assert activate_licences() == 0
    move_to(monkeypatch, 10)
    assert (activate_licences(), activate_licences()) == (1, 0)
    assert admits(desk)


def test_activated_late_it_held_from_its_first_day(desk, monkeypatch):
    row = desk.issued()
    move_to(monkeypatch, 13)
    activate_licences()
    assert authority_on(desk.facility, row.starts_on).valid_from == row.starts_on


def test_a_dissolved_facility_takes_nobody(desk):
    desk.active()
    desk.decided(granting.grant, desk.application("dissolve"))
    assert not admits(desk)


def test_nobody_sets_an_authority_beside_a_licence(desk, world):
    row = desk.active()
    paper = {
        "groups": [GROUP], "valid_from": day(1), "paper_number": "1/X", "paper_date": day(0), "paper_issuer": "Sở",
    }  # fmt: skip
    with pytest.raises(Blocked) as refused:
        perform(Authority, "set", by=world.actor("head"), data=paper, parent=desk.facility)
    assert codes(refused.value.reasons)[0] == "has_licence"
    held = row.authority
    with pytest.raises(Blocked):
        perform(held, "stop", by=world.actor("head"), version=held.version, data={"stop_reason": "Thử."})


def test_a_stop_that_was_planned_does_not_keep_a_suspension_from_stopping_now(desk):
    row = desk.active()
    Authority.objects.filter(facility=desk.facility).update(stopped_on=today(20), stop_reason="Sẽ dừng.")
    desk.suspended(row)
    assert not admits(desk)


# --- referrals ---
@pytest.fixture
def story(world, desk):
    return ReferralStory(world).running(provider="other")


def test_a_referral_is_refused_at_the_next_request(desk, world, story):
    row = desk.active()
    sent = story.draft_referral(unit="private")
    story.do("worker", "send", sent)
    kept = story.draft_referral(unit="private", need="Cần thêm phục hồi chức năng.")
    desk.suspended(row)
    with pytest.raises(Blocked) as refused:
        story.do("private_manager", "accept", sent)
    assert "authority_stopped" in codes(refused.value.reasons)
    with pytest.raises((Blocked, Invalid)) as refused:
        story.do("worker", "send", kept)
    assert "authority_stopped" in codes(refused.value.reasons)
    desk.reinstate(row)
    story.do("private_manager", "accept", sent)
    assert sent.state == "accepted"


def test_the_group_that_was_taken_away_is_refused(desk, world, story):
    row = desk.active()
    sent = story.draft_referral(unit="private")
    story.do("worker", "send", sent)
    desk.restrict(row, limit_groups=[OTHER_GROUP])
    with pytest.raises(Blocked) as refused:
        story.do("private_manager", "accept", sent)
    assert codes(refused.value.reasons) == ["group_not_recognised"]


# --- the end of a term ---
@pytest.fixture
def ending(desk):
    """A licence that ends in a hundred days."""
    return desk.active(ends_on=day(100))


@pytest.mark.parametrize(
    ("days", "phase"),
    [(0, Phase.RUNNING), (9, Phase.RUNNING), (10, Phase.RENEWAL_DUE), (99, Phase.RENEWAL_DUE), (100, Phase.EXPIRED)],
)  # fmt: skip
def test_where_it_stands_in_time(ending, days, phase):
    assert phase_of(ending, today(days)) == phase


def test_without_a_term_it_does_not_end(desk):
    row = desk.active()
    assert (phase_of(row, today(9999)), end_of(row)) == (Phase.OPEN_ENDED, None)


def test_past_its_end_it_admits_nobody(desk, ending):
    assert admits(desk, on=today(99))
    assert not admits(desk, on=today(100))


def test_reminded_thrice_and_once_each(desk, ending, monkeypatch):
    said = []
    for later in (0, 9, 10, 10, 11, 40, 40, 69, 70, 71, 99, 100, 101):
        with monkeypatch.context() as patch:
            move_to(patch, later)
            if remind_licences():
                ending.refresh_from_db()
                said.append((later, ending.reminded))
            assert remind_licences() == 0
    assert said == [(10, 90), (40, 60), (70, 30)]
    item = WorkItem.objects.get(kind="licence.renew", closed_at=None)
    assert timezone.localdate(item.due_at) == today(99)


def test_a_worker_that_slept_reminds_once(desk, ending, monkeypatch):
    move_to(monkeypatch, 75)
    assert (remind_licences(), remind_licences()) == (1, 0)
    ending.refresh_from_db()
    assert ending.reminded == 30


def renewal(desk, handed_in, state=ApplicationState.SUBMITTED):
    made = desk.application("renew")
    Application.objects.filter(pk=made.pk).delete()
    row = Application.objects.create(
        state="draft", number="HSGH", kind="renew", facility=desk.facility, to_unit=desk.office,
        first_submitted_at=timezone.now() + timedelta(days=handed_in),
    )  # fmt: skip
    Application.objects.filter(pk=row.pk).update(state=ApplicationState.SUBMITTED)
    if state != ApplicationState.SUBMITTED:
        Application.objects.filter(pk=row.pk).update(state=state)
    return row


def test_grace_while_a_renewal_handed_in_in_time_is_looked_at(desk, ending, monkeypatch):
    renewal(desk, 60)
    assert end_of(ending) == today(130)
    assert phase_of(ending, today(99)) == Phase.RENEWAL_DUE
    assert phase_of(ending, today(100)) == Phase.GRACE
    assert phase_of(ending, today(130)) == Phase.EXPIRED
    move_to(monkeypatch, 99)
    assert remind_licences() == 0
    assert (follow_terms(), follow_terms()) == (1, 0)
    monkeypatch.undo()
    assert admits(desk, on=today(129))
    assert not admits(desk, on=today(130))


def test_no_grace_for_a_renewal_handed_in_late(desk, ending):
    renewal(desk, 100)
    assert end_of(ending) == today(100)
    assert follow_terms() == 0


def test_grace_ends_when_the_renewal_is_withdrawn(desk, ending, monkeypatch):
    row = renewal(desk, 60)
    move_to(monkeypatch, 110)
    assert follow_terms() == 1
    assert admits(desk)
    Application.objects.filter(pk=row.pk).update(state=ApplicationState.WITHDRAWN)
    assert (follow_terms(), follow_terms()) == (1, 0)
    assert not admits(desk)


def test_the_days_of_grace_are_a_setting(desk, ending):
    renewal(desk, 60)
    Parameter.objects.filter(code="licence.grace").update(value=5)
    assert end_of(ending) == today(105)


def test_a_licence_that_gave_a_term_prints_it(desk):
    row = desk.granted(ends_on=today(365))
    assert row.ends_on == today(365)
    assert authority_on(desk.facility).valid_to == today(365)
    assert Licence.objects.get().ends_on == today(365)
