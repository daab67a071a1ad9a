"""Guards for xls (BIFF8 in an OLE compound file): extents, password, date system, before the reader opens it.

The reader loads every sheet of an xls at once as dense tables, so the extents are checked for all of them.
Layout: [MS-CFB] §2 (header, FAT, directory) and [MS-XLS] §2.4 (records).
"""

from __future__ import annotations

import struct

from core.imports.archive import Package, SheetFacts, damaged, not_a_workbook, password_protected

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA  # this and above are marks, not sector numbers
# Records that hold one cell: row at 0, column at 2.
_CELLS = frozenset((0x0006, 0x0203, 0x0204, 0x0205, 0x00FD, 0x027E, 0x00D6))
_MULTI = frozenset((0x00BD,))  # MULRK: row, first column, …, last column in the last two bytes
_BOOLERR, _BOUNDSHEET, _DATEMODE, _FILEPASS, _BOF = 0x0205, 0x0085, 0x0022, 0x002F, 0x0809


class _Compound:
    def __init__(self, data: bytes) -> None:
        if len(data) < 512 or data[:8] != SIGNATURE:
            raise not_a_workbook()
        self.data = data
        self.size = 1 << struct.unpack_from("<H", data, 30)[0]
        if self.size not in (512, 4096):
            raise damaged()
        directory, _unused, self.cutoff, mini_fat = struct.unpack_from("<IIII", data, 48)
        self.fat = self._read_fat()
        self.entries = self._read_directory(directory)
        self.mini_fat = self._numbers(self._chain(mini_fat)) if mini_fat < _END else []

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.size
        if number >= _END or start >= len(self.data):
            raise damaged()
        return self.data[start : start + self.size]

    @staticmethod
    def _numbers(data: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))

    def _read_fat(self) -> list[int]:
        difat = [n for n in struct.unpack_from("<109I", self.data, 76) if n < _END]
        following = struct.unpack_from("<I", self.data, 68)[0]
        seen: set[int] = set()
        while following < _END:
            if following in seen:
                raise damaged()
            seen.add(following)
            numbers = self._numbers(self._sector(following))
            difat += [n for n in numbers[:-1] if n < _END]
            following = numbers[-1]
        fat: list[int] = []
        for number in difat:
            fat += self._numbers(self._sector(number))
        return fat

    def _chain(self, number: int) -> bytes:
        sectors: list[bytes] = []
        while number < _END:
            if number >= len(self.fat) or len(sectors) > len(self.fat):
                raise damaged()
            sectors.append(self._sector(number))
            number = self.fat[number]
        return b"".join(sectors)

    def _read_directory(self, start: int) -> dict[str, tuple[int, int]]:
        found = {}
        data = self._chain(start)
        for at in range(0, len(data) - 127, 128):
            length = struct.unpack_from("<H", data, at + 64)[0]
            if data[at + 66] in (2, 5) and 2 <= length <= 64:
                name = data[at : at + length - 2].decode("utf-16-le", "replace")
                found[name] = struct.unpack_from("<II", data, at + 116)
        return found

    def stream(self, name: str) -> bytes:
        start, size = self.entries[name]
        if size >= self.cutoff:
            return self._chain(start)[:size]
        mini = self._chain(self.entries["Root Entry"][0])
        pieces: list[bytes] = []
        number = start
        while number < _END:
            if number >= len(self.mini_fat) or len(pieces) > len(self.mini_fat):
                raise damaged()
            pieces.append(mini[number * 64 : number * 64 + 64])
            number = self.mini_fat[number]
        return b"".join(pieces)[:size]


def inspect_compound(data: bytes) -> Package:
    """Measure an xls file. Raises WorkbookError (also for an encrypted xlsx, which is a compound file too)."""
    try:
        compound = _Compound(data)
        if "Root Entry" not in compound.entries:
            raise damaged()
        if "EncryptedPackage" in compound.entries:
            raise password_protected()
        name = next((n for n in ("Workbook", "Book") if n in compound.entries), None)
        if name is None:
            raise not_a_workbook()
        package = _walk(compound.stream(name))
    except (struct.error, IndexError) as exc:
        raise damaged() from exc
    package.macros = "_VBA_PROJECT_CUR" in compound.entries or "_VBA_PROJECT" in compound.entries
    return package


def _walk(data: bytes) -> Package:
    package = Package("xls", {})
    names: dict[int, str] = {}
    facts = SheetFacts()
    at, end = 0, len(data)
    while at + 4 <= end:
        kind, length = struct.unpack_from("<HH", data, at)
        body = at + 4
        if kind in _CELLS or kind in _MULTI:
            row, column = struct.unpack_from("<HH", data, body)
            last = struct.unpack_from("<H", data, body + length - 2)[0] if kind in _MULTI else column
            facts.reach(row + 1, last + 1)
            if kind == _BOOLERR and data[body + 7]:
                facts.broken[(row + 1, column)] = "formula_error"
        elif kind == _BOF:
            facts = package.sheets.setdefault(names.get(at, f"@{at}"), SheetFacts()) if at else SheetFacts()
        elif kind == _BOUNDSHEET:
            offset = struct.unpack_from("<I", data, body)[0]
            names[offset] = _sheet_name(data[body + 6 : body + length])
        elif kind == _FILEPASS:
            raise password_protected()
        elif kind == _DATEMODE:
            package.date_1904 = struct.unpack_from("<H", data, body)[0] == 1
        at = body + length
    return package


def _sheet_name(data: bytes) -> str:
    count, wide = data[0], data[1] & 1
    return data[2 : 2 + count * 2].decode("utf-16-le", "replace") if wide else data[2 : 2 + count].decode("latin-1")
