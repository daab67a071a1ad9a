"""What each verb of the event log is called on the timeline. A test holds this table against the declared actions."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Words:
    """`text` as a past deed; `chip` the filter it stands under; `system` folds it away among small things."""

    text: Any
    chip: str = "decision"
    icon: str = "doc"
    bad: bool = False
    system: bool = False


def _file(text: Any, icon: str = "doc", bad: bool = False, system: bool = False) -> Words:
    return Words(text, "file", icon, bad, system)


def _referral(text: Any, icon: str = "send", bad: bool = False, system: bool = False) -> Words:
    return Words(text, "referral", icon, bad, system)


_CASE = {
    "register": Words(_("Tiếp nhận hồ sơ"), icon="plus"),
    "take_over": Words(_("Tiếp quản ca đang chạy"), icon="plus"),
    "complete_intake": Words(_("Bổ sung thông tin tiếp nhận"), icon="pen"),
    "screen_in": Words(_("Sàng lọc: nhận vào đánh giá"), icon="yes"),
    "ask_more": Words(_("Yêu cầu bổ sung thông tin tiếp nhận"), icon="back"),
    "screen_out": Words(_("Sàng lọc: không tiếp nhận"), icon="no", bad=True),
    "reconsider": Words(_("Xét lại việc không tiếp nhận"), icon="back"),
    "void": Words(_("Hủy hồ sơ vì nhập nhầm"), icon="no", bad=True),
    "emergency_open": Words(_("Mở ca khẩn cấp"), icon="emergency", bad=True),
    "raise_emergency": Words(_("Chuyển ca sang khẩn cấp"), icon="emergency", bad=True),
    "review_emergency": Words(_("Xem lại việc mở khẩn cấp"), icon="eye"),
    "assess_done": Words(_("Xong đánh giá, sang lập kế hoạch"), icon="yes"),
    "return": Words(_("Trả về đánh giá"), icon="back", bad=True),
    "start": Words(_("Bắt đầu thực hiện kế hoạch"), icon="yes"),
    "placed": Words(_("Đã có nơi nhận, bắt đầu dịch vụ"), icon="yes"),
    "refer": Words(_("Tìm nơi nhận khác"), icon="send"),
    "replan": Words(_("Quay lại lập kế hoạch"), icon="back"),
    "review": Words(_("Rà soát kế hoạch"), icon="eye"),
    "hold": Words(_("Tạm dừng ca"), icon="paused"),
    "resume": Words(_("Tiếp tục ca"), icon="yes"),
    "request_close": Words(_("Đề nghị kết thúc ca"), icon="flag"),
    "return_close": Words(_("Chưa cho kết thúc, trả lại"), icon="back", bad=True),
    "close": Words(_("Duyệt kết thúc ca"), icon="lock"),
    "follow_up": Words(_("Theo dõi sau kết thúc"), icon="phone"),
    "reopen": Words(_("Mở lại hồ sơ"), icon="back"),
    "reassign": Words(_("Giao ca cho người khác"), icon="people"),
    "accept_handover": Words(_("Nhận bàn giao ca"), icon="people"),
    "decline_handover": Words(_("Không nhận bàn giao ca"), icon="no", bad=True),
    "edit_safety_note": Words(_("Ghi an toàn khi đến nhà"), icon="flag", chip="note"),
    "change_owner": Words(_("Chuyển giao đơn vị phụ trách"), icon="people"),
}
_ASSESSMENT = {
    "draft": _file(_("Bắt đầu đánh giá"), "pen"),
    "answer": _file(_("Ghi tiếp đánh giá"), "pen", system=True),
    "lock": _file(_("Khóa đánh giá"), "lock"),
    "supersede": _file(_("Thay bằng bản mới: đánh giá"), system=True),
}
_PLAN = {
    "draft": _file(_("Lập kế hoạch"), "pen"),
    "revise": _file(_("Lập kế hoạch"), "pen"),
    "safety_plan": _file(_("Lập kế hoạch an toàn"), "flag"),
    "review_safety": _file(_("Xem kế hoạch an toàn"), "eye"),
    "edit": _file(_("Ghi ý kiến, tóm tắt: kế hoạch"), system=True),
    "submit": _file(_("Trình kế hoạch"), "send"),
    "return": _file(_("Trả lại kế hoạch"), "back", bad=True),
    "recall": _file(_("Thu hồi kế hoạch"), "back"),
    "approve": _file(_("Duyệt kế hoạch"), "yes"),
    "agree": _file(_("Đồng ý, thực hiện kế hoạch"), "yes"),
    "not_agreed": _file(_("Người được trợ giúp không đồng ý kế hoạch"), "no", bad=True),
    "complete": _file(_("Hoàn thành kế hoạch"), "yes"),
    "supersede": _file(_("Thay bằng bản mới: kế hoạch"), system=True),
    "cancel": _file(_("Hủy kế hoạch"), "no", bad=True),
}
_GOAL = {
    "add": _file(_("Thêm mục tiêu"), "plus", system=True),
    "edit": _file(_("Sửa mục tiêu"), "pen", system=True),
    "begin": _file(_("Bắt đầu một mục tiêu"), system=True),
    "achieve": _file(_("Đạt một mục tiêu"), "yes"),
    "achieve_partly": _file(_("Đạt một phần mục tiêu"), "yes"),
    "not_achieve": _file(_("Không đạt một mục tiêu"), "no", bad=True),
    "drop": _file(_("Bỏ một mục tiêu"), "no"),
}
_REFERRAL = {
    "draft": _referral(_("Lập chuyển tuyến"), "pen"),
    "edit": _referral(_("Sửa chuyển tuyến"), "pen", system=True),
    "send": _referral(_("Gửi chuyển tuyến")),
    "approve": _referral(_("Duyệt gửi chuyển tuyến"), "yes"),
    "return": _referral(_("Trả lại chuyển tuyến để sửa"), "back", bad=True),
    "review_sent": _referral(_("Xem lại việc gửi khẩn cấp"), "eye"),
    "ask": _referral(_("Nơi nhận hỏi thêm"), "chat"),
    "answer": _referral(_("Trả lời nơi nhận"), "chat"),
    "accept": _referral(_("Nơi nhận đã nhận"), "yes"),
    "decline": _referral(_("Nơi nhận từ chối"), "no", bad=True),
    "no_show": _referral(_("Hẹn mà không đến"), "flag", bad=True),
    "start": _referral(_("Nơi nhận bắt đầu phục vụ"), "yes"),
    "complete": _referral(_("Nơi nhận báo đã xong"), "yes"),
    "drop_out": _referral(_("Dừng giữa chừng ở nơi nhận"), "no", bad=True),
    "close": _referral(_("Khép lại chuyển tuyến"), "lock"),
    "withdraw": _referral(_("Rút lại chuyển tuyến"), "back"),
    "consent_revoked": _referral(_("Rút sự đồng ý chia sẻ"), "no", bad=True),
    "expire": _referral(_("Chuyển tuyến quá hạn trả lời"), "over", bad=True),
    "relink": _referral(_("Nối chuyển tuyến với kế hoạch mới"), system=True),
}


def _under(model: str, verbs: dict[str, Words]) -> dict[str, Words]:
    return {f"{model}.{verb}": words for verb, words in verbs.items()}


WORDS: dict[str, Words] = {
    **_under("case", _CASE),
    **_under("assessment", _ASSESSMENT),
    **_under("serviceplan", _PLAN),
    **_under("goal", _GOAL),
    **_under("referral", _REFERRAL),
    "planaction.add": _file(_("Thêm việc vào kế hoạch"), "plus", system=True),
    "planaction.edit": _file(_("Sửa việc trong kế hoạch"), "pen", system=True),
    "planaction.mark": _file(_("Ghi tình trạng việc trong kế hoạch"), "pen", system=True),
    "planaction.follow_referral": _file(_("Việc trong kế hoạch theo chuyển tuyến"), system=True),
    "plancomment.answer": _file(_("Trả lời góp ý kế hoạch"), "chat"),
    "workentry.add": Words(_("Ghi việc"), "note", "pen"),
    "workentry.correct": Words(_("Đính chính ghi chép"), "note", "pen"),
    "person.edit": Words(_("Sửa thông tin người được trợ giúp"), "note", "person"),
    "person.edit_household": Words(_("Sửa thông tin hộ gia đình"), "note", "home"),
    "contact.add": Words(_("Thêm người thân, liên hệ"), "note", "people"),
    "contact.edit": Words(_("Sửa người thân, liên hệ"), "note", "people"),
    "document.upload": Words(_("Thêm giấy tờ"), "file"),
    "document.withdraw": Words(_("Rút giấy tờ"), "file", "no"),
    "importbatch.upload": Words(_("Tải danh sách lên"), "note", "up"),
    "importbatch.choose": Words(_("Chọn cột của danh sách"), "note", "pen"),
    "importbatch.decide": Words(_("Quyết định từng dòng của danh sách"), "note", "pen"),
    "importbatch.write": Words(_("Ghi danh sách vào sổ"), "note", "yes"),
    "proposal.propose": Words(_("Đề nghị người thứ hai xác nhận"), icon="people"),
    "proposal.confirm": Words(_("Xác nhận đề nghị"), icon="yes"),
    "proposal.refuse": Words(_("Không xác nhận đề nghị"), icon="no", bad=True),
    "proposal.lapse": Words(_("Đề nghị hết hạn"), icon="over", system=True),
}
