"""What stands on the printed sheets."""

import re
from dataclasses import fields, is_dataclass, replace
from datetime import date

import pytest

from core.documents.printing import TEMPLATES, render
from core.documents.printing.contracts import (
    ClosureDecision,
    PlanAction,
    PlanDomain,
    PlanGoal,
    ServicePlan,
    Signature,
)

from .reading import font_names, pages, squeezed, words
from .samples import CLOSURE, FULL, INTAKE, PLAN

TITLES = {
    "intake_sheet": "PHIẾU TIẾP NHẬN",
    "service_plan": "KẾ HOẠCH TRỢ GIÚP",
    "closure_decision": "QUYẾT ĐỊNH",
    "inspection_minutes": "BIÊN BẢN",
    "visit_minutes": "BIÊN BẢN",
    "decision": "QUYẾT ĐỊNH",
    "licence": "GIẤY PHÉP HOẠT ĐỘNG",
    "registration": "GIẤY CHỨNG NHẬN ĐĂNG KÝ THÀNH LẬP",
    "application_receipt": "GIẤY TIẾP NHẬN HỒ SƠ",
    "application_defects": "PHIẾU YÊU CẦU BỔ SUNG",
    "apology_letter": "PHIẾU XIN LỖI",
}

RUNNING_TEXT = {"decision", "registration"}  # paragraphs that are given, not fields with labels


def _values(thing):
    """All text and days of a contract; text without its end mark, which the layout sets."""
    if is_dataclass(thing):
        for item in fields(thing):
            yield from _values(getattr(thing, item.name))
    elif isinstance(thing, tuple):
        for one in thing:
            yield from _values(one)
    elif isinstance(thing, date):
        yield thing
    elif isinstance(thing, str) and thing:
        yield thing.rstrip(".;")


@pytest.mark.parametrize("template", sorted(FULL))
def test_every_value_of_a_full_contract_is_printed(template):
    contract = FULL[template]
    text = squeezed(words(render(template, contract)))
    issued = contract.letterhead.issued_on
    for value in _values(contract):
        if value is issued:
            continue
        wanted = f"{value:%d/%m/%Y}" if isinstance(value, date) else value
        assert squeezed(wanted) in text, wanted
    assert squeezed(TITLES[template]) in text


def test_the_full_samples_leave_no_field_out():
    # Else the test above would not notice a template that forgets one.
    may_be_empty = {"number", "symbol", "note", "ends", "funding", "prefix", "represented"}

    def holes(thing):
        for item in fields(thing):
            value = getattr(thing, item.name)
            for one in value if isinstance(value, tuple) else (value,):
                if is_dataclass(one):
                    yield from holes(one)
                elif one in ("", None):
                    yield item.name

    for contract in FULL.values():
        assert set(holes(contract)) <= may_be_empty


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_an_empty_contract_prints_a_form_to_fill_in(template):
    text = words(render(template, {}))
    assert TITLES[template] in text
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "ngày …… tháng …… năm" in text
    assert len(re.findall(r"(?:\. ?){12,}", text)) >= (5 if template in RUNNING_TEXT else 8)
    for leak in ("None", "none", "null", "False", "True", "()"):
        assert leak not in text


def test_almost_empty_contracts_print_what_they_have():
    plan = ServicePlan(domains=(PlanDomain("Nhà ở", (PlanGoal("", "", (PlanAction(what="Sửa mái"),)),)),))
    assert "1. Lĩnh vực: Nhà ở" in words(render("service_plan", plan))
    assert "Sửa mái" in words(render("service_plan", plan))
    sheet = render("intake_sheet", {"person": {"name": "Chưa rõ tên"}})
    assert "Họ và tên: Chưa rõ tên" in words(sheet)


