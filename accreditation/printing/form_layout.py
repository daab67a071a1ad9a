"""A form's text as a Word file with places for its facts: the layout of NĐ 30/2020/NĐ-CP, phụ lục I, made of nothing
but the lines of its source. `docxtpl` fills the places in afterwards."""

import io
from functools import cache

from docx import Document
from docx.document import Document as Doc
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table as DocxTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from accreditation.printing.form_sources import Line, source, title
from accreditation.printing.form_tables import TABLES, Table

FONT = "Times New Roman"
BODY, SMALL = Pt(13), Pt(12)
STATE, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
# The rows of table "rooms" are the fact `table_rooms`.
PREFIX = "table_"
SIGN_HINT = "(Ký, ghi rõ họ tên; đóng dấu nếu có)"
# One line: a dot of three is as wide as the letters are high.
DOTTED = "…" * 34


@cache
def skeleton(template: str) -> bytes:
    """The form with `{{ fact }}` in its places. Raises UnknownForm."""
    document = Document()
    _page(document, title(template))
    _heading(document)
    for line in source(template):
        _DRAW[line.kind](document, line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Doc, name: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.different_first_page_header_footer = True
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, BODY
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for part in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(part), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    style.element.rPr.append(language)
    style.paragraph_format.space_after = Pt(6)
    style.paragraph_format.line_spacing = 1.15
    said = document.core_properties
    said.title, said.language, said.author, said.comments = name, "vi-VN", "", ""
    _page_number(section.header.paragraphs[0])


def _page_number(paragraph: Paragraph) -> None:
    """Centred at the top, from the second page on."""
    paragraph.alignment = ALIGN.CENTER
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _heading(document: Doc) -> None:
    """On the left who hands it in, on the right the name of the state and its motto."""
    table = document.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    left, right = table.rows[0].cells
    left.width, right.width = Mm(70), Mm(95)
    _say(left.paragraphs[0], "{{ name_capitals }}", bold=True, size=SMALL, align=ALIGN.CENTER)
    _say(right.paragraphs[0], STATE, bold=True, size=SMALL, align=ALIGN.CENTER, after=0)
    motto = right.add_paragraph()
    _say(motto, MOTTO, bold=True, size=BODY, align=ALIGN.CENTER)
    _rule_below(motto)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _rule_below(paragraph: Paragraph) -> None:
    borders = OxmlElement("w:pBdr")
    rule = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        rule.set(qn(f"w:{name}"), value)
    borders.append(rule)
    paragraph._p.get_or_add_pPr().append(borders)
    # As wide as the motto, not as the cell.
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(17)


def _say(
    paragraph: Paragraph, text: str, bold: bool = False, italic: bool = False, size: Pt = BODY,
    align: ALIGN | None = None, after: int | None = None,
) -> None:  # fmt: skip
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, size
    if align is not None:
        paragraph.alignment = align
    if after is not None:
        paragraph.paragraph_format.space_after = Pt(after)


def _title(document: Doc, line: Line) -> None:
    _say(document.add_paragraph(), line.text, bold=True, size=Pt(14), align=ALIGN.CENTER, after=0)


def _about(document: Doc, line: Line) -> None:
    _say(document.add_paragraph(), line.text, bold=True, align=ALIGN.CENTER, after=12)


def _to(document: Doc, line: Line) -> None:
    _say(document.add_paragraph(), f"Kính gửi: {line.text}", align=ALIGN.CENTER, after=12)


def _section(document: Doc, line: Line) -> None:
    paragraph = document.add_paragraph()
    _say(paragraph, line.text, bold=True)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_before = Pt(6)


def _item(document: Doc, line: Line) -> None:
    _text(document, Line("text", f"- {line.text}"))


def _hint(document: Doc, line: Line) -> None:
    _say(document.add_paragraph(), line.text, italic=True, size=SMALL)


def _text(document: Doc, line: Line) -> None:
    paragraph = document.add_paragraph()
    # Lines that end in a fact run ragged: justified, a long one would tear its words apart.
    _say(paragraph, line.text, align=ALIGN.LEFT if "{{" in line.text else ALIGN.JUSTIFY)
    paragraph.paragraph_format.first_line_indent = Mm(10)


def _dots(document: Doc, line: Line) -> None:
    for _count in range(int(line.text)):
        _say(document.add_paragraph(), DOTTED)


def _signature(document: Doc, line: Line) -> None:
    table = document.add_table(rows=1, cols=2)
    left, right = table.rows[0].cells
    left.width, right.width = Mm(70), Mm(95)
    _no_break(table)
    _say(right.paragraphs[0], "{{ place }}, ngày …… tháng …… năm ………", italic=True, align=ALIGN.CENTER, after=0)
    _say(right.add_paragraph(), line.text, bold=True, align=ALIGN.CENTER, after=0)
    _say(right.add_paragraph(), SIGN_HINT, italic=True, size=SMALL, align=ALIGN.CENTER, after=66)
    _say(right.add_paragraph(), "{{ signer }}", bold=True, align=ALIGN.CENTER)


def _no_break(table: DocxTable) -> None:
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _rows(document: Doc, line: Line) -> None:
    """A heading that comes again on every page, and one row that docxtpl repeats."""
    spec: Table = TABLES[line.text]
    table = document.add_table(rows=4, cols=len(spec.columns))
    table.style = "Table Grid"
    table.autofit = False
    head, begin, row, end = table.rows
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _no_break(table)
    begin.cells[0].text = f"{{%tr for row in {PREFIX}{line.text} %}}"
    end.cells[0].text = "{%tr endfor %}"
    for at, column in enumerate(spec.columns):
        _cell(head.cells[at], column.label, column.width, bold=True)
        _cell(row.cells[at], f"{{{{ row.{column.key} }}}}", column.width)
        begin.cells[at].width = end.cells[at].width = Mm(column.width)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _cell(cell: _Cell, text: str, width: int, bold: bool = False) -> None:
    cell.width = Mm(width)
    _say(cell.paragraphs[0], text, bold=bold, size=SMALL, align=ALIGN.CENTER if bold else ALIGN.LEFT, after=2)


_DRAW = {
    "title": _title, "about": _about, "to": _to, "heading": _section, "item": _item, "hint": _hint, "text": _text,
    "dots": _dots, "signature": _signature, "table": _rows,
}  # fmt: skip
