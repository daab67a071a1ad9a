"""Reading a register of facilities row by row.

`inspect_sheet()` finds header and columns of one sheet; `read_rows()` yields a FacilityRow for every line that is a
facility and keeps count of the lines it passed over. One row is in memory at a time.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accreditation.imports.cells import (
    CellContext,
    is_shelter,
    issuer_of_number,
    kind_word,
    ownership_word,
    read_cell,
)  # fmt: skip
from accreditation.imports.headings import FIELDS, FILLED_DOWN, VOCABULARY
from casework.imports.cells import CellContext as PlaceContext
from casework.imports.cells import read_cell as read_place
from casework.imports.words import is_mark, is_unmarked
from core.imports import layout
from core.imports.headings import SEARCH_ROWS, Column, Header, find_header, is_number_row, read_mapping, repeats_header
from core.imports.problems import CellProblem, Note, Notice, WorkbookError
from core.imports.targets import ORDINAL, field_of, mark_of
from core.imports.text import cell_name, clean, fold, legacy_letters
from core.imports.workbook import MergedRange, Sheet, Workbook

_WORDS = Path(__file__).resolve().parents[1] / "data" / "group_words.csv"
_NUMERAL = re.compile(r"[IVXLC]{1,6}[.)]?")
_SECTION_NUMBER = re.compile(r"^\s*(?:[IVXLC]{1,6}|[A-HĐ]|\d{1,3})\s*[.)/:\-]\s*")
_MAX_SKIPPED = 200


@dataclass(frozen=True, slots=True)
class FacilityRow:
    sheet: str
    row_number: int
    values: dict[str, Any]
    errors: list[CellProblem]
    warnings: list[CellProblem]


@dataclass(frozen=True, slots=True)
class SheetPlan:
    sheet: str
    header: Header | None
    row_count: int
    notices: tuple[Notice, ...] = ()


@dataclass(slots=True)
class ReadReport:
    """`skipped`: (sheet, row number, kind, text) of the lines that are no facilities."""

    notices: list[Notice] = field(default_factory=list)
    skipped: list[tuple[str, int, str, str]] = field(default_factory=list)


@cache
def group_words() -> dict[str, tuple[str, ...]]:
    """Wordings of registers, folded → codes of client groups."""
    with _WORDS.open(encoding="utf-8", newline="") as file:
        return {row["words"]: tuple(row["codes"].split()) for row in csv.DictReader(file)}


def inspect_sheet(workbook: Workbook, sheet: str, mapping: Mapping[str | int, str] | None = None) -> SheetPlan:
    """Header and columns of one visible sheet; `mapping` {"C": "founding_date"} are a person's choices. WorkbookError
    when it names nonsense."""
    try:
        overrides = read_mapping(VOCABULARY, mapping)
    except ValueError as error:
        text = _("Cách ghép cột không hợp lệ: “%(what)s”.") % {"what": error}
        raise WorkbookError("bad_mapping", text) from error
    source = workbook.sheet(sheet)
    top = list(source.rows(1, SEARCH_ROWS + 8))
    header = find_header(VOCABULARY, top, [area for area in source.merged if area.top <= SEARCH_ROWS + 8], overrides)
    if header is None:
        return SheetPlan(sheet, None, source.row_count, (_no_header(sheet, top),))
    return SheetPlan(sheet, header, source.row_count, tuple(_column_notices(sheet, header)))


def _no_header(sheet: str, top: list[tuple[int, list[Any]]]) -> Notice:
    texts = [cell for _number, cells in top for cell in cells if isinstance(cell, str) and cell]
    if not texts:
        return Notice("info", "empty_sheet", _("Trang tính “%(sheet)s” trống.") % {"sheet": sheet}, sheet)
    if sum(legacy_letters(text) for text in texts) >= 2:
        text = _("Trang tính “%(sheet)s” dùng bảng mã cũ (TCVN3). Hãy chuyển sang Unicode rồi nhập lại.")
        return Notice("error", "legacy_font", text % {"sheet": sheet}, sheet)
    text = _("Không tìm thấy dòng tiêu đề có cột “Tên cơ sở” trong trang tính “%(sheet)s”.")
    return Notice("error", "no_header", text % {"sheet": sheet}, sheet)


def _column_notices(sheet: str, header: Header) -> Iterator[Notice]:
    for column in header.unknown:
        words = {"letter": column.letter, "heading": column.heading}
        text = _("Cột %(letter)s “%(heading)s” không nhận ra nên không được đọc.") % words
        yield Notice("info", "unknown_column", text, sheet, header.last_row)
    for column in header.ambiguous:
        words = {"letter": column.letter, "heading": column.heading}
        text = _("Cột %(letter)s “%(heading)s” có thể hiểu nhiều cách hoặc trùng cột khác; hãy chọn.") % words
        yield Notice("warning", "ambiguous_column", text, sheet, header.last_row)


def read_rows(
    workbook: Workbook,
    mapping: Mapping[str | int, str] | None = None,
    *,
    today: dt.date | None = None,
    report: ReadReport | None = None,
) -> Iterator[FacilityRow]:
    """Rows of every visible sheet that holds a register. Raises WorkbookError."""
    report = report if report is not None else ReadReport()
    for name in workbook.readable_sheets:
        plan = inspect_sheet(workbook, name, mapping)
        report.notices.extend(plan.notices)
        if plan.header is not None:
            source = workbook.sheet(name)
            context = CellContext(today or timezone.localdate(), source.date_1904, group_words())
            yield from _SheetReader(source, plan.header, context, report).rows()


class _SheetReader:
    """Walks the lines below a header: passes over what is no facility, remembers sections and merged cells."""

    def __init__(self, source: Sheet, header: Header, context: CellContext, report: ReadReport) -> None:
        self.source, self.header, self.context, self.report = source, header, context, report
        self.names = [c.index for c in header.with_target("name")]
        self.ordinals = {c.index for c in header.columns if c.target == ORDINAL}
        self.told = {c.index for c in header.columns if c.target and c.target != ORDINAL} - set(self.names)
        self.section: dict[str, str] = {}
        self.tops = self._vertical_merges()
        self.carried: dict[int, tuple[int, Any]] = {}

    def _vertical_merges(self) -> dict[int, list[MergedRange]]:
        filled = {c.index for c in self.header.columns if c.target and field_of(c.target) in FILLED_DOWN}
        tops: dict[int, list[MergedRange]] = {}
        for area in self.source.merged:
            if area.bottom > area.top > self.header.last_row and area.left in filled:
                tops.setdefault(area.top, []).append(area)
        return tops

    def rows(self) -> Iterator[FacilityRow]:
        for number, cells in self.source.rows(self.header.last_row + 1):
            texts = [clean(cell) for cell in cells]
            kind = self._other_line(texts)
            if kind is None:
                yield self._facility(number, self._filled_down(number, cells))
            elif kind and len(self.report.skipped) < _MAX_SKIPPED:
                shown = " ".join(dict.fromkeys(text for text in texts if text))[:120]
                self.report.skipped.append((self.source.name, number, kind, shown))

    def _other_line(self, texts: list[str]) -> str | None:
        """What kind of line this is: None for a facility, "" for an empty one."""
        if not any(text for index, text in enumerate(texts) if index not in self.ordinals):
            return ""
        names = [text for index in self.names if (text := self._at(texts, index))]
        told = any(self._at(texts, index) for index in self.told)
        numbered = any(self._at(texts, index).rstrip(".").isdigit() for index in self.ordinals)
        kind = self._frame(texts, names)
        if kind or (names and (told or numbered) and not self._is_section(texts, told)):
            return kind or None
        if self._section(texts):
            return layout.SECTION
        return None if told else layout.TITLE

    def _frame(self, texts: list[str], names: list[str]) -> str:
        """Headings printed again, sums and signatures; "" for anything else."""
        if repeats_header(self.header, texts) or is_number_row(texts):
            return "header"
        if layout.is_total(texts):
            return layout.TOTAL
        return layout.FOOTER if layout.is_footer(names or texts) else ""

    @staticmethod
    def _at(texts: list[str], index: int) -> str:
        return texts[index] if index < len(texts) else ""

    def _is_section(self, texts: list[str], told: bool) -> bool:
        """ "II | Cơ sở ngoài công lập | 12 cơ sở": numbered by a letter, or nothing but a word for many houses."""
        words = self._words(texts)
        return not told and len(words) == 1 and self._section_words(words[0]) != {}

    @staticmethod
    def _words(texts: list[str]) -> list[str]:
        """The cells that are neither numbers nor the numeral of a section."""
        return [text for text in texts if re.search(r"[^\W\d_]{2}", text) and not _NUMERAL.fullmatch(text)]

    def _section(self, texts: list[str]) -> bool:
        filled = self._words(texts)
        if len(filled) != 1:
            return False
        found = self._section_words(filled[0])
        self.section = {**self.section, **found}
        return bool(found)

    @staticmethod
    def _section_words(text: str) -> dict[str, str]:
        bare = fold(_SECTION_NUMBER.sub("", text))
        found: dict[str, str] = {}
        if re.match(r"(cac |nhom |khoi |loai hinh )*(co so|don vi|trung tam)?.*\b(ngoai )?cong lap\b", bare):
            owner = ownership_word(bare)
            found.update({"ownership": owner} if owner else {})
        if re.match(r"(cac |nhom |loai hinh )*co so (bao tro|cham soc|tro giup|nuoi duong)( xa hoi)?\b", bare):
            kind = kind_word(bare)
            found.update({"legal_kind": kind} if kind else {})
        return found

    def _filled_down(self, number: int, cells: list[Any]) -> list[Any]:
        for area in self.tops.get(number, ()):
            self.carried[area.left] = (area.bottom, cells[area.left] if area.left < len(cells) else "")
        for index, (bottom, value) in list(self.carried.items()):
            if number > bottom:
                del self.carried[index]
            elif index < len(cells) and cells[index] == "":
                cells = [*cells[:index], value, *cells[index + 1 :]]
        return cells

    def _facility(self, number: int, cells: list[Any]) -> FacilityRow:
        return _Assembly(self.source, number, cells, self.context).build(self.header.columns, self.section)


class _Assembly:
    """One line put together: values, and what is wrong or doubtful in which cell."""

    def __init__(self, source: Sheet, number: int, cells: list[Any], context: CellContext) -> None:
        self.source, self.number, self.cells, self.context = source, number, cells, context
        self.values: dict[str, Any] = {}
        self.errors: list[CellProblem] = []
        self.warnings: list[CellProblem] = []

    def build(self, columns: tuple[Column, ...], section: Mapping[str, str]) -> FacilityRow:
        for column in columns:
            if column.target and column.target != ORDINAL:
                self._take(column)
        for name, value in section.items():
            self.values.setdefault(name, value)
        self._derive()
        return FacilityRow(self.source.name, self.number, self.values, self.errors, self.warnings)

    def _take(self, column: Column) -> None:
        code, mark = field_of(column.target or ""), mark_of(column.target or "")
        if (self.number, column.index) in self.source.broken:
            text = _("ô chứa công thức lỗi nên chưa được lấy.")
            self._problem(self.warnings, code, column, Note("broken_formula", text))
            return
        raw = self.cells[column.index] if column.index < len(self.cells) else ""
        if mark:
            self._marked(code, mark, column, raw)
            return
        if code == "commune":
            reading = read_place("commune", raw, PlaceContext(self.context.today))
        else:
            reading = read_cell(code, raw, self.context)
        for note in reading.warnings:
            self._problem(self.warnings, code, column, note)
        if reading.error:
            self._problem(self.errors, code, column, reading.error)
        elif isinstance(reading.value, dict):
            for name, value in reading.value.items():
                self._put(name, value)
        elif reading.value is not None:
            self._put(code, reading.value)

    def _marked(self, code: str, mark: str, column: Column, raw: Any) -> None:
        """x under "Công lập"; the word itself under it means what it says."""
        if is_unmarked(raw):
            return
        value = mark if is_mark(raw) else ownership_word(clean(raw)) or mark
        if self.values.get(code) not in (None, value):
            note = Note("two_marks", _("đánh dấu hai cột trái nhau."))
            self._problem(self.errors, code, column, note)
        else:
            self._put(code, value)

    def _put(self, name: str, value: Any) -> None:
        if value in (None, ""):
            return
        joint = VOCABULARY.joined.get(name)
        if joint and isinstance(value, str) and self.values.get(name):
            self.values[name] = f"{self.values[name]}{joint}{value}"
        elif name in ("founding_number", "licence_number") or not self.values.get(name):
            self.values[name] = value

    def _problem(self, where: list[CellProblem], code: str, column: Column | None, note: Note) -> None:
        label = str(FIELDS.get(code, code))
        cell = cell_name(self.number, column.index) if column is not None else ""
        where.append(CellProblem(code, cell, f"{label}: {note.text}", note.code))

    def _derive(self) -> None:
        """What the other cells tell; what they do not tell is asked for, never guessed in silence."""
        values = self.values
        if not values.get("name"):
            if not any(problem.field == "name" for problem in self.errors):
                self._problem(self.errors, "name", None, Note("no_name", _("chưa có tên.")))
            return
        if "ownership" not in values:
            self._ownership()
        if "legal_kind" not in values:
            self._kind()
        if is_shelter(values["name"], str(values.get("note", ""))):
            values["hidden"] = True
            text = _("nơi tạm lánh: địa chỉ sẽ được giữ kín.")
            self._problem(self.warnings, "address", None, Note("hidden_address", text))
        for prefix in ("founding", "licence"):
            number = values.get(f"{prefix}_number")
            if number and not values.get(f"{prefix}_issuer"):
                issuer = issuer_of_number(number)
                if issuer:
                    values[f"{prefix}_issuer"] = issuer
        end, start = values.get("ends_on"), values.get("licence_date")
        if end and start and end <= start:
            text = _("hết hạn trước ngày cấp.")
            self._problem(self.errors, "ends_on", None, Note("ends_before_start", text))

    def _ownership(self) -> None:
        if self.values.get("licence_number"):
            self.values["ownership"] = "private"
            text = _("không ghi; có giấy phép nên được hiểu là ngoài công lập.")
            self._problem(self.warnings, "ownership", None, Note("ownership_derived", text))
        else:
            self._problem(self.errors, "ownership", None, Note("no_ownership", _("chưa ghi.")))

    def _kind(self) -> None:
        kind = kind_word(self.values["name"])
        if kind is None:
            self._problem(self.errors, "legal_kind", None, Note("no_kind", _("chưa ghi, và tên cơ sở không cho biết.")))
            return
        self.values["legal_kind"] = kind
        text = _("không ghi; được hiểu theo tên cơ sở.")
        self._problem(self.warnings, "legal_kind", None, Note("kind_derived", text))


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a row as JSON types: dates as ISO text."""
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()}
