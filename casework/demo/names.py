"""Names, places and papers of made-up people. Numbers of papers and telephones belong to nobody: their last part runs
through ranges that are not given out (0900 000 …)."""

import random
from dataclasses import dataclass, field
from typing import Any

FAMILY = [
    "Nguyễn",
    "Nguyễn",
    "Nguyễn",
    "Nguyễn",
    "Nguyễn",
    "Nguyễn",
    "Trần",
    "Trần",
    "Trần",
    "Lê",
    "Lê",
    "Lê",
    "Phạm",
    "Phạm",
    "Huỳnh",
    "Hoàng",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Đinh",
    "Trương",
    "Mai",
    "Lâm",
    "Cao",
    "Tạ",
    "Thái",
    "Châu",
    "Tô",
    "Lưu",
    "Đoàn",
    "Đào",
    "Quách",
    "Trịnh",
]
MIDDLE_MALE = [
    "Văn",
    "Văn",
    "Văn",
    "Hữu",
    "Minh",
    "Quốc",
    "Đức",
    "Thanh",
    "Công",
    "Anh",
    "Tuấn",
    "Xuân",
    "Ngọc",
    "Thành",
    "Hoàng",
    "Gia",
    "Bá",
]
GIVEN_MALE = [
    "An",
    "Bình",
    "Bảy",
    "Bảo",
    "Cường",
    "Dũng",
    "Đạt",
    "Đức",
    "Hải",
    "Hậu",
    "Hiếu",
    "Hòa",
    "Hùng",
    "Huy",
    "Khánh",
    "Khoa",
    "Kiên",
    "Lâm",
    "Lộc",
    "Long",
    "Lợi",
    "Lực",
    "Mạnh",
    "Minh",
    "Nam",
    "Nghĩa",
    "Nhân",
    "Phát",
    "Phong",
    "Phúc",
    "Quân",
    "Quang",
    "Quý",
    "Sáu",
    "Sơn",
    "Tài",
    "Tâm",
    "Tân",
    "Thắng",
    "Thành",
    "Thịnh",
    "Tiến",
    "Toàn",
    "Trí",
    "Trung",
    "Tú",
    "Tùng",
    "Út",
    "Vinh",
]
MIDDLE_FEMALE = [
    "Thị",
    "Thị",
    "Thị",
    "Thị",
    "Ngọc",
    "Thanh",
    "Kim",
    "Mỹ",
    "Bích",
    "Hồng",
    "Thu",
    "Minh",
    "Phương",
    "Diễm",
    "Bảo",
    "Khánh",
    "Tuyết",
]
GIVEN_FEMALE = [
    "Ánh",
    "Bích",
    "Chi",
    "Cúc",
    "Diệu",
    "Dung",
    "Duyên",
    "Giang",
    "Hà",
    "Hạnh",
    "Hằng",
    "Hiền",
    "Hoa",
    "Hồng",
    "Huệ",
    "Hương",
    "Lan",
    "Liên",
    "Linh",
    "Loan",
    "Ly",
    "Mai",
    "My",
    "Nga",
    "Ngân",
    "Ngọc",
    "Nguyệt",
    "Nhung",
    "Oanh",
    "Phương",
    "Quyên",
    "Sen",
    "Sương",
    "Thảo",
    "Thơm",
    "Thu",
    "Thúy",
    "Thư",
    "Tiên",
    "Trang",
    "Trâm",
    "Tuyết",
    "Uyên",
    "Vân",
    "Xuân",
    "Yến",
]
ALONE = ["Mót", "Lượm", "Đen", "Tý", "Bông", "Sáu", "Đực", "Gái", "Cò", "Nhớ"]
# People, share of a hundred, family or first words for men and women, given names.
MINORITIES: tuple[tuple[str, int, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    ("Xtiêng", 6, ("Điểu",), ("Thị", "Điểu Thị"), ("Giá", "Hen", "Khưu", "Lan", "Mơn", "Nhiêng", "Reo", "Sen", "Xia")),
    ("Chơ Ro", 4, ("Thổ", "Hồng Văn", "Điểu"), ("Thổ Thị", "Hồng Thị"), ("Bé", "Đông", "Hồng", "Lực", "Mười", "Tám")),
    ("Mạ", 2, ("K’",), ("Ka ",), ("Brèo", "Điệp", "Linh", "Nhõ", "Sa", "Thoan", "Yếu")),
    (
        "Hoa",
        6,
        ("Lý", "Quách", "Châu", "Lâm", "Trương"),
        ("Lý", "Quách", "Châu", "Lâm"),
        (
            "A Cẩu",
            "Chí Cường",
            "Cún Mùi",
            "Mỹ Linh",
            "Sì Múi",
            "Vĩnh Phát",
            "Lệ Quân",
        ),
    ),
    (
        "Khmer",
        3,
        ("Thạch", "Sơn", "Danh", "Kim"),
        ("Thạch Thị", "Danh Thị", "Kim Thị"),
        ("Sa Rây", "Na Ra", "Sóc Kha", "Phol"),
    ),
    (
        "Tày",
        3,
        ("Nông Văn", "Hoàng Văn", "Bế Văn"),
        ("Nông Thị", "Hoàng Thị"),
        ("Thắng", "Hợi", "Nhung", "Lềnh", "Chấn"),
    ),
    ("Nùng", 2, ("Nông Văn", "Lục Văn", "Vy Văn"), ("Nông Thị", "Lục Thị"), ("Páo", "Sèn", "Thim", "Hòa")),
)
JOBS = [
    "Làm mướn",
    "Bán vé số",
    "Lượm ve chai",
    "Công nhân",
    "Phụ hồ",
    "Làm rẫy",
    "Buôn bán nhỏ",
    "Cạo mủ cao su",
    "Nội trợ",
]
HAMLETS = [
    "Ấp 1",
    "Ấp 2",
    "Ấp 3",
    "Ấp 5",
    "Khu phố 1",
    "Khu phố 3",
    "Khu phố 4",
    "Khu phố 7",
    "Ấp Tân Bắc",
    "Ấp Suối Cát",
]
STREETS = [
    "Nguyễn Ái Quốc",
    "Phạm Văn Thuận",
    "Cách Mạng Tháng Tám",
    "Hùng Vương",
    "Quốc lộ 20",
    "Bùi Văn Hòa",
    "Lê Duẩn",
]
RELATIONS = ["Con gái", "Con trai", "Vợ", "Chồng", "Em gái", "Anh ruột", "Hàng xóm", "Tổ trưởng khu phố", "Cháu nội"]


@dataclass
class Somebody:
    """What is known of a person; `form` are the fields of registration, `more` those of the later edit."""

    form: dict[str, Any]
    age: int | None
    sex: str
    ethnicity: str
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def is_child(self) -> bool:
        return self.age is not None and self.age < 16


class People:
    """Makes persons; the same seed makes the same ones."""

    def __init__(self, rng: random.Random, year: int, communes: list[str]):
        self.rng, self.year, self.communes, self.count = rng, year, communes, 0

    def name(self, sex: str, old: bool = False) -> tuple[str, str]:
        """(name, ethnicity)"""
        rng, roll = self.rng, self.rng.randrange(100)
        for people, share, men, women, given in MINORITIES:
            if roll < share:
                first = rng.choice(men if sex == "male" else women)
                return f"{first}{'' if first[-1] in '’ ' else ' '}{rng.choice(given)}", people
            roll -= share
        if old and rng.random() < 0.04:
            return rng.choice(ALONE), "Kinh"
        middle, last = (MIDDLE_MALE, GIVEN_MALE) if sex == "male" else (MIDDLE_FEMALE, GIVEN_FEMALE)
        parts = [rng.choice(FAMILY), rng.choice(middle), rng.choice(last)]
        if sex == "female" and rng.random() < 0.3:
            parts.insert(2, rng.choice(["Mỹ", "Bạch", "Thanh", "Kim", "Ngọc"]))
        return " ".join(parts), "Kinh"

    def make(self, commune: str = "") -> Somebody:
        """Somebody as the centre meets them: old people and children more often than not."""
        rng = self.rng
        self.count += 1
        sex = rng.choice(["male", "female", "female"])
        low, high = rng.choices([(1, 15), (16, 17), (18, 59), (60, 79), (80, 94)], [28, 4, 30, 26, 12])[0]
        age = rng.randint(low, high)
        name, ethnicity = self.name(sex, age >= 60)
        year = self.year - age
        form: dict[str, Any] = {
            "name": name,
            "sex": sex,
            "birth": self.birth(year, age),
            "commune": commune or rng.choice(self.communes),
            "hamlet": rng.choice(HAMLETS),
            "address": f"{rng.randint(1, 400)} {rng.choice(STREETS)}",
        }
        if rng.random() < 0.015:
            form.update(name="", unidentified=True, known_as=f"Khoảng {age} tuổi, gặp ở bến xe, không nói được tên")
        elif rng.random() < 0.8:
            form.update(id_kind="personal", id_number=self.paper(sex, year))
        if rng.random() < 0.55:
            form["phone"] = self.phone()
        return Somebody(form, age, sex, ethnicity, self.more(age, ethnicity))

    def birth(self, year: int, age: int) -> str:
        if self.rng.random() < (0.35 if age >= 60 else 0.05):
            return str(year)
        return f"{self.rng.randint(1, 28):02d}/{self.rng.randint(1, 10):02d}/{year}"

    def paper(self, sex: str, year: int) -> str:
        """Twelve digits: province 075, century and sex, year, a running number."""
        century = (0 if year < 2000 else 2) + (0 if sex == "male" else 1)
        return f"075{century}{year % 100:02d}{900000 + self.count:06d}"[:12]

    def phone(self) -> str:
        return f"0900000{self.rng.randrange(1000):03d}"

    def more(self, age: int, ethnicity: str) -> dict[str, Any]:
        rng = self.rng
        more: dict[str, Any] = {"ethnicity": ethnicity, "condition": rng.choice(CONDITIONS)}
        if age < 16:
            more.update(marital="single", education=f"Lớp {max(1, age - 5)}/12" if age > 5 else "")
        else:
            more.update(
                job=rng.choice(JOBS) if age < 75 else "Hết tuổi lao động",
                marital=rng.choice(
                    ["single", "married", "widowed", "divorced"] if age < 60 else ["married", "widowed", "widowed"]
                ),
            )
        if rng.random() < 0.22:
            more.update(
                disability_type=rng.choice(["movement", "mental", "intellect", "seeing", "hearing"]),
                disability_level=rng.choice(["special", "severe", "severe", "mild"]),
                disability_paper="Giấy xác nhận của UBND xã",
            )
        return more


CONDITIONS = [
    "Tỉnh táo, tự đi lại được",
    "Đau khớp, đi lại khó khăn",
    "Hay quên, cần nhắc uống thuốc",
    "Sức khỏe yếu sau đợt nằm viện",
    "Ăn uống được, ngủ ít",
    "Sợ hãi, ít nói",
    "Vui vẻ, hợp tác",
]
