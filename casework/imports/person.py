"""Putting the cells of one line together to the values of one person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from casework.imports import words
from casework.imports.cells import CellContext, read_cell
from casework.imports.fields import JOINED, ORDINAL, field_of, mark_of
from casework.imports.headings import Column, Header
from casework.imports.identity import birth_year_of, check_id
from core.imports.dates import join_parts
from core.imports.layout import Section
from core.imports.problems import CellProblem, Note, Reading
from core.imports.text import cell_name, clean, fold, says_unknown

OK, WARNING, ERROR = "ok", "warning", "error"
_NAME_PARTS = ("name", "name_family", "name_given")
_BIRTHS = ("birth", "birth_male", "birth_female", "birth_day", "birth_month", "birth_year")
_PAPERS = ("id_number", "id_old")
_HANDLED = frozenset((*_NAME_PARTS, *_BIRTHS, *_PAPERS, "sex"))
_HAMLET_KINDS = {
    "ap": "Ấp",
    "to": "Tổ",
    "thon": "Thôn",
    "khu pho": "Khu phố",
    "kp": "Khu phố",
    "to dan pho": "Tổ dân phố",
}


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One line of the list. `values`: normalised, blanks left out; `raw`: column letter → text of the cell.

    Keys of `values` are the field codes of `fields.FIELDS` (births joined in "birth", name parts in "name") and
    "unidentified" (True), "id_other", "phone_other", "group_codes", "group_candidates". `verdict` is a hint from the
    row alone: "ok", "warning" or "error".
    """

    sheet: str
    row_number: int
    values: dict[str, Any]
    raw: dict[str, str]
    errors: list[CellProblem]
    warnings: list[CellProblem]

    @property
    def verdict(self) -> str:
        return ERROR if self.errors else WARNING if self.warnings else OK


class Assembly:
    """Turns lines of one sheet into ImportRows."""

    def __init__(
        self,
        sheet: str,
        header: Header,
        context: CellContext,
        broken: Mapping[tuple[int, int], str],
        swapped: frozenset[int],
    ) -> None:
        self.sheet, self.header, self.context = sheet, header, context
        self.broken, self.swapped = broken, swapped
        self.read_columns = [c for c in header.columns if c.target and c.target != ORDINAL]
        self.letters = [(c.letter, c.index) for c in header.columns]
        self.by_field: dict[str, list[Column]] = {}
        for column in self.read_columns:
            self.by_field.setdefault(field_of(column.target or ""), []).append(column)
        self.other_fields = [name for name in self.by_field if name not in _HANDLED]

    def build(self, number: int, cells: Sequence[Any], texts: Sequence[str], section: Section) -> ImportRow:
        """`texts` are the cells cleaned, as long as `cells`."""
        return _Line(self, number, cells, texts, section).build()


