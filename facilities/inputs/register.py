"""Facilities, authorities, outside bodies."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.accounts.enums import UnitKind
from core.accounts.models import Unit
from core.catalogue.models import ClientGroup
from core.lifecycle.actions import ActionForm
from core.lifecycle.fields import NoteField
from core.places.models import Commune
from core.web.fields import PhoneField, VietnameseDateField
from facilities.enums import BodyKind, LegalKind, Ownership

_KINDS = [UnitKind.CENTRE, UnitKind.PUBLIC, UnitKind.PRIVATE]


def _line(label: Any, length: int = 300, required: bool = False, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=required, strip=True, **kwargs)


class _Prefilled(ActionForm):
    """Shows the columns of the record where it edits one."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.record is not None and not self.record._state.adding:
            for name in self.fields:
                if hasattr(self.record, name):
                    self.initial.setdefault(name, getattr(self.record, name))


class EditFacility(_Prefilled):
    legal_kind = forms.ChoiceField(label=_("Loại hình"), choices=LegalKind.choices)
    ownership = forms.ChoiceField(label=_("Công lập hay ngoài công lập"), choices=Ownership.choices)
    commune = forms.ModelChoiceField(Commune.objects.all(), label=_("Xã, phường"), required=False)
    hidden_address = forms.BooleanField(label=_("Giữ kín địa chỉ (nơi tạm lánh)"), required=False)
    address = _line(_("Địa chỉ"), help_text=_("Địa chỉ giữ kín chỉ kiểm huấn viên và người quyết định đọc được."))
    head_name = _line(_("Người đứng đầu"), 150)
    phone = PhoneField(label=_("Điện thoại"), required=False)
    capacity = forms.IntegerField(label=_("Quy mô tiếp nhận"), min_value=0, max_value=5000, required=False)
    source = _line(_("Nguồn thông tin"), required=True, help_text=_("Văn bản hoặc danh sách mà dòng này lấy từ đó."))
    note = NoteField(_("Ghi chú"), required=False)


class RegisterFacility(EditFacility):
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Đơn vị"))
    field_order = ["unit"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(is_active=True, kind__in=_KINDS)  # type: ignore[attr-defined]


class SetAuthority(ActionForm):
    groups = forms.MultipleChoiceField(
        label=_("Được nhận các nhóm"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Chọn ít nhất một nhóm đối tượng.")},
    )  # fmt: skip
    capacity = forms.IntegerField(
        label=_("Số người được nhận cùng lúc"), min_value=1, max_value=5000, required=False,
        help_text=_("Bỏ trống khi văn bản không ghi số."),
    )  # fmt: skip
    valid_from = VietnameseDateField(label=_("Từ ngày"))
    valid_to = VietnameseDateField(
        label=_("Đến trước ngày"), required=False, help_text=_("Bỏ trống khi văn bản không ghi thời hạn.")
    )
    paper_number = _line(_("Số văn bản"), 60, required=True)
    paper_date = VietnameseDateField(label=_("Ngày văn bản"), past_only=True)
    paper_issuer = _line(_("Cơ quan ban hành"), 200, required=True)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        groups = ClientGroup.objects.on().order_by("law_group", "code").values_list("code", "name")
        self.fields["groups"].choices = list(groups)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("valid_from"), data.get("valid_to")
        if start and end and end <= start:
            self.add_error("valid_to", _("Ngày kết thúc phải sau ngày bắt đầu."))
        return data


class StopAuthority(ActionForm):
    stopped_on = VietnameseDateField(label=_("Dừng từ ngày"), required=False, help_text=_("Bỏ trống: từ hôm nay."))
    stop_reason = _line(_("Lý do, số quyết định"), required=True)

    def clean_stopped_on(self) -> Any:
        return self.cleaned_data.get("stopped_on") or timezone.localdate()


class BodyForm(_Prefilled):
    name = _line(_("Tên"), 200, required=True)
    kind = forms.ChoiceField(label=_("Loại"), choices=BodyKind.choices)
    commune = forms.ModelChoiceField(Commune.objects.all(), label=_("Xã, phường"))
    address = _line(_("Địa chỉ"))
    phone = PhoneField(label=_("Điện thoại"), required=False)
    source = _line(_("Nguồn thông tin"), required=True)


class EditBody(BodyForm):
    is_active = forms.BooleanField(label=_("Còn hoạt động"), required=False)
