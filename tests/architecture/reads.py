"""Who reads what of one person's file: tests/spec/access.csv, and the records on which it is tried.

Stages: intake (registered, not screened), running, offered / accepted / completed (a referral to the public facility),
child (child protection), handed (a handover is offered), facility (the public facility's own case), closed. What the
table does not name is not read.
"""

import csv
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from accreditation.models import (
    Application,
    ApplicationPaper,
    Decision,
    Licence,
    RegisterList,
    Registration,
    SiteVisit,
)
from accreditation.services import granting
from casework.enums import ContactSafety
from casework.models import (
    Assessment,
    Case,
    Contact,
    FollowUp,
    Goal,
    Household,
    ImportBatch,
    Person,
    PlanAction,
    PlanComment,
    ServicePlan,
    WorkEntry,
)
from core.documents.models import Document, DocumentKind
from core.lifecycle.engine import perform
from core.lifecycle.models import Proposal
from facilities.models import (
    Authority,
    Building,
    Facility,
    Finding,
    Incident,
    Inspection,
    OutsideBody,
    StaffMember,
    WalletPaper,
)
from referrals.models import Referral
from tests.factories import houses
from tests.factories.cases import Story, day, take_over
from tests.factories.licences import Licences
from tests.factories.referrals import ReferralStory, authorise

SPEC = Path(__file__).parents[1] / "spec"
# The words of the table: of which record, and by which action of the access tables it is asked.
READS: dict[str, tuple[Any, str]] = {
    "case": (Case, "view"), "narrative": (Case, "read:narrative"), "reporter": (Case, "read:reporter"),
    "safe_address": (Case, "read:safe_address"), "history": (Case, "read:history"),
    "person": (Person, "view"), "identity": (Person, "read:identity"),
    "contact": (Person, "read:contact"), "health": (Person, "read:health"),
    "household": (Household, "view"), "household_identity": (Household, "read:identity"), "kin": (Contact, "view"),
    "assessment": (Assessment, "view"), "plan": (ServicePlan, "view"), "goal": (Goal, "view"),
    "plan_action": (PlanAction, "view"), "plan_comment": (PlanComment, "view"), "entry": (WorkEntry, "view"),
    "confidential": (WorkEntry, "view"), "follow_up": (FollowUp, "view"), "document": (Document, "view"),
    "referral": (Referral, "view"), "need": (Referral, "read:need"), "file": (Referral, "read:file"),
    "packet": (Referral, "read:packet"), "outcome": (Referral, "read:outcome"), "proposal": (Proposal, "view"),
    "import": (ImportBatch, "view"), "import_rows": (ImportBatch, "read:rows"), "facility": (Facility, "view"),
    "hidden_address": (Facility, "read:safe_address"), "authority": (Authority, "view"),
    "outside_body": (OutsideBody, "view"), "inspection": (Inspection, "view"),
    "inspection_answers": (Inspection, "read:answers"), "finding": (Finding, "view"), "incident": (Incident, "view"),
    "incident_story": (Incident, "read:narrative"), "premises": (Building, "view"), "staff": (StaffMember, "view"),
    "staff_contact": (StaffMember, "read:contact"), "wallet": (WalletPaper, "view"),
    "licence": (Licence, "view"), "licence_decisions": (Licence, "read:decisions"),
    "registration": (Registration, "view"), "register_list": (RegisterList, "view"),
    "register_rows": (RegisterList, "read:rows"), "register_papers": (RegisterList, "read:papers"),
    "decision": (Decision, "view"),
    "facility_inside": (Facility, "read:inside"), "facility_papers": (Facility, "read:papers"),
    "application": (Application, "view"), "dossier": (Application, "read:dossier"),
    "appraisal": (Application, "read:appraisal"), "application_paper": (ApplicationPaper, "view"),
    "application_verdict": (ApplicationPaper, "read:verdict"), "site_visit": (SiteVisit, "view"),
}  # fmt: skip
RECORD: dict[str, str] = {
    "narrative": "case", "reporter": "case", "safe_address": "case", "history": "case",
    "identity": "person", "contact": "person", "health": "person", "household_identity": "household",
    "need": "referral", "file": "referral", "packet": "referral", "outcome": "referral", "import_rows": "import",
    "licence_decisions": "licence", "register_rows": "register_list", "register_papers": "register_list",
    "hidden_address": "facility",
    "inspection_answers": "inspection",
    "incident_story": "incident",
    "premises": "building", "staff_contact": "staff", "facility_inside": "facility", "facility_papers": "facility",
    "dossier": "application", "appraisal": "application", "application_verdict": "application_paper",
}  # fmt: skip
STAGES = ("intake", "running", "offered", "accepted", "completed", "child", "handed", "facility", "closed")
# At these stages those who are told of in `running` read the same while nothing else is said of them.
LIKE_RUNNING = ("offered", "accepted", "completed", "handed")
INSIDE = ("intake", "worker", "supervisor", "supervisor2", "steward", "auditor")
REGISTER = "register"


