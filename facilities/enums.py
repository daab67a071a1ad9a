"""The code lists of the register. Codes never change; labels are what officials say."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LegalKind(models.TextChoices):
    """The seven kinds of social-assistance facility (NĐ 103/2017/NĐ-CP Đ.5)."""

    ELDERLY = "elderly", _("Cơ sở chăm sóc người cao tuổi")
    CHILDREN = "children", _("Cơ sở chăm sóc trẻ em có hoàn cảnh đặc biệt")
    DISABLED = "disabled", _("Cơ sở chăm sóc người khuyết tật")
    MENTAL = "mental", _("Cơ sở chăm sóc và phục hồi chức năng người tâm thần")
    GENERAL = "general", _("Cơ sở bảo trợ xã hội tổng hợp")
    SOCIAL_WORK = "social_work", _("Trung tâm công tác xã hội")
    OTHER = "other", _("Cơ sở trợ giúp xã hội khác")


class Ownership(models.TextChoices):
    """NĐ 103/2017/NĐ-CP Đ.2."""

    PUBLIC = "public", _("Công lập")
    PRIVATE = "private", _("Ngoài công lập")


class BodyKind(models.TextChoices):
    HOSPITAL = "hospital", _("Bệnh viện, trạm y tế")
    LEGAL_AID = "legal_aid", _("Trung tâm trợ giúp pháp lý")
    SCHOOL = "school", _("Trường học, cơ sở dạy nghề")
    POLICE = "police", _("Công an")
    JOB_CENTRE = "job_centre", _("Trung tâm dịch vụ việc làm")
    OTHER = "other", _("Nơi khác")


class Zone(models.TextChoices):
    """Where the ground lies: the area per client that NĐ 103/2017/NĐ-CP Đ.24 asks for depends on it."""

    URBAN = "urban", _("Đô thị")
    RURAL = "rural", _("Nông thôn")
    MOUNTAIN = "mountain", _("Miền núi")


class CareModel(models.TextChoices):
    """Models that the source plan names; tags beside the legal kind, several of one facility."""

    COMPREHENSIVE = "comprehensive", _("Trợ giúp toàn diện")
    RESIDENTIAL = "residential", _("Chăm sóc nội trú")
    SHELTER = "shelter", _("Nhà tạm lánh")
    VOCATIONAL = "vocational", _("Dạy nghề gắn với việc làm")
    DAY_CARE = "day_care", _("Chăm sóc bán trú")
    COUNSELLING = "counselling", _("Tham vấn, tư vấn")
    FOSTER_SUPPORT = "foster_support", _("Hỗ trợ gia đình nhận nuôi có thời hạn")
    OUTREACH = "outreach", _("Dịch vụ tại cộng đồng")


class BedSex(models.TextChoices):
    ANY = "any", _("Nam hoặc nữ")
    MALE = "male", _("Nam")
    FEMALE = "female", _("Nữ")


class BedAge(models.TextChoices):
    ANY = "any", _("Mọi lứa tuổi")
    INFANT = "infant", _("Dưới 18 tháng")
    CHILD = "child", _("Trẻ em dưới 16 tuổi")
    ADULT = "adult", _("Người lớn")
    ELDERLY = "elderly", _("Người cao tuổi")


class BedNeed(models.TextChoices):
    STANDARD = "standard", _("Thông thường")
    MOBILITY = "mobility", _("Người đi lại khó khăn, xe lăn")
    ROUND_CLOCK = "round_clock", _("Cần chăm sóc 24/24 giờ")
    MENTAL = "mental", _("Người tâm thần")
    ISOLATION = "isolation", _("Cách ly, theo dõi")


class OccupancyKind(models.TextChoices):
    HOLD = "hold", _("Giữ chỗ")
    STAY = "stay", _("Đang ở")


class Position(models.TextChoices):
    """Work in a facility (TT 33/2017/TT-BLĐTBXH Đ.5; TT 09/2024/TT-BLĐTBXH Đ.6)."""

    DIRECTOR = "director", _("Giám đốc, người đứng đầu")
    DEPUTY = "deputy", _("Phó giám đốc")
    SOCIAL_WORKER = "social_worker", _("Nhân viên công tác xã hội")
    PSYCHOLOGIST = "psychologist", _("Nhân viên tâm lý")
    CARER = "carer", _("Người chăm sóc trực tiếp")
    MEDICAL = "medical", _("Nhân viên y tế, phục hồi chức năng")
    TEACHER = "teacher", _("Giáo viên, dạy nghề")
    OTHER = "other", _("Công việc khác")


class CareGroup(models.TextChoices):
    """Whom the norms of carers count apart (TT 33/2017/TT-BLĐTBXH, TT 09/2024/TT-BLĐTBXH)."""

    INFANT = "infant", _("Trẻ dưới 18 tháng")
    TODDLER = "toddler", _("Trẻ từ 18 tháng đến dưới 6 tuổi")
    CHILD = "child", _("Trẻ từ 6 đến dưới 16 tuổi")
    CHILD_DISABLED_SMALL = "child_disabled_small", _("Trẻ khuyết tật, tâm thần, HIV dưới 6 tuổi")
    CHILD_DISABLED = "child_disabled", _("Trẻ khuyết tật, tâm thần, HIV từ 6 đến dưới 16 tuổi")
    DISABLED_SELF = "disabled_self", _("Người khuyết tật tự phục vụ được")
    DISABLED = "disabled", _("Người khuyết tật không tự phục vụ được")
    ELDERLY_SELF = "elderly_self", _("Người cao tuổi tự phục vụ được")
    ELDERLY = "elderly", _("Người cao tuổi không tự phục vụ được")
    MENTAL = "mental", _("Người tâm thần")
    OTHER = "other", _("Người khác")


class PaperKind(models.TextChoices):
    """Papers that a facility keeps; several of them end on a day."""

    FOUNDING = "founding", _("Quyết định thành lập, giấy chứng nhận đăng ký")
    LICENCE = "licence", _("Giấy phép hoạt động")
    LAND = "land", _("Giấy tờ đất, nhà, hợp đồng thuê")
    FIRE = "fire", _("Nghiệm thu, kiểm tra phòng cháy chữa cháy")
    FOOD = "food", _("Chứng nhận an toàn thực phẩm")
    MEDICAL = "medical", _("Hợp đồng, giấy phép khám chữa bệnh")
    WATER = "water", _("Kết quả kiểm nghiệm nước, môi trường")
    INSURANCE = "insurance", _("Bảo hiểm")
    CRIMINAL_RECORD = "criminal_record", _("Phiếu lý lịch tư pháp")
    RULES = "rules", _("Quy chế hoạt động")
    OTHER = "other", _("Giấy tờ khác")


class InspectionKind(models.TextChoices):
    PERIODIC = "periodic", _("Kiểm tra định kỳ")
    AFTER_LICENCE = "after_licence", _("Kiểm tra sau cấp phép")
    INCIDENT = "incident", _("Kiểm tra sau sự việc")
    COMPLAINT = "complaint", _("Kiểm tra theo phản ánh")
    RECHECK = "recheck", _("Kiểm tra lại")


class InspectionState(models.TextChoices):
    PLANNED = "planned", _("Đã lên lịch")
    UNDERWAY = "underway", _("Đang kiểm tra")
    REPLY = "reply", _("Chờ cơ sở giải trình")
    REMEDY = "remedy", _("Đang khắc phục")
    RECHECK = "recheck", _("Chờ kiểm tra lại")
    CLOSED = "closed", _("Đã kết thúc")
    CANCELLED = "cancelled", _("Đã hủy")


class Verdict(models.TextChoices):
    MET = "met", _("Đạt")
    UNMET = "unmet", _("Chưa đạt")
    NOT_APPLICABLE = "na", _("Không áp dụng")


class Severity(models.TextChoices):
    MINOR = "minor", _("Nhẹ")
    MAJOR = "major", _("Nặng")
    DANGER = "danger", _("Nguy hiểm cho người đang ở")


class LicenceEffect(models.TextChoices):
    """What an inspection proposes for the licence; the licence itself moves only by its own machine."""

    NONE = "none", _("Không ảnh hưởng")
    RESTRICT = "restrict", _("Đề nghị thu hẹp phạm vi")
    SUSPEND = "suspend", _("Đề nghị tạm đình chỉ")
    REVOKE = "revoke", _("Đề nghị thu hồi")


class IncidentKind(models.TextChoices):
    DEATH = "death", _("Có người chết")
    ABUSE = "abuse", _("Bạo hành, xâm hại")
    INJURY = "injury", _("Tai nạn, thương tích")
    MISSING = "missing", _("Bỏ đi, mất tích")
    FIRE = "fire", _("Cháy nổ, thiên tai")
    POISONING = "poisoning", _("Ngộ độc, dịch bệnh")
    OTHER = "other", _("Sự việc khác")


class IncidentState(models.TextChoices):
    REPORTED = "reported", _("Đã báo, chờ xem xét")
    REVIEW = "review", _("Đang xem xét")
    CLOSED = "closed", _("Đã kết luận")
