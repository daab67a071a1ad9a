"""The tables that a form may hold: their columns, and how many empty rows a blank one offers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """`key` of the row's fact, its heading, its width in millimetres (all of a table: 165)."""

    key: str
    label: str
    width: int


@dataclass(frozen=True)
class Table:
    columns: tuple[Column, ...]
    empty_rows: int


def _table(empty_rows: int, *columns: tuple[str, str, int]) -> Table:
    return Table((Column("no", "STT", 12), *(Column(*column) for column in columns)), empty_rows)


TABLES: dict[str, Table] = {
    "groups": _table(5, ("name", "Nhóm đối tượng", 153)),
    "counts": _table(5, ("name", "Nhóm chăm sóc", 118), ("number", "Số người", 35)),
    "staff": _table(
        8, ("name", "Họ và tên", 42), ("position", "Công việc", 35), ("qualification", "Trình độ, chuyên môn", 34),
        ("certificate", "Chứng nhận hành nghề (số, hết hạn)", 42),
    ),
    "rooms": _table(
        6, ("building", "Nhà", 43), ("name", "Phòng", 40), ("area", "Diện tích (m²)", 35), ("beds", "Số giường", 35),
    ),
    "changes": _table(5, ("what", "Nội dung", 45), ("now", "Đang ghi", 54), ("asked", "Đề nghị", 54)),
    "assets": _table(
        10, ("name", "Tên tài sản", 60), ("number", "Số lượng", 25), ("value", "Giá trị còn lại (đồng)", 34),
        ("plan", "Cách xử lý", 34),
    ),
    "residents": _table(
        12, ("name", "Họ và tên", 50), ("born", "Năm sinh", 22), ("group", "Nhóm đối tượng", 40),
        ("plan", "Chuyển về đâu", 41),
    ),
}  # fmt: skip
