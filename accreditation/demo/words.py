"""Houses and people of the demo; the names are made up."""

from typing import NamedTuple


class House(NamedTuple):
    """`groups` are codes of client groups; `manager` is (username, full name)."""

    code: str
    name: str
    ownership: str
    kind: str
    groups: str
    size: int
    manager: tuple[str, str]
    commune: str
    models: str
    address: str


OLD, CHILD, DISABLED = "k5a k5b f1c f4", "k1 k2 k3 k7 f1a f1b", "k6 f1d f4"
# Beside those of the case histories. Each tells the story of the same code in `cast.py`; public ones have no licence.
HOUSES = (
    House("BTTE", "Trung tâm Bảo trợ trẻ em Đồng Nai", "public", "children", CHILD, 120, ("thu", "Lâm Anh Thư"),
          "26041", "residential comprehensive", "Số 6 Phan Chu Trinh"),
    House("DDNCT", "Trung tâm Điều dưỡng người cao tuổi Long Khánh", "public", "elderly", OLD, 90,
          ("dieu", "Trịnh Ngọc Diệu"), "26080", "residential day_care", "Ấp Bàu Sen"),
    House("PHUCHAU", "Viện dưỡng lão Phúc Hậu", "private", "elderly", OLD, 60, ("hau", "Đoàn Phúc Hậu"), "26020",
          "residential", "Tổ 5, khu phố 3"),
    House("THIENAN", "Mái ấm Thiên Ân", "private", "children", CHILD, 30, ("an2", "Ngô Thiên Ân"), "26017",
          "residential foster_support", "18 Nguyễn Văn Tỏ"),
    House("NHANAI", "Cơ sở chăm sóc người khuyết tật Nhân Ái", "private", "disabled", DISABLED, 40,
          ("ai", "Hồ Nhân Ái"), "25993", "residential vocational", "Đường 768"),
    House("MINHTAM", "Cơ sở phục hồi chức năng tâm thần Minh Tâm", "private", "mental", "k6 f1d", 50,
          ("minh", "Kiều Minh Tâm"), "26068", "residential", "Khu phố 9"),
    House("HOASEN", "Nhà dưỡng lão Hoa Sen", "private", "elderly", OLD, 45, ("sen", "Lương Thị Sen"), "26206",
          "residential day_care", "Ấp Hòa Thành"),
    House("VIETHY", "Cơ sở bảo trợ xã hội tổng hợp Việt Hy", "private", "general", f"{OLD} {DISABLED}", 80,
          ("hy", "Tạ Việt Hy"), "26425", "residential comprehensive", "Ấp Suối Cát"),
    House("ANHSAO", "Nhà nuôi dưỡng trẻ Ánh Sao", "private", "children", CHILD, 25, ("anh", "Quách Ngọc Ánh"), "26248",
          "residential", "Ấp Hiệp Nghĩa"),
    House("PHUOCLOC", "Viện dưỡng lão Phước Lộc", "private", "elderly", OLD, 70, ("loc", "Thái Phước Lộc"), "26368",
          "residential", "Quốc lộ 1A"),
    House("HYVONG", "Cơ sở dạy nghề người khuyết tật Hy Vọng", "private", "disabled", DISABLED, 35,
          ("vong", "Châu Hy Vọng"), "25195", "vocational day_care", "Đường Hùng Vương"),
    House("LACLONG", "Cơ sở trợ giúp xã hội Lạc Long", "private", "other", "f2e f2f f2g", 20, ("lac", "Tô Lạc Long"),
          "25396", "counselling outreach", "Tổ 7"),
    House("TUTAM", "Mái ấm Từ Tâm", "private", "children", CHILD, 40, ("tam2", "Hứa Từ Tâm"), "26041", "residential",
          "56 Cách Mạng Tháng Tám"),
    House("HUONGQUE", "Nhà dưỡng lão Hương Quê", "private", "elderly", OLD, 30, ("que", "Mạc Thị Quê"), "26080",
          "residential", "Ấp Cấp Rang"),
    House("BAOAN", "Nhà bán trú Bảo An", "private", "elderly", OLD, 24, ("bao", "Dương Bảo An"), "26017", "day_care",
          "Hẻm 12 Đồng Khởi"),
    House("NIEMVUI", "Mái ấm Niềm Vui", "private", "children", "k1 f1a", 8, ("vui", "Ông Thị Vui"), "26041",
          "residential", "Hẻm 4 Võ Thị Sáu"),
    House("MAIXANH", "Cơ sở chăm sóc người cao tuổi Mái Xanh", "private", "elderly", OLD, 50, ("xanh", "Lữ Mai Xanh"),
          "26020", "residential", "Khu phố 6"),
    House("KIMLIEN", "Cơ sở bảo trợ trẻ em Kim Liên", "private", "children", CHILD, 35, ("lien", "Trương Kim Liên"),
          "26206", "residential", "Ấp 2"),
    House("THANHTAM", "Mái ấm Thanh Tâm", "private", "children", CHILD, 20, ("thanh", "Phùng Thanh Tâm"), "26248",
          "residential", "Ấp 5"),
    House("BINHMINH", "Viện dưỡng lão Bình Minh", "private", "elderly", OLD, 65, ("minh2", "Vương Bình Minh"), "26068",
          "residential day_care", "Khu phố 2"),
)  # fmt: skip
# username, full name, role, unit, title
STAFF = (
    ("phuc", "Nguyễn Hồng Phúc", "licensing_officer", "SYT", "Chuyên viên"),
    ("ngan", "Lê Kim Ngân", "licensing_officer", "SYT", "Chuyên viên"),
    ("dung", "Phan Chí Dũng", "deciding_head", "SYT", "Phó Giám đốc Sở"),
    ("khanh", "Trần Gia Khánh", "licensing_officer", "UB26041", "Công chức văn hóa - xã hội"),
    ("thuy", "Võ Thu Thủy", "licensing_officer", "UB26041", "Công chức tư pháp"),
)
# Licences on paper of before, taken over when the demo begins: code → number, places as in the register.
PAPERS = {
    "HOAMAI": "12/GP-SLĐTBXH", "ANBINH": "15/GP-SLĐTBXH", "SAOMAI": "18/GP-SLĐTBXH", "HUONGDUONG": "21/GP-SLĐTBXH",
    "TAMDUC": "24/GP-SLĐTBXH", "MAIXANH": "27/GP-SLĐTBXH", "KIMLIEN": "30/GP-SLĐTBXH", "THANHTAM": "33/GP-SLĐTBXH",
    "BINHMINH": "36/GP-SLĐTBXH",
}  # fmt: skip
CARERS = ("Huỳnh Thị Lan", "Bùi Văn Tài", "Đặng Thị Hồng", "Lê Thị Út", "Nguyễn Văn Sáng", "Trần Thị Cúc")
CARES = {
    "elderly": "elderly", "children": "child", "disabled": "disabled", "mental": "mental", "general": "elderly_self",
    "social_work": "other", "other": "other",
}  # fmt: skip
