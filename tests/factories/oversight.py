"""Inspections and incidents brought to any state through `perform()`. The facilities are the public and the private one
of the world; the team is the officer and a colleague."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from core.accounts.enums import Role, UnitKind
from core.documents.models import Document
from core.lifecycle.engine import Outcome, perform, system_perform
from facilities.enums import Verdict
from facilities.inputs.inspections import item_field, note_field
from facilities.models import Facility, Finding, Incident, Inspection
from facilities.selectors import oversight
from tests.factories.accounts import UnitFactory, UserFactory
from tests.factories.cases import day
from tests.factories.referrals import authorise
from tests.factories.world import World

LONG_AGO = "2026-01-05T10:00:00+07:00"
UNMET = "legal.licence"


def at(minutes_ago: int) -> str:
    return f"{timezone.localtime() - timedelta(minutes=minutes_ago):%d/%m/%Y %H:%M}"


def officers(world: World) -> World:
    """A second officer in the same department, one of another province, and a manager of another facility."""
    if "licensing2" not in world.users:
        department, duty = world.units["department"], Role.LICENSING
        world.users["licensing2"] = UserFactory(
            username="licensing2", full_name="Cán bộ licensing2", duty=(duty, department)
        )
        other = UnitFactory(code="SYT9", name="Sở Y tế tỉnh khác", kind=UnitKind.DEPARTMENT)
        world.units["other"] = other
        world.users["other_licensing"] = UserFactory(
            username="other_licensing", full_name="Chuyên viên tỉnh khác", duty=(duty, other)
        )
        world.users["other_head"] = UserFactory(
            username="other_head", full_name="Giám đốc tỉnh khác", duty=(Role.HEAD, other)
        )
    return world


class Oversight:
    """`facility` is the public one (manager: "manager") unless another unit is named."""

    def __init__(self, world: World, unit: str = "public"):
        self.world = officers(world)
        self.facility: Facility = authorise(world, unit).facility

    # --- taking an action ---
    def do(self, by: str, name: str, row: Any, **data: Any) -> Outcome:
        row.refresh_from_db()
        outcome = perform(row, name, by=self.world.actor(by), version=row.version, data=data)
        row.refresh_from_db()
        return outcome

    def make(self, by: str, model: Any, name: str, parent: Any = None, **data: Any) -> Any:
        found = perform(model, name, by=self.world.actor(by), data=data, parent=parent or self.facility).record
        return model.objects.get(pk=found.pk)

    # --- what is typed ---
    def plan_data(self, **data: Any) -> dict[str, Any]:
        return {
            "kind": "periodic", "planned_on": day(0), "announced": True, "subject": "Kiểm tra định kỳ",
            "lead": self.world.user("licensing").pk, "team": [self.world.user("licensing2").pk], **data,
        }  # fmt: skip

    def answers(self, row: Inspection, unmet: tuple[str, ...] = ()) -> dict[str, str]:
        """Every item met but those named."""
        data = {}
        for item, _answer in oversight.asked(row):
            data[item_field(item.code)] = Verdict.UNMET if item.code in unmet else Verdict.MET
            data[note_field(item.code)] = "Thiếu giấy." if item.code in unmet else ""
        return data

    def finding_data(self, **data: Any) -> dict[str, Any]:
        return {
            "code": UNMET, "text": "Giấy phép không niêm yết", "severity": "major", "remedy_by": day(20), **data,
        }  # fmt: skip

    def reply_data(self, row: Inspection, stand: str = "accepted") -> dict[str, str]:
        found = oversight.open_findings(row)
        return {f"stand_{one.pk.hex}": stand for one in found} | {f"say_{one.pk.hex}": "Đã hiểu." for one in found}

    def remedy_data(self, row: Inspection) -> dict[str, str]:
        return {f"evidence_{one.pk.hex}": "Đã niêm yết ngày hôm qua." for one in oversight.open_findings(row)}

    def recheck_data(self, row: Inspection, result: str = "mended") -> dict[str, str]:
        found = oversight.open_findings(row)
        data = {f"result_{one.pk.hex}": result for one in found}
        return data | ({f"until_{one.pk.hex}": day(30) for one in found} if result == "still" else {})

    # --- the ways to a state ---
    def planned(self, **data: Any) -> Inspection:
        return self.make("licensing", Inspection, "plan", **self.plan_data(**data))

    def underway(self, **data: Any) -> Inspection:
        row = self.planned(**data)
        self.do("licensing", "begin", row)
        return row

    def answered(self, findings: bool = True, **data: Any) -> Inspection:
        """All answered; with a finding on one item unless said otherwise."""
        row = self.underway(**data)
        self.do("licensing", "answer", row, **self.answers(row, (UNMET,) if findings else ()))
        if findings:
            self.finding(row)
        return row

    def finding(self, row: Inspection, **data: Any) -> Finding:
        return self.make("licensing", Finding, "add", parent=row, **self.finding_data(**data))

    def reply(self, **data: Any) -> Inspection:
        row = self.answered(**data)
        self.do("licensing", "conclude", row, summary="Một thiếu sót.", licence_effect="none")
        return row

    def closed(self, **data: Any) -> Inspection:
        row = self.answered(findings=False, **data)
        self.do("licensing", "conclude", row, summary="Đạt.")
        return row

    def remedy(self, **data: Any) -> Inspection:
        row = self.reply(**data)
        self.do(self.manager, "reply", row, **self.reply_data(row))
        return row

    def recheck(self, **data: Any) -> Inspection:
        row = self.remedy(**data)
        self.do(self.manager, "remedied", row, **self.remedy_data(row))
        return row

    def overdue_reply(self, **data: Any) -> Inspection:
        row = self.reply(**data)
        Inspection.objects.filter(pk=row.pk).update(due_at=LONG_AGO)
        row.refresh_from_db()
        return row

    def unanswered(self, **data: Any) -> Inspection:
        row = self.overdue_reply(**data)
        system_perform(row, "no_reply")
        row.refresh_from_db()
        return row

    @property
    def manager(self) -> str:
        return {"public": "manager", "private": "private_manager"}[
            next(name for name, unit in self.world.units.items() if unit.pk == self.facility.unit_id)
        ]

    # --- incidents ---
    def incident_data(self, **data: Any) -> dict[str, Any]:
        return {
            "kind": "injury", "occurred_at": at(30), "people": 1, "story": "Ông Bảy ngã ở cầu thang.",
            "measures": "Đưa đi bệnh viện.", **data,
        }  # fmt: skip

    def reported(self, **data: Any) -> Incident:
        return self.make(self.manager, Incident, "report", **self.incident_data(**data))

    def reviewed(self, **data: Any) -> Incident:
        row = self.reported(**data)
        self.do("licensing", "take", row)
        return row

    def concluded(self, **data: Any) -> Incident:
        row = self.reviewed(**data)
        self.do("licensing", "conclude", row, conclusion="Do sàn trơn.", no_inspection="Gia đình đồng ý, bệnh nặng.")
        return row

    def evidence(self, row: Inspection, by: str = "manager", **data: Any) -> Document:
        from tests.core.documents.files import pdf

        given = {"kind": "photo", "title": "Ảnh", **data}
        found = perform(
            Document, "evidence", by=self.world.actor(by), data=given, files={"file": _upload(pdf())}, parent=row
        ).record
        return Document.objects.get(pk=found.pk)


def _upload(content: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("anh.pdf", content, content_type="application/pdf")
