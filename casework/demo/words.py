"""What people of the demo say and write."""

from typing import NamedTuple


class GoalText(NamedTuple):
    domain: str
    text: str
    measure: str
    action: str
    service: str
    provider: str
    who: str = ""


GOALS = [
    GoalText(
        "health",
        "Được khám và điều trị bệnh đang mắc",
        "Có sổ khám, uống thuốc đều 4 tuần",
        "Đưa đi khám, lấy thuốc",
        "health-treatment",
        "other",
        "Bệnh viện",
    ),
    GoalText("health", "Có thẻ bảo hiểm y tế", "Thẻ còn hạn trong tay", "Làm hồ sơ cấp thẻ", "health-nutrition", "own"),
    GoalText(
        "selfcare",
        "Được chăm sóc hằng ngày tại cơ sở",
        "Ngủ, ăn, tắm đủ; cân nặng không giảm",
        "Nhận chăm sóc nội trú",
        "selfcare-residential",
        "other",
        "Cơ sở trợ giúp xã hội",
    ),
    GoalText(
        "selfcare",
        "Có người giúp việc nhà mỗi tuần",
        "Người giúp đến đủ 2 buổi mỗi tuần trong 1 tháng",
        "Cử người chăm sóc tại nhà",
        "selfcare-home",
        "own",
    ),
    GoalText(
        "mental",
        "Bớt lo âu, ngủ được",
        "Tự nói ngủ được 6 giờ, 3 tuần liền",
        "Tham vấn tâm lý 6 buổi",
        "mental-counselling",
        "own",
    ),
    GoalText(
        "safety",
        "Có chỗ ở an toàn",
        "Không còn sự việc trong 2 tháng",
        "Sửa cửa, cùng tổ dân phố theo dõi",
        "safety-plan",
        "own",
    ),
    GoalText(
        "family",
        "Người chăm sóc biết cách chăm sóc",
        "Người nhà tự làm được 3 kỹ năng",
        "Hướng dẫn tại nhà 4 buổi",
        "family-parenting",
        "own",
    ),
    GoalText(
        "family",
        "Tìm được người thân",
        "Gặp mặt người thân ít nhất một lần",
        "Nhờ địa phương xác minh",
        "family-reunion",
        "own",
    ),
    GoalText(
        "education",
        "Đi học trở lại",
        "Đến lớp đủ buổi trong 1 học kỳ",
        "Làm việc với trường, xin miễn học phí",
        "social-integration",
        "own",
    ),
    GoalText(
        "income",
        "Nhận trợ cấp hằng tháng",
        "Có quyết định của UBND xã, phường",
        "Lập hồ sơ trợ cấp xã hội",
        "income-allowance",
        "own",
    ),
    GoalText(
        "income",
        "Có việc làm phù hợp sức khỏe",
        "Đi làm ít nhất 2 tháng",
        "Giới thiệu việc làm gần nhà",
        "social-volunteer",
        "own",
    ),
    GoalText(
        "papers", "Có căn cước", "Nhận thẻ căn cước", "Cùng đi làm thủ tục", "social-integration", "family", "Gia đình"
    ),
    GoalText(
        "social",
        "Tham gia sinh hoạt câu lạc bộ",
        "Đến sinh hoạt 2 lần mỗi tháng",
        "Đưa đến câu lạc bộ",
        "social-club",
        "own",
    ),
]
PROBLEMS = {
    "child": [
        "Cháu bỏ học theo mẹ bán vé số",
        "Cháu mồ côi cha, mẹ bỏ đi, ở với bà",
        "Nhà trường thấy cháu có vết bầm",
        "Cháu khuyết tật, nhà không có người trông",
    ],
    "old": [
        "Cụ sống một mình, không ai chăm sóc",
        "Ông bị tai biến, con đi làm xa",
        "Bà bị con trai uống rượu chửi mắng",
        "Cụ nuôi hai cháu nhỏ, không có thu nhập",
    ],
    "adult": [
        "Mất việc, ba mẹ con ở trọ, nợ tiền nhà",
        "Bị chồng đánh nhiều lần",
        "Bệnh tâm thần, bỏ thuốc, đi lang thang",
        "Khuyết tật vận động, muốn học nghề",
    ],
}
FINDINGS = [
    "Nhu cầu chính là chăm sóc sức khỏe và thu nhập; gia đình muốn hợp tác.",
    "Thiếu người chăm sóc ban ngày, hàng xóm có giúp.",
    "Người được trợ giúp còn tự lo được sinh hoạt, cần giấy tờ và trợ cấp.",
    "Môi trường sống chưa an toàn, cần theo dõi sát.",
]
NOTES = {
    "visit": [
        "Đến nhà, người được trợ giúp khỏe hơn tuần trước.",
        "Gia đình đã dọn chỗ ngủ riêng. Hẹn tuần sau quay lại.",
        "Nhà khóa cửa, hàng xóm nói đi khám bệnh.",
    ],
    "call": [
        "Gọi nhắc lịch khám, đã nhận lời.",
        "Gia đình báo đã nhận tiền trợ cấp tháng này.",
        "Hẹn ngày ký kế hoạch.",
    ],
    "meeting": ["Đến trung tâm hỏi về hồ sơ trợ cấp.", "Gặp cả hai vợ chồng, thống nhất cách chăm sóc."],
    "counselling": [
        "Buổi tham vấn: nói được về chuyện đã xảy ra, còn khóc nhiều.",
        "Tập thở, viết nhật ký cảm xúc. Hẹn buổi sau.",
    ],
    "conference": ["Họp ca: thống nhất mức nguy cơ, phân công từng việc, hẹn họp lại sau một tháng."],
    "service": [
        "Phát 10 kg gạo, mì, dầu ăn.",
        "Đưa đi khám tại bệnh viện, lấy thuốc 30 ngày.",
        "Hướng dẫn người nhà xoa bóp, trở mình.",
    ],
    "note": ["Đã gửi công văn cho UBND xã.", "Chờ giấy xác nhận khuyết tật."],
}
