"""Provinces made at random, as rows: units, people with dated duties, stand-ins, shares, and records of every kind
strewn over them. States are written straight in, so the triggers of the lifecycles are taken off inside the test's
transaction; every constraint of the tables holds.
"""

import random
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils import timezone
from guardian.models import GroupObjectPermission
from guardian.shortcuts import assign_perm

from accreditation import models as recognition
from casework import models as casework
from core.accounts.enums import Role, UnitKind
from core.accounts.models import RoleAssignment, Unit, User
from core.catalogue.models import ClientGroup, ServiceType
from core.documents.models import Document
from core.lifecycle.models import Proposal
from core.worklist.models import Delegation
from facilities import models as houses
from referrals.models import Referral
from tests.factories.places import communes

FIRST = date(2026, 10, 1)  # worlds are looked at on the days of the three months from here
SPAN = 92
APPLICANT, OFFICE = {Role.FACILITY}, {Role.LICENSING, Role.HEAD, Role.COMMUNE}
ROLES = [role for role in Role if role != Role.SYSTEM]
TRIGGERS = (
    "casework_case", "casework_assessment", "casework_serviceplan", "casework_goal", "referrals_referral",
    "facilities_inspection", "facilities_incident", "accreditation_application", "accreditation_licence",
    "core_proposal",
)  # fmt: skip
CASE_STATES = (
    "intake", "assessment", "planning", "referral", "active", "on_hold", "closure_review", "closed", "screened_out",
    "void",
)  # fmt: skip


def allow_any_state() -> None:
    """Until the transaction is rolled back."""
    with connection.cursor() as cursor:
        for table in TRIGGERS:
            for kind in ("move", "start"):
                on = "" if connection.vendor == "sqlite" else f" ON {table}"
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{kind}{on}")


