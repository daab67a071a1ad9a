"""Random walks: every step is one of the reference, and at every moment the facility may admit a group if, and only if,
a licence of it allows that on that day."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from accreditation.enums import LIVING, LicenceState
from accreditation.models import Application, Decision, Licence
from accreditation.selectors.licences import may_admit as licence_admits
from accreditation.selectors.licences import scope_of
from accreditation.tasks import activate_licences, follow_terms, remind_licences
from core.audit import chain
from core.audit.models import Event
from core.errors import DomainError
from facilities.models import Authority
from facilities.selectors import may_admit, places
from tests.factories.cases import GROUP
from tests.factories.licences import OTHER_GROUP, Licences
from tests.spec import reading

pytestmark = pytest.mark.django_db
STEPS = 30
GROUPS = (GROUP, OTHER_GROUP, "k1")
EDGES = {(row.transition, row.source): row for row in reading.rows("licence")}


class Walker:
    def __init__(self, world, seed):
        self.desk = Licences(world)
        self.random = random.Random(seed)  # noqa: S311 - not for secrets
        self.taken: dict[str, int] = {}

    def step(self):
        """Try at random until something is allowed."""
        for _attempt in range(6):
            ways = self.ways()
            name = self.random.choice(list(ways))
            try:
                ways[name]()
            except DomainError:
                continue
            self.taken[name] = self.taken.get(name, 0) + 1
            return

    def any(self):
        rows = list(Licence.objects.filter(facility=self.desk.facility).order_by("created_at"))
        return self.random.choice(rows[-3:]) if rows else None

    def ways(self):
        desk, row, pick = self.desk, self.any(), self.random.choice
        end = pick([None, timezone.localdate() + timedelta(days=pick([20, 80, 400]))])
        number = f"{Licence.objects.count()}/GP-CŨ"
        start = {"number": number, "ends_on": f"{end:%d/%m/%Y}" if end else "", "groups": [GROUP, OTHER_GROUP]}
        found = {
            "take_over": lambda: desk.active(**start),
            "grant": lambda: desk.granted(
                pick(["licence", "adjust", "reissue"]), groups=pick([[GROUP], ["k1", OTHER_GROUP]]), ends_on=end,
                starts_on=timezone.localdate() + timedelta(days=pick([0, 0, 5])), capacity=pick([8, 30]),
            ),
            "conditional": self.conditional,
            "sleep": self.sleep,
        }  # fmt: skip
        if row is not None:
            limits = {"limit_groups": pick([[], [GROUP]]), "limit_capacity": pick(["", 5])}
            found.update({
                "restrict": lambda: desk.restrict(row, **limits),
                "lift": lambda: desk.do("licensing", "lift", row, note="Đủ."),
                "notify": lambda: desk.do("licensing", "notify_suspension", row, notice="Thiếu người."),
                "suspend": lambda: desk.suspend(row, immediate=pick([True, True, False])),
                "reinstate": lambda: desk.reinstate(row),
                "revoke": lambda: desk.do("head", "revoke", row, reason="idle", note="Nghỉ."),
                "surrender": lambda: desk.do("private_manager", "surrender", row, note="Thôi."),
                "reverse": lambda: desk.do("head", "reverse", row, appeal_number="9", note="Đúng."),
            })  # fmt: skip
        return found

    def conditional(self):
        from accreditation.services import granting

        desk = self.desk
        file = desk.application(state="conditional")
        try:
            desk.decided(granting.grant_conditional, file, conditions="Sửa cầu thang.", limit_groups=[GROUP])
            desk.decided(self.random.choice([granting.widen, granting.take_back]), file, note="Đã xem.")
        finally:
            Application.objects.filter(pk=file.pk).update(state="approved")

    def sleep(self):
        """Days pass (the dates move back), and the clock does its work."""
        days = timedelta(days=self.random.choice([1, 6, 40]))
        for row in Licence.objects.filter(facility=self.desk.facility):
            ends = row.ends_on - days if row.ends_on else None
            Licence.objects.filter(pk=row.pk).update(
                issued_on=row.issued_on - days, starts_on=row.starts_on - days, ends_on=ends
            )
        for row in Authority.objects.filter(facility=self.desk.facility).order_by("valid_from"):
            to, stopped = row.valid_to, row.stopped_on
            Authority.objects.filter(pk=row.pk).update(
                valid_from=row.valid_from - days, valid_to=to - days if to else None,
                stopped_on=stopped - days if stopped else None,
            )  # fmt: skip
        activate_licences()
        remind_licences()
        follow_terms()

    def holds(self):
        facility, today = self.desk.facility, timezone.localdate()
        rows = list(Licence.objects.filter(facility=facility))
        assert sum(row.state in LIVING for row in rows) <= 1
        assert sum(row.state == LicenceState.ISSUED for row in rows) <= 1
        for later in (0, 1, 30, 90, 500):
            on = today + timedelta(days=later)
            covering = [row for row in rows if scope_of(row, on) is not None]
            assert len(covering) <= 1
            for group in GROUPS:
                allowed = any(licence_admits(row, group, on) for row in covering)
                assert (may_admit(facility, group, on) == []) == allowed, (on, group, [row.state for row in rows])
            if covering:
                assert places(facility, on) == scope_of(covering[0], on).capacity
            held = Authority.objects.filter(Authority.on(on), facility=facility)
            assert held.count() == len(covering)
        assert len({row.number for row in rows}) == len(rows)


@pytest.mark.parametrize("seed", range(4))
def test_may_admit_if_and_only_if_a_licence_says_so(world, seed):
    walker = Walker(world, seed)
    for _number in range(STEPS):
        walker.step()
        walker.holds()
    assert sum(walker.taken.values()) >= 10, walker.taken
    for event in Event.objects.filter(verb__startswith="licence.").exclude(target=""):
        name = event.verb.removeprefix("licence.")
        row = EDGES[name, event.source]
        wanted = {"active", "restricted", "suspended", "issued"} if row.prior_column else {row.target}
        assert event.target in wanted
    assert chain.verify()[1] == []
    assert Decision.objects.exists()
    assert len(set(Decision.objects.values_list("number", flat=True))) == Decision.objects.count()


def test_the_walks_together_reach_every_move(world):
    """A walker that never came anywhere would prove nothing."""
    walker = Walker(world, 99)
    for _number in range(120):
        walker.step()
    reached = set(Event.objects.filter(verb__startswith="licence.").values_list("verb", flat=True))
    assert {f"licence.{row.transition}" for row in reading.rows("licence")} <= reached
