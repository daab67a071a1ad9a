"""Facilities with an authority, and referrals brought to any state through `perform()`."""

from typing import Any

from core.lifecycle.engine import perform, system_perform
from facilities.models import Authority, Facility
from referrals.models import Referral
from tests.factories.cases import GROUP, Story, day
from tests.factories.world import World


def authorise(world: World, unit: str = "public", capacity: int | None = 20) -> Authority:
    """The unit stands in the register and may take the group today; asked again, nothing changes."""
    there = Authority.objects.filter(facility__unit=world.units[unit]).first()
    if there is not None:
        return there
    head = world.actor("head")
    data = {
        "unit": world.units[unit].pk, "legal_kind": "general", "ownership": "public", "source": "Danh sách của Sở",
        "capacity": capacity or "",
    }  # fmt: skip
    facility = perform(Facility, "register", by=head, data=data).record
    paper = {
        "groups": [GROUP], "capacity": capacity or "", "valid_from": day(-30), "paper_number": "01/QĐ-SYT",
        "paper_date": day(-40), "paper_issuer": "Sở Y tế",
    }  # fmt: skip
    return perform(Authority, "set", by=head, parent=facility, data=paper).record


class ReferralStory(Story):
    """A running case and what is asked of others for it. Call `authorise(world)` before."""

    def draft_referral(self, unit: str = "public", by: str = "worker", **data: Any) -> Referral:
        values = {
            "to_unit": self.world.units[unit].pk, "need": "Cần chỗ ở và chăm sóc.", "sections": ["identity", "plan"],
            "basis": "consent", "consent_on": day(0), "consent_by": "Bản thân", "consent_until": day(180), **data,
        }  # fmt: skip
        return self.make(by, Referral, "draft", **values)

    def sent(self, **data: Any) -> Referral:
        row = self.draft_referral(**data)
        self.do("worker", "send", row)
        return row

    def accepted(self, by: str = "manager", **data: Any) -> Referral:
        row = self.sent(**data)
        self.do(by, "accept", row)
        return row

    def in_service(self, by: str = "manager", **data: Any) -> Referral:
        row = self.accepted(by, **data)
        self.do(by, "start", row)
        return row

    def expired(self, **data: Any) -> Referral:
        """The deadline is moved into the past, the clock does the rest."""
        row = self.sent(**data)
        Referral.objects.filter(pk=row.pk).update(due_at="2026-01-05T10:00:00+07:00")
        row.refresh_from_db()
        system_perform(row, "expire")
        row.refresh_from_db()
        return row
