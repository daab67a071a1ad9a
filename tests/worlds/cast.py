"""The province in which walks begin: people of every duty, two stand-ins, and records of every machine on their way."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from core.accounts.enums import Role
from core.accounts.models import RoleAssignment
from core.lifecycle.engine import perform
from core.worklist.models import Delegation
from tests.factories import houses
from tests.factories.accounts import UserFactory
from tests.factories.accreditation import Recognition, people, take_over
from tests.factories.cases import Story, day
from tests.factories.oversight import Oversight, officers
from tests.factories.referrals import ReferralStory, authorise
from tests.factories.world import World, build_world

# A Monday morning; walks go on from here by hours and days.
START = timezone.make_aware(datetime(2026, 11, 23, 9, 0))


def build() -> World:
    """Call it at START. Takes some two hundred actions."""
    world = officers(people(build_world()))
    two_duties(world)
    authorise(world)
    cases(world)
    recognition(world)
    oversight(world)
    houses.house(world, "public", "manager", rooms=1)
    stand_ins(world)
    return world


def two_duties(world: World) -> None:
    """People who hold more than one duty, and one whose duty begins next week."""
    units = world.units
    several: dict[str, list[tuple[Role, str]]] = {
        "both": [(Role.WORKER, "centre"), (Role.SUPERVISOR, "sibling")],
        "audits_too": [(Role.AUDITOR, "department"), (Role.STEWARD, "sibling")],
        "chair_too": [(Role.COMMUNE, "commune"), (Role.INTAKE, "commune2")],
    }
    for name, duties in several.items():
        world.users[name] = UserFactory(
            username=name, full_name=f"Cán bộ {name}", duty=(duties[0][0], units[duties[0][1]])
        )
        for role, unit in duties[1:]:
            RoleAssignment.objects.create(
                user=world.users[name], role=role, unit=units[unit], valid_from=START.date() - timedelta(days=9)
            )
    world.users["later"] = UserFactory(username="later", full_name="Cán bộ later")
    RoleAssignment.objects.create(
        user=world.users["later"], role=Role.WORKER, unit=units["centre"], valid_from=START.date() + timedelta(days=7)
    )


def cases(world: World) -> None:
    Story(world).register()
    Story(world).register(by="commune_intake", child=True, programme="child_protection")
    Story(world).in_assessment().draft_assessment()
    planning = Story(world).in_planning()
    planning.submit(planning.draft_plan())
    child = Story(world).in_planning(child=True, programme="child_protection")
    child.conference()
    child.submit(child.draft_plan())
    Story(world).emergency(by="worker")
    running = ReferralStory(world)
    running.running(provider="own+other")
    running.sent()
    running.draft_referral(basis="statutory", override_reason="Theo quyết định.")
    served = ReferralStory(world)
    served.running(provider="own+other")
    served.in_service()
    ending = Story(world).running()
    ending.judge_goals()
    ending.request_close()
    Story(world).closed()


def recognition(world: World) -> None:
    Recognition(world, "licence", "private").under_review()
    second = Recognition(world, "adjust", "private2")
    second.manager = "private2_manager"
    take_over(world, second.facility)
    second.draft()
    second.fill()
    third = Recognition(world, "register", "private")
    third.decision()


def oversight(world: World) -> None:
    story = Oversight(world)
    story.reply()
    story.planned(announced=False)
    story.reported()


def stand_ins(world: World) -> None:
    perform(
        Delegation, "set", by=world.actor("worker"), parent=world.user("worker"),
        data={"deputy": world.user("colleague").pk, "valid_from": day(2), "valid_to": day(5), "reason": "leave"},
    )  # fmt: skip


def everybody(world: World) -> list[Any]:
    return [world.users[name] for name in sorted(world.users)]
