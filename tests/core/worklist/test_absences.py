"""Vắng mặt và ủy quyền: who may set it for whom, what is refused and where, what follows, how it ends."""

from datetime import timedelta

import pytest

from core.access import engine as access
from core.access.actor import Actor
from core.accounts.services import assign
from core.audit.models import Event
from core.errors import Blocked, Denied, Invalid, NotVisible
from core.lifecycle.engine import perform
from core.outbox.messages import deliver_notices
from core.outbox.tasks import DBTaskResult
from core.worklist.models import Delegation, Notice
from tests.factories.accounts import UserFactory
from tests.factories.cases import Story

pytestmark = pytest.mark.django_db


def errors(call):
    with pytest.raises(Invalid) as caught:
        call()
    return {name: " ".join(str(text) for text in texts) for name, texts in caught.value.errors.items()}


def delivered():
    for row in DBTaskResult.objects.filter(task_path__endswith="deliver_notices"):
        deliver_notices.call(**row.args_kwargs["kwargs"])


def end(row, by):
    return perform(row, "end", by=by, version=row.version, data={})


# Setting


def test_a_worker_names_who_stands_in_and_the_deputy_works_from_then_on(world, away):
    story = Story(world).in_assessment()
    assert not access.can(world.actor("colleague"), "view", story.case)
    row = away("worker", "colleague")
    assert access.can(world.actor("colleague"), "view", story.case)
    event = Event.objects.get(verb="delegation.set")
    assert (event.subject_id, event.actor, event.reason) == (row.pk, world.user("worker"), "leave")
    assert event.data["deputy"] == str(world.user("colleague").pk)
    assert row.created_by == world.user("worker")


def test_a_stand_in_of_tomorrow_has_no_rights_today(world, away, day):
    story = Story(world).in_assessment()
    away("worker", "colleague", 1, 2)
    assert not access.can(world.actor("colleague"), "view", story.case)
    assert access.can(Actor.of(world.user("colleague"), day(2)), "view", story.case)
    assert not access.can(Actor.of(world.user("colleague"), day(3)), "view", story.case)


def test_the_supervisor_sets_it_for_somebody_fallen_ill(world, away):
    row = away("worker", "colleague", by="supervisor", reason="ill")
    assert (row.principal, row.created_by) == (world.user("worker"), world.user("supervisor"))


@pytest.mark.parametrize("who", ["colleague", "intake", "sibling_supervisor", "steward", "auditor", "no_duty"])
def test_nobody_else_sets_it_for_another(world, away, who):
    with pytest.raises((NotVisible, Denied)):
        away("worker", "colleague", by=who)
    assert not Delegation.objects.exists()


def test_a_supervisor_does_not_reach_the_manager_of_a_facility_below(world, away):
    with pytest.raises(NotVisible):
        away("private_manager", "private_worker", by="supervisor")


# What is refused, and at which field


def test_not_to_oneself(world, away):
    assert "tự làm thay" in errors(lambda: away("worker", "worker"))["deputy"]


@pytest.mark.parametrize("who", ["supervisor", "sibling_worker", "intake", "no_duty"])
def test_not_to_somebody_of_another_duty_or_unit(world, away, who):
    assert "cùng đơn vị và cùng vai trò" in errors(lambda: away("worker", who))["deputy"]


def test_not_to_somebody_whose_duty_ends_in_between(world, away, day):
    assign(world.user("colleague"), "social_worker", world.units["centre"], valid_to=day(30))
    row = world.user("colleague").assignments.get(valid_from=day(0))
    world.user("colleague").assignments.exclude(pk=row.pk).delete()
    row.valid_to = day(2)
    row.save()
    assert "không giữ cùng vai trò" in errors(lambda: away("worker", "colleague", 0, 3))["deputy"]
    assert away("worker", "colleague", 0, 2)


