"""The code lists of referrals. Codes never change; labels are what officials say (domain.md §7)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReferralState(models.TextChoices):
    DRAFT = "draft", _("Nháp")
    PENDING_APPROVAL = "pending_approval", _("Chờ kiểm huấn viên duyệt")
    SENT = "sent", _("Đã gửi, chờ trả lời")
    INFO_REQUESTED = "info_requested", _("Nơi nhận hỏi thêm")
    WAITLISTED = "waitlisted", _("Chờ xếp chỗ")
    ACCEPTED = "accepted", _("Đã nhận")
    IN_SERVICE = "in_service", _("Đang phục vụ")
    COMPLETED = "completed", _("Đã xong, chờ nơi gửi xem")
    CLOSED = "closed", _("Đã khép lại")
    DECLINED = "declined", _("Bị từ chối")
    EXPIRED = "expired", _("Quá hạn, không ai trả lời")
    WITHDRAWN = "withdrawn", _("Đã rút lại")


WITH_SENDER = [ReferralState.DRAFT, ReferralState.PENDING_APPROVAL]
WITH_RECEIVER = [ReferralState.SENT, ReferralState.INFO_REQUESTED, ReferralState.WAITLISTED]
RUNNING = [ReferralState.ACCEPTED, ReferralState.IN_SERVICE]
# Open: somebody still works on it or may. What was answered (completed, declined, expired) is open no longer, though
# its sender has yet to read it and close it.
OPEN = [*WITH_SENDER, *WITH_RECEIVER, *RUNNING]
ANSWERED = [ReferralState.COMPLETED, ReferralState.DECLINED, ReferralState.EXPIRED]
# The unit addressed learns of it once it was sent, and no more once it was withdrawn.
RECEIVER_SEES = [*WITH_RECEIVER, *RUNNING, *ANSWERED, ReferralState.CLOSED]


class ReferralKind(models.TextChoices):
    SERVICE = "service", _("Chuyển tuyến, kết nối dịch vụ")
    TRANSFER = "transfer", _("Chuyển giao cho đơn vị khác phụ trách")


class ConsentBasis(models.TextChoices):
    """Luật 91/2025/QH15 Đ.19: consent, or what the law lets a state body share without it."""

    CONSENT = "consent", _("Người được trợ giúp hoặc người giám hộ đồng ý")
    STATUTORY = "statutory", _("Theo luật định, không cần đồng ý")


class Section(models.TextChoices):
    """What the consent covers, part by part; nothing else goes into the packet."""

    IDENTITY = "identity", _("Họ tên, ngày sinh, giấy tờ")
    CONTACT = "contact", _("Nơi ở, điện thoại, người liên hệ")
    FAMILY = "family", _("Hộ gia đình")
    HEALTH = "health", _("Sức khỏe, khuyết tật")
    ASSESSMENT = "assessment", _("Kết quả đánh giá")
    PLAN = "plan", _("Kế hoạch trợ giúp")


class DeclineCode(models.TextChoices):
    """Each has a consequence (services/answers.py)."""

    FULL = "full", _("Hết chỗ")
    INELIGIBLE = "ineligible", _("Không đúng diện, không đúng nhu cầu")
    CLIENT_REFUSED = "client_refused", _("Người được trợ giúp không muốn đến")
    UNSAFE = "unsafe", _("Không an toàn cho người được trợ giúp hoặc người khác")


class Outcome(models.TextChoices):
    ACHIEVED = "achieved", _("Đạt kết quả mong đợi")
    PARTIAL = "partial", _("Đạt một phần")
    NOT_ACHIEVED = "not_achieved", _("Không đạt")


class DropOut(models.TextChoices):
    LEFT = "left", _("Tự ý bỏ")
    NO_CONTACT = "no_contact", _("Không liên lạc được")
    MOVED = "moved", _("Chuyển đi nơi khác")
    ASKED = "asked", _("Người được trợ giúp xin dừng")
    OTHER = "other", _("Lý do khác")


class NextStep(models.TextChoices):
    """What the sender does after reading the answer."""

    DONE = "done", _("Việc này đã xong")
    ANOTHER = "another", _("Tìm nơi nhận khác")
    OWN = "own", _("Đơn vị phụ trách tự làm")
    REPLAN = "replan", _("Xem lại kế hoạch")
    DROP = "drop", _("Không làm việc này nữa")


class Withdrawal(models.TextChoices):
    NOT_NEEDED = "not_needed", _("Không còn cần")
    WRONG_TARGET = "wrong_target", _("Gửi nhầm nơi nhận")
    CLIENT = "client", _("Người được trợ giúp đổi ý")
    PLAN_CHANGED = "plan_changed", _("Kế hoạch thay đổi")
    OTHER = "other", _("Lý do khác")


class AgeBand(models.TextChoices):
    """How old, roughly: all that a receiver learns before it accepts. The limits are those the law draws (NĐ 335/2026
    Đ.6, Đ.22; Luật Trẻ em 2016 Đ.1; Luật Người cao tuổi)."""

    UNDER_4 = "under_4", _("Dưới 4 tuổi")
    CHILD = "4_15", _("4 đến 15 tuổi")
    YOUTH = "16_17", _("16 đến 17 tuổi")
    ADULT = "18_59", _("18 đến 59 tuổi")
    OLDER = "60_79", _("60 đến 79 tuổi")
    VERY_OLD = "80_up", _("Từ 80 tuổi")
    UNKNOWN = "unknown", _("Chưa rõ tuổi")


_BANDS = [(4, AgeBand.UNDER_4), (16, AgeBand.CHILD), (18, AgeBand.YOUTH), (60, AgeBand.ADULT), (80, AgeBand.OLDER)]


def age_band(years: int | None) -> AgeBand:
    """The band of an age in whole years; UNKNOWN for None."""
    if years is None:
        return AgeBand.UNKNOWN
    return next((band for limit, band in _BANDS if years < limit), AgeBand.VERY_OLD)
