"""Reading a list row by row.

`inspect_sheet()` finds header and columns of one sheet; `read_rows()` yields an ImportRow for every line that may be a
person and keeps count of the lines it passed over in a ReadReport. One row is in memory at a time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.imports.cells import CellContext
from casework.imports.fields import FILLED_DOWN, IDENTITY, ORDINAL, field_of
from casework.imports.headings import (
    SEARCH_ROWS,
    Header,
    find_header,
    is_number_row,
    read_mapping,
    repeats_header,
)
from casework.imports.person import Assembly, ImportRow
from casework.imports.words import GroupWords, sex_word
from core.imports import layout
from core.imports.problems import Notice, WorkbookError
from core.imports.text import clean, column_letter, fold, legacy_letters
from core.imports.workbook import MergedRange, Sheet, Workbook

__all__ = ["ImportRow", "ReadReport", "SheetPlan", "as_json", "fingerprint", "inspect_sheet", "read_rows"]

_SAMPLE = 2_000
_MAX_SKIPPED = 1_000
_PAPER = re.compile(r"\d{9}|\d{11,12}")
_FULL_DATE = re.compile(r"\d{1,2}[/\-.]\d{1,2}[/\-.]\d{4}")


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """How a sheet will be read. `header` None: no list in it. `commune`: told by the title lines, for all rows."""

    sheet: str
    header: Header | None
    row_count: int
    commune: str = ""
    swapped: frozenset[int] = frozenset()
    notices: tuple[Notice, ...] = ()


@dataclass(slots=True)
class ReadReport:
    """Filled while reading. `skipped`: (sheet, row number, kind, text) of the lines that are no persons.

    Kinds: "total", "footer", "title", "section", "header", "text".
    """

    notices: list[Notice] = field(default_factory=list)
    skipped: list[tuple[str, int, str, str]] = field(default_factory=list)
    skipped_count: int = 0
    rows: int = 0

    def skip(self, sheet: str, number: int, kind: str, text: str) -> None:
        self.skipped_count += 1
        if len(self.skipped) < _MAX_SKIPPED:
            self.skipped.append((sheet, number, kind, text[:120]))


def inspect_sheet(workbook: Workbook, sheet: str, mapping: Mapping[str | int, str] | None = None) -> SheetPlan:
    """Find header, columns and what is remarkable about one visible sheet.

    `mapping`: a person's choices, {"C": "birth"}; "" leaves a column unread. WorkbookError when it names nonsense.
    """
    try:
        overrides = read_mapping(mapping)
    except ValueError as exc:
        text = _("Cách ghép cột không hợp lệ: “%(what)s”.") % {"what": exc}
        raise WorkbookError("bad_mapping", text) from exc
    source = workbook.sheet(sheet)
    top = list(source.rows(1, SEARCH_ROWS + 8))
    merged = source.merged
    header = find_header(top, [area for area in merged if area.top <= SEARCH_ROWS + 8], overrides)
    if header is None:
        return SheetPlan(sheet, None, source.row_count, notices=(_no_header(sheet, top),))
    commune = ""
    if not header.fields & {"commune"}:
        commune = layout.commune_of_titles([cells for number, cells in top if number < header.first_row])
    swapped = _swapped_columns(source, header)
    notices = _column_notices(sheet, header, commune, swapped)
    return SheetPlan(sheet, header, source.row_count, commune, swapped, tuple(notices))


def _no_header(sheet: str, top: Sequence[tuple[int, list[Any]]]) -> Notice:
    texts = [cell for _number, cells in top for cell in cells if isinstance(cell, str) and cell]
    if not texts and not any(cell != "" for _number, cells in top for cell in cells):
        return Notice("info", "empty_sheet", _("Trang tính “%(sheet)s” trống.") % {"sheet": sheet}, sheet)
    if sum(legacy_letters(text) for text in texts) >= 2:
        text = _("Trang tính “%(sheet)s” dùng bảng mã cũ (TCVN3). Hãy chuyển sang Unicode rồi nhập lại.")
        return Notice("error", "legacy_font", text % {"sheet": sheet}, sheet)
    text = _("Không tìm thấy dòng tiêu đề có cột “Họ và tên” trong trang tính “%(sheet)s”.")
    return Notice("error", "no_header", text % {"sheet": sheet}, sheet)


def _column_notices(sheet: str, header: Header, commune: str, swapped: frozenset[int]) -> Iterator[Notice]:
    for column in header.unknown:
        text = _("Cột %(letter)s “%(heading)s” không nhận ra nên không được đọc.")
        text %= {"letter": column.letter, "heading": column.heading}
        yield Notice("info", "unknown_column", text, sheet, header.last_row)
    for column in header.ambiguous:
        text = _("Cột %(letter)s “%(heading)s” có thể hiểu nhiều cách hoặc trùng cột khác; hãy chọn.")
        text %= {"letter": column.letter, "heading": column.heading}
        yield Notice("warning", "ambiguous_column", text, sheet, header.last_row)
    for index in sorted(swapped):
        text = _("Cột %(letter)s: có dấu hiệu Excel đã đảo ngày và tháng (ngày trên 12 vẫn là chữ). Hãy kiểm tra.")
        yield Notice("warning", "swapped_dates", text % {"letter": column_letter(index)}, sheet)
    if commune:
        text = _("Xã, phường của mọi dòng lấy từ tiêu đề: %(commune)s.") % {"commune": commune}
        yield Notice("info", "commune_from_title", text, sheet)


def _swapped_columns(source: Sheet, header: Header) -> frozenset[int]:
    """Columns where an Excel with American settings turned 05/09 into 9 May and left 25/09 as text."""
    columns = [c.index for c in header.with_target("birth", "birth_male", "birth_female", "id_date", "case_opened")]
    dates: dict[int, list[int]] = {index: [0, 0, 0] for index in columns}  # day <= 12, day > 12, text with day > 12
    for _number, cells in source.rows(header.last_row + 1, header.last_row + _SAMPLE):
        for index in columns:
            cell = cells[index] if index < len(cells) else ""
            if isinstance(cell, dt.date):
                dates[index][cell.day > 12] += 1
            elif isinstance(cell, str) and (found := re.match(r"\s*(\d{1,2})[/\-.]\d{1,2}[/\-.]\d{4}", cell)):
                dates[index][2] += int(found[1]) > 12
    return frozenset(index for index, (low, high, text) in dates.items() if low >= 3 and not high and text >= 3)


def read_rows(
    workbook: Workbook,
    sheet: str | None = None,
    mapping: Mapping[str | int, str] | None = None,
    *,
    groups: Mapping[str, str] | None = None,
    today: dt.date | None = None,
    report: ReadReport | None = None,
) -> Iterator[ImportRow]:
    """Rows of one sheet, or of every visible sheet that holds a list.

    `groups` maps wordings of client groups to catalogue codes. `mapping` is as in inspect_sheet. A sheet without a
    header gives no rows and a notice in `report`. Raises WorkbookError.
    """
    report = report if report is not None else ReadReport()
    words = GroupWords(groups)
    day = today or timezone.localdate()
    for name in [sheet] if sheet is not None else workbook.readable_sheets:
        plan = inspect_sheet(workbook, name, mapping)
        report.notices.extend(plan.notices)
        if plan.header is not None:
            source = workbook.sheet(name)
            context = CellContext(day, source.date_1904, words)
            yield from _SheetReader(source, plan, plan.header, context, report).rows()


class _SheetReader:
    """Walks the lines below a header: passes over what is no person, remembers sections and merged cells."""

    def __init__(
        self, source: Sheet, plan: SheetPlan, header: Header, context: CellContext, report: ReadReport
    ) -> None:
        self.source, self.plan, self.header, self.context, self.report = source, plan, header, context, report
        self.assembly = Assembly(plan.sheet, header, context, source.broken, plan.swapped)
        self.identity = [c.index for c in header.columns if c.target and field_of(c.target) in IDENTITY]
        self.papers = [c.index for c in header.with_target("id_number", "id_old")]
        self.names = [c.index for c in header.with_target("name", "name_family", "name_given")]
        self.ordinals = {c.index for c in header.columns if c.target == ORDINAL}
        self.section = layout.Section("", commune=plan.commune)
        self.in_footer = False
        self.tops = self._vertical_merges()
        self.carried: dict[int, tuple[int, Any]] = {}

    def _vertical_merges(self) -> dict[int, list[MergedRange]]:
        """Merged cells that give their value to the rows below, by their first row."""
        filled = {c.index for c in self.header.columns if c.target and c.target in FILLED_DOWN}
        tops: dict[int, list[MergedRange]] = {}
        for area in self.source.merged:
            if area.bottom > area.top > self.header.last_row and area.left in filled:
                tops.setdefault(area.top, []).append(area)
        return tops

    def rows(self) -> Iterator[ImportRow]:
        for number, cells in self.source.rows(self.header.last_row + 1):
            texts = [clean(cell) for cell in cells]
            if not any(texts) or self._other_line(number, texts):
                continue
            if not any(text for index, text in enumerate(texts) if index not in self.ordinals):
                if not any(text.isdigit() for text in texts):  # rows numbered in advance are simply empty
                    self.report.skip(self.plan.sheet, number, "text", " ".join(texts).strip())
                continue
            if self._other_table(number, texts):
                return
            self.in_footer = False
            self.report.rows += 1
            yield self._person(number, cells, texts)

    def _person(self, number: int, cells: list[Any], texts: list[str]) -> ImportRow:
        cells = self._filled_down(number, cells)
        texts = [text or clean(cell) for text, cell in zip(texts, cells, strict=True)] if self.carried else texts
        return self.assembly.build(number, cells, texts, self.section)

    def _other_line(self, number: int, texts: list[str]) -> bool:
        kind = self._kind(texts)
        if kind:
            self.report.skip(self.plan.sheet, number, kind, " ".join(dict.fromkeys(text for text in texts if text)))
        return bool(kind)

    def _kind(self, texts: list[str]) -> str:
        """What kind of line this is; "" for a person."""
        has_paper = any(self._holds(texts, index, _PAPER) for index in self.papers)
        if repeats_header(self.header, texts) or (is_number_row(texts) and not has_paper):
            self.in_footer = False
            return "header"
        personal = has_paper or any(sex_word(text) or _FULL_DATE.fullmatch(text) for text in texts)
        if not personal and layout.is_total(texts):
            return layout.TOTAL
        names = [texts[index] for index in self.names if index < len(texts) and texts[index]]
        identity = [texts[index] for index in self.identity if index < len(texts) and texts[index]]
        if names and identity and not (self.in_footer or layout.is_footer(names)):
            return ""
        return self._without_identity(texts, bool(names), identity, personal)

    def _without_identity(self, texts: list[str], named: bool, identity: list[str], personal: bool) -> str:
        """Signatures, titles, sections; else a person of whom the name or the papers are missing."""
        if not personal and layout.is_footer(texts):
            self.in_footer = True
        elif named and (personal or any(re.search(r"\d", text) for text in identity)):
            self.in_footer = False
        if self.in_footer:
            return layout.FOOTER
        return "" if identity else self._unidentified(texts)

    def _unidentified(self, texts: list[str]) -> str:
        """A line without birth, sex, papers and telephone: title, section, or a person of whom little is known."""
        return layout.TITLE if layout.is_title(texts) else self._section(texts)

    @staticmethod
    def _holds(texts: list[str], index: int, pattern: re.Pattern[str]) -> bool:
        return index < len(texts) and bool(pattern.search(re.sub(r"[\s.'\-]", "", texts[index])))

    def _section(self, texts: list[str]) -> str:
        found = layout.read_section(texts, self.context.groups)
        if found is None or self._numbered_person(texts, found):
            return ""
        if found.commune:
            self.section = layout.Section(found.text, commune=found.commune, group=self.section.group)
        elif found.hamlet:
            self.section = layout.Section(found.text, self.section.commune, found.hamlet, self.section.group)
        else:
            self.section = layout.Section(found.text, self.section.commune, self.section.hamlet, found.group)
        return layout.SECTION

    def _numbered_person(self, texts: list[str], found: layout.Section) -> bool:
        """A plain ordinal before a text that names no place: a person of whom only the name is known."""
        numbered = any(index < len(texts) and texts[index].isdigit() for index in self.ordinals)
        return numbered and not (found.commune or found.hamlet)

    def _other_table(self, number: int, texts: list[str]) -> bool:
        """A second table with other columns below: reading on would put values into wrong fields."""
        name_lines = {line[index] for line in self.header.lines for index in self.names if index < len(line)} - {""}
        hit = any(texts[index].lower() in name_lines for index in self.names if index < len(texts) and texts[index])
        others = [text for index, text in enumerate(texts) if text and index not in self.names]
        if not hit or not others or any(re.search(r"\d", text) for text in others):
            return False
        text = _(
            "Từ dòng %(row)d có bảng khác với các cột khác. Phần này chưa được đọc; hãy tách sang trang tính riêng."
        )
        notice = Notice("error", "second_table", text % {"row": number}, self.plan.sheet, number)
        self.report.notices.append(notice)
        return True

    def _filled_down(self, number: int, cells: list[Any]) -> list[Any]:
        if not self.tops:
            return cells
        for area in self.tops.get(number, ()):
            self.carried[area.left] = (area.bottom, cells[area.left] if area.left < len(cells) else "")
        for index, (bottom, value) in list(self.carried.items()):
            if number > bottom:
                del self.carried[index]
            elif index < len(cells) and cells[index] == "":
                cells = [*cells[:index], value, *cells[index + 1 :]]
        return cells


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of an ImportRow as JSON types: dates as ISO text, tuples as lists."""
    return {
        key: list(value) if isinstance(value, tuple) else value if isinstance(value, bool | str) else str(value)
        for key, value in values.items()
    }


