"""Ca phụ trách: filters in the address, pages by key, many cases given to somebody else."""

import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from casework.models import Case
from casework.web import caseload
from tests.factories.cases import Story


def names(response) -> list[str]:
    return [row["case"].person.name for row in response.context["rows"]]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("intake", 200), ("worker", 200), ("supervisor", 200), ("manager", 200), ("chair", 200), ("steward", 200),
        ("auditor", 200), ("leader", 403), ("licensing", 403), ("sysadmin", 403), ("no_duty", 403),
    ],
)  # fmt: skip
def test_who_may_open_the_list(sign_in, name, status):
    assert sign_in(name).get("/ca/").status_code == status


def test_each_sees_its_own(world, sign_in):
    Story(world).in_assessment(name="Của Tôi")
    assert names(sign_in("worker").get("/ca/")) == ["Của Tôi"]
    assert names(sign_in("colleague").get("/ca/")) == []
    assert names(sign_in("supervisor").get("/ca/")) == ["Của Tôi"]
    assert names(sign_in("sibling_supervisor").get("/ca/")) == []


def test_filters(world, sign_in):
    first = Story(world).in_assessment(name="Trần Thị Bạch Tuyết")
    second = Story(world).in_assessment(name="Điểu Lan", commune=world.communes[1].pk)
    Case.objects.filter(pk=second.case.pk).update(risk="high", due_at=timezone.now() - timedelta(days=2))
    Story(world).register(name="Chưa Giao")
    client = sign_in("supervisor")

    def found(query: str) -> set[str]:
        return set(names(client.get(f"/ca/?{query}")))

    assert found("") == {"Trần Thị Bạch Tuyết", "Điểu Lan", "Chưa Giao"}
    assert found("q=tuyet+bach") == {"Trần Thị Bạch Tuyết"}
    assert found("q=dieu") == {"Điểu Lan"}
    assert found(f"q={first.case.number}") == {"Trần Thị Bạch Tuyết"}
    assert found("chang=intake") == {"Chưa Giao"}
    assert found("nguy_co=high") == {"Điểu Lan"}
    assert found("nguy_co=none") == {"Trần Thị Bạch Tuyết", "Chưa Giao"}
    assert found("han=overdue") == {"Điểu Lan"}
    assert found(f"xa={world.communes[1].pk}") == {"Điểu Lan"}
    assert found(f"nguoi={world.user('worker').pk}") == {"Trần Thị Bạch Tuyết", "Điểu Lan"}
    assert found("q=khong-co-ai") == set()


def test_chips_take_one_filter_away(world, sign_in):
    Story(world).in_assessment(name="Trần Thị Bạch Tuyết")
    response = sign_in("supervisor").get("/ca/?q=tuyet&nguy_co=none&xep=moi")
    chips = {chip["label"]: chip["url"] for chip in response.context["chips"]}
    assert chips == {"“tuyet”": "/ca/?nguy_co=none&xep=moi", "Chưa đánh giá": "/ca/?q=tuyet&xep=moi"}


@pytest.mark.parametrize("query", ["chang=khong", "xa=99999", "nguoi=abc", "han=mai", "cursor=xxx", "q=%00", "xep=la"])
def test_values_that_are_none_do_no_harm(world, sign_in, query):
    Story(world).in_assessment()
    assert sign_in("supervisor").get(f"/ca/?{query}").status_code == 200


@pytest.mark.parametrize("order", ["han", "moi"])
def test_pages_by_key_both_ways(world, sign_in, monkeypatch, order):
    made = [Story(world).in_assessment(name=f"Người {number}").case for number in range(5)]
    Case.objects.filter(pk=made[0].pk).update(due_at=None)
    from core.web import paging

    monkeypatch.setattr(paging.list_page, "__defaults__", (2, None))
    client, address, seen, back = sign_in("worker"), f"/ca/?q=nguoi&xep={order}", [], ""
    for _page in range(3):
        response = client.get(address)
        seen.append(names(response))
        back, address = response.context["prev_url"], response.context["next_url"]
    assert address is None
    assert sorted(sum(seen, [])) == sorted(case.person.name for case in made)
    assert "q=nguoi" in back and "limit" not in back
    assert names(client.get(back)) == seen[1]


def test_a_long_list_is_not_counted_to_its_end(world, sign_in, monkeypatch):
    from casework.selectors import caseload as reads

    monkeypatch.setattr(reads, "COUNTED", 1)
    for _each in range(3):
        Story(world).in_assessment()
    assert sign_in("worker").get("/ca/").context["count"] == "Hơn 1 ca"


def test_queries_do_not_grow_with_the_rows(world, sign_in, django_assert_max_num_queries):
    client = sign_in("supervisor")
    Story(world).in_assessment()
    client.get("/ca/")
    with django_assert_max_num_queries(20) as one:
        client.get("/ca/")
    for _each in range(4):
        Story(world).in_assessment()
    with django_assert_max_num_queries(20) as five:
        assert len(names(client.get("/ca/"))) == 5
    assert len(one) == len(five)


def test_many_cases_are_given_at_once_each_with_its_result(world, sign_in):
    good = Story(world).in_assessment(name="Giao Được")
    stale = Story(world).in_assessment(name="Vừa Sửa")
    client = sign_in("supervisor")
    chosen = [f"{story.case.pk}:{story.case.version}" for story in (good, stale)]
    asked = client.post("/ca/giao/", {"case": chosen, "from": "/ca/?nguy_co=none"})
    assert asked.status_code == 200
    key = re.search(r'name="key" value="(\w+)"', asked.content.decode())[1]
    stale.do("worker", "edit_safety_note", safety_note="Có chó dữ.")
    sent = {
        "case": chosen, "go": "1", "key": key, "worker": str(world.user("colleague").pk), "note": "Bàn giao.",
        "from": "/ca/?nguy_co=none",
    }  # fmt: skip
    for _each in range(2):  # sent twice, done once
        done = client.post("/ca/giao/", sent)
        assert [(row["case"].person.name, row["ok"]) for row in done.context["results"]] == [
            ("Giao Được", True), ("Vừa Sửa", False),
        ]  # fmt: skip
        assert done.context["back"] == "/ca/?nguy_co=none"
    good.case.refresh_from_db()
    stale.case.refresh_from_db()
    assert good.case.handover_to == world.user("colleague")
    assert stale.case.handover_to is None


def test_giving_asks_to_whom_and_takes_no_strange_case(world, sign_in):
    story = Story(world).in_assessment(name="Của Ta")
    client = sign_in("sibling_supervisor")
    sent = {"case": [f"{story.case.pk}:1", "xx", f"{uuid.uuid4()}:z"], "go": "1", "key": "k", "from": "//evil.vn"}
    response = client.post("/ca/giao/", sent)
    assert response.status_code == 422
    assert "Của Ta" not in response.content.decode()
    assert response.context["back"] == "/ca/"
    assert sign_in("worker").post("/ca/giao/", {"case": sent["case"]}).status_code == 403
    assert client.post("/ca/giao/", {"from": "/ca/?q=a"})["Location"] == "/ca/?q=a"


def test_no_more_than_a_hundred_at_once(world, sign_in, monkeypatch):
    monkeypatch.setattr(caseload, "MOST_AT_ONCE", 1)
    stories = [Story(world).in_assessment() for _each in range(2)]
    response = sign_in("supervisor").post("/ca/giao/", {"case": [f"{s.case.pk}:{s.case.version}" for s in stories]})
    assert len(response.context["cases"]) == 1
    assert response.context["left_out"] == 1
