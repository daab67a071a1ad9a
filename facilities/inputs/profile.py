"""What a facility says of itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.documents.inputs import PaperField
from core.lifecycle.actions import ActionForm
from core.web.fields import PhoneField, VietnameseDateField
from facilities.enums import CareGroup, CareModel, Zone
from facilities.inputs.fields import AreaField, line
from facilities.models import Facility

POINT = ("lat", "lon")


def _degree(label: Any, least: int, most: int, **kwargs: Any) -> forms.FloatField:
    widget = forms.TextInput(attrs={"class": "short", "inputmode": "decimal", "autocomplete": "off"})
    return forms.FloatField(label=label, min_value=least, max_value=most, required=False, widget=widget, **kwargs)


class Describe(ActionForm):
    """The address and the legal kind are not the house's own to change: they stand in its papers."""

    zone = forms.ChoiceField(
        label=_("Khu vực"), choices=[("", _("Chưa chọn")), *Zone.choices], required=False,
        help_text=_("Diện tích đất tối thiểu cho một người tùy khu vực (NĐ 103/2017/NĐ-CP Đ.24)."),
    )  # fmt: skip
    land_area = AreaField(label=_("Diện tích đất (m²)"), required=False, max_digits=12)
    care_models = forms.MultipleChoiceField(
        label=_("Mô hình hoạt động"), choices=CareModel.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    accessible = forms.BooleanField(
        label=_("Người cao tuổi, người khuyết tật, trẻ em đi lại thuận tiện"), required=False
    )
    accessibility = line(_("Lối đi, thang, nhà vệ sinh"), 300)
    amenities = forms.CharField(
        label=_("Khu nhà, điện, nước, sân chơi"), max_length=500, required=False, strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    opening_hours = line(_("Giờ làm việc, giờ đón tiếp"))
    phone = PhoneField(label=_("Điện thoại"), required=False)
    email = forms.EmailField(label=_("Thư điện tử"), max_length=254, required=False)
    website = forms.URLField(label=_("Trang thông tin"), max_length=200, required=False, assume_scheme="https")
    founded_on = VietnameseDateField(label=_("Ngày thành lập"), required=False, past_only=True)
    foreign_founder = forms.BooleanField(label=_("Người sáng lập là tổ chức, cá nhân nước ngoài"), required=False)
    lat = _degree(_("Vĩ độ"), 8, 24, help_text=_("Để hiện trên bản đồ, ví dụ 10.9574."))
    lon = _degree(_("Kinh độ"), 102, 118, help_text=_("Ví dụ 106.8427."))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if getattr(self.record, "hidden_address", False):
            # The point on the map would tell the address.
            for name in POINT:
                del self.fields[name]

    @classmethod
    def initial_of(cls, facility: Facility) -> dict[str, Any]:
        initial = {name: getattr(facility, name) for name in cls.base_fields if name != "care_models"}
        initial["care_models"] = [model.code for model in facility.care_models.all()]
        return initial

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (data.get("lat") is None) != (data.get("lon") is None):
            self.add_error(
                "lat" if data.get("lat") is None else "lon", _("Ghi cả vĩ độ và kinh độ, hoặc bỏ trống cả hai.")
            )
        return data


class CountClients(ActionForm):
    """How many of each care group; a field for each, empty means none."""

    @classmethod
    def initial_of(cls, facility: Facility) -> dict[str, Any]:
        return {row.care_group: row.number for row in facility.client_counts.all()}


for _code, _label in CareGroup.choices:
    CountClients.base_fields[_code] = forms.IntegerField(
        label=_label, min_value=0, max_value=5000, required=False, widget=forms.NumberInput(attrs={"class": "short"})
    )
CountClients.declared_fields = CountClients.base_fields


class Photo(ActionForm):
    """A picture of the house, never of a person who lives there."""

    title = line(
        _("Chụp gì"), 200, required=True, help_text=_("Ví dụ: nhà bếp, phòng ở tầng 1. Không chụp rõ mặt người.")
    )
    file = PaperField(label=_("Ảnh"), help_text=_("JPEG, PNG hoặc HEIC. Nơi chụp mà máy ghi trong ảnh được xóa."))

    def clean_file(self) -> Any:
        checked = self.cleaned_data.get("file")
        if checked is not None and not checked.kind.mime.startswith("image/"):
            raise forms.ValidationError(_("Tệp này không phải ảnh. Giấy tờ thì thêm ở thẻ Giấy tờ."))
        return checked
