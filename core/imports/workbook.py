"""Opening a workbook: guards, sheets with their visibility, rows one by one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import python_calamine as calamine
from django.utils.translation import gettext as _

from core.imports.archive import Limits, Package, SheetFacts, damaged, inspect_archive, not_a_workbook
from core.imports.archive import password_protected as _password_protected
from core.imports.compound import SIGNATURE, inspect_compound
from core.imports.problems import Notice, WorkbookError
from core.imports.text import cell_name

VISIBLE, HIDDEN, VERY_HIDDEN = "visible", "hidden", "very_hidden"


@dataclass(frozen=True, slots=True)
class MergedRange:
    """Rows 1-based, columns 0-based, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class SheetInfo:
    name: str
    visibility: str
    is_table: bool  # False for chart and macro sheets

    @property
    def readable(self) -> bool:
        return self.visibility == VISIBLE and self.is_table


def _visibility(seen: Any) -> str:
    if seen == calamine.SheetVisibleEnum.Visible:
        return VISIBLE
    return HIDDEN if seen == calamine.SheetVisibleEnum.Hidden else VERY_HIDDEN


class Sheet:
    """Cells of one visible sheet. Rows are counted as Excel shows them, from 1."""

    def __init__(self, info: SheetInfo, source: calamine.CalamineSheet, facts: SheetFacts, date_1904: bool) -> None:
        self.name = info.name
        self.date_1904 = date_1904
        self.broken = facts.broken
        self._source = source
        self._left = source.start[1] if source.start else 0

    @property
    def row_count(self) -> int:
        """Number of the last filled row."""
        return self._source.end[0] + 1 if self._source.end else 0

    @property
    def merged(self) -> list[MergedRange]:
        """Merged cells; empty for ods, where the format does not tell the reader."""
        ranges = self._source.merged_cell_ranges or []
        return [MergedRange(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges]

    def rows(self, first: int = 1, last: int | None = None) -> Iterator[tuple[int, list[Any]]]:
        """(row number, cells from column A on); an empty cell is "". Converts one row at a time."""
        margin = [""] * self._left
        for number, cells in enumerate(self._source.iter_rows(), start=1):
            if last is not None and number > last:
                return
            if number >= first:
                yield number, margin + cells if margin else cells


class Workbook:
    """An opened file. Use as a context manager; `sheet()` gives visible sheets only."""

    def __init__(self, source: calamine.CalamineWorkbook, package: Package) -> None:
        self._source = source
        self._package = package
        self._loaded: Sheet | None = None
        self.kind = package.kind
        self.date_1904 = package.date_1904
        self.sheets = [
            SheetInfo(meta.name, _visibility(meta.visible), meta.typ == calamine.SheetTypeEnum.WorkSheet)
            for meta in source.sheets_metadata
        ]
        self.notices = self._first_notices()

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._loaded = None
        self._source.close()

    @property
    def readable_sheets(self) -> list[str]:
        return [info.name for info in self.sheets if info.readable]

    def sheet(self, name: str) -> Sheet:
        """Load a visible sheet (the last one is kept). WorkbookError for a hidden or unknown one."""
        if self._loaded is not None and self._loaded.name == name:
            return self._loaded
        info = next((info for info in self.sheets if info.name == name and info.readable), None)
        if info is None:
            raise WorkbookError("no_sheet", _("Không có trang tính “%(name)s” đang hiện trong tệp.") % {"name": name})
        self._loaded = None
        facts = self._package.sheets.get(name)
        if facts is None:  # not measured, so not safe to load
            raise damaged()
        try:
            source = self._source.get_sheet_by_name(name)
        except calamine.CalamineError as exc:
            raise damaged() from exc
        self._loaded = Sheet(info, source, facts, self.date_1904)
        return self._loaded

    def _first_notices(self) -> list[Notice]:
        notices = []
        for info in self.sheets:
            if info.visibility != VISIBLE:
                text = _("Trang tính “%(name)s” đang bị ẩn nên không được đọc.") % {"name": info.name}
                notices.append(Notice("warning", "hidden_sheet", text, info.name))
            elif not info.is_table:
                text = _("“%(name)s” là biểu đồ hoặc macro, không phải bảng, nên không được đọc.") % {"name": info.name}
                notices.append(Notice("info", "not_a_table", text, info.name))
        if self._package.macros:
            notices.append(Notice("warning", "macros", _("Tệp có macro. Macro không được chạy.")))
        return notices


def open_workbook(source: str | Path | bytes, limits: Limits | None = None) -> Workbook:
    """Open an xlsx, xls or ods file by path or content.

    Raises WorkbookError (not_excel, html, password, damaged, empty, too_large, bomb, too_many_rows, too_many_cells,
    xlsb) with a sentence in Vietnamese. Nothing in the file is executed, no link in it is followed.
    """
    limits = limits or Limits()
    data: bytes | None = bytes(source) if isinstance(source, bytes | bytearray | memoryview) else None
    path = None if data is not None else Path(source)  # type: ignore[arg-type]
    try:
        size = len(data) if data is not None else path.stat().st_size  # type: ignore[union-attr]
        stream = io.BytesIO(data) if data is not None else path.open("rb")  # type: ignore[union-attr]
    except OSError as exc:
        raise WorkbookError("no_file", _("Không mở được tệp. Hãy kiểm tra lại đường dẫn.")) from exc
    with stream:
        package = _inspect(stream, size, limits)
        _check_extent(package, limits)
    try:
        book = (
            calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
            if data is not None
            else _from_path(path, package.kind)
        )
    except calamine.PasswordError as exc:
        raise _password_protected() from exc
    except (calamine.CalamineError, OSError) as exc:
        raise damaged() from exc
    workbook = Workbook(book, package)
    _check_visible(workbook, package, limits)
    return workbook


def _from_path(path: Path | None, kind: str) -> calamine.CalamineWorkbook:
    # By its name the reader would choose the format; by content it reads all of it into memory first.
    if path is not None and path.suffix.lower() == f".{kind}":
        return calamine.CalamineWorkbook.from_path(path)
    with Path(path).open("rb") as stream:  # type: ignore[arg-type]
        return calamine.CalamineWorkbook.from_filelike(stream)


def _inspect(stream: Any, size: int, limits: Limits) -> Package:
    if size == 0:
        raise WorkbookError("empty", _("Tệp rỗng, không có dữ liệu."))
    if size > limits.file_bytes:
        text = _("Tệp lớn %(size)d MB, vượt giới hạn %(limit)d MB. Hãy chia thành nhiều tệp.")
        raise WorkbookError("too_large", text % {"size": size >> 20, "limit": limits.file_bytes >> 20})
    head = stream.read(512)
    stream.seek(0)
    if head[:4] == b"PK\x03\x04":
        return inspect_archive(stream, limits)
    if head[:8] == SIGNATURE:
        return inspect_compound(stream.read())
    if b"<html" in head.lower() or b"<table" in head.lower() or b"mso-application" in head:
        text = _("Tệp là trang web hoặc XML mang tên Excel. Hãy mở bằng Excel và lưu lại thành .xlsx.")
        raise WorkbookError("html", text)
    raise not_a_workbook()


def _check_extent(package: Package, limits: Limits) -> None:
    """xls and ods load all sheets at once, so each must fit before the reader sees the file."""
    if package.kind != "xlsx":
        for name, facts in package.sheets.items():
            _check_sheet(name, facts, limits)


def _check_visible(workbook: Workbook, package: Package, limits: Limits) -> None:
    readable = workbook.readable_sheets
    for name in readable:
        if name in package.sheets:
            _check_sheet(name, package.sheets[name], limits)
    if not any(package.sheets[name].rows for name in readable if name in package.sheets):
        raise WorkbookError("empty", _("Tệp không có dữ liệu ở trang tính nào đang hiện."))


def _check_sheet(name: str, facts: SheetFacts, limits: Limits) -> None:
    if facts.rows > limits.rows:
        text = _(
            "Trang tính “%(name)s” có %(rows)d dòng, vượt giới hạn %(limit)d dòng. "
            "Hãy chia thành nhiều tệp, hoặc xóa ô thừa ở cuối bảng."
        )
        raise WorkbookError("too_many_rows", text % {"name": name, "rows": facts.rows, "limit": limits.rows})
    if facts.rows * facts.columns > limits.cells:
        text = _(
            "Trang tính “%(name)s” quá rộng (ô xa nhất là %(cell)s). "
            "Hãy xóa các dòng, cột thừa hoặc chia thành nhiều tệp."
        )
        far = cell_name(facts.rows, facts.columns - 1)
        raise WorkbookError("too_many_cells", text % {"name": name, "cell": far})