def test_the_letters_that_fonts_get_wrong_come_out_in_every_style():
    hard = "Ẳ Ẵ Ặ Ỗ Ộ Ữ ữ Ự ự Ở ở Ệ ệ Ỵ ỹ Đ đ"
    plan = replace(
        PLAN,
        client_view=hard,
        total_in_words=hard,
        domains=(PlanDomain(hard, (PlanGoal(hard, hard, (PlanAction(hard),)),)),),
    )
    pdf = render("service_plan", plan)
    assert squeezed("".join(pages(pdf))).count(squeezed(hard)) == 6
    # The bold and bold italic cuts of the embedded family lack Vietnamese letters.
    for template, contract in FULL.items():
        names = font_names(render(template, contract))
        assert any("Semibold" in name for name in names)
        assert not any(re.search(r"Serif-Bold", name) for name in names), names


@pytest.mark.parametrize(
    ("day", "printed"),
    [
        (date(2026, 11, 5), "ngày 05 tháng 11 năm 2026"),
        (date(2026, 1, 9), "ngày 09 tháng 01 năm 2026"),
        (date(2027, 2, 28), "ngày 28 tháng 02 năm 2027"),
        (date(2027, 3, 10), "ngày 10 tháng 3 năm 2027"),
    ],
)
def test_the_date_line_takes_zeros_as_the_decree_says(day, printed):
    pdf = render("closure_decision", {"letterhead": {"place": "Đồng Nai", "issued_on": day}})
    assert f"Đồng Nai, {printed}" in words(pdf)


@pytest.mark.parametrize(
    ("number", "symbol", "printed"),
    [
        ("12", "QĐ-TTCTXH", r"Số: 12/QĐ-TTCTXH"),
        ("", "QĐ-TTCTXH", r"Số: +/QĐ-TTCTXH"),
        ("TN-7", "", r"Số: TN-7 "),
        ("", "", r"Số: \.(?: ?\.){5,}"),
    ],
)
def test_the_number_line(number, symbol, printed):
    text = words(render("closure_decision", {"letterhead": {"number": number, "symbol": symbol, "place": "Đồng Nai"}}))
    assert re.search(printed, text)


def test_letterhead_bodies_are_in_capitals_and_the_one_above_may_be_missing():
    text = words(render("closure_decision", {"letterhead": {"issuing_body": "Nhà tình thương Hoa Sữa"}}))
    assert text.startswith("NHÀ TÌNH THƯƠNG HOA SỮA")
    text = words(render("closure_decision", {"letterhead": {"issuing_body": "Trung tâm", "parent_body": "Sở Y tế"}}))
    assert text.startswith("SỞ Y TẾ TRUNG TÂM")


@pytest.mark.parametrize(
    ("signature", "printed"),
    [
        (Signature("Giám đốc", "Đỗ An"), "GIÁM ĐỐC Đỗ An"),
        (Signature("Giám đốc", "Đỗ An", "Q."), "Q. GIÁM ĐỐC Đỗ An"),
        (Signature("Chủ tịch", "Đỗ An", "TM.", "Ủy ban nhân dân"), "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH Đỗ An"),
        (Signature("Phó Giám đốc", "Đỗ An", "KT.", "Giám đốc"), "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC Đỗ An"),
        (Signature("Trưởng phòng", "Đỗ An", "TL.", "Giám đốc"), "TL. GIÁM ĐỐC TRƯỞNG PHÒNG Đỗ An"),
        (Signature("Chánh Văn phòng", "Đỗ An", "TUQ.", "Giám đốc"), "TUQ. GIÁM ĐỐC CHÁNH VĂN PHÒNG Đỗ An"),
    ],
)
def test_who_signs_and_in_whose_stead(signature, printed):
    assert printed in words(render("closure_decision", ClosureDecision(signature=signature)))


def test_the_decision_has_its_articles_marks_and_recipients():
    text = words(render("closure_decision", CLOSURE))
    assert "của Chính phủ;" in text
    assert "ngày 30 tháng 10 năm 2026;" in text
    assert "Quản lý trường hợp. QUYẾT ĐỊNH: Điều 1. Dừng trợ giúp xã hội đối với bà: Nguyễn Thị Ẳng Ỗi; sinh" in text
    assert "(mã g, theo điểm g khoản 1 Điều 26 Nghị định số 335/2026/NĐ-CP)." in text
    assert "kể từ ngày 10/11/2026" in text
    assert "thi hành Quyết định này./. Nơi nhận: - Như Điều 3;" in text
    assert "- Sở Y tế (để báo cáo); - Lưu: VT, QLTH." in text
    one = words(render("closure_decision", ClosureDecision(settlement=("Bàn giao cho gia đình.",))))
    assert "Điều 2. Bàn giao cho gia đình. Điều 3." in one


