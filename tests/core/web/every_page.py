"""A province with something of everything in it, and every address that answers GET there."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from accreditation.models import Application, RegisterList
from casework import tasks
from casework.models import Case, Contact, FollowUp, Household, ImportBatch, Person, PlanComment, WorkEntry
from casework.web.case_page import TABS
from core.access.routes import policy_of
from core.accounts.models import User
from core.documents.models import Document
from core.lifecycle.actions import actions_of, lifecycle_models
from core.lifecycle.engine import _fits, perform
from core.web.pages import act_under_url, act_url
from facilities.models import OutsideBody
from tests.architecture.reads import house_of, oversight_of
from tests.architecture.routes import Route, walk
from tests.core.documents.files import pdf
from tests.factories.accreditation import Recognition, people
from tests.factories.cases import Story, day, take_over
from tests.factories.oversight import Oversight
from tests.factories.referrals import ReferralStory, authorise
from tests.factories.world import World

# In no page by chance: whoever reads it read of this person.
NAME = "Đặng Thị Kín Đáo"
Records = dict[str, list[Any]]
# What stands in no table of records: a procedure and one of its forms.
NAMED = {"public_procedure": "licence", "public_form": "to-khai-cap-giay-phep"}
# Who opens the most, first; the rest of the province after them.
FIRST = (
    "worker", "supervisor", "manager", "head", "steward", "sibling_steward", "licensing", "intake", "auditor",
    "private_manager",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """`among` other places of one route, one that opens is enough."""

    route: str
    path: str
    subject: Any = None


def fill(world: World) -> Records:
    """Records by label ("casework.Case"); nobody's name holds the English name of a role."""
    people(world)
    for number, user in enumerate(User.objects.order_by("username")):
        user.full_name = f"Nguyễn Thị Số {number}"
        user.save(update_fields=["full_name"])
        world.users[user.username] = user
    authority = authorise(world)
    story = ReferralStory(world)
    story.running(provider="own+other", name=NAME)
    served = ReferralStory(world)
    served.running(provider="own+other", name=f"{NAME} Năm")
    person, case, plan = story.case.person, story.case, story.active_plan()
    person.household = Household.objects.create(head_name="Chủ hộ", housing="Nhà thuê")
    Person.objects.filter(pk=person.pk).update(household=person.household)
    goal = plan.goals.first()
    steward, body = world.actor("steward"), {"name": "Bệnh viện tỉnh", "kind": "hospital", "source": "Danh sách"}
    rows = [
        case, Story(world).closed(name=f"{NAME} Út").case, Story(world).in_planning(name=f"{NAME} Tư").case, person,
        plan, goal, goal.actions.first(), case.assessments.first(), person.household, authority, authority.facility,
        PlanComment.objects.create(plan=plan, goal=goal, text="Rõ hơn.", by=world.user("supervisor")),
        Contact.objects.create(person=person, name="Người thân", relation="Dì", safety="safe"),
        FollowUp.objects.create(case=case, episode=case.episode, due_on="2027-02-01"),
        story.make("worker", WorkEntry, "add", kind="visit", text="Đã đến nhà."),
        _paper(world, case), story.sent(), served.in_service(), take_over(world, name=f"{NAME} Ba"), _batch(world),
        perform(OutsideBody, "register", by=steward, data={**body, "commune": world.communes[0].pk}).record,
        *_recognition(world), *_of_houses(world),
    ]  # fmt: skip
    found: Records = defaultdict(list)
    for row in rows:
        row.refresh_from_db()
        found[row._meta.label].append(row)
    return found


def _recognition(world: World) -> list[Any]:
    """A certificate, a licence with its decision, and files: returned, late, on site, approved on conditions."""
    registered = Recognition(world, "register").approved()
    visited = Recognition(world).site_visit()
    licensed = Recognition(world, "small_facility").on_conditions()
    late = Recognition(world, "register", unit="private2").under_review()
    Application.objects.filter(pk=late.application.pk).update(due_at=timezone.now() - timedelta(days=2))
    late.do("licensing", "apologise", promised_on=day(5), note="Nhiều hồ sơ cùng lúc.")
    returned = Recognition(world, unit="private2").returned(paper_form="Thiếu chữ ký.")
    files = [made.reload() for made in (visited, late, returned, registered, licensed)]
    return [
        *files, visited.application.visits.get(), licensed.licence(), files[-1].decisions.first(),
        files[3].registrations.get(), returned.application.papers.first(),
    ]  # fmt: skip


