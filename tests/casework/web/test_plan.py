"""The plan page: goals, comments where they belong, versions side by side, approving in two presses."""

import pytest
from django.test import Client

from casework.models import PlanComment, ServicePlan
from tests.factories.cases import Story

pytestmark = pytest.mark.django_db


def browser(world, name="worker"):
    client = Client()
    client.force_login(world.user(name))
    return client


def html(world, name, row, query=""):
    response = browser(world, name).get(f"/ke-hoach/{row.pk}/{query}")
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def story(world):
    return Story(world).in_planning()


def test_a_draft_can_be_written_by_its_worker_only(world, story):
    plan = story.draft_plan(goals=2)
    page = html(world, "worker", plan)
    assert "Thêm mục tiêu" in page and "Sửa việc" in page and "Trình duyệt" in page
    seen = html(world, "supervisor", plan)
    assert "Khỏe hơn 1" in seen and "Thêm mục tiêu" not in seen and "Sửa việc" not in seen
    for name in ("sibling_worker", "intake", "auditor"):
        assert browser(world, name).get(f"/ke-hoach/{plan.pk}/").status_code == 404


def test_submit_and_approve_are_one_press_each(world, story):
    plan = story.draft_plan()
    for name, verb, state in (("worker", "submit", "submitted"), ("supervisor", "approve", "approved")):
        client = browser(world, name)
        box = client.get(f"/ke-hoach/{plan.pk}/").context["box"]
        button = next(action for action in box["actions"] if verb in action["url"])
        assert button["post"] and button["main"]
        response = client.post(button["url"].partition("?")[0], button["fields"])
        assert (response.status_code, response.url) == (302, f"/ke-hoach/{plan.pk}/")
        plan.refresh_from_db()
        assert plan.state == state


def test_returning_carries_a_comment_per_goal_and_the_answer_stands_beside_it(world, story):
    plan = story.draft_plan(goals=2)
    story.submit(plan)
    goal = plan.goals.first()
    client = browser(world, "supervisor")
    page = client.get(f"/ke-hoach/{plan.pk}/")
    form = page.context["returning"]
    field = f"goal_{goal.pk.hex}"
    assert f'name="{field}" form="tra-lai"' in page.content.decode()
    data = {name: form[key] for name, key in (("key", "once"), ("version", "version"), ("next", "next"))}
    response = client.post(form["url"], {**data, "note": "Xem lại.", field: "Đo bằng gì?"})
    assert response.status_code == 302
    plan.refresh_from_db()
    assert plan.state == "returned"
    page = html(world, "worker", plan)
    assert "Đo bằng gì?" in page and "Xem lại." in page and "Gửi trả lời" in page
    assert "Còn 2 góp ý chưa trả lời" in page
    comment = PlanComment.objects.get(goal=goal)
    client = browser(world)
    shown = client.get(f"/ke-hoach/{plan.pk}/").context["comments"]["by_goal"][goal.pk][0]
    posted = {"key": shown["once"], "version": comment.version, "next": shown["next"], "answer": "Đo mỗi tháng."}
    assert client.post(shown["answer_url"], posted).status_code == 302
    page = html(world, "worker", plan)
    assert "Đo mỗi tháng." in page and "đã trả lời" in page


def test_two_versions_stand_side_by_side(world):
    story = Story(world).running()
    old = story.active_plan()
    new = story.make("worker", ServicePlan, "revise", reason="request")
    goal = new.goals.first()
    story.do("worker", "edit", goal, domain="health", text=goal.text, measure="Khám mỗi tuần", due_on="31/12/2030")
    page = browser(world).get(f"/ke-hoach/{new.pk}/?so-sanh={old.number}")
    pairs = page.context["compared"]
    assert [(pair.new.pk, pair.old.text) for pair in pairs] == [(goal.pk, goal.text)]
    assert pairs[0].changes == ["thước đo kết quả", "hạn"]
    assert "Khám mỗi tháng" in page.content.decode() and "Khám mỗi tuần" in page.content.decode()
    assert browser(world).get(f"/ke-hoach/{new.pk}/?so-sanh=99").context["other"] is None


def test_goals_are_judged_while_the_plan_runs(world):
    story = Story(world).running()
    plan = story.active_plan()
    page = html(world, "worker", plan)
    assert "Không đạt" in page and "Ghi tình trạng" in page
    assert "Ghi tình trạng" not in html(world, "supervisor", plan)
    story.judge_goals()
    assert "/not_achieve/" not in html(world, "worker", plan)


def test_what_is_missing_leads_to_its_goal(world, story):
    plan = story.make("worker", ServicePlan, "draft")
    page = html(world, "worker", plan)
    assert "Chưa có mục tiêu nào." in page and 'id="muc-tieu"' in page and f"/ke-hoach/{plan.pk}/#y-kien" in page