def test_not_in_the_past_not_backwards_not_for_ever(world, away):
    assert "đã qua" in errors(lambda: away("worker", "colleague", -1, 2))["valid_from"]
    found = errors(lambda: away("worker", "colleague", -3, -1))
    assert set(found) == {"valid_from", "valid_to"}
    assert "từ ngày đầu" in errors(lambda: away("worker", "colleague", 3, 2))["valid_to"]
    assert "12 tháng" in errors(lambda: away("worker", "colleague", 0, 400))["valid_to"]


def test_an_absence_without_its_fields_is_told_all_of_them(world):
    data = {"deputy": "", "valid_from": "", "valid_to": "31/02/2027", "reason": "x"}
    call = lambda: perform(Delegation, "set", by=world.actor("worker"), data=data, parent=world.user("worker"))  # noqa: E731
    assert set(errors(call)) == {"deputy", "valid_from", "valid_to", "reason"}


def test_no_two_at_once_but_one_after_the_other(world, away):
    assign(UserFactory(username="third", full_name="Người thứ ba"), "social_worker", world.units["centre"])
    away("worker", "colleague", 1, 3)
    for first, last in ((0, 1), (2, 2), (3, 5), (0, 9)):
        assert (
            "đã có Cán bộ colleague làm thay"
            in errors(lambda: away("worker", "colleague", first, last))[  # noqa: B023
                "valid_from"
            ]
        )
    assert away("worker", "colleague", 4, 5)


def test_no_chains(world, away):
    third = UserFactory(username="third", full_name="Người thứ ba")
    assign(third, "social_worker", world.units["centre"])
    world.users["third"] = third
    away("worker", "colleague", 1, 3)
    # The deputy goes away too, and somebody chooses the absent one.
    assert "làm thay cho Cán bộ worker" in errors(lambda: away("colleague", "third", 3, 4))["valid_from"]
    assert "cũng vắng" in errors(lambda: away("third", "worker", 3, 4))["deputy"]
    assert away("colleague", "third", 4, 6)


def test_not_to_somebody_who_is_on_long_leave(world, away, day):
    user = world.user("colleague")
    user.away_from, user.away_to = day(2), day(90)
    user.save()
    assert "cũng vắng" in errors(lambda: away("worker", "colleague", 0, 3))["deputy"]
    assert away("worker", "colleague", 0, 1)


def test_what_came_between_the_look_and_the_lock_is_refused(world, away, day):
    """The guard looks again once it holds the lock."""
    from django.utils import timezone

    from core.lifecycle.actions import Act
    from core.worklist.absences import nothing_came_between

    away("worker", "colleague", 0, 3)
    row = Delegation(principal=world.user("worker"))
    data = {"deputy": world.user("colleague"), "valid_from": day(2), "valid_to": day(5)}
    act = Act(by=world.actor("worker"), action="set", at=timezone.now(), data=data)
    assert [reason.code for reason in nothing_came_between(row, act)] == ["overlap"]


def test_where_nobody_else_has_the_duty_it_says_what_to_do(world, sign_in):
    with pytest.raises((Blocked, Invalid)):
        data = {"deputy": "", "valid_from": "", "valid_to": "", "reason": ""}
        perform(Delegation, "set", by=world.actor("sibling_worker"), data=data, parent=world.user("sibling_worker"))
    text = sign_in("sibling_worker").get("/vang-mat/").content.decode()
    assert "nhờ kiểm huấn viên giao ca" in text
    url = f"/them/accounts/user/{world.user('sibling_worker').pk}/worklist/delegation/set/"
    assert "không có người nào khác cùng vai trò" in sign_in("sibling_worker").get(url).content.decode()


# Ending


def test_it_ends_at_once_and_leaves_room_for_another(world, away):
    story = Story(world).in_assessment()
    row = away("worker", "colleague")
    end(row, world.actor("worker"))
    row.refresh_from_db()
    assert (row.ended_by, row.version) == (world.user("worker"), 2)
    assert not access.can(world.actor("colleague"), "view", story.case)
    assert Event.objects.get(verb="delegation.end").data["principal"] == str(world.user("worker").pk)
    assert away("worker", "colleague")


