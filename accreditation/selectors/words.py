"""What each verb of the history of an application and of a licence is called, and who is told of it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Words:
    """`text` as a past deed. `inside`: a matter of the authority, of which the applicant is not told; `told`: the note
    of the event was written for the applicant; `system` folds it away among small things."""

    text: Any
    icon: str = "doc"
    bad: bool = False
    inside: bool = False
    told: bool = False
    system: bool = False


_APPLICATION = {
    "draft": Words(_("Lập hồ sơ đề nghị"), "plus"),
    "edit": Words(_("Sửa nội dung đề nghị"), "pen", system=True),
    "copy": Words(_("Lập hồ sơ mới từ hồ sơ này"), "plus"),
    "submit": Words(_("Nộp hồ sơ"), "send"),
    "return": Words(_("Trả lại để bổ sung, kèm danh sách thiếu sót"), "back", bad=True, told=True),
    "declare_interest": Words(_("Khai về lợi ích liên quan"), "flag", inside=True),
    "take": Words(_("Nhận thẩm định"), "yes"),
    "check_papers": Words(_("Xem giấy tờ trong hồ sơ"), "eye", inside=True),
    "visit": Words(_("Hẹn ngày thẩm định tại cơ sở"), "home"),
    "answer_conditions": Words(_("Ghi kết quả từng điều kiện"), "pen", inside=True, system=True),
    "record_visit": Words(_("Lập biên bản thẩm định tại cơ sở"), "doc"),
    "visit_photo": Words(_("Thêm ảnh chụp tại cơ sở"), "doc", inside=True, system=True),
    "require_fix": Words(_("Yêu cầu cơ sở khắc phục"), "back", bad=True, told=True),
    "fixed": Words(_("Báo đã khắc phục"), "yes", told=True),
    "evidence": Words(_("Báo đã thực hiện điều kiện"), "yes", told=True),
    "recommend": Words(_("Trình người có thẩm quyền quyết định"), "send"),
    "send_back": Words(_("Người có thẩm quyền yêu cầu xem lại"), "back", bad=True, inside=True),
    "approve": Words(_("Chấp thuận"), "yes"),
    "conditional": Words(_("Chấp thuận có điều kiện"), "yes", told=True),
    "met": Words(_("Xác nhận đã thực hiện đủ điều kiện"), "yes"),
    "unmet": Words(_("Không thực hiện điều kiện, từ chối"), "no", bad=True, told=True),
    "refuse": Words(_("Từ chối"), "no", bad=True, told=True),
    "extend": Words(_("Gia hạn thời gian giải quyết"), "later", told=True),
    "appeal": Words(_("Khiếu nại quyết định từ chối"), "flag", told=True),
    "uphold": Words(_("Giữ nguyên quyết định bị khiếu nại"), "no", bad=True, told=True),
    "overturn": Words(_("Hủy quyết định bị khiếu nại, xem xét lại"), "back", told=True),
    "apologise": Words(_("Gửi thư xin lỗi, hẹn lại ngày trả kết quả"), "send", told=True),
    "overdue": Words(_("Quá hạn giải quyết, báo người có thẩm quyền"), "over", bad=True, inside=True, system=True),
    "remind": Words(_("Nhắc cơ sở"), "later", system=True),
    "withdraw": Words(_("Rút hồ sơ"), "no", bad=True, told=True),
    "lapse": Words(_("Hết thời gian chờ, hồ sơ dừng lại"), "later", bad=True),
}
_PAPER = {"upload": Words(_("Nộp giấy tờ"), "up", system=True)}
_LICENCE = {
    "issue": Words(_("Cấp giấy phép"), "yes"),
    "take_over": Words(_("Ghi giấy phép cấp từ trước vào hệ thống"), "plus"),
    "activate": Words(_("Giấy phép bắt đầu có hiệu lực"), "yes"),
    "restrict": Words(_("Thu hẹp phạm vi hoạt động"), "no", bad=True),
    "lift": Words(_("Bỏ thu hẹp phạm vi"), "yes"),
    "notify_suspension": Words(_("Báo trước việc tạm đình chỉ"), "flag", bad=True, told=True),
    "reply_suspension": Words(_("Cơ sở giải trình"), "chat", told=True),
    "drop_notice": Words(_("Không tạm đình chỉ nữa, rút thông báo"), "back", told=True),
    "remind": Words(_("Nhắc giấy phép sắp hết thời hạn"), "later", system=True),
    "follow_term": Words(_("Phạm vi được nhận đổi theo thời hạn của giấy phép"), "gear", system=True),
    "settle_residents": Words(_("Ghi đã thăm, đã chuyển chỗ người đang ở"), "home", inside=True),
    "suspend": Words(_("Tạm đình chỉ hoạt động"), "paused", bad=True, told=True),
    "reinstate": Words(_("Cho hoạt động trở lại"), "yes", told=True),
    "revoke": Words(_("Thu hồi giấy phép"), "no", bad=True, told=True),
    "reverse": Words(_("Hủy quyết định thu hồi"), "back", told=True),
    "surrender": Words(_("Trả lại giấy phép"), "no", bad=True),
    "supersede": Words(_("Thay bằng giấy phép khác"), "back"),
}
_DECISION = {"sign": Words(_("Ký quyết định"), "pen", system=True)}
_REGISTRATION = {
    "certify": Words(_("Cấp giấy chứng nhận đăng ký thành lập"), "yes"),
    "end": Words(_("Giấy chứng nhận đăng ký hết hiệu lực"), "no", system=True),
}


def _named(model: str, verbs: dict[str, Words]) -> dict[str, Words]:
    return {f"{model}.{name}": words for name, words in verbs.items()}


WORDS: dict[str, Words] = {
    **_named("application", _APPLICATION),
    **_named("applicationpaper", _PAPER),
    **_named("licence", _LICENCE),
    **_named("decision", _DECISION),
    **_named("registration", _REGISTRATION),
}
