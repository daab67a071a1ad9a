"""Each paper of recognition says what it must, to whoever may read it, and keeps what nobody may."""

import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from accreditation import signing
from accreditation.enums import DecisionKind
from accreditation.models import Application, Decision, Licence, Registration, SiteVisit
from accreditation.printing import decision
from accreditation.printing import licence as licences
from accreditation.services import granting
from core.audit.models import ReadLog
from core.documents.printing import TEMPLATES, render
from tests.factories.accreditation import Recognition, people
from tests.factories.cases import GROUP, day
from tests.factories.licences import Licences

pytestmark = [pytest.mark.django_db, pytest.mark.looks]
BASE = "https://dong-hanh.example.gov.vn/"


def text_of(content: bytes) -> str:
    """The words of the PDF, with single blanks."""
    pages = PdfReader(io.BytesIO(content)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


@pytest.fixture
def get(world):
    def read(name, path):
        client = Client()
        client.force_login(world.user(name), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client.get(path)

    return read


@pytest.fixture
def file(world):
    people(world)
    return Recognition(world)


# --- licence and certificate ---
def test_the_licence(desk, get):
    row = desk.granted(capacity=25, conditions="Bổ sung tay vịn.", ends_on=timezone.localdate() + timedelta(days=700))
    answer = get("worker", f"/in/giay-phep/{row.pk}/")
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        200, "application/pdf", "no-store",
    )  # fmt: skip
    text = text_of(answer.content)
    for words in (
        "GIẤY PHÉP HOẠT ĐỘNG", f"Số: {row.number}", "Mái ấm tư nhân", "12 đường Hoa Sen", "Lê Thị Sáu", "25 người",
        "Bổ sung tay vịn.", "Điều 26, Điều 29 Nghị định số 103/2017/NĐ-CP", "Cán bộ head", "GIÁM ĐỐC SỞ Y TẾ",
        f"{row.ends_on:%d/%m/%Y}", " ".join(row.code[at : at + 4] for at in (0, 4, 8, 12)), "/cong-khai/giay-phep/",
    ):  # fmt: skip
        assert words in text, words
    assert "Đang bị" not in text
    assert ReadLog.objects.filter(model="accreditation.Licence", field_class="print").count() == 1


def test_what_the_qr_code_holds_is_signed(desk):
    row = desk.granted()
    made = licences.licence_paper(row, BASE)
    assert made.qr.startswith("<svg")
    assert made.qr == signing.qr_svg(signing.check_url(BASE, signing.sign(row)))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("suspended", "Đang bị tạm đình chỉ"), ("restricted", "nhiều nhất 10 người"), ("revoked", "Không còn hiệu lực"),
        ("issued", "Chưa có hiệu lực trước ngày"), ("surrendered", "Không còn hiệu lực"),
        ("superseded", "Không còn hiệu lực"),
    ],
)  # fmt: skip
def test_a_paper_says_what_holds_against_it(desk, get, state, words):
    row = desk.in_state(state)
    assert words in text_of(get("private_manager", f"/in/giay-phep/{row.pk}/").content)


def test_a_licence_of_before_is_a_copy(desk, get):
    text = text_of(get("head", f"/in/giay-phep/{desk.active().pk}/").content)
    assert "không thay bản gốc" in text
    assert "SỞ LAO ĐỘNG" in text
    assert "77/GP-LĐTBXH" in text


@pytest.mark.parametrize("path", ["giay-phep", "giay-chung-nhan-dang-ky"])
def test_a_hidden_address_stands_on_no_paper(world, get, path):
    shelter = Licences(world, hidden_address=True)
    if path == "giay-phep":
        row = shelter.granted()
    else:
        row = shelter.decided(granting.grant, shelter.application("register", address="12 đường Hoa Sen"))
    for who in ("head", "private_manager", "licensing"):
        assert "Hoa Sen" not in text_of(get(who, f"/in/{path}/{row.pk}/").content)


def test_a_small_home_has_a_paper_of_its_commune(world, get):
    home = Licences(world, office="commune")
    row = home.decided(granting.grant, home.application("small_facility", capacity=8), by="chair")
    text = text_of(get("chair", f"/in/giay-phep/{row.pk}/").content)
    assert "GIẤY XÁC NHẬN ĐĂNG KÝ HOẠT ĐỘNG" in text
    assert "CHỦ TỊCH ỦY BAN NHÂN DÂN PHƯỜNG MỘT" in text


