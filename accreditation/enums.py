"""The code lists of recognition. Codes never change; labels are what officials say (domain.md §3, §7)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ApplicationKind(models.TextChoices):
    """One per procedure of NĐ 103/2017/NĐ-CP; the rest of a procedure is data (accreditation/data/procedures.csv)."""

    REGISTER = "register", _("Đăng ký thành lập cơ sở ngoài công lập")
    REGISTER_CHANGE = "register_change", _("Thay đổi, cấp lại giấy chứng nhận đăng ký thành lập")
    LICENCE = "licence", _("Cấp giấy phép hoạt động")
    SMALL = "small_facility", _("Đăng ký hoạt động cơ sở dưới 10 đối tượng")
    ADJUST = "adjust", _("Điều chỉnh giấy phép hoạt động")
    REISSUE = "reissue", _("Cấp lại giấy phép hoạt động")
    RENEW = "renew", _("Gia hạn giấy phép hoạt động")
    DISSOLVE = "dissolve", _("Giải thể cơ sở")


K = ApplicationKind
# Those that end in a licence: the conditions of NĐ 103/2017/NĐ-CP Đ.26 are appraised.
GIVES_LICENCE = [K.LICENCE, K.SMALL, K.ADJUST, K.RENEW]
# Those about a licence that is in force.
ABOUT_LICENCE = [K.ADJUST, K.REISSUE, K.RENEW, K.DISSOLVE]


class Change(models.TextChoices):
    """What an adjustment may change (NĐ 103/2017/NĐ-CP Đ.29); a component of the dossier may hang on one."""

    NAME = "name", _("Tên cơ sở")
    ADDRESS = "address", _("Địa chỉ")
    HEAD = "head", _("Người đứng đầu")
    KIND = "kind", _("Loại hình")
    TASK = "task", _("Nhiệm vụ, dịch vụ")
    AREA = "area", _("Diện tích, cơ sở vật chất")
    GROUPS = "groups", _("Nhóm đối tượng")
    CAPACITY = "capacity", _("Quy mô tiếp nhận")


class ApplicationState(models.TextChoices):
    DRAFT = "draft", _("Nháp")
    SUBMITTED = "submitted", _("Đã nộp, chờ tiếp nhận")
    RETURNED = "returned", _("Trả lại để bổ sung")
    UNDER_REVIEW = "under_review", _("Đang thẩm định")
    SITE_VISIT = "site_visit", _("Thẩm định tại cơ sở")
    CORRECTION = "correction", _("Chờ cơ sở khắc phục")
    DECISION = "decision", _("Trình quyết định")
    APPROVED = "approved", _("Đã chấp thuận")
    CONDITIONAL = "conditional", _("Chấp thuận có điều kiện")
    REFUSED = "refused", _("Bị từ chối")
    APPEAL = "appeal", _("Đang khiếu nại")
    WITHDRAWN = "withdrawn", _("Đã rút")
    LAPSED = "lapsed", _("Hết thời gian chờ")


class LicenceState(models.TextChoices):
    ISSUED = "issued", _("Đã cấp, chưa đến ngày hiệu lực")
    ACTIVE = "active", _("Đang hiệu lực")
    RESTRICTED = "restricted", _("Bị thu hẹp phạm vi")
    SUSPENDED = "suspended", _("Bị tạm đình chỉ")
    REVOKED = "revoked", _("Đã thu hồi")
    SURRENDERED = "surrendered", _("Đã trả lại")
    SUPERSEDED = "superseded", _("Đã thay bằng giấy phép khác")


A = ApplicationState
# The legal clock runs while the authority has the file.
WITH_AUTHORITY = [A.SUBMITTED, A.UNDER_REVIEW, A.SITE_VISIT, A.DECISION]
WITH_APPLICANT = [A.DRAFT, A.RETURNED, A.CORRECTION]
BEFORE_DECISION = [*WITH_APPLICANT, *WITH_AUTHORITY]
APPLICATION_OPEN = [*BEFORE_DECISION, A.CONDITIONAL, A.APPEAL]

# A licence that lives: at most one of a facility, beside a successor that is issued and not yet in force.
LIVING = [LicenceState.ACTIVE, LicenceState.RESTRICTED, LicenceState.SUSPENDED]


class LicenceKind(models.TextChoices):
    LICENCE = "licence", _("Giấy phép hoạt động")
    SMALL = "small", _("Giấy xác nhận cơ sở dưới 10 đối tượng")


class PaperVerdict(models.TextChoices):
    ACCEPTED = "accepted", _("Hợp lệ")
    DEFECT = "defect", _("Cần bổ sung, sửa")


class Recommendation(models.TextChoices):
    APPROVE = "approve", _("Đề nghị chấp thuận")
    CONDITIONAL = "conditional", _("Đề nghị chấp thuận có điều kiện")
    REFUSE = "refuse", _("Đề nghị từ chối")


class DecisionKind(models.TextChoices):
    APPROVE = "approve", _("Chấp thuận")
    CONDITIONAL = "conditional", _("Chấp thuận có điều kiện")
    REFUSE = "refuse", _("Từ chối")
    EXTEND = "extend", _("Gia hạn thời gian giải quyết")
    RESTRICT = "restrict", _("Thu hẹp phạm vi hoạt động")
    LIFT = "lift", _("Bỏ thu hẹp phạm vi")
    SUSPEND = "suspend", _("Tạm đình chỉ hoạt động")
    REINSTATE = "reinstate", _("Cho hoạt động trở lại")
    REVOKE = "revoke", _("Thu hồi giấy phép")
    SURRENDER = "surrender", _("Chấp thuận trả lại giấy phép")
    REVERSE = "reverse", _("Hủy quyết định thu hồi")
    UPHOLD = "uphold", _("Giữ nguyên quyết định bị khiếu nại")
    OVERTURN = "overturn", _("Hủy quyết định bị khiếu nại, xem xét lại")


class RevokeReason(models.TextChoices):
    """NĐ 103/2017/NĐ-CP; the list was not checked against the text of the decree (domain.md §3)."""

    FRAUD = "fraud", _("Giả mạo giấy tờ trong hồ sơ")
    WRONG_ISSUE = "wrong_issue", _("Cấp không đúng thẩm quyền, không đúng quy định")
    IDLE = "idle", _("Không hoạt động trong 12 tháng")
    NOT_MENDED = "not_mended", _("Hết thời hạn đình chỉ mà không khắc phục")
    SERIOUS = "serious", _("Vi phạm nghiêm trọng")
    CONDITIONS = "conditions", _("Không thực hiện điều kiện đã chấp thuận")
    DISSOLVED = "dissolved", _("Cơ sở giải thể")