def test_boxes_show_yes_no_and_not_asked():
    def danger(value):
        text = words(render("intake_sheet", {"danger": {"immediate": value}}))
        return re.search(r"trước mắt: (\S) Có (\S) Không", text).groups()

    assert danger(True) == ("☒", "☐")
    assert danger(False) == ("☐", "☒")
    assert danger(None) == ("☐", "☐")


def test_needs_keep_their_order_and_goals_their_domain():
    text = words(render("intake_sheet", INTAKE))
    at = [text.index(need.need) for need in INTAKE.needs]
    assert at == sorted(at)
    text = words(render("service_plan", PLAN))
    marks = ["1. Lĩnh vực: Sức khỏe", "Mục tiêu 1.1:", "2. Lĩnh vực: Nhà ở", "Mục tiêu 2.1:", "Mục tiêu 2.2:"]
    at = [text.index(mark) for mark in marks]
    assert at == sorted(at)


def test_a_guardian_signs_for_the_client():
    assert "NGƯỜI GIÁM HỘ" in words(render("service_plan", replace(PLAN, client_is_guardian=True)))
    assert "NGƯỜI GIÁM HỘ" not in words(render("service_plan", PLAN))


def test_pages_are_numbered_at_the_top_but_not_the_first():
    goals = tuple(
        PlanGoal(f"Mục tiêu thứ {at}", "cao", tuple(PlanAction(f"Việc {at}.{nth}", "Cán bộ") for nth in range(6)))
        for at in range(20)
    )
    printed = pages(render("service_plan", replace(PLAN, domains=(PlanDomain("Sức khỏe", goals),))))
    assert len(printed) >= 4
    assert [page.split("\n", 1)[0].strip() for page in printed[1:]] == [str(at) for at in range(2, len(printed) + 1)]
    assert not re.match(r"\s*1\s", printed[0])
    for at in range(20):
        for nth in range(6):
            assert sum(page.count(f"Việc {at}.{nth}\n") + page.count(f"Việc {at}.{nth} ") for page in printed) == 1
    # A table that runs on repeats its head.
    assert sum(page.count("Thước đo") for page in printed) >= 20


def test_a_signature_never_stands_alone_on_a_page():
    for lines in range(0, 30):
        decision = replace(CLOSURE, settlement=tuple(f"Việc thứ {at}." for at in range(lines)))
        last = pages(render("closure_decision", decision))[-1]
        assert "Điều 3." in last
        assert "Đỗ Hữu Nghĩa" in last


@pytest.mark.parametrize(
    ("groups", "printed"),
    [
        (["Người cao tuổi"], "Được nhận nhóm đối tượng: Người cao tuổi Quy mô"),
        (["Người cao tuổi", "Trẻ em"], "Được nhận các nhóm đối tượng: – Người cao tuổi – Trẻ em Quy mô"),
    ],
)
def test_one_group_of_a_licence_stands_in_the_line_several_are_a_list(groups, printed):
    assert printed in words(render("licence", {"groups": groups, "capacity": "20 người"}))


@pytest.mark.parametrize("host", ["tro-giup-xa-hoi-dong-nai.gov.vn", "tracuu.cong-tac-xa-hoi.dongnai.gov.vn"])
def test_the_address_of_the_check_page_breaks_only_after_a_slash(host):
    address = f"https://{host}/cong-khai/giay-phep/"
    text = "\n".join(pages(render("licence", {"code": "AB12", "check_address": address})))
    printed = text.split("Kiểm tra tại:")[1].split("Nơi nhận")[0].split()
    assert "".join(printed).startswith(address)
    assert all(address.startswith(line) or line.startswith(("cong-khai/", "giay-phep/")) for line in printed[:2])
    assert printed[0].endswith("/")
