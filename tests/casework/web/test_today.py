"""Hôm nay: what is due, in the right group, with the right button; few queries whatever the number of items."""

from datetime import timedelta

import pytest
from django.utils import timezone

from casework.web import today
from core.audit.models import ReadLog
from core.worklist.models import Delegation, WorkItem
from tests.factories.cases import Story, take_over
from tests.factories.world import STAFF


def groups(response) -> dict[str, list[str]]:
    return {group["name"]: [row.line.name for row in group["rows"]] for group in response.context["groups"]}


@pytest.mark.parametrize("name", [name for staff in STAFF.values() for name in staff])
def test_everybody_has_a_day(sign_in, name):
    assert sign_in(name).get("/").status_code == 200


def test_somebody_without_a_duty_is_told_whom_to_ask(sign_in):
    assert "chưa được giao vai trò nào" in sign_in("no_duty").get("/").content.decode()


def test_items_stand_in_their_groups_with_a_button(world, sign_in):
    soon = Story(world).in_assessment(name="Người Sắp Tới")
    late = Story(world).in_assessment(name="Người Quá Hạn")
    paused = Story(world).in_assessment(name="Người Tạm Dừng")
    now = timezone.now()
    mine = WorkItem.objects.filter(kind="case.assess")
    mine.filter(root_id=late.case.pk).update(due_at=now - timedelta(days=4))
    mine.filter(root_id=soon.case.pk).update(due_at=now + timedelta(days=1))
    mine.filter(root_id=paused.case.pk).update(paused_at=now)
    response = sign_in("worker").get("/")
    found = groups(response)
    assert found["overdue"] == ["Người Quá Hạn"]
    assert found["paused"] == ["Người Tạm Dừng"]
    assert "Người Sắp Tới" in [*found.get("soon", []), *found.get("today", [])]
    text = response.content.decode()
    assert f'href="/ca/{late.case.pk}/danh-gia/"' in text
    assert text.count("btn slim main") == 1


def test_overdue_is_sorted_by_date_and_then_by_risk(world, sign_in):
    moment = timezone.now() - timedelta(days=3)
    for name, rank in (("Thấp", 1), ("Cao", 3), ("Trung", 2)):
        story = Story(world).in_assessment(name=name)
        WorkItem.objects.filter(root_id=story.case.pk, closed_at=None).update(due_at=moment, risk=rank)
    assert groups(sign_in("worker").get("/"))["overdue"] == ["Cao", "Trung", "Thấp"]


def test_what_others_wait_for_stands_apart_and_the_asker_sees_it_too(world, sign_in):
    story = Story(world).register(name="Chờ Sàng Lọc")
    boss = sign_in("supervisor").get("/")
    assert [row.line.name for row in boss.context["waiting"]] == ["Chờ Sàng Lọc"]
    assert boss.context["waiting"][0].do_url == f"/ca/{story.case.pk}/"
    asker = sign_in("intake").get("/")
    assert [row.line.name for row in asker.context["submitted"]] == ["Chờ Sàng Lọc"]
    assert groups(asker) == {}


def test_a_proposal_is_named_by_what_it_asks(world, sign_in):
    proposal = take_over(world)
    row = sign_in("supervisor").get("/").context["waiting"][0]
    assert row.line.name == "Tiếp quản ca đang chạy"
    assert row.do_url == f"/de-nghi/{proposal.pk}/"


def test_a_deputy_sees_whose_work_it_is(world, sign_in):
    Story(world).in_assessment(name="Của Người Vắng")
    today = timezone.localdate()
    Delegation.objects.create(
        principal=world.user("worker"), deputy=world.user("colleague"), valid_from=today, valid_to=today
    )
    text = sign_in("colleague").get("/").content.decode()
    assert "Của Người Vắng" in text
    assert f"làm thay {world.user('worker').full_name}" in text


def test_nothing_of_other_people_s_cases_shows(world, sign_in):
    Story(world).in_assessment(name="Bí Mật")
    assert "Bí Mật" not in sign_in("sibling_worker").get("/").content.decode()
    assert "Bí Mật" not in sign_in("colleague").get("/").content.decode()


def test_queries_do_not_grow_with_the_items(world, sign_in, django_assert_max_num_queries):
    client = sign_in("worker")
    Story(world).in_assessment()
    client.get("/")
    with django_assert_max_num_queries(25) as one:
        client.get("/")
    for _each in range(4):
        Story(world).in_assessment()
    with django_assert_max_num_queries(25) as five:
        assert sum(map(len, groups(client.get("/")).values())) == 5
    assert len(five) == len(one)


def test_a_long_day_shows_what_presses_most_and_all_when_asked(world, sign_in, monkeypatch):
    monkeypatch.setattr(today, "SHOWN", 2)
    client, late = sign_in("worker"), timezone.now() - timedelta(days=9)
    stories = [Story(world).in_assessment() for _each in range(4)]
    WorkItem.objects.filter(root_id=stories[3].case.pk).update(due_at=late)
    answer = client.get("/")
    shown = groups(answer)
    assert shown["overdue"] == [str(stories[3].case.person)] and sum(map(len, shown.values())) == 2
    assert sum(answer.context["counts"].values()) == 4
    assert "Đang hiện 2 việc gấp nhất trong 4 việc." in answer.content.decode()
    read = ReadLog.objects.filter(model="casework.Case").order_by("-at").first()
    assert len(read.ids) == 2, "what is not shown is not read"
    every = client.get("/?het=1")
    assert sum(map(len, groups(every).values())) == 4 and "Đang hiện" not in every.content.decode()


def test_the_read_is_logged_once_for_all_rows(world, sign_in):
    stories = [Story(world).in_assessment() for _each in range(2)]
    sign_in("worker").get("/")
    row = ReadLog.objects.filter(route="today").get()
    assert sorted(row.ids) == sorted(str(story.case.pk) for story in stories)


def test_notices_are_one_s_own_and_are_marked_read(world, sign_in):
    from core.worklist.models import Notice

    story = Story(world).in_assessment()
    for name in ("worker", "colleague"):
        Notice.objects.create(
            user=world.user(name), event_id=story.case.pk, kind="case.screen_in", root_model="casework.Case",
            root_id=story.case.pk, at=timezone.now(),
        )  # fmt: skip
    client = sign_in("worker")
    text = client.get("/thong-bao/").content.decode()
    assert text.count("Nhận vào đánh giá") == 1
    assert f'href="/ca/{story.case.pk}/"' in text
    assert client.post("/thong-bao/").status_code == 302
    assert Notice.objects.filter(read_at=None).get().user == world.user("colleague")