@cache
def written() -> dict[tuple[str, str], frozenset[str]]:
    """(stage, person) to the words of what is read. Raises ValueError for an unknown stage or word, or a double."""
    with (SPEC / "access.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    table: dict[tuple[str, str], frozenset[str]] = {}
    for row in rows:
        key = (row["stage"], row["who"])
        if key in table or row["stage"] not in (*STAGES, REGISTER):
            raise ValueError(f"access.csv: {key} is written twice or no stage")
        table[key] = frozenset(row["reads"].split())
        if unknown := table[key] - set(READS):
            raise ValueError(f"access.csv: {key}: unknown words {sorted(unknown)}")
    return table


def expected(stage: str, who: str) -> frozenset[str]:
    table = written()
    always = table.get((REGISTER, who), table[REGISTER, "everybody"])
    if (stage, who) in table or stage not in LIKE_RUNNING:
        return table.get((stage, who), frozenset()) | always
    return (table.get(("running", who), frozenset()) if who in INSIDE else frozenset()) | always


def named(stage: str) -> list[str]:
    """Whom the table names at this stage itself."""
    return [who for at, who in written() if at == stage]


@cache
def fields_of(resource: str) -> dict[str, frozenset[str]]:
    """tests/spec/fields.csv: the words under which the fields of one resource of the API are read."""
    with (SPEC / "fields.csv").open(encoding="utf-8") as handle:
        rows = [row for row in csv.DictReader(handle) if row["resource"] == resource]
    return {row["read"]: frozenset(row["fields"].split()) for row in rows}


def record_of(records: dict[str, Any], read: str) -> Any:
    return records.get(RECORD.get(read, read))


def around(world: Any, case: Case) -> dict[str, Any]:
    """What lies around a person and a case, on whatever it is: relatives, household, a paper, a follow-up."""
    person, worker = case.person, world.user("worker")
    if person.household is None:
        person.household = Household.objects.create(
            head_name="Chủ hộ", head_id_number="075200000001", housing="Nhà thuê"
        )
        Person.objects.filter(pk=person.pk).update(household=person.household)
    kin = Contact.objects.create(person=person, name="Người thân", relation="Dì", safety=ContactSafety.SAFE)
    paper = Document.objects.create(
        root_model="casework.Case", root_id=case.pk, subject_model="casework.Case", subject_id=case.pk, title="Giấy",
        kind=DocumentKind.OTHER, path=f"matrix/{case.pk}", sha256="0" * 64, size=1, mime="application/pdf",
        uploaded_by=worker,
    )  # fmt: skip
    return {"kin": kin, "household": person.household, "document": paper}


def full_file(story: Story) -> dict[str, Any]:
    """Something of every kind under the case."""
    case, plan = story.case, story.case.plans.first()
    goal = plan.goals.first()
    comment = PlanComment.objects.create(plan=plan, goal=goal, text="Rõ hơn.", by=story.world.user("supervisor"))
    return {
        "assessment": case.assessments.first(), "plan": plan, "goal": goal, "plan_action": goal.actions.first(),
        "plan_comment": comment, "entry": story.make("worker", WorkEntry, "add", kind="visit", text="Đã đến nhà."),
        "confidential": story.make("worker", WorkEntry, "add", kind="counselling", text="Chuyện riêng."),
        "follow_up": FollowUp.objects.create(case=case, episode=case.episode, due_on="2029-02-01"),
    }  # fmt: skip


def register_of(world: Any) -> dict[str, Any]:
    """What belongs to no case: the register, a proposal, a list that was read in."""
    authority = authorise(world)
    body = OutsideBody.objects.filter(name="Bệnh viện").first() or OutsideBody.objects.create(
        name="Bệnh viện", name_folded="benh vien", kind="hospital", commune=world.communes[0], source="Sở"
    )
    batch = ImportBatch.objects.create(unit=world.units["centre"], made_by=world.user("intake"), sha256="0" * 64)
    listed = RegisterList.objects.create(
        unit=world.units["department"], made_by=world.user("licensing"), sha256="0" * 64
    )  # fmt: skip
    return {
        "register_list": listed,
        "facility": authority.facility, "authority": authority, "outside_body": body, "import": batch,
        **house_of(world, authority.facility), **oversight_of(world, authority.facility), **recognition_of(world),
        "proposal": take_over(world, old_number=f"{ImportBatch.objects.count()}/HS-2024"),
    }  # fmt: skip


def recognition_of(world: Any) -> dict[str, Any]:
    """The private home has its certificate and a licence, which a decision has suspended."""
    licence = Licence.objects.first()
    if licence is None:
        desk = Licences(world)
        desk.decided(granting.grant, desk.application("register"))
        licence = desk.suspended()
    papers = {"registration": Registration.objects.get(), "decision": Decision.objects.get()}
    return {"licence": licence, **papers, **_appraised(world, licence.facility)}


def _appraised(world: Any, facility: Facility) -> dict[str, Any]:
    """Another file of the private home, on which an officer of the department works."""
    officer, applicant = world.user("licensing"), world.user("private_manager")
    row = Application.objects.filter(state="site_visit").first()
    if row is None:
        row = Application.objects.create(
            state="draft", number="HS-MATRIX", kind="adjust", facility=facility, to_unit=world.units["department"],
            author=applicant, submitted_by=applicant, officer=officer, first_submitted_at=timezone.now(),
        )  # fmt: skip
        for state in ("submitted", "under_review", "site_visit"):
            Application.objects.filter(pk=row.pk).update(state=state)
        scan = Document.objects.create(
            root_model="accreditation.Application", root_id=row.pk, subject_model="accreditation.Application",
            subject_id=row.pk, title="Tờ khai", kind=DocumentKind.OTHER, path=f"matrix/{row.pk}", sha256="0" * 64,
            size=1, mime="application/pdf", uploaded_by=applicant,
        )  # fmt: skip
        ApplicationPaper.objects.create(application=row, component="form", document=scan)
        visit = SiteVisit.objects.create(application=row, planned_on=timezone.localdate(), lead=officer)
        visit.team.create(user=officer)
    row.refresh_from_db()
    return {"application": row, "application_paper": row.papers.get(), "site_visit": row.visits.get()}


def house_of(world: Any, facility: Facility) -> dict[str, Any]:
    """What a facility has: a building with a room and a bed, somebody who works there, a price, a paper."""
    by = world.actor("manager")
    building = facility.buildings.first() or houses.building(by, facility)
    room = building.rooms.first() or houses.room(by, building)
    return {
        "building": building, "room": room, "bed": room.beds.first() or houses.beds(by, room, 1)[0],
        "staff": facility.staff.first() or houses.member(by, facility),
        "price": facility.prices.first() or houses.price(by, facility),
        "wallet": facility.papers.first() or houses.paper(by, facility),
    }  # fmt: skip


def oversight_of(world: Any, facility: Facility) -> dict[str, Any]:
    """An unannounced inspection that goes on just now, with a finding; an incident that was reported."""
    officer, today = world.actor("licensing"), day(0)
    asked = {
        "kind": "periodic", "planned_on": today, "lead": officer.id, "team": [world.user("steward").pk],
        "subject": "Kiểm tra",
    }  # fmt: skip
    row = perform(Inspection, "plan", by=officer, parent=facility, data=asked).record
    perform((Inspection, row.pk), "begin", by=officer, version=row.version, data={})
    found = {"code": "", "text": "Thiếu sót", "severity": "minor", "remedy_by": day(9)}
    finding = perform(Finding, "add", by=officer, parent=row, data=found).record
    happened = {"kind": "injury", "occurred_at": f"{today} 00:00", "story": "Diễn biến."}
    incident = perform(Incident, "report", by=world.actor("manager"), parent=facility, data=happened).record
    return {"inspection": row, "finding": finding, "incident": incident}


def stage_of(world: Any, stage: str) -> dict[str, Any]:
    """The records of one stage by their words."""
    if stage == "intake":
        story: Story = Story(world).register()
        return {"case": story.case, "person": story.case.person, **around(world, story.case), **register_of(world)}
    story = ReferralStory(world)
    child = {"child": True, "programme": "child_protection"} if stage == "child" else {}
    story.in_planning(**child)
    plan = story.draft_plan(provider="own" if stage == "closed" else "own+other")
    if stage != "child":
        story.submit(plan)
        story.approve(plan)
        story.agree(plan)
    records = full_file(story)
    if stage not in ("child", "closed"):
        records["referral"] = _referral(world, story, stage)
    if stage == "handed":
        story.do("supervisor", "reassign", worker=world.user("colleague").pk, note="Bàn giao.")
    if stage == "closed":
        story.judge_goals()
        story.request_close()
        story.do("supervisor", "close")
    if stage == "facility":
        _give_to_facility(world, story.case)
    story.case.refresh_from_db()
    around_it = around(world, story.case)
    return {"case": story.case, "person": story.case.person, **records, **around_it, **register_of(world)}


def _give_to_facility(world: Any, case: Case) -> None:
    """The public facility took the call itself and works on it."""
    public = world.units["public"]
    Case.objects.filter(pk=case.pk).update(
        owner_unit=public, to_unit=public, registered_unit=public, registered_by=world.user("manager"),
        worker=world.user("public_worker"),
    )  # fmt: skip
    Referral.objects.filter(case=case).update(from_unit=public, to_unit=world.units["private"])


def _referral(world: Any, story: ReferralStory, stage: str) -> Referral:
    authorise(world)
    if stage == "offered":
        return story.sent()
    if stage == "accepted":
        return story.accepted()
    if stage == "completed":
        row = story.in_service()
        story.do("manager", "complete", row, outcome="achieved", note="Đã xong.")
        return row
    return story.draft_referral()