class _Line:
    def __init__(
        self, assembly: Assembly, number: int, cells: Sequence[Any], texts: Sequence[str], section: Section
    ) -> None:
        self.assembly, self.number, self.cells, self.texts, self.section = assembly, number, cells, texts, section
        self.values: dict[str, Any] = {}
        self.errors: list[CellProblem] = []
        self.warnings: list[CellProblem] = []

    # -- cells -----------------------------------------------------------------------------------------------------

    def cell(self, column: Column) -> Any:
        return self.cells[column.index] if column.index < len(self.cells) else ""

    def columns(self, *fields: str) -> list[Column]:
        return [column for name in fields for column in self.assembly.by_field.get(name, ())]

    def filled(self, *fields: str) -> list[Column]:
        texts = self.texts
        return [column for column in self.columns(*fields) if column.index < len(texts) and texts[column.index]]

    def take(self, column: Column, reading: Reading, field: str = "") -> Any:
        """Keep the problems of a reading under the name of its cell; give its value."""
        field = field or field_of(column.target or "")
        if reading.error:
            self.problem(self.errors, field, column, reading.error)
        for note in reading.warnings:
            self.problem(self.warnings, field, column, note)
        return reading.value

    def problem(self, where: list[CellProblem], field: str, column: Column | None, note: Note) -> None:
        cell = cell_name(self.number, column.index) if column else ""
        where.append(CellProblem(field, cell, f"{_('Ô')} {cell}: {note.text}" if cell else note.text, note.code))

    def read(self, column: Column, field: str) -> Any:
        return self.take(column, read_cell(field, self.cell(column), self.assembly.context), field)

    def put(self, field: str, value: Any) -> None:
        """Store a value; a dict stores several; texts of a joined field are put together."""
        if isinstance(value, dict):
            for key, part in value.items():
                self.put(key, part)
        elif value not in (None, "", ()):
            old = self.values.get(field)
            if old is not None and field in JOINED and isinstance(old, str):
                value = old if fold(value) in fold(old) else f"{old}{JOINED[field]}{value}"
            elif old is not None and isinstance(old, tuple):
                value = tuple(dict.fromkeys((*old, *value)))
            self.values[field] = value

    # -- the whole line --------------------------------------------------------------------------------------------

    def build(self) -> ImportRow:
        assembly = self.assembly
        self.broken_cells()
        self.name()
        self.papers()
        number = self.values.get("id_number")
        assembly.context.year_hint = birth_year_of(number) if number else None
        self.birth()
        self.sex()
        for field in assembly.other_fields:
            self.other(field)
        self.from_section()
        self.compare()
        texts = self.texts
        raw = {letter: texts[index] for letter, index in assembly.letters if index < len(texts) and texts[index]}
        return ImportRow(assembly.sheet, self.number, self.values, raw, self.errors, self.warnings)

    def broken_cells(self) -> None:
        if not self.assembly.broken:
            return
        for column in self.assembly.read_columns:
            if (self.number, column.index) in self.assembly.broken:
                note = Note("formula", _("công thức bị lỗi hoặc chưa có kết quả."))
                self.problem(self.errors, field_of(column.target or ""), column, note)

    def name(self) -> None:
        columns = self.filled(*_NAME_PARTS)
        if not columns:
            known = self.columns(*_NAME_PARTS)
            text = _("thiếu họ tên. Nếu chưa biết, hãy ghi “Chưa rõ danh tính”.")
            self.problem(self.errors, "name", known[0] if known else None, Note("name_missing", text))
            return
        columns.sort(key=lambda column: (column.target == "name_given", column.index))
        raws = [self.cell(column) for column in columns]
        raw = raws[0] if len(raws) == 1 else " ".join(clean(part) for part in raws)
        self.put("name", self.take(columns[0], read_cell("name", raw, self.assembly.context), "name"))

    def papers(self) -> None:
        for column in self.filled(*_PAPERS):
            found = self.read(column, field_of(column.target or "")) or {}
            for field, value in found.items():
                if self.values.get(field) not in (None, value):
                    note = Note("id_two", _("số giấy tờ khác với số ở cột trước; hãy giữ một số."))
                    self.problem(self.errors, field, column, note)
                else:
                    self.put(field, value)

    def birth(self) -> None:
        parts = self.filled("birth_day", "birth_month", "birth_year")
        if parts:
            cells = {field_of(c.target or ""): self.cell(c) for c in parts}
            reading = join_parts(
                *(cells.get(field) for field in ("birth_day", "birth_month", "birth_year")),
                today=self.assembly.context.today,
            )
            self.put("birth", self.take(parts[-1], reading, "birth"))
        for column in self.filled("birth", "birth_male", "birth_female"):
            raw = self.cell(column)
            sex = (column.target or "").partition("_")[2]
            if sex and words.is_unmarked(raw):
                continue
            if sex and self.values.get("sex") not in (None, sex):
                note = Note("two_sexes", _("cột Nam và cột Nữ đều có nội dung."))
                self.problem(self.errors, "sex", column, note)
                continue
            self.put("sex", sex)
            if not (sex and words.is_mark(raw)):
                self.one_birth(column, raw)

    def one_birth(self, column: Column, raw: Any) -> None:
        value = self.read(column, "birth")
        if column.index in self.assembly.swapped and isinstance(raw, dt.date):
            text = _("có thể Excel đã đảo ngày và tháng; hãy kiểm tra.")
            self.problem(self.warnings, "birth", column, Note("swapped_dates", text))
        self.put("birth", value)

    def sex(self) -> None:
        for column in self.filled("sex"):
            mark = mark_of(column.target or "")
            raw = self.cell(column)
            value: str | None
            if not mark:
                value = self.read(column, "sex")
            elif words.is_unmarked(raw):
                continue
            else:
                value = mark
                if not words.is_mark(raw) and words.sex_word(clean(raw)) != mark:
                    self.problem(self.warnings, "sex", column, self.odd_mark(raw))
            if value and self.values.get("sex") not in (None, value):
                note = Note("two_sexes", _("giới tính mâu thuẫn với cột khác."))
                self.problem(self.errors, "sex", column, note)
            elif value:
                self.put("sex", value)

    @staticmethod
    def odd_mark(raw: Any) -> Note:
        return Note("odd_mark", _("“%(raw)s” được hiểu là có đánh dấu; hãy kiểm tra.") % {"raw": clean(raw)[:40]})

    def other(self, field: str) -> None:
        for column in self.filled(field):
            mark = mark_of(column.target or "")
            if mark:
                self.marked(field, mark, column)
            elif field == "guardian_phone":
                found = self.read(column, field) or {}
                self.put(field, ", ".join(found.values()))
            elif field == "hamlet":
                self.put(field, self.with_kind(column, self.read(column, field)))
            else:
                self.put(field, self.read(column, field))

    def marked(self, field: str, mark: str, column: Column) -> None:
        raw = self.cell(column)
        ticked = words.is_mark(raw)
        if words.is_unmarked(raw) or (not ticked and says_unknown(clean(raw))):
            return
        if field == "household_status" and not ticked:
            # "Hộ nghèo" as a heading may hold words instead of marks: "Cận nghèo" below it means what it says.
            mark = words.household_word(clean(raw)) or mark
        elif not ticked:
            self.problem(self.warnings, field, column, self.odd_mark(raw))
        if field == "group":
            self.put(field, self.take(column, read_cell("group", mark, self.assembly.context)))
        elif field == "disability_type":
            self.put(field, (mark,))
        elif self.values.get(field) not in (None, mark):
            self.problem(self.errors, field, column, Note("two_marks", _("đánh dấu hai cột trái nhau.")))
        else:
            self.put(field, mark)

    @staticmethod
    def with_kind(column: Column, value: Any) -> Any:
        """ "3" under "Ấp" is "Ấp 3"; under "Ấp/khu phố" it stays "3"."""
        kind = _HAMLET_KINDS.get(fold(column.parts[-1] if column.parts else column.heading))
        return f"{kind} {value}" if value and kind and len(value) <= 3 and value[0].isdigit() else value

    def from_section(self) -> None:
        for field in ("commune", "hamlet"):
            if field not in self.values and (told := getattr(self.section, field)):
                self.put(field, told)
        if "group" not in self.values and self.section.group:
            reading = read_cell("group", self.section.group, self.assembly.context)
            for key, value in (reading.value or {}).items():
                self.put(key, value)

    def compare(self) -> None:
        number = self.values.get("id_number")
        if number:
            columns = self.filled(*_PAPERS)
            for note in check_id(number, self.values.get("birth"), self.values.get("sex")):
                self.problem(self.warnings, "id_number", columns[0] if columns else None, note)
