"""One box: names without marks, numbers old and new, identity numbers by POST and not too often."""

import pytest

from casework.models import Case
from core.audit.models import ReadLog
from tests.factories.cases import Story

NUMBER = "075151001234"


def names(response) -> list[str]:
    return [row["case"].person.name for row in response.context["rows"]]


@pytest.mark.parametrize(("name", "status"), [("worker", 200), ("steward", 200), ("leader", 403), ("no_duty", 403)])
def test_who_may_search(sign_in, name, status):
    assert sign_in(name).get("/tim/").status_code == status


def test_names_and_numbers(world, sign_in):
    story = Story(world).in_assessment(name="Trần Thị Bạch Tuyết")
    Story(world).in_assessment(name="Điểu Lan")
    Case.objects.filter(pk=story.case.pk).update(old_number="12/HS-2019")
    client = sign_in("worker")
    for text in ("tuyet bach", "BẠCH TUYẾT", "12/hs-2019", str(int(story.case.number[-6:]))):
        assert names(client.post("/tim/", {"q": text})) == ["Trần Thị Bạch Tuyết"], text
    assert client.post("/tim/", {"q": story.case.number})["Location"] == f"/ca/{story.case.pk}/"
    assert names(client.post("/tim/", {"q": "nguyễn không ai"})) == []
    assert client.post("/tim/", {"q": "\x00"}).status_code == 200


def test_the_box_of_the_bar_sends_by_post(world, sign_in):
    client = sign_in("worker")
    assert 'method="post" action="/tim/"' in client.get("/").content.decode()
    assert client.post("/tim/", {"q": " "}).status_code == 200


@pytest.mark.parametrize("text", ["tuyet", NUMBER])
def test_neither_a_name_nor_a_number_stands_in_an_address(world, sign_in, text):
    Story(world).in_assessment(name="Trần Thị Bạch Tuyết", id_number=NUMBER)
    client = sign_in("worker")
    page = client.get("/tim/", {"q": text})
    assert "không để trên thanh địa chỉ" in page.content.decode()
    assert "Bạch Tuyết" not in page.content.decode()
    found = client.post("/tim/", {"q": text})
    assert found.status_code == 200  # no redirection: the answer has no address of its own
    assert names(found) == ["Trần Thị Bạch Tuyết"]


def test_only_visible_cases_are_found(world, sign_in):
    Story(world).in_assessment(name="Trần Thị Bạch Tuyết")
    assert names(sign_in("sibling_worker").post("/tim/", {"q": "tuyet"})) == []


def test_elsewhere_only_that_the_person_is_known(world, sign_in):
    story = Story(world).in_assessment(name="Có Giấy", id_number=NUMBER)
    page = sign_in("sibling_worker").post("/tim/", {"q": NUMBER})
    text = page.content.decode()
    assert names(page) == []
    assert "Có Giấy" in text and f"/tiep-nhan/?person={story.case.person_id}" in text
    assert story.case.number not in text
    assert ReadLog.objects.filter(field_class="match").get().ids == [str(story.case.person_id)]
    assert "Có Giấy" not in sign_in("auditor").post("/tim/", {"q": "075151009999"}).content.decode()


def test_numbers_are_not_tried_out(world, sign_in, monkeypatch):
    from core.api import throttling

    monkeypatch.setitem(throttling.RATES, "lookup", (2, 3600))
    client = sign_in("worker")
    for number, status in ((NUMBER, 200), (NUMBER, 200), ("075151001235", 200), ("075151001236", 429)):
        assert client.post("/tim/", {"q": number}).status_code == status
    assert "quá nhiều số giấy tờ" in client.post("/tim/", {"q": "075151001237"}).content.decode()
    assert client.post("/tim/", {"q": "tuyet"}).status_code == 200
