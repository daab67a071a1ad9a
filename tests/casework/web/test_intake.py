"""Tiếp nhận and the emergency: danger first, nothing typed is lost, nobody is written down twice."""

import re
import uuid

import pytest

from casework.models import Case, Person
from core.audit.models import ReadLog
from core.web.models import Draft
from tests.factories.cases import Story

TYPED = {
    "in_danger": "no", "name": "Trần Thị Tuyết", "birth": "1951", "sex": "female", "source": "self",
    "problem": "Sống một mình, mất giấy tờ.", "needs": "Tiền thuốc", "legal_basis": "statutory",
}  # fmt: skip


@pytest.fixture
def typed(world):
    return {**TYPED, "commune": world.communes[0].pk, "key": uuid.uuid4().hex}


def main(response) -> str:
    return response.content.decode().partition("<main")[2]


@pytest.mark.parametrize(
    ("name", "status"), [("intake", 200), ("worker", 200), ("manager", 200), ("supervisor", 403), ("leader", 403)]
)
@pytest.mark.parametrize("address", ["/tiep-nhan/", "/tiep-nhan/khan-cap/"])
def test_who_takes_calls(sign_in, address, name, status):
    assert sign_in(name).get(address).status_code == status


def test_registered_once_however_often_sent(world, sign_in, typed):
    client = sign_in("intake")
    for _each in range(2):
        response = client.post("/tiep-nhan/", typed)
        case = Case.objects.get()
        assert (response.status_code, response["Location"]) == (302, f"/ca/{case.pk}/")
    assert (case.state, case.person.name, case.needs) == ("intake", "Trần Thị Tuyết", ["Tiền thuốc"])
    assert Person.objects.count() == 1


def test_errors_stand_at_the_fields_and_the_text_stays(sign_in, typed):
    response = sign_in("intake").post("/tiep-nhan/", {**typed, "birth": "2062", "problem": ""})
    text = main(response)
    assert response.status_code == 422
    assert "Còn 2 chỗ cần sửa" in text
    assert 'value="2062"' in text and 'value="Trần Thị Tuyết"' in text
    assert typed["key"] in text
    assert Case.objects.count() == 0


def test_danger_leads_to_the_emergency_with_what_was_typed(sign_in, typed):
    response = sign_in("intake").post("/tiep-nhan/", {**typed, "in_danger": "yes"})
    text = main(response)
    assert response.status_code == 200
    assert 'action="/tiep-nhan/khan-cap/"' in text
    assert 'value="Trần Thị Tuyết"' in text
    assert Case.objects.count() == 0


def test_somebody_much_alike_must_be_looked_at(world, sign_in, typed):
    known = Story(world).register(name="Trần Thị Tuyết", birth="1951").case
    client = sign_in("intake")
    response = client.post("/tiep-nhan/", typed)
    assert response.status_code == 422
    assert "Chính là người này" in main(response)
    assert "1951" in main(response)
    assert Case.objects.count() == 1
    assert client.post("/tiep-nhan/", {**typed, "duplicates_seen": "1"}).status_code == 302
    assert Case.objects.exclude(pk=known.pk).get().person != known.person


def test_the_panel_answers_while_typing_and_the_look_is_logged(world, sign_in):
    known = Story(world).register(name="Trần Thị Bạch Tuyết", birth="1951").case
    client = sign_in("intake")
    response = client.post("/tiep-nhan/trung/", {"name": "tran thi bach tuyet", "birth": "1951", "commune": ""})
    text = response.content.decode()
    assert "<html" not in text
    assert "Trần Thị Bạch Tuyết" in text and "họ tên" in text and "năm sinh" in text
    assert ReadLog.objects.filter(field_class="match").last().ids == [str(known.person_id)]
    assert "Trần" not in client.post("/tiep-nhan/trung/", {"name": "", "birth": "31/31/1"}).content.decode()
    assert client.get("/tiep-nhan/trung/").status_code == 405