def test_the_certificate_and_what_came_after_it(desk, get):
    first = desk.decided(granting.grant, desk.application("register", name="Mái ấm Một"))
    second = desk.decided(granting.grant, desk.application("register_change", name="Mái ấm Hai"))
    old, new = (text_of(get("leader", f"/in/giay-chung-nhan-dang-ky/{row.pk}/").content) for row in (first, second))
    assert "Mái ấm Một" in old
    assert "Không còn hiệu lực từ ngày" in old
    assert "Mái ấm Hai" in new
    assert first.number in new
    assert Registration.objects.count() == 2


# --- decisions ---
def test_the_decisions_of_a_licence(desk, get):
    row = desk.active()
    desk.restrict(row)
    desk.do("licensing", "lift", row, note="Đã tuyển đủ.")
    desk.suspend(row)
    desk.reinstate(row)
    plan = "Chuyển về Trung tâm."
    desk.do("head", "revoke", row, reason="serious", note="Có hành vi bạo hành.", relocation_plan=plan)
    desk.do("head", "reverse", row, appeal_number="Bản án số 9", note="Tòa hủy.")
    desk.surrendered(row)
    said = {
        "restrict": ["Thu hẹp phạm vi hoạt động", "nhiều nhất 10 người", "Thiếu người chăm sóc."],
        "lift": ["Bỏ thu hẹp", "Đã tuyển đủ."],
        "suspend": ["Tạm đình chỉ hoạt động", "Nguy hiểm: Cháy", f"trước ngày {day(60)}"],
        "reinstate": ["hoạt động trở lại", "Cán bộ Sở"],
        "revoke": ["Thu hồi giấy phép", "Vi phạm nghiêm trọng", "Có hành vi bạo hành.", plan],
        "reverse": ["Hủy quyết định thu hồi", "Bản án số 9"],
        "surrender": ["trả lại giấy phép", "Thôi hoạt động."],
    }
    for made in Decision.objects.all():
        text = text_of(get("private_manager", f"/in/quyet-dinh/{made.pk}/").content)
        for words in [*said[made.kind], made.number, "QUYẾT ĐỊNH", "Điều 32 Nghị định số 103/2017/NĐ-CP", "90 ngày"]:
            assert words in text, (made.kind, words)
    assert Decision.objects.count() == 7


def test_the_decisions_on_applications(world, get, file):
    file.on_conditions()
    made = Decision.objects.get()
    text = text_of(get("head", f"/in/quyet-dinh/{made.pk}/").content)
    for words in (
        "Chấp thuận có điều kiện",
        "Lắp thêm tay vịn.",
        file.application.number,
        Licence.objects.get().number,
    ):
        assert words in text, words
    file.do(file.head, "unmet", note="Không lắp.", relocation_plan="")
    texts = [text_of(get("head", f"/in/quyet-dinh/{row.pk}/").content) for row in Decision.objects.all()]
    assert any("Từ chối hồ sơ" in text and "Không lắp." in text for text in texts)
    assert any("Không thực hiện điều kiện đã chấp thuận" in text for text in texts)


@pytest.mark.parametrize("kind", DecisionKind.values)
def test_every_kind_of_decision_prints_even_without_its_facts(world, desk, kind):
    application = desk.application()
    row = desk.active()
    about = {"licence": row} if DecisionKind(kind) in decision._MEASURES else {"application": application}
    made = Decision(
        kind=kind, number="9/2026/QĐ-SYT", unit=desk.office, signed_by=world.user("head"), reasons="Vì thế.",
        signed_on=timezone.localdate(), effective_on=timezone.localdate(), **about,
    )  # fmt: skip
    text = text_of(render("decision", decision.decision_paper(made)))
    assert "Vì thế." in text
    assert "chịu trách nhiệm thi hành Quyết định này./." in text
    assert "%(" not in text


# --- letters ---
def test_the_receipt(world, get, file):
    file.draft()
    assert get("private_manager", f"/in/giay-tiep-nhan/{file.application.pk}/").status_code == 409
    file.submit()
    text = text_of(get("private_manager", f"/in/giay-tiep-nhan/{file.application.pk}/").content)
    row = file.application
    for words in (row.receipt_number, row.number, "15 ngày làm việc", "Giấy phép hoạt động", "Mẫu số 09"):
        assert words in text, words
    from accreditation.selectors.procedures import appointment

    assert f"{appointment(row):%d/%m/%Y}" in text


