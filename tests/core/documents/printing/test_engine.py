"""Text stays text, bytes stay the same, and what cannot be printed is refused without quoting it."""

import hashlib
import io
import re
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.utils.translation import gettext_lazy
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from core.documents.printing import PrintError, render
from core.documents.printing.encoding import _DRAWN, PLACEHOLDER, only_drawable, printable
from core.documents.printing.engine import MAX_BYTES

from .reading import metadata, pages, squeezed, words
from .samples import CLOSURE, FULL, INTAKE, PLAN

HOSTILE = [
    '#read("/etc/passwd")',
    '#import "nd30.typ": *',
    "#sys.inputs.data",
    "#panic()",
    "$x^2$ và $ sum $",
    "\\u{41} \\ \\\\ \\n \\#",
    '"dấu nháy" \'đơn\' `mã` ``` ``` {"khóa": null}',
    "= Tiêu đề *đậm* _nghiêng_ @nguồn <nhãn> // ghi chú /* */",
    "- mục; + mục; 1. mục ~ -- --- ... ]] [[ }} {{ )",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_markup_in_the_data_is_printed_as_it_is(hostile):
    wanted = squeezed(hostile)
    sheet = render("intake_sheet", {"person": {"name": hostile}, "needs": [{"need": hostile}]})
    assert squeezed(words(sheet)).count(wanted) == 2
    domain = {"domain": hostile, "goals": [{"goal": hostile, "actions": [{"what": hostile}]}]}
    plan = {"heading": hostile, "client_view": hostile, "domains": [domain]}
    assert squeezed(words(render("service_plan", plan))).count(wanted) == 5
    decision = {"subject": hostile, "letterhead": {"issuing_body": hostile}, "recipients": [hostile]}
    assert squeezed(words(render("closure_decision", decision))).count(wanted) == 3


def test_very_long_words_break_within_the_page():
    long = "w" * 400
    pdf = render("service_plan", {"domains": [{"goals": [{"goal": long, "actions": [{"what": long, "who": long}]}]}]})
    assert squeezed(words(pdf)).count("w") == 1200
    runs = [len(run) for run in re.findall("w+", "\n".join(pages(pdf)))]
    # 164 mm of text hold less than 55 of these letters, a cell of the table less than 15.
    assert max(runs) < 55
    assert sum(run < 15 for run in runs) > 50


def test_line_breaks_stay_and_control_characters_go():
    assert printable("a\r\nb\rc\td\x00\x07\u202e\u200be\u2028f") == "a\nb\nc de\nf"
    assert printable("Nguye\u0302\u0303n") == "Nguyễn"
    text = pages(render("service_plan", {"client_view": "Dòng một\nDòng hai\x00"}))[0]
    assert [line.strip() for line in text.split("\n") if "Dòng" in line] == ["Dòng một", "Dòng hai"]


def test_letters_without_a_glyph_become_boxes_and_the_rest_stays():
    pdf = render("closure_decision", replace(CLOSURE, subject="Về ông 李小龙 😀 Điểu K’Rế"))
    assert f"Về ông {PLACEHOLDER * 3} {PLACEHOLDER} Điểu K’Rế" in words(pdf)
    assert "pdfaid:conformance" in metadata(pdf)


def test_the_letters_called_drawable_are():
    text = " ".join(chr(code) for first, last in _DRAWN for code in range(ord(first), ord(last) + 1))
    text = printable(text)
    assert only_drawable(text) == text
    bold_too = {"client_view": text, "heading": text, "total_in_words": text, "domains": [{"domain": text}]}
    plain = words(render("service_plan", {**bold_too, "reviews": "😀"}))
    assert plain.count(PLACEHOLDER) == text.count(PLACEHOLDER) * 4 + 1


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=120))
def test_any_text_prints(text):
    assert render("closure_decision", {"subject": text, "grounds": [text], "implementers": text})[:5] == b"%PDF-"


@pytest.mark.parametrize("template", sorted(FULL))
def test_the_same_data_give_the_same_bytes(template):
    first = render(template, FULL[template])
    assert render(template, asdict(FULL[template])) == first
    assert render(template, {}) != first
    assert render(template, FULL[template]) == first


def test_another_process_gives_the_same_bytes():
    code = (
        "import hashlib\nfrom core.documents.printing import render\n"
        "from tests.core.documents.printing.samples import PLAN\n"
        "print(hashlib.sha256(render('service_plan', PLAN)).hexdigest())"
    )
    root = Path(__file__).resolve().parents[4]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == hashlib.sha256(render("service_plan", PLAN)).hexdigest()


@pytest.mark.parametrize("template", sorted(FULL))
def test_the_pdf_is_tagged_and_archival_once_dated(template):
    pdf = render(template, FULL[template])
    root = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].lower().startswith("vi")
    assert "<pdfuaid:part>1<" in metadata(pdf)
    assert "<pdfaid:part>2<" in metadata(pdf)
    assert "<pdfaid:conformance>A<" in metadata(pdf)
    draft = metadata(render(template, {}))
    assert "<pdfuaid:part>1<" in draft
    assert "pdfaid" not in draft


def test_the_data_about_the_file_name_nobody():
    for template, contract in FULL.items():
        assert "Nguyễn" not in metadata(render(template, contract))


def test_system_fonts_can_be_used():
    assert "Nguyễn Thị Ẳng Ỗi" in words(render("closure_decision", CLOSURE, system_fonts=True))


def test_lazy_sentences_and_iterables_are_taken():
    pdf = render("closure_decision", {"subject": gettext_lazy("Về việc bàn giao"), "grounds": iter(["Căn cứ một"])})
    assert "Về việc bàn giao" in words(pdf)
    assert "Căn cứ một;" in words(pdf)


@pytest.mark.parametrize(
    ("template", "data", "says"),
    [
        ("passport", {}, "Không có mẫu in “passport”"),
        ("../nd30", {}, "Không có mẫu in"),
        ("intake_sheet", {"persn": {}}, "“persn”"),
        ("intake_sheet", {"person": {"nmae": "A"}}, "“person.nmae”"),
        ("intake_sheet", {"person": {"name": 12}}, "“person.name”"),
        ("intake_sheet", {"person": "bí mật"}, "“person”"),
        ("intake_sheet", {"needs": "bí mật"}, "“needs”"),
        ("intake_sheet", {"needs": [{"need": ["bí mật"]}]}, "“needs[0].need”"),
        ("intake_sheet", {"danger": {"immediate": "có"}}, "“danger.immediate”"),
        ("intake_sheet", {"received_on": datetime(2026, 1, 1, tzinfo=UTC)}, "“received_on”"),
        ("closure_decision", {"letterhead": {"issued_on": "2026-01-01"}}, "“letterhead.issued_on”"),
        ("closure_decision", {"grounds": date(2026, 1, 1)}, "“grounds”"),
        ("closure_decision", {"signature": {"prefix": "PP."}}, "TM., KT., TL., TUQ., Q."),
        ("service_plan", INTAKE, "“data”"),
        ("service_plan", None, "“data”"),
        ("service_plan", {"client_view": "bí mật " * MAX_BYTES}, "quá dài"),
    ],
)
def test_what_does_not_fit_the_contract_is_refused(template, data, says):
    with pytest.raises(PrintError) as caught:
        render(template, data)
    assert says in str(caught.value)
    assert "bí mật" not in str(caught.value)