def test_it_does_not_end_twice(world, away):
    row = away("worker", "colleague")
    end(row, world.actor("supervisor"))
    row.refresh_from_db()
    with pytest.raises(Blocked):
        end(row, world.actor("supervisor"))


def test_one_that_ran_out_is_not_ended(world, away, day):
    row = away("worker", "colleague")
    Delegation.objects.update(valid_from=day(-5), valid_to=day(-1))
    with pytest.raises(Blocked):
        end(row, world.actor("worker"))


def test_the_deputy_sees_it_but_does_not_end_it(world, away):
    row = away("worker", "colleague")
    with pytest.raises(Denied):
        end(row, world.actor("colleague"))
    for who in ("intake", "sibling_worker", "sibling_supervisor", "head"):
        with pytest.raises(NotVisible):
            end(row, world.actor(who))


# Who is told


def test_the_deputy_the_absent_and_their_supervisors_are_told(world, away):
    away("worker", "colleague", by="supervisor")
    delivered()
    told = set(Notice.objects.values_list("user__username", flat=True))
    assert told == {"worker", "colleague", "supervisor2"}
    row = Delegation.objects.get()
    assert set(Notice.objects.values_list("root_model", "root_id")) == {("worklist.Delegation", row.pk)}


def test_a_unit_without_a_supervisor_tells_the_one_above(world, away):
    world.users["other"] = UserFactory(
        username="other", full_name="Người khác", duty=("social_worker", world.units["private"])
    )
    away("private_worker", "other")
    delivered()
    assert set(Notice.objects.values_list("user__username", flat=True)) == {"other", "supervisor", "supervisor2"}


# The page


def test_the_page_says_who_stands_in_for_whom(world, away, sign_in):
    away("worker", "colleague", 0, 3)
    assert "<b>Cán bộ colleague</b> làm thay anh/chị" in sign_in("worker").get("/vang-mat/").content.decode()
    deputy = sign_in("colleague").get("/vang-mat/").content.decode()
    assert "Anh/chị làm thay <b>Cán bộ worker</b>" in deputy
    assert "Chấm dứt sớm" not in deputy
    boss = sign_in("supervisor").get("/vang-mat/").content.decode()
    assert "<b>Cán bộ worker</b> vắng, <b>Cán bộ colleague</b> làm thay" in boss
    assert "Chấm dứt sớm" in boss
    assert "Cán bộ colleague" not in sign_in("sibling_supervisor").get("/vang-mat/").content.decode()


def test_the_deputy_reads_what_to_mind_and_strangers_do_not(world, away, sign_in):
    away("worker", "colleague", note="Gọi lại cho bà ngoại trước.")
    assert "Gọi lại cho bà ngoại trước." in sign_in("colleague").get("/vang-mat/").content.decode()
    assert "Gọi lại cho bà ngoại trước." not in sign_in("intake").get("/vang-mat/").content.decode()


def test_what_is_over_stands_below(world, away, sign_in, day):
    away("worker", "colleague")
    Delegation.objects.update(valid_from=day(-9), valid_to=day(-5))
    context = sign_in("worker").get("/vang-mat/").context
    assert (len(context["mine"]), len(context["past"])) == (0, 1)
    assert context["past"][0]["label"] == "Đã hết hạn"


