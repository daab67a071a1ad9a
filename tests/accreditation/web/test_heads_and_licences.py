"""The head's desk, the decision with its draft, and the pages of licences."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from accreditation.models import Application, Licence
from accreditation.selectors.licences import phase_of
from accreditation.selectors.lists import phases
from core.lifecycle.engine import perform
from facilities.models import Facility
from tests.factories.accreditation import Recognition, house, take_over
from tests.factories.cases import day

pytestmark = pytest.mark.django_db
CANARY = "CHIM HOÀNG YẾN"


def late(made, **shift):
    Application.objects.filter(pk=made.application.pk).update(due_at=timezone.now() - timedelta(**shift))


def test_the_desk_shows_what_waits_overdue_first_with_its_letter(world, sign_in):
    soon, over = Recognition(world).decision(), Recognition(world, unit="private2").decision()
    late(over, days=3)
    over.do("licensing", "apologise", promised_on=day(5), note="Nhiều hồ sơ cùng lúc.")
    response = sign_in("head").get("/quyet-dinh/")
    waiting = response.context["waiting"]
    assert [item["row"].pk for item in waiting] == [over.application.pk, soon.application.pk]
    assert waiting[0]["letter"]["url"] == f"/in/phieu-xin-loi/{over.application.pk}/" and waiting[1]["letter"] is None
    assert sign_in("head").get(waiting[0]["letter"]["url"]).status_code == 200
    assert "Đề nghị chấp thuận" in response.content.decode()


def test_what_is_late_elsewhere_goes_up_to_the_head(world, sign_in):
    made = Recognition(world).under_review()
    late(made, days=2)
    assert [item["row"].pk for item in sign_in("head").get("/quyet-dinh/").context["late"]] == [made.application.pk]


def test_whoever_refused_is_told_that_another_answers_the_appeal(world, sign_in):
    made = Recognition(world).appealed()
    mine, theirs = (sign_in(name).get("/quyet-dinh/").context["appeals"][0] for name in ("head", "head2"))
    assert mine["not_me"] and not theirs["not_me"]
    path = f"/tham-dinh/{made.application.pk}/"
    assert not [a for a in sign_in("head").get(path).context["box"].actions if "/uphold/" in a["url"]]
    assert [a for a in sign_in("head2").get(path).context["box"].actions if "/uphold/" in a["url"]]


def test_the_head_decides_in_two_presses_and_reads_the_draft_before(world, sign_in):
    made = Recognition(world).decision()
    client, path = sign_in("head"), f"/tham-dinh/{made.application.pk}/"
    shown = client.get(path)
    drafts = shown.context["drafts"]
    assert [paper["url"].partition("=")[2] for paper in drafts] == ["approve", "conditional", "refuse"]
    for paper in drafts:
        answer = client.get(paper["url"])
        assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(client.get(drafts[0]["url"]).content)).pages)
    assert made.application.number in text
    main = next(action for action in shown.context["box"].actions if action["main"])
    assert "/approve/" in main["url"] and client.get(main["url"]).status_code == 200
    stop = next(action for action in shown.context["box"].actions if "/refuse/" in action["url"])
    assert stop["stop"] and not stop["main"]


def test_a_conditional_decision_leads_back_and_forth(world, sign_in, page):
    made = Recognition(world).on_conditions()
    assert [item["row"].pk for item in sign_in("head").get("/quyet-dinh/").context["conditional"]] == [
        made.application.pk
    ]
    path = f"/ho-so/{made.application.pk}/"
    assert "Lắp thêm tay vịn." in page("private_manager", path)
    main = next(a for a in sign_in("private_manager").get(path).context["box"].actions if a["main"])
    assert "/evidence/" in main["url"]
    made.do("private_manager", "evidence", answer="Đã lắp xong.")
    assert "Đã lắp xong." in page("head", f"/tham-dinh/{made.application.pk}/")


def test_commune_chairs_have_a_desk_and_strangers_none(world, sign_in):
    small = Recognition(world, "small_facility").decision()
    rows = sign_in("chair").get("/quyet-dinh/").context["waiting"]
    assert [item["row"].pk for item in rows] == [small.application.pk]
    assert sign_in("chair2").get("/quyet-dinh/").context["waiting"] == []
    assert sign_in("head").get("/quyet-dinh/").context["waiting"] == []
    for name in ("private_manager", "licensing", "auditor", "leader", "worker", "no_duty"):
        assert sign_in(name).get("/quyet-dinh/").status_code == 403


# --- licences ---
def test_a_licence_says_its_state_by_word_and_shape(world, page):
    made = Recognition(world).approved()
    html = page("private_manager", f"/giay-phep/{made.licence().pk}/")
    assert 'data-state="active"' in html and "#i-yes" in html and "Đang hiệu lực" in html
    assert f"/in/giay-phep/{made.licence().pk}/" in html and "Quyết định" in html


def test_a_notice_of_suspension_is_between_the_facility_and_the_authority(world, page, sign_in):
    row = Recognition(world).approved().licence()
    perform(row, "notify_suspension", by=world.actor("licensing"), version=row.version, data={"notice": CANARY})
    path = f"/giay-phep/{row.pk}/"
    for name in ("private_manager", "licensing", "head", "auditor"):
        assert CANARY in page(name, path), name
    for name in ("private2_manager", "worker", "leader", "steward", "commune_officer"):
        assert CANARY not in page(name, path), name  # what stands on the licence is public, this is not
    main = next(a for a in sign_in("private_manager").get(path).context["box"].actions if a["main"])
    assert "/reply_suspension/" in main["url"]
    assert [item["row"].pk for item in sign_in("head").get("/quyet-dinh/").context["noticed"]] == [row.pk]
    assert sign_in("no_duty").get(path).status_code == 404


def test_a_proposed_surrender_waits_on_the_desk_and_on_the_licence(world, sign_in):
    row = Recognition(world).approved().licence()
    client = sign_in("private_manager")
    data = {"note": "Thôi hoạt động.", "version": row.version, "key": "s"}
    assert client.post(f"/lam/accreditation/licence/{row.pk}/surrender/", data).status_code == 302
    (item,) = sign_in("head").get("/quyet-dinh/").context["proposals"]
    assert str(item["label"]) in sign_in("head").get(f"/giay-phep/{row.pk}/").content.decode()
    assert sign_in("head").get(item["url"]).status_code == 200


@pytest.mark.parametrize("ends", [None, 400, 60, 0, -10, -40])
@pytest.mark.parametrize("renewing", [False, True])
def test_the_list_derives_the_same_phase_as_the_page(world, ends, renewing):
    row = take_over(world, house(world))
    if ends is not None:
        Licence.objects.filter(pk=row.pk).update(ends_on=timezone.localdate() + timedelta(days=ends))
    row.refresh_from_db()
    if renewing and ends is not None:
        application = Recognition(world, "reissue").submitted().application
        Application.objects.filter(pk=application.pk).update(
            kind="renew", first_submitted_at=timezone.now() - timedelta(days=60)
        )
    assert phases([row]) == {row.pk: phase_of(row)}


def test_a_manager_lists_its_own_licences_and_the_register_all(world, sign_in):
    first = Recognition(world).approved().licence()
    second = Recognition(world, unit="private2").approved().licence()

    def listed(name, query=""):
        return {item["row"].pk for item in sign_in(name).get(f"/giay-phep/{query}").context["rows"]}

    assert listed("private_manager") == {first.pk} and listed("licensing") == {first.pk, second.pk}
    assert listed("licensing", "?q=mai+am+thu+hai") == {second.pk}
    assert listed("licensing", "?tinh_trang=suspended") == set()
    assert sign_in("worker").get("/giay-phep/").status_code == 403


def test_the_list_of_licences_asks_no_more_for_more(world, sign_in):
    def queries():
        client = sign_in("licensing")
        client.get("/giay-phep/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/giay-phep/").status_code == 200
        return len(asked)

    first = Recognition(world).approved().licence()
    Licence.objects.filter(pk=first.pk).update(ends_on=date(2099, 1, 1))
    few = queries()
    second = Recognition(world, unit="private2").approved().licence()
    Licence.objects.filter(pk=second.pk).update(ends_on=date(2099, 1, 1))
    assert queries() <= few


def test_the_page_of_a_facility_says_its_recognition(world, page):
    made = Recognition(world).approved()
    facility = Facility.objects.get(pk=made.facility.pk)
    html = page("private_manager", f"/co-so/{facility.pk}/")
    assert made.licence().number in html and "/ho-so/moi/" in html
    html = page("worker", f"/co-so/{facility.pk}/")
    assert made.licence().number in html and "/ho-so/moi/" not in html and made.application.number not in html