def _of_houses(world: World) -> list[Any]:
    """A home with its people and papers, an inspection and an incident; a register that was handed in."""
    facility = authorise(world).facility
    listed = RegisterList.objects.create(
        unit=world.units["department"], made_by=world.user("licensing"), sha256="0" * 64
    )  # fmt: skip
    house = house_of(world, facility)
    house["staff"].full_name = "Nguyễn Thị Chăm"
    house["staff"].save(update_fields=["full_name"])
    return [*house.values(), *oversight_of(world, facility).values(), Oversight(world).closed(), listed]


def _paper(world: World, case: Case) -> Document:
    file, worker = SimpleUploadedFile("giay.pdf", pdf(), "application/pdf"), world.actor("worker")
    data = {"kind": "medical", "title": "Giấy khám"}
    return perform(Document, "upload", by=worker, data=data, files={"file": file}, parent=case).record


def _batch(world: World) -> ImportBatch:
    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    workbook.active.title = "Danh sách"
    workbook.active.append(["Họ và tên", "Năm sinh", "Giới tính"])
    workbook.active.append([f"{NAME} Hai", "1950", "Nữ"])
    file = BytesIO()
    workbook.save(file)
    upload = SimpleUploadedFile("list.xlsx", file.getvalue())
    batch = perform(ImportBatch, "upload", by=world.actor("steward"), files={"file": upload}).record
    tasks.stage(batch)
    return batch


def places(records: Records) -> Iterator[Place]:
    """Every address of every route, and the page of every action."""
    for route in walk():
        if not route.name or route.name in ("act", "act_under", "api_nothing", "api:nothing"):
            continue
        if not route.arguments:
            yield Place(route.name, reverse(route.name))
            continue
        if route.name in NAMED:
            yield Place(route.name, reverse(route.name, args=[NAMED[route.name]]))
            continue
        for row in records.get(label_of(route)) or [None]:
            yield from _of_record(route, row)
    yield from acts(records)


def _of_record(route: Route, row: Any) -> Iterator[Place]:
    if row is None:
        yield Place(route.name, "")
    elif route.arguments == ("pk",):
        yield Place(route.name, reverse(route.name, args=[row.pk]), row)
    elif route.arguments == ("pk", "action"):
        for spec in actions_of(type(row)).values():
            yield Place(f"{route.name} {spec.name}", reverse(route.name, args=[row.pk, spec.name]), row)
    elif route.name == "application_form":
        yield Place(route.name, reverse(route.name, args=[row.pk, "form"]), row)
    else:
        assert route.name == "case_tab", f"{route.name}: say here what its address takes"
        for tab in TABS:
            yield Place(f"case_tab {tab}", reverse(route.name, args=[row.pk, tab]), row)


def label_of(route: Route) -> str:
    """The model of the record that the route's key names."""
    model: type[Model] | None = getattr(getattr(route.view, "cls", None), "model", None)
    if route.name == "public_facility":
        return "facilities.Facility"
    policy = policy_of(route.view, route.name)
    return model._meta.label if model is not None else policy.label if policy else ""


def acts(records: Records) -> Iterator[Place]:
    for row in [row for rows in records.values() for row in rows]:
        for spec in actions_of(type(row)).values():
            if not spec.internal and _fits(spec, creating=False):
                yield Place(
                    f"act {spec.model._meta.label}.{spec.name}", act_url(row._meta.label, row.pk, spec.name), row
                )
        for model in lifecycle_models():
            for spec in actions_of(model).values():
                if spec.parent is type(row) and spec.creates and not spec.internal:
                    name = f"act_under {model._meta.label}.{spec.name}"
                    yield Place(name, act_under_url(row, model._meta.label, spec.name), row)


def readers(world: World) -> list[str]:
    return [*FIRST, *(name for name in world.users if name not in FIRST)]
