"""Licences brought to any state through `perform()`; the facility is the private one of the world."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accreditation.enums import ApplicationState
from accreditation.models import Application, Licence
from accreditation.services import granting
from core.audit import chain
from core.lifecycle.actions import Act
from core.lifecycle.engine import Outcome, perform
from core.lifecycle.models import Proposal
from facilities.models import Facility
from tests.factories.cases import GROUP, day
from tests.factories.world import World

OTHER_GROUP = "e1"
_WAY = ["submitted", "under_review", "decision"]


class Licences:
    """Every step names who takes it; two-person actions are confirmed by the head unless said otherwise."""

    def __init__(self, world: World, unit: str = "private", office: str = "department", **columns: Any):
        self.world, self.office = world, world.units[office]
        data = {
            "unit": world.units[unit].pk, "legal_kind": "elderly", "ownership": "private", "source": "Danh sách của Sở",
            "address": "12 đường Hoa Sen", "head_name": "Lê Thị Sáu", "capacity": 30, **columns,
        }  # fmt: skip
        self.facility: Facility = perform(Facility, "register", by=world.actor("head"), data=data).record

    # --- taking an action ---
    def do(self, by: str, name: str, row: Licence, confirm: str = "head", **data: Any) -> Outcome:
        row.refresh_from_db()
        outcome = perform(row, name, by=self.world.actor(by), version=row.version, data=data)
        if isinstance(outcome.record, Proposal) and confirm:
            proposal = outcome.record
            outcome = perform(proposal, "confirm", by=self.world.actor(confirm), version=proposal.version)
        row.refresh_from_db()
        return outcome

    # --- applications: only what granting needs of them ---
    def application(self, kind: str = "licence", state: str = ApplicationState.APPROVED, **asked: Any) -> Application:
        """A file that the head has decided on."""
        user = self.world.user
        row = Application.objects.create(
            state="draft", number=f"HS{Application.objects.count() + 1:04d}", kind=kind, facility=self.facility,
            to_unit=self.office, author=user("private_manager"), submitted_by=user("private_manager"),
            officer=user("licensing"), asked={"groups": [GROUP, OTHER_GROUP], "capacity": 25, **asked},
            first_submitted_at=timezone.now(),
        )  # fmt: skip
        for step in [*_WAY, state]:
            Application.objects.filter(pk=row.pk).update(state=step)
        return Application.objects.get(pk=row.pk)

    def decided(self, function: Any, application: Application, by: str = "head", **data: Any) -> Any:
        """Call one of the functions of granting as the effect of a decision does."""
        with chain.unit_of_work():
            Facility.objects.select_for_update().get(pk=self.facility.pk)
            actor = self.world.actor(by)
            act = Act(by=actor, action="approve", at=timezone.now(), data=data, note=data.get("note", ""))
            act.event = chain.record("application.approve", application, actor, root_id=application.pk)
            return function(application, act)

    def granted(self, kind: str = "licence", **data: Any) -> Licence:
        return self.decided(granting.grant, self.application(kind), **data)

    def step(self, name: str, row: Licence) -> Outcome:
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
        return self.do(by, name, row, **data[name])

    # --- states ---
    def paper(self, **data: Any) -> dict[str, Any]:
        return {
            "number": "77/GP-LĐTBXH", "kind": "licence", "to_unit": self.office.pk, "issuer": "Sở Lao động",
            "issued_on": day(-400), "starts_on": day(-390), "groups": [GROUP, OTHER_GROUP], "capacity": 25,
            "source": "Bản gốc giấy phép", **data,
        }  # fmt: skip

    def active(self, **data: Any) -> Licence:
        """Taken over from paper."""
        asked = perform(
            Licence, "take_over", by=self.world.actor("licensing"), data=self.paper(**data), parent=self.facility
        ).record  # fmt: skip
        perform(asked, "confirm", by=self.world.actor("head"), version=asked.version)
        return Licence.objects.get(number=data.get("number", "77/GP-LĐTBXH"))

    def issued(self, **data: Any) -> Licence:
        return self.granted(starts_on=timezone.localdate() + timedelta(days=10), **data)

    def restricted(self, **data: Any) -> Licence:
        row = self.active()
        self.restrict(row, **data)
        return row

    def restrict(self, row: Licence, **data: Any) -> Outcome:
        limits = {"limit_groups": [GROUP], "limit_capacity": 10, "limit_reason": "Thiếu người chăm sóc.", **data}
        return self.do("licensing", "restrict", row, **limits)

    def suspended(self, row: Licence | None = None) -> Licence:
        row = row or self.active()
        self.suspend(row)
        return row

    def suspend(self, row: Licence, **data: Any) -> Outcome:
        """At once, because of a danger."""
        at_once = {"immediate": True, "danger": "Cháy", "mend_by": day(60), "note": "Mất điều kiện an toàn.", **data}
        return self.do("head", "suspend", row, **at_once)

    def reinstate(self, row: Licence) -> Outcome:
        return self.do("head", "reinstate", row, visited_on=day(0), visited_by="Cán bộ Sở", note="Đã sửa.")

    def revoked(self, row: Licence | None = None) -> Licence:
        row = row or self.active()
        self.do("head", "revoke", row, reason="idle", note="Không hoạt động.")
        return row

    def surrendered(self, row: Licence | None = None) -> Licence:
        row = row or self.active()
        self.do("private_manager", "surrender", row, note="Thôi hoạt động.")
        return row

    def in_state(self, state: str) -> Licence:
        if state == "superseded":
            row = self.active()
            self.granted("adjust")
            row.refresh_from_db()
            return row
        return getattr(self, state)()
