"""The code lists of case work. Codes never change; labels are what officials say (domain.md §7)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sex(models.TextChoices):
    MALE = "male", _("Nam")
    FEMALE = "female", _("Nữ")
    OTHER = "other", _("Khác")
    UNKNOWN = "unknown", _("Chưa rõ")


class Marital(models.TextChoices):
    SINGLE = "single", _("Chưa kết hôn")
    MARRIED = "married", _("Có vợ hoặc chồng")
    WIDOWED = "widowed", _("Góa")
    DIVORCED = "divorced", _("Ly hôn, ly thân")
    UNKNOWN = "unknown", _("Chưa rõ")


class IdKind(models.TextChoices):
    NONE = "none", _("Không có giấy tờ")
    PERSONAL = "personal", _("Số định danh cá nhân, căn cước")
    OLD = "old", _("Chứng minh nhân dân 9 số")
    FOREIGN = "foreign", _("Hộ chiếu, giấy tờ nước ngoài")


class DisabilityType(models.TextChoices):
    """Luật Người khuyết tật 51/2010 Đ.3."""

    MOVEMENT = "movement", _("Vận động")
    HEARING = "hearing", _("Nghe, nói")
    SEEING = "seeing", _("Nhìn")
    MENTAL = "mental", _("Thần kinh, tâm thần")
    INTELLECT = "intellect", _("Trí tuệ")
    OTHER = "other", _("Khác")


class DisabilityLevel(models.TextChoices):
    """Luật Người khuyết tật 51/2010 Đ.3; set by the commune council."""

    SPECIAL = "special", _("Đặc biệt nặng")
    SEVERE = "severe", _("Nặng")
    MILD = "mild", _("Nhẹ")


class HouseholdStatus(models.TextChoices):
    POOR = "poor", _("Hộ nghèo")
    NEAR_POOR = "near_poor", _("Hộ cận nghèo")
    OTHER = "other", _("Không thuộc hộ nghèo, cận nghèo")
    UNKNOWN = "unknown", _("Chưa rõ")


class ContactSafety(models.TextChoices):
    SAFE = "safe", _("An toàn để liên hệ")
    UNSAFE = "unsafe", _("Không liên hệ: có thể gây nguy hiểm")
    UNKNOWN = "unknown", _("Chưa rõ")


class Programme(models.TextChoices):
    CASE = "case_management", _("Quản lý trường hợp")
    CHILD = "child_protection", _("Bảo vệ trẻ em")


class Track(models.TextChoices):
    STANDARD = "standard", _("Thường")
    EMERGENCY = "emergency", _("Khẩn cấp")


class ReportSource(models.TextChoices):
    SELF = "self", _("Người được trợ giúp hoặc gia đình")
    HOTLINE = "hotline", _("Tổng đài 111, đường dây nóng")
    COMMUNE = "commune", _("UBND xã, phường")
    POLICE = "police", _("Công an")
    FACILITY = "facility", _("Cơ sở trợ giúp xã hội")
    SCHOOL = "school", _("Trường học, cơ sở y tế")
    CITIZEN = "citizen", _("Người dân")
    OUTREACH = "outreach", _("Nhân viên phát hiện")


class Danger(models.TextChoices):
    """What opens an emergency (NĐ 335/2026 Đ.21.2; NĐ 56/2017 Đ.26 for children)."""

    VIOLENCE = "violence", _("Đang bị bạo lực, bị đánh đập")
    SEXUAL = "sexual", _("Bị xâm hại tình dục")
    ABANDONED = "abandoned", _("Trẻ bị bỏ rơi, lạc, ở một mình")
    TRAFFICKED = "trafficked", _("Bị mua bán, cưỡng bức lao động")
    LIFE = "life", _("Nguy hiểm đến tính mạng, sức khỏe")
    SELF_HARM = "self_harm", _("Có ý định tự làm hại mình")
    HOMELESS = "homeless", _("Không nơi nương tựa ngoài đường")
    DISASTER = "disaster", _("Thiên tai, hỏa hoạn, tai nạn")


class LegalBasis(models.TextChoices):
    """Law 91/2025/QH15 Đ.19: consent, or what the law lets a state body do without it."""

    CONSENT = "consent", _("Có sự đồng ý")
    STATUTORY = "statutory", _("Nhiệm vụ theo luật định")
    VITAL = "vital", _("Bảo vệ tính mạng, sức khỏe")


class Selection(models.TextChoices):
    """TT 02/2020/TT-BLĐTBXH Đ.6.1: what kind of care is needed; several may hold."""

    URGENT = "urgent", _("Chăm sóc khẩn cấp")
    LONG = "long", _("Chăm sóc dài hạn")
    CONTINUOUS = "continuous", _("Chăm sóc liên tục")
    ROTATING = "rotating", _("Luân phiên")
    DAY = "day", _("Bán trú")


class Domain(models.TextChoices):
    """The nine domains of assessment and plan (domain.md §1)."""

    HEALTH = "health", _("Sức khỏe, dinh dưỡng")
    SELFCARE = "selfcare", _("Tự chăm sóc")
    MENTAL = "mental", _("Tinh thần, tâm lý")
    SAFETY = "safety", _("An toàn, chỗ ở")
    FAMILY = "family", _("Gia đình, người chăm sóc")
    EDUCATION = "education", _("Học tập, học nghề")
    INCOME = "income", _("Việc làm, thu nhập")
    PAPERS = "papers", _("Giấy tờ pháp lý")
    SOCIAL = "social", _("Quan hệ xã hội")


class Severity(models.IntegerChoices):
    NONE = 0, _("Ổn, không cần hỗ trợ")
    MILD = 1, _("Cần theo dõi")
    SERIOUS = 2, _("Cần hỗ trợ")
    CRITICAL = 3, _("Cần hỗ trợ ngay")


class PlanKind(models.TextChoices):
    SERVICE = "service", _("Kế hoạch trợ giúp")
    SAFETY = "safety", _("Kế hoạch an toàn")


class ProviderKind(models.TextChoices):
    OWN = "own", _("Đơn vị phụ trách tự làm")
    OTHER = "other", _("Cần đơn vị khác cung cấp")
    FAMILY = "family", _("Gia đình, cộng đồng")


class Signature(models.TextChoices):
    CLIENT = "client", _("Người được trợ giúp ký")
    GUARDIAN = "guardian", _("Người giám hộ ký")
    OVERRIDE = "override", _("Chưa ký được, kiểm huấn viên cho làm ngay vì an toàn")


class WorkKind(models.TextChoices):
    VISIT = "visit", _("Vãng gia")
    CALL = "call", _("Cuộc gọi")
    MEETING = "meeting", _("Gặp tại đơn vị")
    COUNSELLING = "counselling", _("Tham vấn")
    CONFERENCE = "conference", _("Họp ca")
    SERVICE = "service", _("Cung cấp dịch vụ")
    NOTE = "note", _("Ghi nhanh")


class Contacted(models.TextChoices):
    REACHED = "reached", _("Gặp hoặc nói chuyện được")
    NOT_REACHED = "not_reached", _("Không liên lạc được")


class ScreenOut(models.TextChoices):
    INELIGIBLE = "ineligible", _("Không thuộc diện")
    WITHDREW = "withdrew", _("Người được trợ giúp rút yêu cầu")
    OTHER_AGENCY = "other_agency", _("Thuộc cơ quan khác")


class HoldReason(models.TextChoices):
    AWAY = "away", _("Vắng dài ngày, đi khỏi địa bàn")
    HOSPITAL = "hospital", _("Điều trị nội trú")
    MISSING = "missing", _("Mất tích, chưa tìm thấy")
    CUSTODY = "custody", _("Đang bị tạm giữ, cai nghiện")
    OTHER = "other", _("Lý do khác")


class ReviewReason(models.TextChoices):
    DUE = "due", _("Đến hạn rà soát")
    INCIDENT = "incident", _("Có sự việc mới")
    RISK_UP = "risk_up", _("Nguy cơ tăng")
    REQUEST = "request", _("Người được trợ giúp đề nghị")


class FollowUpResult(models.TextChoices):
    STABLE = "stable", _("Cuộc sống ổn định")
    NEEDS_HELP = "needs_help", _("Cần trợ giúp thêm, xem xét mở lại")
    NOT_FOUND = "not_found", _("Không gặp được")