def test_setting_and_ending_by_the_page(world, sign_in, day):
    client, worker = sign_in("supervisor"), world.user("worker")
    first = client.get(f"/vang-mat/?nguoi={worker.pk}")
    form_url = first["Location"]
    page = client.get(form_url)
    assert "Cán bộ colleague (0 việc đang mở)" in page.content.decode()
    assert "Cán bộ sibling_worker" not in page.content.decode()
    data = {
        "deputy": str(world.user("colleague").pk), "valid_from": f"{day(-1):%d/%m/%Y}",
        "valid_to": f"{day(3):%d/%m/%Y}", "reason": "ill", "key": "a" * 32, "next": "/vang-mat/",
    }  # fmt: skip
    refused = client.post(form_url, data)
    assert refused.status_code == 422
    assert "Ngày này đã qua" in refused.content.decode()
    done = client.post(form_url, {**data, "valid_from": f"{day(0):%d/%m/%Y}"})
    assert done["Location"] == "/vang-mat/"
    row = Delegation.objects.get()
    end_url = client.get("/vang-mat/").context["others"][0]["end_url"]
    assert client.post(end_url, {"version": row.version, "key": "b" * 32})["Location"] == "/vang-mat/"
    row.refresh_from_db()
    assert row.ended_at is not None


def test_a_person_out_of_reach_is_not_there(world, sign_in):
    for who in (world.user("sibling_worker").pk, "x", "0"):
        assert sign_in("supervisor").get(f"/vang-mat/?nguoi={who}").status_code == 404


def test_the_menu_leads_there_for_those_it_is_for(world, sign_in):
    assert 'href="/vang-mat/"' in sign_in("worker").get("/").content.decode()
    assert 'href="/vang-mat/"' not in sign_in("auditor").get("/").content.decode()


def test_queries_do_not_grow_with_rows(world, away, sign_in, django_assert_max_num_queries):
    client = sign_in("supervisor")
    away("worker", "colleague", 0, 1)
    client.get("/vang-mat/")
    with django_assert_max_num_queries(20) as one:
        client.get("/vang-mat/")
    for first in (2, 4, 6):
        away("worker", "colleague", first, first + 1)
    with django_assert_max_num_queries(20) as more:
        client.get("/vang-mat/")
    assert len(one) == len(more)


# The API


def test_the_api_lists_makes_and_ends(world, sign_in, day):
    client = sign_in("worker")
    body = {
        "parent": str(world.user("worker").pk), "deputy": str(world.user("colleague").pk), "reason": "duty",
        "valid_from": f"{day(0)}", "valid_to": f"{day(2)}",
    }  # fmt: skip
    json = {"content_type": "application/json"}
    made = client.post("/api/v1/delegations/", body, headers={"Idempotency-Key": "one"}, **json)
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    told = client.get(f"/api/v1/delegations/{key}/").json()
    assert (told["principal_id"], told["reason_label"]) == (body["parent"], "Công tác, tập huấn")
    assert [row["id"] for row in client.get(f"/api/v1/delegations/?on={day(1)}").json()["results"]] == [key]
    assert client.get(f"/api/v1/delegations/?on={day(3)}").json()["results"] == []
    assert client.get("/api/v1/delegations/?deputy=x").status_code == 400
    assert sign_in("sibling_worker").get(f"/api/v1/delegations/{key}/").status_code == 404
    offered = client.get(f"/api/v1/delegations/{key}/actions/").json()["actions"]
    assert [(one["name"], one["status"]) for one in offered] == [("end", "ready")]
    done = client.post(
        f"/api/v1/delegations/{key}/actions/end/", {"version": 1}, headers={"Idempotency-Key": "two"}, **json
    )
    assert done.status_code == 200, done.content
    assert Delegation.objects.get().ended_by == world.user("worker")


def test_the_api_refuses_at_the_field(world, sign_in, day):
    body = {
        "parent": str(world.user("worker").pk), "deputy": str(world.user("supervisor").pk), "reason": "duty",
        "valid_from": f"{day(0) - timedelta(days=1)}", "valid_to": f"{day(2)}",
    }  # fmt: skip
    answer = sign_in("worker").post(
        "/api/v1/delegations/", body, content_type="application/json", headers={"Idempotency-Key": "one"}
    )
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"deputy", "valid_from"}
