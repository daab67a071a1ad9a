"""Two at once on every move of a licence, and rivals who want different things. On both engines, really committed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accreditation.enums import LIVING
from accreditation.models import Decision, Licence
from core.audit import chain
from core.errors import Blocked, Stale
from core.lifecycle.engine import Outcome, perform
from core.lifecycle.models import Proposal
from facilities.models import Authority
from facilities.selectors import may_admit
from referrals.models import Referral
from tests.casework.lifecycle.contest import Contest, attempt, decide, together
from tests.factories.accreditation import another_house, house, people
from tests.factories.cases import GROUP, day
from tests.factories.licences import Licences
from tests.factories.referrals import ReferralStory
from tests.factories.world import build_world
from tests.spec import reading

HEADS = ("head", "head2")
DATA = {
    "suspend": {"immediate": True, "danger": "Cháy", "mend_by": day(60), "note": "Mất điều kiện."},
    "reinstate": {"visited_on": day(0), "visited_by": "Cán bộ Sở", "note": "Đã sửa."},
    "revoke": {"reason": "idle", "note": "Không hoạt động."},
    "reverse": {"appeal_number": "9/QĐ-KN", "note": "Khiếu nại đúng."},
}
PROPOSED = {
    "restrict": ("licensing", {"limit_groups": [GROUP], "limit_reason": "Thiếu người."}),
    "lift": ("licensing", {"note": "Đã đủ."}),
    "surrender": ("private_manager", {"note": "Thôi."}),
}


@pytest.fixture
def province(committed):
    return people(build_world())


def home(world):
    """Another private facility with the same manager."""
    made = Licences.__new__(Licences)
    made.world, made.office = world, world.units["department"]
    name = another_house(world)
    made.facility = house(world, name)
    manager = f"{name}_manager"
    made.manager = manager if manager in world.users else "private_manager"
    return made


def of_row(world, row):
    """Both heads on the same version; of two persons' actions, both confirm the same proposal."""
    desk = home(world)
    number = {"number": f"{Licence.objects.count() + 1}/GP-CŨ"}
    licence = desk.active(**number)
    if row.source == "issued":
        desk.revoked(licence)
        licence = desk.issued()
    elif row.source == "restricted":
        desk.restrict(licence)
    elif row.source == "suspended":
        desk.suspend(licence)
    elif row.source == "revoked":
        desk.revoked(licence)
    verbs = {f"licence.{row.transition}"}
    targets = {licence.suspended_from or licence.revoked_from} if row.prior_column else {row.target}
    if row.transition in DATA:
        tries = [attempt(world, licence, row.transition, who, **DATA[row.transition]) for who in HEADS]
        return Contest(tries, verbs, targets, row=licence)
    by, data = PROPOSED[row.transition]
    by = desk.manager if by == "private_manager" else by
    proposal = desk.do(by, row.transition, licence, confirm="", **data).record
    tries = [attempt(world, proposal, "confirm", who) for who in HEADS]
    return Contest(tries, {"proposal.confirm"}, {"confirmed"}, row=proposal)


@pytest.mark.parametrize("name", [*DATA, *PROPOSED])
def test_each_row_has_one_winner(province, subtests, name):
    for row in (row for row in reading.rows("licence") if row.transition == name):
        with subtests.test(move=name, source=row.source):
            decide(of_row(province, row))
    assert chain.verify()[1] == []


def test_activated_once_by_two_workers(province):
    desk = home(province)
    former = desk.active()
    row = desk.issued()
    Licence.objects.filter(pk=row.pk).update(starts_on=timezone.localdate())
    tries = [attempt(province, row, "activate", "system") for _worker in range(3)]
    decide(Contest(tries, {"licence.activate"}, {"active"}, row=row, loses=(Blocked,)))
    former.refresh_from_db()
    assert former.state == "superseded"
    assert Authority.objects.filter(Authority.on(timezone.localdate()), facility=desk.facility).count() == 1


