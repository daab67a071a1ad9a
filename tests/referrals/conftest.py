"""A centre with a running case whose plan needs others, two homes, an outside body, and everybody who acts."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from casework.enums import LegalBasis, ReportSource, Sex
from casework.models import (
    Assessment,
    AssessmentTool,
    Case,
    Contact,
    DomainFinding,
    Goal,
    Person,
    PlanAction,
    ServicePlan,
)
from core.access.actor import Actor
from core.accounts.enums import Role, UnitKind
from core.accounts.models import Unit, User
from core.accounts.services import assign
from core.catalogue.models import ClientGroup, ServiceType
from core.lifecycle.engine import perform
from core.places.models import Commune
from core.worklist.models import WorkItem
from facilities.models import Authority, AuthorityGroup, Facility, OutsideBody
from referrals.models import Referral

NEED = "Trẻ mồ côi cần nơi ở và đi học gần trường"


def walk(row: Any, *states: str, **columns: Any) -> Any:
    """Bring a row of the setting to a state over legal moves, without the events of the way there."""
    for state in states:
        type(row).objects.filter(pk=row.pk).update(state=state, **columns)
    return type(row).objects.get(pk=row.pk)


@dataclass
class World:
    """Names say who they are: `worker` owns `case`, `boss` supervises, `manager` runs `home`."""

    department: Unit
    centre: Unit
    home: Unit
    other: Unit
    body: OutsideBody
    users: dict[str, User] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        return Actor.of(self.users[name])

    def __getattr__(self, name: str) -> Actor:
        if name in self.__dict__.get("users", {}):
            return self.actor(name)
        raise AttributeError(name)


PEOPLE = {
    "worker": (Role.WORKER, "centre"), "colleague": (Role.WORKER, "centre"), "boss": (Role.SUPERVISOR, "centre"),
    "chief": (Role.SUPERVISOR, "department"), "manager": (Role.FACILITY, "home"), "helper": (Role.WORKER, "home"),
    "other_manager": (Role.FACILITY, "other"), "auditor": (Role.AUDITOR, "department"),
    "intake": (Role.INTAKE, "centre"), "head": (Role.HEAD, "department"), "steward": (Role.STEWARD, "department"),
}  # fmt: skip


def recognise(unit: Unit, capacity: int | None = 5, groups: tuple[str, ...] = ("f1a",)) -> Authority:
    facility = Facility.objects.create(unit=unit, legal_kind="children", ownership="private", source="thử")
    held = Authority.objects.create(
        facility=facility, capacity=capacity, valid_from=date(2026, 1, 1), paper_number="1/GP",
        paper_date=date(2026, 1, 1), paper_issuer="Sở Y tế",
    )  # fmt: skip
    AuthorityGroup.objects.bulk_create(AuthorityGroup(authority=held, code=code) for code in groups)
    return held


@pytest.fixture
def world(db):
    here = Commune.objects.filter(province="75").order_by("code")[0]
    make = Unit.objects.create
    department = make(code="SYT", name="Sở Y tế", kind=UnitKind.DEPARTMENT, commune=here)
    centre = make(code="TT", name="Trung tâm CTXH", kind=UnitKind.CENTRE, parent=department, commune=here)
    home = make(code="MAI", name="Mái ấm Hoa Mai", kind=UnitKind.PRIVATE, parent=department, commune=here)
    other = make(code="SEN", name="Mái ấm Hoa Sen", kind=UnitKind.PRIVATE, parent=department, commune=here)
    body = OutsideBody.objects.create(name="Bệnh viện Nhi", kind="hospital", commune=here, source="thử")
    there = World(department, centre, home, other, body)
    recognise(home)
    recognise(other)
    for name, (role, unit) in PEOPLE.items():
        user = User.objects.create_user(username=name, full_name=name.title())
        assign(user, role, getattr(there, unit), valid_from=date(2026, 1, 1))
        there.users[name] = user
    return there


@pytest.fixture
def make_case(world):
    def make(name="Nguyễn Thị Bé Hai", state="active", risk="medium", worker="worker", **columns):
        count = Person.objects.count()
        person = Person.objects.create(
            name=name, birth_year=2016, birth_month=3, birth_day=2, sex=Sex.FEMALE, id_number=f"07531600{count:04d}",
            id_kind="personal", phone="0900000001", commune=world.centre.commune, address="12 đường Bí Mật",
        )  # fmt: skip
        Contact.objects.create(person=person, name="Bác Tư", relation="bác", phone="0900000002", safety="safe")
        Contact.objects.create(person=person, name="Cha dượng Ác", relation="cha dượng", safety="unsafe")
        case = Case.objects.create(
            state="intake", number=f"HS-2026-{count:06d}", person=person, registered_unit=world.centre,
            to_unit=world.centre, owner_unit=world.centre, registered_by=world.users["intake"],
            source=ReportSource.CITIZEN, received_at=timezone.now(), opened_at=timezone.now(),
            legal_basis=LegalBasis.CONSENT, group=ClientGroup.objects.on().get(code="f1a"), is_child=True,
            reporter="Người báo tin Kín", found_at="Nơi ẩn náu", **columns,
        )  # fmt: skip
        way = {"intake": [], "assessment": ["assessment"], "planning": ["assessment", "planning"]}.get(
            state, ["assessment", "planning", state]
        )
        return walk(case, *way, worker=world.users[worker], risk=risk) if way else case

    return make


@pytest.fixture
def make_plan(world):
    def make(case, actions=("Tìm nơi nuôi dưỡng",), provider="other", state="active", **columns):
        number = ServicePlan.objects.filter(case=case).count() + 1
        plan = ServicePlan.objects.create(
            state="draft", case=case, number=number, episode=1, author=world.users["worker"], client_view="Đồng ý",
            **columns,
        )  # fmt: skip
        service = ServiceType.objects.get(code="selfcare-residential")
        goal = Goal.objects.create(state="planned", plan=plan, domain="safety", text="Có nơi ở an toàn", measure="Đã ở")
        for text in actions:
            PlanAction.objects.create(goal=goal, text=text, provider=provider, service_type=service, who="Mái ấm")
        way = {"draft": [], "approved": ["submitted", "approved"]}.get(state, ["submitted", "approved", state])
        return walk(plan, *way) if way else plan

    return make


@pytest.fixture
def case(make_case):
    return make_case(state="referral")


@pytest.fixture
def plan(case, make_plan):
    return make_plan(case)


@pytest.fixture
def plan_action(plan):
    return PlanAction.objects.get(goal__plan=plan)


@pytest.fixture
def assessed(case, world):
    tool = AssessmentTool.objects.order_by("pk").first() or AssessmentTool.objects.create(
        code="thu",
        edition=1,
        name="Thử",
        definition={"domains": [], "risk": []},
        basis="thử",
        valid_from=date(2026, 1, 1),
    )
    row = Assessment.objects.create(
        state="draft", case=case, number=1, episode=1, tool=tool, author=world.users["worker"], risk="medium",
        summary="Cần nơi ở",
    )  # fmt: skip
    DomainFinding.objects.create(assessment=row, domain="safety", severity=2, need="Không có chỗ ở")
    return walk(row, "locked")


def form(**changes: Any) -> dict[str, Any]:
    """What the worker fills in; leave out or change fields by keyword, None leaves one out."""
    data = {
        "need": NEED, "sections": ["identity", "contact", "health"], "basis": "consent",
        "consent_on": timezone.localdate().isoformat(), "consent_by": "Bà ngoại",
        "consent_until": (timezone.localdate() + timedelta(days=90)).isoformat(), **changes,
    }  # fmt: skip
    return {name: value for name, value in data.items() if value is not None}


@pytest.fixture
def act(world):
    """Take an action on a referral as somebody, on the version that is stored."""

    def take(row, name, who, **data):
        version = Referral.objects.values_list("version", flat=True).get(pk=row.pk)
        perform(row, name, by=world.actor(who), version=version, data=data)
        return Referral.objects.get(pk=row.pk)

    return take


@pytest.fixture
def draft(world, case, plan_action):
    """A complete draft to the home (or to `to_unit`, `to_body`)."""

    def make(of=None, **changes):
        changes.setdefault("to_unit", None if "to_body" in changes else str(world.home.pk))
        if of is None:
            changes.setdefault("plan_action", str(plan_action.pk))
        outcome = perform(Referral, "draft", by=world.worker, parent=of or case, data=form(**changes))
        return Referral.objects.get(pk=outcome.record.pk)

    return make


@pytest.fixture
def sent(draft, act):
    def make(*args, **changes):
        return act(draft(*args, **changes), "send", "worker")

    return make


@pytest.fixture
def accepted(sent, act):
    def make(*args, **changes):
        return act(sent(*args, **changes), "accept", "manager")

    return make


def items(row: Any, closed: bool = False) -> dict[str, WorkItem]:
    """Open (or closed) work items of a record by kind."""
    return {item.kind: item for item in WorkItem.objects.filter(subject_id=row.pk, closed_at__isnull=not closed)}
