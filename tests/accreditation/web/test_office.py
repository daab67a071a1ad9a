"""Queue, dossier and the form of a visit: order by the clock, verdicts kept where they are read, one list."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accreditation.models import Application, ConditionAnswer, InterestDeclaration, SiteVisit
from accreditation.selectors import dossier
from accreditation.web import queue as queue_page
from accreditation.web.site_visit import section_key
from core.audit.models import ReadLog
from core.web.models import Draft
from tests.core.documents.files import png
from tests.factories.accounts import UnitFactory, UserFactory
from tests.factories.accreditation import Recognition

pytestmark = pytest.mark.django_db
CANARY = "CHIM HOÀNG YẾN"


def another(world, number):
    """A further home of the centre with its manager."""
    from core.accounts.enums import Role, UnitKind

    name = f"nha{number}"
    world.units[name] = UnitFactory(
        code=f"NHA{number}", name=f"Nhà số {number}", kind=UnitKind.PRIVATE, parent=world.units["centre"]
    )
    world.users[f"{name}_manager"] = UserFactory(username=f"{name}_manager", duty=(Role.FACILITY, world.units[name]))
    return Recognition(world, unit=name)


def due(made, **shift):
    Application.objects.filter(pk=made.application.pk).update(due_at=timezone.now() + timedelta(**shift))
    return made.application.pk


def test_the_queue_goes_by_the_clock_overdue_first_and_what_stands_still_last(world, sign_in, monkeypatch):
    files = [another(world, number).under_review() for number in range(4)]
    later, late, soon = due(files[0], days=20), due(files[1], days=-4), due(files[2], days=1)
    paused = files[3].require_fix().application.pk
    due(files[3], days=-30)
    response = sign_in("licensing").get("/tham-dinh/")
    assert [item["row"].pk for item in response.context["rows"]] == [late, soon, later, paused]
    assert "Quá" in response.content.decode()
    monkeypatch.setattr(queue_page, "list_page", lambda request, rows, keys: _pages(request, rows, keys, 2))
    seen, path, client = [], "/tham-dinh/", sign_in("licensing")
    while path:
        response = client.get(path)
        seen += [item["row"].pk for item in response.context["rows"]]
        path = response.context["next_url"]
    assert seen == [late, soon, later, paused]


def _pages(request, rows, keys, size):
    from core.web.paging import list_page

    return list_page(request, rows, keys, size)


def test_filters_narrow_and_stand_as_chips(world, sign_in):
    mine, free = another(world, 1).under_review(), another(world, 2).submitted()
    client = sign_in("licensing")

    def listed(query):
        return {item["row"].pk for item in client.get(f"/tham-dinh/?{query}").context["rows"]}

    assert listed("cua=mine") == {mine.application.pk} and listed("cua=nobody") == {free.application.pk}
    assert listed("trang_thai=submitted") == {free.application.pk}
    assert listed("q=nha+so+2") == {free.application.pk}  # without its marks
    assert listed(f"q={mine.application.number}") == {mine.application.pk}
    assert listed("thu_tuc=register") == set()
    response = client.get("/tham-dinh/?cua=mine&trang_thai=khong-co")
    assert response.status_code == 200 and [chip["label"] for chip in response.context["chips"]] == ["Tôi thẩm định"]


def test_the_queue_and_the_dossier_ask_no_more_for_more(world, sign_in):
    def queries(path, name="licensing"):
        client = sign_in(name)
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    first = another(world, 1).decision()
    few = {path: queries(path, "head") for path in ("/tham-dinh/", "/quyet-dinh/", "/giay-phep/")}
    before = queries(f"/tham-dinh/{first.application.pk}/")
    for number in range(2, 5):
        another(world, number).decision()
    for path, number in few.items():
        assert queries(path, "head") <= number, path
    assert queries(f"/tham-dinh/{first.application.pk}/") <= before


def test_the_applicants_list_asks_no_more_for_more(world, sign_in):
    made = Recognition(world).submitted()
    client = sign_in("private_manager")

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/ho-so/").status_code == 200
        return len(asked)

    queries()
    few = queries()
    for kind in ("register", "dissolve"):
        Recognition(world, kind).draft()
    assert made.application.pk and queries() <= few


def test_interest_comes_first_then_papers_then_the_file_is_taken(world, sign_in):
    made = Recognition(world).submitted()
    client, path = sign_in("licensing"), f"/tham-dinh/{made.application.pk}/"
    shown = client.get(path)
    assert shown.context["interest"]["form"] is not None and shown.context["checking"]["form"] is None
    data = {"do": "declare_interest", "has_interest": "no", "version": made.reload().version, "key": "i"}
    for _again in range(2):
        assert client.post(path, data).url == f"{path}#loi-ich"
    assert InterestDeclaration.objects.count() == 1
    shown = client.get(path)
    names = [name for name in shown.context["checking"]["form"].fields if not name.endswith("_note")]
    data = {"do": "check_papers", "version": made.reload().version, "key": "p", **dict.fromkeys(names, "accepted")}
    assert client.post(path, data).url == f"{path}#kiem"
    main = next(action for action in client.get(path).context["box"].actions if action["main"])
    assert main["post"] and client.post(main["url"], main["fields"]).url == path
    assert made.reload().state == "under_review" and made.application.officer == world.user("licensing")


def test_a_verdict_without_its_note_is_refused_at_its_field_and_nothing_is_lost(world, sign_in):
    made = Recognition(world).submitted().declare()
    client, path = sign_in("licensing"), f"/tham-dinh/{made.application.pk}/"
    data = {
        "do": "check_papers", "version": made.reload().version, "key": "v", "paper_form": "defect",
        "paper_founding": "defect", "paper_founding_note": CANARY,
    }  # fmt: skip
    response = client.post(path, data)
    html = response.content.decode()
    assert response.status_code == 422 and CANARY in html
    assert 'href="#id_paper_form_note"' in html and "Ghi cần sửa gì" in html
    response = client.post(path, {**data, "paper_form_note": "Ký lại.", "version": made.reload().version - 1})
    assert response.status_code == 409 and CANARY in response.content.decode()


def test_the_verdicts_make_the_one_list(world, sign_in):
    made = Recognition(world).submitted().declare().check(form="Thiếu chữ ký trang 2.")
    client, path = sign_in("licensing"), f"/tham-dinh/{made.application.pk}/"
    faults = client.get(path).context["faults"]
    assert len(faults["lines"]) == 1 and faults["lines"][0].endswith("Thiếu chữ ký trang 2.")
    form = client.get(faults["return_url"]).content.decode()
    assert "Thiếu chữ ký trang 2." in form  # what was found is already written there


def test_the_numbers_of_the_law_stand_beside_the_verdict(world, sign_in):
    made = Recognition(world)
    type(made.facility).objects.filter(pk=made.facility.pk).update(land_area=300, zone="rural")
    made.draft(residential=True).submit().take()
    html = sign_in("licensing").get(f"/tham-dinh/{made.application.pk}/").content.decode()
    assert "15 m²/người" in html and "ít nhất 30 m²/người" in html


def test_only_the_officer_of_the_file_is_given_its_forms(world, sign_in):
    made = Recognition(world).under_review()
    path = f"/tham-dinh/{made.application.pk}/"
    for name in ("licensing2", "head", "auditor"):
        shown = sign_in(name).get(path)
        assert shown.context["checking"]["form"] is None and shown.context["appraisal"]["form"] is None
    data = {"do": "check_papers", "version": made.reload().version, "paper_form": "defect", "paper_form_note": "x"}
    for name in ("licensing2", "head", "auditor"):
        assert sign_in(name).post(path, data).status_code == 403
    assert sign_in("licensing").post(path, {"do": "approve"}).status_code == 400


def test_the_dossier_is_logged_as_read(world, sign_in):
    made = Recognition(world).under_review()
    sign_in("auditor").get(f"/tham-dinh/{made.application.pk}/")
    rows = ReadLog.objects.filter(actor=world.user("auditor"), root_id=made.application.pk)
    assert {"view", "read:dossier", "read:appraisal"} <= set(rows.values_list("field_class", flat=True))


# --- on site ---
def visiting(world):
    made = Recognition(world)
    made.draft(residential=True).submit().take().visit()
    return made, f"/tham-dinh/{made.application.pk}/thuc-dia/"


def section(shown, number):
    return shown.context["sections"][number - 1]


def answers(one, verdict="met"):
    return {item["verdict"].html_name: verdict for item in one["items"]}


def test_each_section_of_the_visit_is_kept_by_itself(world, sign_in):
    made, path = visiting(world)
    client = sign_in("licensing")
    shown = client.get(path)
    count = len(shown.context["sections"])
    for number in range(1, count + 1):
        shown = client.get(path)
        data = {
            "do": "answer_conditions", "section": str(number), "key": f"s{number}", "version": made.reload().version,
            **answers(section(shown, number)),
        }  # fmt: skip
        response = client.post(path, data)
        assert (response.status_code, response.url) == (302, f"{path}#phan-{number + 1}")
        assert section(client.get(path), number)["done"]
    assert not dossier.unanswered(made.reload())
    visit = SiteVisit.objects.get(application=made.application)
    assert set(ConditionAnswer.objects.values_list("visit", flat=True)) == {visit.pk}


def test_a_section_that_is_refused_keeps_what_was_typed_in_it(world, sign_in):
    made, path = visiting(world)
    client = sign_in("licensing")
    one = section(client.get(path), 1)
    name = one["items"][0]["verdict"].html_name
    data = {"do": "answer_conditions", "section": "1", "key": "r", "version": made.reload().version, name: "unmet"}
    response = client.post(path, data)
    assert response.status_code == 422
    assert f'href="#id_{name}_note"' in response.content.decode()
    assert section(response, 1)["items"][0]["verdict"].value() == "unmet"
    response = client.post(path, {**data, f"{name}_note": CANARY, "version": made.reload().version - 1, "key": "r2"})
    assert response.status_code == 409 and CANARY in response.content.decode()


def test_what_is_typed_on_site_is_drafted_by_section(world, sign_in):
    made, path = visiting(world)
    client = sign_in("licensing")
    one = section(client.get(path), 2)
    note = one["items"][0]["note"].html_name
    assert one["draft_key"] == section_key(made.application, 2)
    client.post("/nhap/", {"draft_key": one["draft_key"], "draft_data": f"{note}=giu+lai"})
    shown = client.get(path)
    assert section(shown, 2)["items"][0]["note"].value() == "giu lai" and section(shown, 2)["saved_at"]
    assert section(shown, 1)["saved_at"] is None
    data = {"do": "answer_conditions", "section": "2", "key": "d", "version": made.reload().version, **answers(one)}
    client.post(path, data)
    assert not Draft.objects.exists()


def test_photos_and_minutes_end_the_visit(world, sign_in, page):
    made, path = visiting(world)
    client = sign_in("licensing")
    photo = {
        "do": "visit_photo", "key": "a", "version": made.reload().version, "title": "Phòng ở",
        "file": SimpleUploadedFile("anh.png", png(), "image/png"),
    }  # fmt: skip
    assert client.post(path, photo).url == f"{path}#anh"
    assert [one["row"].title for one in client.get(path).context["photos"]] == ["Phòng ở"]
    refused = client.post(path, {"do": "record_visit", "key": "b", "version": made.reload().version})
    assert refused.status_code == 422 and 'href="#id_met_whom"' in refused.content.decode()
    done = {"do": "record_visit", "key": "b2", "version": made.reload().version, "met_whom": "Bà Sáu"}
    assert client.post(path, done).url == f"/tham-dinh/{made.application.pk}/#thuc-dia"
    assert SiteVisit.objects.get(application=made.application).met_whom == "Bà Sáu"
    assert client.get(path).status_code == 302  # the form is closed
    assert "Bà Sáu" in page("licensing", f"/tham-dinh/{made.application.pk}/")
    assert "Bà Sáu" not in page("private_manager", f"/ho-so/{made.application.pk}/")


def test_the_form_of_the_visit_is_the_teams(world, sign_in):
    made, path = visiting(world)
    shown = sign_in("licensing2").get(path)
    assert {reason.code for reason in shown.context["blocked"]} == {"other_officer", "not_declared"}
    made.declare("licensing2")
    shown = sign_in("licensing2").get(path)  # of the team, yet not the officer
    assert shown.status_code == 200 and not shown.context["sections"] and "record" in shown.context
    shown = sign_in("licensing3").get(path)
    assert shown.context["sections"] == [] and "record" not in shown.context and shown.context["blocked"]
    data = {"do": "record_visit", "key": "x", "version": made.reload().version, "met_whom": "Ai đó"}
    assert sign_in("licensing3").post(path, data).status_code == 403


def test_today_leads_from_the_item_to_the_page(world, sign_in):
    made = Recognition(world).submitted()
    html = sign_in("licensing").get("/").content.decode()
    assert f"/ho-so/{made.application.pk}/" in html and made.application.number in html
    made.take().visit()
    assert f"/ho-so/{made.application.pk}/" in sign_in("licensing").get("/").content.decode()