def fingerprint(values: Mapping[str, Any], *, key: bytes = b"") -> str:
    """Who the row is about, as 64 hex digits: the same person in a later list gives the same.

    The personal id alone when there is one, else the CMND or other paper, else folded name, birth, sex, commune and
    hamlet; an unidentified person by everything that is written. Works on `values` and on `as_json(values)`. Give the
    secret `key` (up to 64 bytes) whenever the result is stored: ids are few enough to be guessed from a bare hash.
    """
    digest = hashlib.blake2b("\x1f".join(_identity(values)).encode(), key=key, digest_size=32)
    return digest.hexdigest()


def _identity(values: Mapping[str, Any]) -> list[str]:
    for paper in ("id_number", "id_old", "id_other"):
        if values.get(paper):
            return [paper, str(values[paper])]
    if values.get("name"):
        place = [re.sub(r"^(xa|phuong|thi tran|dac khu) ", "", fold(str(values.get("commune") or "")))]
        hamlet = re.sub(r"^(ap|khu pho|kp|thon|to|to dan pho) ", "", fold(str(values.get("hamlet") or "")))
        known = [fold(values["name"]), str(values.get("birth") or ""), str(values.get("sex") or "")]
        return ["name", *known, *place, hamlet]
    written = as_json(values)
    return ["unnamed", *(f"{field_name}={written[field_name]}" for field_name in sorted(written))]
