"""Bàn kiểm huấn viên."""

from datetime import timedelta

import pytest
from django.utils import timezone

from casework.models import Case
from core.worklist.models import Delegation, WorkItem
from tests.factories.cases import Story


@pytest.mark.parametrize(("name", "status"), [("supervisor", 200), ("worker", 403), ("intake", 403), ("head", 403)])
def test_who_has_a_desk(sign_in, name, status):
    assert sign_in(name).get("/ban-kiem-huan/").status_code == status


def test_the_queue_the_loads_and_what_must_not_be_forgotten(world, sign_in):
    waiting = Story(world).register(name="Chờ Sàng Lọc")
    heavy = Story(world).in_assessment(name="Nguy Cơ Cao")
    Story(world).in_assessment(name="Chưa Rõ Nguy Cơ")
    Case.objects.filter(pk=heavy.case.pk).update(risk="high")
    lost = Story(world).in_assessment(name="Mất Tích")
    lost.hold()
    Case.objects.filter(pk=lost.case.pk).update(hold_reason="missing", risk="low")
    WorkItem.objects.filter(root_id=heavy.case.pk, closed_at=None).update(due_at=timezone.now() - timedelta(days=1))
    context = sign_in("supervisor").get("/ban-kiem-huan/").context
    assert [row.line.name for row in context["waiting"]] == ["Chờ Sàng Lọc"]
    assert context["waiting"][0].open_url == f"/ca/{waiting.case.pk}/"
    first = context["loads"][0]
    assert (first.worker, first.cases, first.weight, first.overdue) == (world.user("worker"), 3, 5, 1)
    assert first.cap == 30
    assert [row["case"].person.name for row in context["lost"]] == ["Mất Tích"]
    assert [row["case"].person.name for row in context["unrated"]] == ["Chưa Rõ Nguy Cơ"]


def test_who_is_away_and_who_stands_in(world, sign_in):
    today = timezone.localdate()
    Delegation.objects.create(
        principal=world.user("worker"), deputy=world.user("colleague"), valid_from=today, valid_to=today
    )
    text = sign_in("supervisor").get("/ban-kiem-huan/").content.decode()
    assert f"vắng, {world.user('colleague').full_name} làm thay" in text


def test_a_desk_ends_at_its_own_units(world, sign_in):
    Story(world).in_assessment(name="Của Trung Tâm")
    text = sign_in("sibling_supervisor").get("/ban-kiem-huan/").content.decode()
    assert "Của Trung Tâm" not in text
    assert world.user("worker").full_name not in text.partition("<main")[2]


def test_queries_do_not_grow_with_workers_and_cases(world, sign_in, django_assert_max_num_queries):
    client = sign_in("supervisor")
    Story(world).in_assessment()
    Story(world).register()
    client.get("/ban-kiem-huan/")
    with django_assert_max_num_queries(30) as one:
        client.get("/ban-kiem-huan/")
    for _each in range(3):
        Story(world).in_assessment()
        Story(world).register()
    with django_assert_max_num_queries(30) as more:
        client.get("/ban-kiem-huan/")
    assert len(one) == len(more)
