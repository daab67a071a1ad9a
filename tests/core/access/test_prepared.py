"""A prepared question answers as the queryset it was made from, whatever it is asked with."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from core.access import grants
from core.access.actor import Actor
from core.accounts.models import RoleAssignment, Unit
from core.prepared import Prepared
from tests.factories.cases import Story

pytestmark = pytest.mark.django_db


def test_other_values_are_other_answers(world):
    duties = Prepared(
        lambda user, day: RoleAssignment.objects.filter(user_id=user, valid_from__lte=day).values_list(
            "user_id", "role"
        )
    )
    today = timezone.localdate()
    for name in ("worker", "supervisor", "chair"):
        user = world.user(name)
        held = RoleAssignment.objects.get(user=user)
        assert duties(user=user.pk, day=today) == [(user.pk, held.role)]
        assert duties(user=user.pk, day=held.valid_from - timedelta(days=1)) == []
    assert duties(user=uuid4(), day=today) == []


def test_lists_of_any_length(world):
    named = Prepared(lambda units: Unit.objects.filter(pk__in=units).order_by("code").values_list("code"))
    units = sorted(world.units.values(), key=lambda unit: unit.code)
    for number in (0, 1, 3, 2, 0, 3):
        assert [row[0] for row in named(units=[unit.pk for unit in units[:number]])] == [u.code for u in units[:number]]


def test_text_is_a_value_and_never_sql(world):
    by_code = Prepared(lambda code: Unit.objects.filter(code=code).values_list("code"))
    assert by_code(code="SYT") == [("SYT",)]
    assert by_code(code="' OR '1'='1") == []
    assert by_code(code="%s") == []


def test_a_value_that_the_question_does_not_use_is_refused(world):
    forgetful = Prepared(lambda code: Unit.objects.values_list("code"))
    with pytest.raises(ValueError, match="not found among the parameters"):
        forgetful(code="SYT")


def test_a_share_that_ends_is_gone_for_the_next_question(world):
    case, now = Story(world).running().case, timezone.now()
    colleague = world.user("colleague")
    grants.share(case, colleague, now + timedelta(days=1), "help")
    assert grants.shared_ids(Actor.of(colleague), "worker", "casework.Case") == [case.pk]
    grants.share(case, colleague, now - timedelta(seconds=1), "help")
    assert grants.shared_ids(Actor.of(colleague), "worker", "casework.Case") == []
