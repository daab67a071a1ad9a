"""What a facility manager does on its pages: choose, hand in papers, answer a list of defects, hand in again."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accreditation.models import Application, ApplicationPaper, Defect
from accreditation.selectors.choices import options
from core.web.models import Draft
from facilities.models import Facility
from tests.core.documents.files import pdf
from tests.factories.accreditation import Recognition, house

pytestmark = pytest.mark.django_db
CANARY = "CHIM HOÀNG YẾN"


def fields(response, url):
    """The hidden fields of the form that posts to `url`."""
    box = response.context["box"]
    return next(action["fields"] for action in box.actions if action["url"].startswith(url))


def test_what_makes_sense_now_is_offered_and_the_rest_has_its_reason(world, page):
    facility = house(world)
    found = {one.procedure.code: [reason.code for reason in one.reasons] for one in options(facility)}
    assert found["register"] == [] and found["licence"] == []
    assert found["adjust"] == found["reissue"] == ["not_licensed"]
    assert found["renew"] == ["switched_off"] and found["dissolve"] == ["nothing"]
    assert "found_public" not in found  # not handed in here
    html = page("private_manager", "/ho-so/moi/")
    assert "Cấp giấy phép hoạt động" in html and "Cơ sở chưa có giấy phép đang dùng." in html


def test_the_size_decides_between_commune_and_department(world):
    facility = house(world)
    for capacity, closed, offered in ((8, "licence", "small_facility"), (20, "small_facility", "licence")):
        Facility.objects.filter(pk=facility.pk).update(capacity=capacity)
        facility.refresh_from_db()
        found = {one.procedure.code: one.reasons for one in options(facility)}
        assert found[closed] and not found[offered]


def test_an_open_application_is_named_with_its_page(world):
    row = Recognition(world).draft().application
    found = {one.procedure.code: one.reasons for one in options(row.facility)}
    assert [reason.fix for reason in found["licence"]] == [f"/ho-so/{row.pk}/"]


def test_one_press_begins_an_application_and_twice_the_same_press_makes_one(world, sign_in):
    facility, client = house(world), sign_in("private_manager")
    group = client.get("/ho-so/moi/").context["groups"][0]
    chosen = next(one for one in group["open"] if one["option"].procedure.code == "licence")
    data = {"kind": "licence", "key": chosen["key"]}
    first, second = client.post(group["url"], data), client.post(group["url"], data)
    row = Application.objects.get(facility=facility)
    assert first.status_code == second.status_code == 302
    assert first.url == f"/ho-so/{row.pk}/"
    assert row.asked["name"] == facility.unit.name


def test_a_paper_is_handed_in_in_its_place(world, sign_in):
    made = Recognition(world).draft()
    client, path = sign_in("private_manager"), f"/ho-so/{made.application.pk}/"
    shown = client.get(path)
    item = next(one for one in shown.context["papers"] if one["component"].code == "form")
    data = {
        "component": "form", "key": "k-form", "next": item["next"],
        "file": SimpleUploadedFile("don.pdf", pdf(), "application/pdf"),
    }  # fmt: skip
    response = client.post(shown.context["upload_url"], data)
    assert (response.status_code, response.url) == (302, f"{path}#giay-form")
    assert ApplicationPaper.objects.filter(application=made.application, component="form").count() == 1
    shown = client.get(path)
    item = next(one for one in shown.context["papers"] if one["component"].code == "form")
    assert item["state"] == "ok" and shown.context["ready"] == 1 and shown.context["required"] == 2


def test_what_is_missing_leads_to_its_place_and_then_the_main_button_hands_in(world, sign_in):
    made = Recognition(world).draft()
    client, path = sign_in("private_manager"), f"/ho-so/{made.application.pk}/"
    box = client.get(path).context["box"]
    assert {reason.fix for reason in box.missing} >= {f"{path}#giay-form", f"{path}#giay-founding"}
    assert [action["url"] for action in box.actions if action["main"]] == [box.missing[0].fix]
    made.fill()
    box = client.get(path).context["box"]
    assert not box.missing and "/submit/" in next(a["url"] for a in box.actions if a["main"])
    assert not any(action["stop"] for action in box.actions)  # giving up is folded


def returned(world):
    made = Recognition(world).returned(paper_form="Thiếu chữ ký.", more="Thiếu sơ đồ nhà.\nThiếu cam kết.")
    return made, {row.text: row for row in Defect.objects.filter(application=made.application)}


def test_answers_are_kept_together_and_the_list_shrinks(world, sign_in):
    made, items = returned(world)
    client, path = sign_in("private_manager"), f"/ho-so/{made.application.pk}/"
    first, second, third = items["Thiếu chữ ký."], items["Thiếu sơ đồ nhà."], items["Thiếu cam kết."]
    data = {
        f"answer_{first.pk}": "Đã ký lại.", f"answer_{second.pk}": "Sơ đồ đã có ở trang 3.", f"answer_{third.pk}": "",
        f"contested_{second.pk}": "on", "version": made.reload().version, "key": "once",
    }  # fmt: skip
    for _again in range(2):  # a double click
        response = client.post(path, data)
        assert (response.status_code, response.url) == (302, f"{path}#thieu-sot")
    for row in (first, second, third):
        row.refresh_from_db()
    assert first.answer == "Đã ký lại." and not first.contested and second.contested
    assert third.answered_at is None
    shown = client.get(path)
    assert shown.context["answering"]["left"] == 1
    assert [reason.code for reason in shown.context["box"].missing] == ["not_answered"]


def test_a_stale_page_keeps_what_was_typed(world, sign_in):
    made, items = returned(world)
    row = items["Thiếu chữ ký."]
    path = f"/ho-so/{made.application.pk}/"
    data = {f"answer_{row.pk}": CANARY, "version": made.reload().version - 1, "key": "stale"}
    response = sign_in("private_manager").post(path, data)
    assert response.status_code == 409 and CANARY in response.content.decode()
    assert response.context["row"].version == made.reload().version
    row.refresh_from_db()
    assert row.answer == ""


def test_an_answer_that_cannot_be_taken_is_said_at_its_field(world, sign_in):
    made, items = returned(world)
    good, bad = items["Thiếu chữ ký."], items["Thiếu cam kết."]
    data = {
        f"answer_{good.pk}": "Đã ký.", f"answer_{bad.pk}": "x" * 1200, "version": made.reload().version, "key": "e",
    }  # fmt: skip
    response = sign_in("private_manager").post(f"/ho-so/{made.application.pk}/", data)
    html = response.content.decode()
    assert response.status_code == 422
    assert f'href="#answer_{bad.pk}"' in html and f'href="#answer_{good.pk}"' not in html
    good.refresh_from_db()
    assert good.answer == "Đã ký."


def test_a_draft_of_answers_comes_back_and_goes_when_they_are_kept(world, sign_in):
    made, items = returned(world)
    row = items["Thiếu chữ ký."]
    client, path = sign_in("private_manager"), f"/ho-so/{made.application.pk}/"
    key = client.get(path).context["answering"]["draft_key"]
    saved = client.post("/nhap/", {"draft_key": key, "draft_data": f"answer_{row.pk}=Dang+sua"})
    assert saved.status_code == 200
    assert client.get(path).context["answering"]["items"][0]["answer"] == "Dang sua"
    client.post(path, {f"answer_{row.pk}": "Xong.", "version": made.reload().version, "key": "d"})
    assert not Draft.objects.exists()


def test_self_check_says_how_far_off(world, page):
    facility = house(world, zone="")
    Facility.objects.filter(pk=facility.pk).update(land_area=300, zone="rural")
    row = Recognition(world).draft(residential=True).application
    html = page("private_manager", f"/ho-so/{row.pk}/")
    assert "Đang có 15 m²/người; luật cần ít nhất 30 m²/người" in html
    assert "thiếu 15 m²/người" in html and "NĐ 103/2017/NĐ-CP Đ.24" in html


def test_receipt_day_and_days_stand_on_the_page(world, page):
    row = Recognition(world).submitted().reload()
    html = page("private_manager", f"/ho-so/{row.pk}/")
    assert row.receipt_number in html and "Hẹn trả kết quả" in html
    assert "Đã dùng 0/15 ngày làm việc" in html
    assert f"/in/giay-tiep-nhan/{row.pk}/" in html


def test_the_applicant_never_reads_the_officers_side(world, page, sign_in):
    made = Recognition(world).submitted()
    made.do("licensing2", "declare_interest", has_interest="yes", what=f"{CANARY} một")
    made.take()
    made.judge()
    report = f"{CANARY} hai"
    made.do("licensing", "recommend", recommendation="approve", report=report)
    made.do("head", "send_back", note=f"{CANARY} ba")
    made.do("licensing", "recommend", recommendation="approve", report=report)
    path = f"/ho-so/{made.application.pk}/"
    for name in ("private_manager",):
        assert CANARY not in page(name, path)
        assert CANARY not in page(name, "/ho-so/")
    inside = page("head", f"/tham-dinh/{made.application.pk}/")
    assert inside.count(CANARY) >= 3
    own = page("licensing", f"/tham-dinh/{made.application.pk}/")
    assert f"{CANARY} một" not in own  # a colleague's declaration is the heads' business
    for path in (f"/tham-dinh/{made.application.pk}/", f"/in/du-thao-quyet-dinh/{made.application.pk}/"):
        assert sign_in("private_manager").get(path).status_code in (403, 404)


def test_a_refusal_says_until_when_one_may_appeal(world, page):
    row = Recognition(world).refused().reload()
    html = page("private_manager", f"/ho-so/{row.pk}/")
    assert "Khiếu nại được đến hết ngày" in html and "Không đủ điều kiện." in html
