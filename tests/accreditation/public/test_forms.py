"""The Word forms of the dossiers: each that the data name is there, opens, and takes whatever people typed as text."""

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document
from lxml import etree

import accreditation
from accreditation.models import ProcedureComponent
from accreditation.printing import forms
from core.documents.office import check
from core.documents.sniffing import DOCX

COMPONENTS = Path(accreditation.__file__).parent / "data" / "components.csv"
with COMPONENTS.open(encoding="utf-8") as handle:
    TEMPLATES = sorted({row["template"] for row in csv.DictReader(handle) if row["template"]})
# Templates of docxtpl and Word's own markup among them.
HOSTILE = [
    "{{ licence_number }}", "{% for a in b %}", "{_{ x }_}", "<w:p><w:r><w:t>Xấu</w:t></w:r></w:p>",
    "</w:t></w:r></w:p>", "&lt;script&gt; & \"nháy\" 'đơn'", "Dòng một\nDòng hai\r\nDòng ba",
    "Có\x00rác\x07\x0c\x1b", "{{r name}}", "{%tr x %}",
    "Ướt mưa ở Xóm Đáy – “Y Moan Ênuôl”", "=1+1", "\ud800", "]]>", "<!ENTITY x SYSTEM 'file:///etc/passwd'>",
]  # fmt: skip
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def words(content: bytes) -> str:
    """All text of the file, a line for each paragraph and line break."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
    for br in body.iter(f"{W}br"):
        br.tail = "\n" + (br.tail or "")
    return "\n".join("".join(part.itertext()) for part in body.iter(f"{W}p"))


def test_every_form_of_the_data_has_a_source_and_every_source_a_use():
    assert forms.names() == TEMPLATES
    assert len(TEMPLATES) == 13


@pytest.mark.parametrize("template", TEMPLATES)
def test_blank_forms_open_and_name_nobody(template):
    content = forms.form(template)
    Document(io.BytesIO(content))
    assert check(content) == DOCX == forms.DOCX
    said = words(content)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in said
    assert "Độc lập - Tự do - Hạnh phúc" in said
    assert "………" in said
    assert not re.search(r"[{}]|None|Undefined", said)
    assert forms.title(template)[0].isupper()
    assert "{" not in forms.title(template)


@pytest.mark.parametrize("template", TEMPLATES)
def test_filled_forms_say_what_is_known(template, home, licensed, applied):
    licence = licensed(home)
    application = applied(home, "adjust", licence=licence, asked={"changes": ["head"], "head_name": "Lê Văn Mới"})
    said = words(forms.form(template, application))
    assert "MÁI ẤM HOA MAI" in said
    assert "Lê Văn Mới" in said  # signs
    assert "0901234567" not in said
    assert "{" not in said
    if "licence_number" in "".join(line.text for line in forms.source(template)):
        assert licence.number in said
        assert "02/03/2026" in said


def test_the_licence_form_holds_the_whole_of_the_premises_and_staff(home, applied):
    application = applied(home, asked={"groups": ["k1"], "capacity": 15})
    content = forms.form("to-khai-cap-giay-phep", application)
    said = words(content)
    assert "Kính gửi: Sở Y tế" in said
    assert "12 Nguyễn Ái Quốc, " in said
    assert "2. Quy mô tiếp nhận: 15 người" in said
    assert "Diện tích đất: 600 m², ở khu vực Nông thôn; bình quân 30 m²/người" in said
    assert "Phòng ở: 1 phòng, 24 m²; 4 giường; bình quân 6 m²/giường" in said
    tables = [[cell.text for row in table.rows for cell in row.cells] for table in Document(io.BytesIO(content)).tables]
    staff = next(cells for cells in tables if "Họ và tên" in cells)
    assert "Nguyễn Thị Người Chăm Sóc" in staff
    assert "Người chăm sóc trực tiếp" in staff


def test_a_change_stands_beside_what_holds_now(home, applied):
    asked = {"changes": ["head", "capacity"], "head_name": "Lê Văn Mới", "capacity": 25, "reason": "Mở rộng"}
    content = forms.form("don-de-nghi-dieu-chinh", applied(home, "adjust", asked=asked))
    rows = [[cell.text for cell in row.cells] for table in Document(io.BytesIO(content)).tables for row in table.rows]
    assert ["1", "Người đứng đầu", "Trần Thị Đứng Đầu", "Lê Văn Mới"] in rows
    assert ["2", "Quy mô tiếp nhận", "20", "25"] in rows
    assert "7. Lý do: Mở rộng" in words(content)


def _shown(typed: str) -> list[str]:
    """The lines of it, without what no XML file may hold."""
    return [re.sub("[\x00-\x1f\ud800]", "", part) for part in re.split(r"\r?\n", typed)]


def _holds(content: bytes, typed: str) -> bool:
    Document(io.BytesIO(content))
    assert check(content) == DOCX
    said = words(content).replace("{_{", "{{").replace("}_}", "}}")
    return all(part.replace("{_{", "{{").replace("}_}", "}}") in said for part in _shown(typed))


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_people_type_stays_text(typed, home, applied):
    application = applied(home, "adjust")
    # Not stored: the database itself refuses some of it.
    application.asked = {"reason": typed, "changes": ["name", "address", typed], "name": typed, "address": typed}
    application.facility.unit.name = home.head_name = typed
    assert _holds(forms.form("don-de-nghi-dieu-chinh", application), typed)


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_form_lets_it_through(template, home, applied):
    typed = "\n".join(HOSTILE)
    application = applied(home)
    application.asked = dict.fromkeys(("reason", "name", "head_name", "address"), typed) | {"groups": [typed]}
    home.opening_hours = home.amenities = home.accessibility = home.phone = typed
    assert _holds(forms.form(template, application), typed)


def test_a_very_long_text_is_cut_and_still_opens(home, applied):
    content = forms.form("don-de-nghi-cap-lai", applied(home, "reissue", asked={"reason": "Ướ" * 100_000}))
    Document(io.BytesIO(content))
    assert len(words(content)) < 10_000


def test_a_hidden_address_is_never_printed(home, applied):
    home.address, home.hidden_address, home.safe_address = "", True, "7 ngõ Canary"
    home.lat = home.lon = None
    home.save()
    application = applied(home, asked={"address": "8 ngõ Canary"})
    for template in TEMPLATES:
        said = words(forms.form(template, application))
        assert "Canary" not in said
        assert home.commune.name not in said


def test_pages_are_a4_in_times_new_roman(db):
    document = Document(io.BytesIO(forms.form("danh-sach-nhan-su")))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert [round(side.mm) for side in (section.left_margin, section.right_margin, section.top_margin)] == [30, 15, 20]
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert document.core_properties.author == ""


@pytest.mark.parametrize("name", ["", "khong-co", "../components", "README", "to-khai-cap-giay-phep.txt", "."])
def test_unknown_forms_are_refused(name):
    with pytest.raises(forms.UnknownForm):
        forms.form(name)


def test_a_form_is_offered_while_a_dossier_names_it(db):
    assert all(forms.offered(template) for template in TEMPLATES)
    ProcedureComponent.objects.filter(template="danh-sach-nhan-su").update(template="")
    assert not forms.offered("danh-sach-nhan-su")
    assert not forms.offered("../components")