def test_the_list_of_defects(world, get, file):
    file.returned(paper_form="Chưa ký tên.", more="Thiếu sơ đồ nhà.")
    text = text_of(get("private_manager", f"/in/yeu-cau-bo-sung/{file.application.pk}/").content)
    for words in ("PHIẾU YÊU CẦU BỔ SUNG", "Chưa ký tên.", "Thiếu sơ đồ nhà.", "Mẫu số 09", "tính lại từ đầu"):
        assert words in text, words
    file.answer()
    file.submit()
    assert get("private_manager", f"/in/yeu-cau-bo-sung/{file.application.pk}/").status_code == 409


def test_what_must_be_mended_on_site(world, get, file):
    file.correction()
    text = text_of(get("licensing", f"/in/yeu-cau-bo-sung/{file.application.pk}/").content)
    for words in ("THÔNG BÁO YÊU CẦU KHẮC PHỤC", "Thay cầu dao điện.", day(20)):
        assert words in text, words


def test_the_minutes_of_the_visit(world, get, file):
    file.site_visit()
    visit = SiteVisit.objects.get()
    blank = text_of(get("licensing", f"/in/bien-ban-tham-dinh/{visit.pk}/").content)
    assert "BIÊN BẢN" in blank
    file.record_visit(note="Nhà sạch sẽ.")
    filled = text_of(get("licensing", f"/in/bien-ban-tham-dinh/{visit.pk}/").content)
    for words in ("Nhà sạch sẽ.", "Bà Sáu, giám đốc", "Đạt", "Cán bộ licensing"):
        assert words in filled, words
    assert get("private_manager", f"/in/bien-ban-tham-dinh/{visit.pk}/").status_code == 404


def test_the_apology(world, get, file):
    file.under_review()
    path = f"/in/phieu-xin-loi/{file.application.pk}/"
    assert get("private_manager", path).status_code == 409
    Application.objects.filter(pk=file.application.pk).update(due_at=timezone.now() - timedelta(hours=1))
    file.do("licensing", "apologise", promised_on=day(9), note="Chờ ý kiến về phòng cháy.")
    text = text_of(get("private_manager", path).content)
    for words in ("PHIẾU XIN LỖI", "Chờ ý kiến về phòng cháy.", day(9), file.application.number):
        assert words in text, words


# --- who may not ---
@pytest.mark.parametrize("who", ["manager", "worker", "intake", "chair", "sysadmin", "no_duty", "steward"])
def test_letters_are_for_those_who_read_the_dossier(world, get, file, who):
    file.returned()
    pk = file.application.pk
    for path in ("giay-tiep-nhan", "yeu-cau-bo-sung", "phieu-xin-loi"):
        assert get(who, f"/in/{path}/{pk}/").status_code == 404


@pytest.mark.parametrize("who", ["manager", "worker", "intake", "chair", "sysadmin", "steward", "leader"])
def test_decisions_are_for_those_concerned(desk, get, who):
    desk.suspended()
    assert get(who, f"/in/quyet-dinh/{Decision.objects.get().pk}/").status_code == 404


def test_without_signing_in_nothing_is_printed(desk):
    row = desk.active()
    answer = Client().get(f"/in/giay-phep/{row.pk}/")
    assert answer.status_code == 302
    assert "login" in answer["Location"] or "dang-nhap" in answer["Location"] or "accounts" in answer["Location"]


RECOGNITION = [
    "apology_letter", "application_defects", "application_receipt", "decision", "licence", "registration",
    "visit_minutes",
]  # fmt: skip


@pytest.mark.parametrize("template", RECOGNITION)
def test_a_blank_form_can_be_printed(template):
    assert template in TEMPLATES
    assert "None" not in text_of(render(template, {}))


@pytest.mark.parametrize("template", ["licence", "decision"])
def test_what_was_typed_is_never_read_as_markup(template, desk):
    hostile = "#panic[x] $a$ *b* `c` <d> \\ " + "W" * 300
    data = {"facility": hostile} if template == "licence" else {"articles": [hostile]}
    assert "#panic[x]" in text_of(render(template, data))


def test_the_groups_are_named_as_the_law_names_them(desk):
    row = desk.granted(groups=[GROUP])
    made = licences.licence_paper(row, BASE)
    assert made.groups
    assert GROUP not in made.groups
