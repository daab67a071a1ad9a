"""The words of names and of what people tell. `word:12` stands twelve times: it is so much more frequent."""
# ruff: noqa: SIM905  lists of words read best as words


def _weighted(text: str) -> list[str]:
    words: list[str] = []
    for entry in text.split():
        word, _colon, times = entry.partition(":")
        words += [word] * int(times or 1)
    return words


FAMILY = _weighted("""
Nguyễn:34 Trần:12 Lê:9 Phạm:7 Huỳnh:5 Hoàng:4 Phan:4 Vũ:4 Võ:4 Đặng:3 Bùi:3 Đỗ:3 Hồ:2 Ngô:2 Dương:2 Lý:2 Đinh
Trương Mai Lâm Cao Tạ Thái Châu Tô Lưu Đoàn Đào Quách Trịnh Hà La Tăng Kiều Lương Vương Phùng Trang Tống Chu
Khổng Điểu Thổ Nông Bế Lục Vy Thạch Sơn Danh Kim Diệp Từ Lại Văn Giang Thân Nghiêm Ông Tiêu Bạch Thi Âu
""")
_MIDDLE_MALE = _weighted("""
Văn:12 Hữu:2 Minh:2 Quốc:2 Đức:2 Thanh Công Anh Tuấn Xuân Ngọc Thành Hoàng Gia Bá Đình Quang Trọng Duy Thế
Viết Nhật Trung Mạnh Tấn Chí Phước Vĩnh Hồng Kim Tiến Bảo Khắc Như Phú Nguyên Đăng
""")
_MIDDLE_FEMALE = _weighted("""
Thị:14 Ngọc:2 Thanh:2 Kim:2 Mỹ Bích Hồng Thu:2 Minh Phương Diễm Bảo Khánh Tuyết Hoài Cẩm Lệ Kiều Thùy Huyền
Xuân Ánh Quỳnh Tú Trúc Hải Vân Như Gia Yến Mai Hoàng Thảo Diệu Tường
""")
_GIVEN_MALE = """
An Ân Anh Bách Bằng Bảo Bảy Bền Bình Bính Cảnh Chánh Chiến Chính Chung Chương Công Cường Dân Danh Dũng Duy
Dương Đại Đan Đạo Đạt Điền Đông Đức Được Giàu Giang Hà Hải Hân Hanh Hào Hậu Hiền Hiển Hiệp Hiếu Hoà Hoài Hoàn
Hoàng Hội Hồng Hợp Huấn Hùng Hưng Hữu Huy Khải Khang Khánh Khiêm Khoa Khôi Khương Kiên Kiệt Kỳ Lai Lâm Lân Lập
Liêm Linh Lĩnh Lộc Lợi Long Luân Luận Lực Lương Lượng Lưu Mạnh Mẫn Minh Mười Nam Năm Nghị Nghĩa Nguyên Nhàn
Nhân Nhật Nhựt Phát Phi Phong Phú Phúc Phước Phương Quân Quang Quốc Quý Quyền Quyết Sang Sáng Sáu Sĩ Sinh Sơn
Tài Tám Tâm Tân Tấn Thạch Thái Thắng Thanh Thành Thảo Thế Thi Thiện Thiệu Thịnh Thọ Thời Thông Thuận Thức
Thương Tiến Tiền Tín Tình Toàn Toản Trí Triều Triết Trọng Trung Trường Trực Tú Tuấn Tuệ Tùng Tường Tuyên Út
Văn Viễn Việt Vinh Vĩnh Vũ Vương Vượng Xuân Ý Yên
""".split()
_GIVEN_FEMALE = """
Ái An Anh Ánh Bé Bích Bình Búp Cẩm Chanh Châu Chi Cúc Cương Dân Diễm Diệp Diệu Dung Duyên Dương Đào Đậu Điệp
Định Đông Gấm Giang Giàu Hà Hai Hải Hằng Hạnh Hảo Hân Hậu Hiền Hiếu Hiên Hoa Hòa Hoài Hoàn Hoàng Hồng Huệ
Hường Hương Huyền Kha Khanh Khánh Khuê Kiều Kim Lam Lan Lành Lê Lệ Lài Liên Liễu Linh Lịch Loan Lộc Lợi Lụa
Lương Lưu Lý Ly Mai Mận May Mến Mi Minh Mơ My Mỹ Na Nết Nga Ngà Ngân Nghi Ngọc Nguyên Nguyệt Nhã Nhạn Nhàn Nhi
Nhiên Nhung Như Nở Nụ Nương Oanh Phấn Phi Phụng Phước Phương Phượng Quế Quý Quyên Quỳnh Sa Sang Sáu Sen Sim
Sương Tâm Tám Thắm Thanh Thảo Thể Thi Thơ Thoa Thơm Thu Thủy Thúy Thùy Thư Thương Tím Tình Tiên Trà Trâm Trang
Trinh Trúc Tuyền Tuyết Tươi Tường Tú Uyên Vân Vàng Vi Việt Vui Vy Xinh Xoan Xuân Xuyến Ý Yên Yến
""".split()
MIDDLE = (_MIDDLE_MALE, _MIDDLE_FEMALE)
GIVEN = (_GIVEN_MALE, _GIVEN_FEMALE)
HAMLETS = [f"Ấp {number}" for number in range(1, 9)] + [f"Khu phố {number}" for number in range(1, 12)]
STREETS = [
    "Nguyễn Ái Quốc",
    "Phạm Văn Thuận",
    "Cách Mạng Tháng Tám",
    "Hùng Vương",
    "Quốc lộ 20",
    "Bùi Văn Hòa",
    "Lê Duẩn",
    "Đồng Khởi",
    "Trần Phú",
    "Quốc lộ 1",
    "Nguyễn Trãi",
    "Hà Huy Giáp",
    "Quốc lộ 14",
    "Phú Riềng Đỏ",
    "Lê Lợi",
]
PROBLEMS = {
    "child": [
        "Cháu bỏ học theo mẹ bán vé số",
        "Cháu mồ côi cha, mẹ bỏ đi, ở với bà",
        "Nhà trường thấy cháu có vết bầm",
        "Cháu khuyết tật, nhà không có người trông",
        "Cháu ở với ông bà già yếu, thiếu ăn",
        "Cha mẹ đi làm xa cả năm",
    ],
    "old": [
        "Cụ sống một mình, không ai chăm sóc",
        "Bị tai biến, con đi làm xa",
        "Bị con trai uống rượu chửi mắng",
        "Nuôi hai cháu nhỏ, không có thu nhập",
        "Nhà dột, hay ốm, không có thẻ bảo hiểm",
        "Hay quên, đi lạc hai lần",
    ],
    "adult": [
        "Mất việc, ba mẹ con ở trọ, nợ tiền nhà",
        "Bị chồng đánh nhiều lần",
        "Bệnh tâm thần, bỏ thuốc, đi lang thang",
        "Khuyết tật vận động, muốn học nghề",
        "Tai nạn lao động, không làm được nữa",
        "Nuôi con nhỏ một mình",
    ],
    "unknown": ["Ở bến xe nhiều ngày, không nhớ tên, không giấy tờ", "Được đưa vào bệnh viện, không ai nhận"],
}
