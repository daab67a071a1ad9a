"""Who works there, what it costs, which papers they keep."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.accounts.models import RoleAssignment, User
from core.catalogue.models import ServiceType
from core.documents.inputs import PaperField
from core.lifecycle.actions import ActionForm
from core.lifecycle.fields import NoteField
from core.web.fields import MoneyField, PhoneField, VietnameseDateField
from facilities.enums import CareGroup, PaperKind, Position
from facilities.inputs.fields import OfFacility, blank_means_today, line
from facilities.models import WalletPaper


class StaffForm(OfFacility):
    full_name = line(_("Họ và tên"), 150, required=True)
    position = forms.ChoiceField(label=_("Công việc"), choices=Position.choices)
    cares_for = forms.ChoiceField(
        label=_("Chăm sóc nhóm"), choices=[("", _("Không riêng nhóm nào")), *CareGroup.choices], required=False,
        help_text=_("Với người chăm sóc trực tiếp: để tính định mức."),
    )  # fmt: skip
    full_time = forms.BooleanField(label=_("Làm toàn thời gian"), required=False, initial=True)
    works_from = VietnameseDateField(label=_("Làm việc từ ngày"))
    qualification = line(_("Trình độ, chuyên môn"))
    phone = PhoneField(label=_("Điện thoại"), required=False)
    certificate_number = line(
        _("Số chứng nhận hành nghề"), 60, help_text=_("Chứng nhận hành nghề công tác xã hội (NĐ 110/2024/NĐ-CP).")
    )
    certificate_issuer = line(_("Nơi cấp chứng nhận"))
    certificate_scope = line(_("Phạm vi hành nghề"))
    certificate_expires = VietnameseDateField(label=_("Chứng nhận hết hạn ngày"), required=False)
    user = forms.ModelChoiceField(
        User.objects.none(), label=_("Tài khoản"), required=False,
        help_text=_("Nếu người này đăng nhập hệ thống với vai trò ở cơ sở."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.facility_id is not None:
            here = RoleAssignment.objects.filter(
                RoleAssignment.current(timezone.localdate()), unit__facility=self.facility_id
            )
            users = User.objects.filter(pk__in=here.values("user")).order_by("sort_name", "id")
            self.fields["user"].queryset = users  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("certificate_number"):
            for name in ("certificate_issuer", "certificate_scope", "certificate_expires"):
                if data.get(name):
                    self.add_error("certificate_number", _("Ghi số chứng nhận, hoặc bỏ trống các ô về chứng nhận."))
                    break
        return data


class Leave(ActionForm):
    left_on = VietnameseDateField(label=_("Nghỉ từ ngày"), required=False, help_text=blank_means_today())
    note = NoteField(_("Ghi chú"), required=False)

    def clean_left_on(self) -> date:
        day = self.cleaned_data.get("left_on") or timezone.localdate()
        start = getattr(self.record, "works_from", None)
        if start is not None and day < start:
            raise forms.ValidationError(_("Người này làm việc từ ngày %(day)s.") % {"day": f"{start:%d/%m/%Y}"})
        return day


class _Period(OfFacility):
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("valid_from"), data.get("valid_to")
        if start and end and end <= start:
            self.add_error("valid_to", _("Ngày kết thúc phải sau ngày bắt đầu."))
        return data


class PriceForm(_Period):
    service_type = forms.ModelChoiceField(ServiceType.objects.none(), label=_("Dịch vụ"), to_field_name="code")
    detail = line(_("Cụ thể"), help_text=_("Nếu một dịch vụ có nhiều mức, ví dụ: phòng 2 người."))
    per = line(_("Đơn vị tính"), 40, required=True, help_text=_("Ví dụ: tháng, ngày, buổi, lượt."))
    price = MoneyField(label=_("Đơn giá (đồng)"), max_value=10**12, help_text=_("Miễn phí thì ghi 0."))
    valid_from = VietnameseDateField(label=_("Áp dụng từ ngày"))
    valid_to = VietnameseDateField(
        label=_("Đến trước ngày"), required=False, help_text=_("Bỏ trống khi chưa biết ngày kết thúc.")
    )
    basis = line(_("Căn cứ"), required=True, help_text=_("Quyết định, bảng giá niêm yết, hợp đồng mẫu."))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["service_type"].queryset = ServiceType.objects.on()  # type: ignore[attr-defined]

    def clean_detail(self) -> str:
        return " ".join(self.cleaned_data["detail"].split())

    def clean_per(self) -> str:
        return " ".join(self.cleaned_data["per"].split())


class CorrectPrice(_Period):
    """A price that has not been charged yet."""

    price = MoneyField(label=_("Đơn giá (đồng)"), max_value=10**12)
    basis = line(_("Căn cứ"), required=True)

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        return {"price": int(row.price), "basis": row.basis}


class EndPrice(ActionForm):
    valid_to = VietnameseDateField(label=_("Thôi áp dụng từ ngày"), required=False, help_text=blank_means_today())

    def clean_valid_to(self) -> date:
        day = self.cleaned_data.get("valid_to") or timezone.localdate()
        start = getattr(self.record, "valid_from", None)
        if start is not None and day <= start:
            raise forms.ValidationError(
                _("Giá này áp dụng từ ngày %(day)s; chọn ngày sau đó.") % {"day": f"{start:%d/%m/%Y}"}
            )
        return day


class _Paper(OfFacility):
    kind = forms.ChoiceField(label=_("Loại giấy tờ"), choices=PaperKind.choices)
    number = line(_("Số"), 60)
    issuer = line(_("Nơi cấp"))
    issued_on = VietnameseDateField(label=_("Ngày cấp"), required=False, past_only=True)
    expires_on = VietnameseDateField(
        label=_("Hết hạn ngày"), required=False,
        help_text=_("Ngày cuối cùng còn hiệu lực. Bỏ trống khi giấy không ghi thời hạn."),
    )  # fmt: skip
    file = PaperField(label=_("Bản chụp hoặc tệp"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("issued_on"), data.get("expires_on")
        if start and end and end < start:
            self.add_error("expires_on", _("Ngày hết hạn phải sau ngày cấp."))
        return data


class AddPaper(_Paper):
    replaces = forms.ModelChoiceField(
        WalletPaper.objects.none(), label=_("Thay cho giấy cũ"), required=False,
        help_text=_("Giấy cũ được giữ lại trong lịch sử và thôi được nhắc."),
    )  # fmt: skip
    field_order = ["kind", "replaces"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.facility_id is not None:
            papers = WalletPaper.objects.filter(WalletPaper.current(), facility=self.facility_id)
            self.fields["replaces"].queryset = papers  # type: ignore[attr-defined]
            self.fields["replaces"].label_from_instance = told  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        former = data.get("replaces")
        if former is not None and data.get("kind") and former.kind != data["kind"]:
            self.add_error("replaces", _("Giấy cũ thuộc loại khác: %(kind)s.") % {"kind": former.get_kind_display()})
        return data


class EditPaper(_Paper):
    """What was typed wrong. A file given here takes the place of the one that was there."""

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        return {name: getattr(row, name) for name in ("kind", "number", "issuer", "issued_on", "expires_on")}


class WithdrawPaper(ActionForm):
    note = NoteField(_("Vì sao bỏ"), max_length=500, help_text=_("Ví dụ: ghi nhầm, giấy của cơ sở khác."))


def told(paper: WalletPaper) -> str:
    """Which paper it is, in a list of choices."""
    parts = [str(paper.get_kind_display()), paper.number]
    if paper.expires_on is not None:
        parts.append(str(_("hết hạn %(day)s") % {"day": f"{paper.expires_on:%d/%m/%Y}"}))
    return " · ".join(part for part in parts if part)