def test_choosing_the_person_keeps_the_text_and_uses_the_file(world, sign_in, typed):
    done = Story(world).register(name="Trần Thị Tuyết", birth="1951")
    done.do("supervisor", "screen_out", reason="ineligible", note="Đã hướng dẫn.")
    client = sign_in("intake")
    page = client.post("/tiep-nhan/", {**typed, "_person": str(done.case.person_id)})
    text = main(page)
    assert page.status_code == 200
    assert "Sống một mình, mất giấy tờ." in text
    assert f'name="person" value="{done.case.person_id}"' in text
    assert 'name="birth"' not in text
    sent = {name: value for name, value in typed.items() if name not in ("name", "birth", "sex", "commune")}
    assert client.post("/tiep-nhan/", {**sent, "person": str(done.case.person_id)}).status_code == 302
    assert Person.objects.count() == 1
    back = client.post("/tiep-nhan/", {**sent, "person": str(done.case.person_id), "_person": ""})
    assert 'name="birth"' in main(back)


def test_a_known_person_with_an_open_case_is_said_before_and_refused_after(world, sign_in, typed):
    open_case = Story(world).register(name="Trần Thị Tuyết").case
    client = sign_in("intake")
    page = client.get(f"/tiep-nhan/?person={open_case.person_id}")
    assert f"đang có hồ sơ {open_case.number}" in main(page)
    response = client.post("/tiep-nhan/", {**typed, "person": str(open_case.person_id)})
    assert response.status_code == 409
    assert "Sống một mình, mất giấy tờ." in main(response)
    assert f'href="/ca/{open_case.pk}/"' in main(response)
    assert Case.objects.count() == 1


@pytest.mark.parametrize("person", ["", "xyz", "a71a2302-6d7d-46a9-8ea1-31981bef4f28"])
def test_a_person_that_is_none_is_nobody(sign_in, person):
    response = sign_in("intake").get(f"/tiep-nhan/?person={person}")
    assert response.status_code == 200
    assert 'name="birth"' in main(response)


def test_a_draft_is_kept_without_script_and_gone_after_registering(world, sign_in, typed):
    client = sign_in("intake")
    saved = client.post("/tiep-nhan/", {**typed, "birth": "khoảng 1951", "_draft": "1"})
    assert "Đã lưu nháp." in saved.content.decode()
    again = main(client.get("/tiep-nhan/"))
    assert 'value="khoảng 1951"' in again and "Sống một mình" in again
    assert "Bỏ nháp" in again
    assert client.post("/tiep-nhan/", typed).status_code == 302
    assert Draft.objects.count() == 0


def test_an_unidentified_person_is_a_normal_case(world, sign_in, typed):
    sent = {**typed, "name": "", "birth": "", "unidentified": "1", "known_as": "Áo xanh, gặp ở bến xe"}
    assert sign_in("intake").post("/tiep-nhan/", sent).status_code == 302
    assert str(Case.objects.get().person) == "Chưa rõ họ tên"


def test_the_emergency_takes_two_fields(world, sign_in):
    client = sign_in("worker")
    page = client.get("/tiep-nhan/khan-cap/")
    key = re.search(r'name="key" value="(\w+)"', main(page))[1]
    sent = {"key": key, "dangers": ["violence"], "found_at": "Chợ đêm Trấn Biên"}
    for _each in range(2):
        response = client.post("/tiep-nhan/khan-cap/", sent)
        case = Case.objects.get()
        assert (response.status_code, response["Location"]) == (302, f"/ca/{case.pk}/")
    assert (case.state, case.risk, case.worker) == ("active", "emergency", world.user("worker"))


def test_an_incomplete_emergency_keeps_what_was_typed(sign_in):
    response = sign_in("intake").post("/tiep-nhan/khan-cap/", {"key": "k", "found_at": "Chợ đêm", "reporter": "Bà Năm"})
    text = main(response)
    assert response.status_code == 422
    assert "Chọn ít nhất một dấu hiệu nguy hiểm." in text
    assert 'value="Chợ đêm"' in text and 'value="Bà Năm"' in text
    assert 'name="worker"' in text.partition("<details")[0]
    assert Case.objects.count() == 0


def test_the_hint_at_the_name_says_what_the_emergency_page_has(sign_in):
    text = sign_in("worker").get("/tiep-nhan/khan-cap/").content.decode()
    assert "Chưa biết tên thì để trống" in text
    assert "Chưa rõ danh tính" not in text