class Province:
    """`seed` tells all: the same seed gives the same province."""

    def __init__(self, seed: int):
        self.seed, self.chance = seed, random.Random(seed)
        self.places = communes(3)
        self.group = ClientGroup.objects.on().first()
        self.service = ServiceType.objects.on().order_by("code").first()
        self.tool = casework.AssessmentTool.objects.order_by("pk").first()
        self.number = 0
        self.units = self.make_units()
        self.users = self.make_users()
        self.make_stand_ins()
        self.cases = self.make_cases()
        self.make_shares()
        self.make_referrals()
        self.facilities = self.make_facilities()
        self.make_recognition()
        self.make_lists()

    # --- drawing ---
    def pick(self, *choices: Any) -> Any:
        return self.chance.choice(choices[0] if len(choices) == 1 else choices)

    def maybe(self, share: float = 0.5) -> bool:
        return self.chance.random() < share

    def day(self, before: int = 0) -> date:
        return FIRST + timedelta(days=self.chance.randint(-before, SPAN))

    def moment(self, day: date | None = None) -> datetime:
        when = day or self.day()
        return timezone.make_aware(datetime(when.year, when.month, when.day, self.chance.randint(0, 23)))

    def code(self) -> str:
        self.number += 1
        return f"{self.seed}-{self.number}"

    def unit(self) -> Unit:
        return self.pick(self.units)

    def user(self) -> User:
        return self.pick(self.users)

    def somebody(self) -> User | None:
        return self.user() if self.maybe(0.8) else None

    # --- units and people ---
    def make_units(self) -> list[Unit]:
        found = [self.add_unit(UnitKind.DEPARTMENT, None)]
        kinds = [UnitKind.CENTRE, UnitKind.PUBLIC, UnitKind.PRIVATE, UnitKind.COMMUNE, UnitKind.DEPARTMENT]
        for number in range(9):
            kind = kinds[number] if number < len(kinds) else self.pick(kinds)
            # Codes that begin alike: the prefix of a path must end at a slash.
            code = f"{self.pick(found).code}{number}" if number % 2 else self.code()
            parent = None if kind == UnitKind.DEPARTMENT and self.maybe() else self.pick(found)
            found.append(self.add_unit(kind, parent, code))
        return found

    def add_unit(self, kind: str, parent: Unit | None, code: str = "") -> Unit:
        commune = self.pick(self.places) if kind == UnitKind.COMMUNE or self.maybe(0.1) else None
        row = Unit(code=code or self.code(), name="Đơn vị", kind=kind, parent=parent, commune=commune)
        row.is_active = parent is None or self.maybe(0.9)
        row.save()
        return row

    def make_users(self) -> list[User]:
        found = [
            User(username=self.code(), full_name="Cán bộ", sort_name="", is_active=number == 0 or self.maybe(0.93))
            for number in range(14)
        ]
        User.objects.bulk_create(found)
        rows: dict[Any, RoleAssignment] = {}
        for user in found:
            barred = self.pick([APPLICANT, OFFICE])
            for _number in range(self.chance.randint(0, 4)):
                role = self.pick([role for role in ROLES if role not in barred])
                start = self.day(before=200) if self.maybe(0.4) else FIRST - timedelta(days=100)
                end = start + timedelta(days=self.chance.randint(0, 120)) if self.maybe(0.4) else None
                unit = self.unit()
                rows[user.pk, role, unit.pk, start] = RoleAssignment(
                    user=user, role=role, unit=unit, valid_from=start, valid_to=end
                )
        RoleAssignment.objects.bulk_create(rows.values())
        return found

    def make_stand_ins(self) -> None:
        rows = []
        for _number in range(7):
            principal, deputy, start = self.user(), self.user(), self.day(before=20)
            if principal != deputy:
                ended = self.moment() if self.maybe(0.2) else None
                end = start + timedelta(days=self.chance.randint(0, 40))
                rows.append(Delegation(
                    principal=principal, deputy=deputy, valid_from=start, valid_to=end, ended_at=ended
                ))  # fmt: skip
        Delegation.objects.bulk_create(rows)

    # --- persons and cases ---
    def make_cases(self) -> list[casework.Case]:
        households = [casework.Household(head_name="Chủ hộ", commune=self.pick(self.places)) for _ in range(3)]
        casework.Household.objects.bulk_create(households)
        people = [
            casework.Person(
                name="Người", household=self.pick([None, *households]),
                imported_unit=self.unit() if self.maybe(0.3) else None,
            )
            for _number in range(12)
        ]  # fmt: skip
        casework.Person.objects.bulk_create(people)
        casework.Contact.objects.bulk_create(
            casework.Contact(person=self.pick(people), name="Dì", relation="Dì") for _ in range(6)
        )
        cases = [self.case(person) for person in (*people[:10], *people[:4])]
        for case, former in zip(cases[10:], cases[:4], strict=True):
            case.__dict__["state"], case.programme = "void", former.programme
        casework.Case.objects.bulk_create(cases)
        for case in cases[:10]:
            self.make_file(case)
        return cases

    def case(self, person: casework.Person) -> casework.Case:
        state = self.pick(CASE_STATES)
        emergency = self.maybe(0.4)
        return casework.Case(
            state=state, number=self.code(), person=person, group=self.group, commune=self.pick(self.places),
            programme=self.pick("case_management", "child_protection"), received_at=self.moment(), source="self",
            legal_basis="statutory", registered_unit=self.unit(), to_unit=self.unit(), owner_unit=self.unit(),
            worker=self.user() if state not in ("intake", "screened_out", "void") else self.somebody(),
            registered_by=self.somebody(), handover_to=self.user() if self.maybe(0.25) else None,
            track="emergency" if emergency else "standard", emergency_opened_by=self.user() if emergency else None,
            emergency_reviewed_at=self.moment() if self.maybe() else None, held_from="active", review_from="active",
            closed_at=self.moment() if state == "closed" else None, closure_reason="a" if state == "closed" else "",
        )  # fmt: skip

    def make_file(self, case: casework.Case) -> None:
        casework.Assessment.objects.create(
            state=self.pick("draft", "locked"), case=case, number=1, episode=1, tool=self.tool, risk="low",
            author=self.user(),
        )  # fmt: skip
        plan = casework.ServicePlan.objects.create(
            state=self.pick("draft", "submitted", "returned", "approved", "cancelled"), case=case, number=1, episode=1,
            author=self.user(),
        )  # fmt: skip
        goal = casework.Goal.objects.create(
            state="planned", plan=plan, domain="health", text="Khỏe", measure="Khám", due_on=self.day()
        )
        casework.PlanAction.objects.create(goal=goal, text="Khám", provider="own")
        casework.PlanComment.objects.create(plan=plan, goal=goal, text="Rõ hơn.", by=self.user())
        for _number in range(2):
            casework.WorkEntry.objects.create(
                case=case, kind="visit", at=self.moment(), text="Đã đến.", by=self.user(), confidential=self.maybe()
            )
        if case.state == "closed":
            casework.FollowUp.objects.create(case=case, episode=1, due_on=self.day())
        self.paper("casework.Case", case)

    def paper(self, label: str, root: Any) -> None:
        Document.objects.create(
            root_model=label, root_id=root.pk, subject_model=label, subject_id=root.pk, title="Giấy", kind="other",
            path=self.code(), sha256="0" * 64, size=1, mime="application/pdf", uploaded_by=self.user(),
            withdrawn_at=self.moment() if self.maybe(0.2) else None,
        )  # fmt: skip

    def make_shares(self) -> None:
        """With people and with units, some over, some running, some without an end, which hold for nobody."""
        for _number in range(8):
            case, holder = self.pick(self.cases), self.pick([self.user(), self.unit().group])
            row: Any = assign_perm("view_case", holder, case)
            until = None if self.maybe(0.1) else self.moment(self.day(before=30))
            type(row)._default_manager.filter(pk=row.pk).update(expires_at=until, basis="help")
        assert not GroupObjectPermission.objects.exists(), "shares stand in the tables of their own model"

    # --- referrals ---
    def make_referrals(self) -> None:
        body = houses.OutsideBody.objects.create(
            name=self.code(), name_folded=self.code(), kind="hospital", commune=self.places[0], source="Sở"
        )
        states = (
            "draft", "pending_approval", "sent", "info_requested", "accepted", "in_service", "completed", "closed",
            "declined", "expired", "withdrawn",
        )  # fmt: skip
        kinds: dict[Any, str] = {}
        for number in range(22):
            case, state = self.pick(self.cases[:10]), states[number % len(states)]
            outside = self.maybe(0.2)
            kind = "service" if outside or case.pk in kinds or self.maybe(0.7) else "transfer"
            kinds.setdefault(case.pk, kind)
            accepted = state in ("accepted", "in_service", "completed") or (state == "closed" and self.maybe())
            Referral.objects.create(
                state=state, number=self.code(), case=case, kind=kind, from_unit=self.unit(),
                to_unit=None if outside else self.unit(), to_body=body if outside else None, author=self.user(),
                sent_by=self.user(), need="Cần chỗ.", basis="consent", consent_until=self.day(),
                accepted_at=self.moment() if accepted else None,
                completed_at=self.moment() if accepted and state in ("completed", "closed") else None,
                decline_code="full" if state == "declined" else "", outcome="achieved" if state == "completed" else "",
            )  # fmt: skip

    # --- facilities ---
    def make_facilities(self) -> list[houses.Facility]:
        found = []
        for unit in self.chance.sample(self.units, 4):
            row = houses.Facility.objects.create(
                unit=unit, legal_kind="elderly", ownership="private", source="Sở", hidden_address=self.maybe(0.4)
            )
            found.append(row)
            building = houses.Building.objects.create(facility=row, name="Dãy A")
            room = houses.Room.objects.create(facility=row, building=building, name="P1", area=20)
            houses.Bed.objects.create(facility=row, room=room, code="G1", opened_on=FIRST)
            houses.StaffMember.objects.create(facility=row, full_name="Nhân viên", position="carer", works_from=FIRST)
            houses.PriceItem.objects.create(
                facility=row, service_type=self.service, per="tháng", price=1, valid_from=FIRST, basis="Bảng giá"
            )
            houses.WalletPaper.objects.create(
                facility=row, kind="fire", number="1", issuer="Công an", issued_on=FIRST
            )  # fmt: skip
            houses.ClientCount.objects.create(facility=row, care_group="elderly", number=3)
            self.make_authority(row)
            self.paper("facilities.Facility", row)
            for _number in range(2):
                self.make_oversight(row)
        return found

    def make_authority(self, facility: houses.Facility) -> None:
        row = houses.Authority.objects.create(
            facility=facility, capacity=10, valid_from=FIRST, paper_number="1", paper_date=FIRST, paper_issuer="Sở"
        )
        houses.AuthorityGroup.objects.create(authority=row, code=self.group.code)

    def make_oversight(self, facility: houses.Facility) -> None:
        state = self.pick("planned", "underway", "reply", "remedy", "recheck", "closed", "cancelled")
        begun = state not in ("planned", "cancelled")
        row = houses.Inspection.objects.create(
            state=state, number=self.code(), facility=facility, kind="periodic", by_unit=self.unit(),
            planned_on=self.day(), announced=self.maybe(), begun_at=self.moment() if begun else None,
            concluded_at=self.moment() if begun and state != "underway" else None, licence_effect="none",
            lead=self.user(),
        )  # fmt: skip
        houses.InspectionMember.objects.create(inspection=row, user=self.user())
        houses.InspectionAnswer.objects.create(inspection=row, code="x", verdict="met")
        houses.Finding.objects.create(inspection=row, text="Thiếu", severity="minor", remedy_by=self.day())
        self.paper("facilities.Inspection", row)
        houses.Incident.objects.create(
            state=self.pick("reported", "review", "closed"), number=self.code(), facility=facility, kind="injury",
            occurred_at=self.moment(), reported_by=self.user(),
        )  # fmt: skip

    # --- recognition ---
    def make_recognition(self) -> None:
        for facility in self.facilities:
            state = self.pick("draft", "submitted", "under_review", "decision", "approved", "withdrawn", "returned")
            sent = state not in ("draft", "withdrawn") or (state == "withdrawn" and self.maybe())
            file = recognition.Application.objects.create(
                state=state, number=self.code(), kind="licence", facility=facility, to_unit=self.unit(),
                author=self.user(), first_submitted_at=self.moment() if sent else None,
            )  # fmt: skip
            self.paper("accreditation.Application", file)
            scan = Document.objects.filter(root_id=file.pk).get()
            recognition.ApplicationPaper.objects.create(application=file, component="form", document=scan)
            visit = recognition.SiteVisit.objects.create(application=file, planned_on=self.day(), lead=self.user())
            self.paper("accreditation.SiteVisit", visit)
            licence = recognition.Licence.objects.create(
                state=self.pick("issued", "active", "revoked", "surrendered"), number=self.code(), code=self.code(),
                facility=facility, to_unit=self.unit(), facility_name="Mái ấm", legal_kind="elderly", issuer="Sở",
                issued_on=FIRST, starts_on=FIRST,
            )  # fmt: skip
            recognition.LicenceGroup.objects.create(licence=licence, code=self.group.code)
            recognition.Registration.objects.create(
                number=self.code(), facility=facility, issuer="Sở", issued_on=FIRST, application=self.pick(None, file),
            )  # fmt: skip
            about = self.pick([{"application": file}, {"licence": licence}])
            recognition.Decision.objects.create(
                **about, kind="approve", number=self.code(), unit=self.unit(), signed_by=self.user(),
                signed_on=FIRST, effective_on=FIRST,
            )  # fmt: skip

    # --- lists and proposals ---
    def make_lists(self) -> None:
        for _number in range(4):
            casework.ImportBatch.objects.create(unit=self.unit(), made_by=self.user(), sha256="0" * 64)
            recognition.RegisterList.objects.create(unit=self.unit(), made_by=self.user(), sha256="0" * 64)
        for _number in range(5):
            Proposal.objects.create(
                state=self.pick("open", "confirmed", "lapsed"), model="casework.Case",
                subject_id=self.pick(self.cases).pk,
                action=self.code(), unit=self.unit(), proposed_by=self.user(),
                role=self.pick(Role.SUPERVISOR, Role.HEAD, Role.STEWARD),
            )  # fmt: skip


def model_of(label: str) -> Any:
    return apps.get_model(label)