def test_taken_over_once(province):
    desk = home(province)
    proposals = []
    for number in ("1/GP", "2/GP"):
        data = desk.paper(number=number)
        made = perform(Licence, "take_over", by=province.actor("licensing"), data=data, parent=desk.facility)
        proposals.append(made.record)
    results = together([attempt(province, row, "confirm", "head") for row in proposals])
    assert sorted(type(result).__name__ for result in results) == ["Blocked", "Outcome"]
    assert Licence.objects.filter(facility=desk.facility, state__in=LIVING).count() == 1
    assert Proposal.objects.filter(state="open").count() == 1


def test_suspended_or_revoked_or_surrendered(province):
    desk = home(province)
    row = desk.active()
    proposal = desk.do(desk.manager, "surrender", row, confirm="", note="Thôi.").record
    results = together([
        attempt(province, row, "suspend", "head", **DATA["suspend"]),
        attempt(province, row, "revoke", "head2", **DATA["revoke"]),
        attempt(province, proposal, "confirm", "head"),
    ])  # fmt: skip
    assert sum(isinstance(result, Outcome) for result in results) in (1, 2)  # a suspended one may be given back
    assert all(isinstance(result, (Outcome, Stale, Blocked)) for result in results), results
    row.refresh_from_db()
    assert row.state in ("suspended", "revoked", "surrendered")
    assert may_admit(desk.facility, GROUP) != []
    assert chain.verify()[1] == []


def test_a_successor_and_a_suspension_do_not_pass_each_other(province):
    desk = home(province)
    former = desk.active()
    later = desk.issued()
    Licence.objects.filter(pk=later.pk).update(starts_on=timezone.localdate())
    results = together([
        attempt(province, former, "suspend", "head", **DATA["suspend"]), attempt(province, later, "activate", "system"),
    ])  # fmt: skip
    assert sum(isinstance(result, Outcome) for result in results) == 1, results
    former.refresh_from_db()
    later.refresh_from_db()
    assert (former.state, later.state) in (("suspended", "issued"), ("superseded", "active"))
    assert (may_admit(desk.facility, GROUP) == []) == (later.state == "active")


def test_numbers_are_given_once_each(province):
    desks = [home(province) for _number in range(4)]
    for desk in desks:
        desk.active(number=f"{desk.facility.unit.code}/GP")
    rows = [Licence.objects.get(facility=desk.facility) for desk in desks]
    results = together([attempt(province, row, "revoke", "head", **DATA["revoke"]) for row in rows])
    assert all(isinstance(result, Outcome) for result in results), results
    year = timezone.localdate().year
    numbers = sorted(Decision.objects.values_list("number", flat=True))
    assert numbers == [f"{n}/{year}/QĐ-SYT" for n in range(1, 5)]


def test_nobody_is_accepted_after_the_suspension(province):
    """Acceptance and suspension meet at the facility's row: the referral was accepted before, or it is refused."""
    for _round in range(3):
        desk = home(province)
        row = desk.active(number=f"{Licence.objects.count() + 1}/GP-CŨ")
        story = ReferralStory(province).running(provider="other")
        sent = story.make(
            "worker", Referral, "draft", to_unit=desk.facility.unit.pk, need="Cần chỗ ở.", sections=["identity"],
            basis="consent", consent_on=day(0), consent_by="Bản thân", consent_until=day(180),
        )  # fmt: skip
        story.do("worker", "send", sent)
        results = together([
            attempt(province, sent, "accept", desk.manager),
            attempt(province, row, "suspend", "head", **DATA["suspend"]),
        ])  # fmt: skip
        assert isinstance(results[1], Outcome), results
        sent.refresh_from_db()
        accepted = isinstance(results[0], Outcome)
        assert sent.state == ("accepted" if accepted else "sent")
        if accepted:
            before, after = results[0].event, results[1].event
            assert before.seq < after.seq


def test_reminded_once_by_two_workers(province):
    desk = home(province)
    row = desk.active(ends_on=day(50))
    tries = [attempt(province, row, "remind", "system") for _worker in range(2)]
    results = together(tries)
    assert sorted(type(result).__name__ for result in results) == ["Blocked", "Outcome"]
    row.refresh_from_db()
    assert row.reminded == 60
    assert row.ends_on - timezone.localdate() == timedelta(days=50)
