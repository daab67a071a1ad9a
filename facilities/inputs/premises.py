"""Buildings, rooms, beds."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.lifecycle.actions import ActionForm
from core.web.fields import VietnameseDateField
from facilities.enums import BedAge, BedNeed, BedSex
from facilities.inputs.fields import AreaField, OfFacility, blank_means_today, line
from facilities.models import Building, Room

MOST_BEDS = 60


def _whole(label: Any, least: int, most: int, required: bool = True, **kwargs: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "short"})
    return forms.IntegerField(label=label, min_value=least, max_value=most, required=required, widget=widget, **kwargs)


class BuildingForm(OfFacility):
    name = line(_("Tên tòa nhà, dãy nhà"), 120, required=True)
    storeys = _whole(_("Số tầng"), 1, 40, initial=1)
    built_year = _whole(_("Năm xây dựng"), 1880, 2200, required=False)

    def clean_built_year(self) -> int | None:
        year = self.cleaned_data.get("built_year")
        if year is not None and year > timezone.localdate().year:
            raise forms.ValidationError(_("Năm này chưa tới. Gõ lại năm."))
        return year


class RoomForm(OfFacility):
    building = forms.ModelChoiceField(Building.objects.none(), label=_("Tòa nhà, dãy nhà"))
    name = line(_("Tên phòng"), 120, required=True)
    storey = _whole(_("Tầng"), 1, 40, initial=1)
    area = AreaField(label=_("Diện tích (m²)"), help_text=_("Ví dụ: 24 hoặc 18,5."))
    sleeping = forms.BooleanField(label=_("Phòng ở (kê giường)"), required=False, initial=True)
    round_clock = forms.BooleanField(label=_("Phòng chăm sóc 24/24 giờ"), required=False)
    accessible = forms.BooleanField(label=_("Xe lăn vào được"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.facility_id is not None:
            open_ones = Building.objects.filter(facility=self.facility_id, closed_on__isnull=True)
            self.fields["building"].queryset = open_ones  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        building, storey = data.get("building"), data.get("storey")
        if building is not None and storey is not None and storey > building.storeys:
            words = {"name": building.name, "n": building.storeys}
            self.add_error("storey", _("%(name)s chỉ có %(n)d tầng.") % words)
        return data


class BedKind(OfFacility):
    """Whom a bed is for."""

    sex = forms.ChoiceField(label=_("Dành cho"), choices=BedSex.choices, initial=BedSex.ANY)
    age = forms.ChoiceField(label=_("Lứa tuổi"), choices=BedAge.choices, initial=BedAge.ANY)
    need = forms.ChoiceField(label=_("Nhu cầu"), choices=BedNeed.choices, initial=BedNeed.STANDARD)
    licensed = forms.BooleanField(label=_("Tính vào quy mô được cấp phép"), required=False, initial=True)


class _WithRoom(BedKind):
    room = forms.ModelChoiceField(Room.objects.none(), label=_("Phòng"))
    code = line(_("Mã giường"), 20, required=True, help_text=_("Không trùng giường khác của cơ sở, ví dụ A1-03."))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.facility_id is not None:
            rooms = Room.objects.filter(facility=self.facility_id, closed_on__isnull=True, sleeping=True)
            self.fields["room"].queryset = rooms.select_related("building")  # type: ignore[attr-defined]
            self.fields["room"].label_from_instance = lambda room: f"{room.building} – {room}"  # type: ignore[attr-defined]


class AddBed(_WithRoom):
    opened_on = VietnameseDateField(label=_("Dùng từ ngày"), required=False, help_text=blank_means_today())
    field_order = ["room", "code"]

    def clean_opened_on(self) -> date:
        return self.cleaned_data.get("opened_on") or timezone.localdate()


class EditBed(_WithRoom):
    field_order = ["room", "code"]


class AddBeds(BedKind):
    """Several beds of one room at once: A-01, A-02, …"""

    prefix_text = line(_("Mã giường bắt đầu bằng"), 16, required=True, help_text=_("Ví dụ A1- cho A1-01, A1-02…"))
    first = _whole(_("Từ số"), 1, 999, initial=1)
    count = _whole(_("Mấy giường"), 1, MOST_BEDS, initial=2)
    opened_on = VietnameseDateField(label=_("Dùng từ ngày"), required=False, help_text=blank_means_today())
    field_order = ["prefix_text", "first", "count"]

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        return {}

    def clean_opened_on(self) -> date:
        return self.cleaned_data.get("opened_on") or timezone.localdate()

    @property
    def codes(self) -> list[str]:
        start, many = self.cleaned_data["first"], self.cleaned_data["count"]
        return [f"{self.cleaned_data['prefix_text']}{number:02d}" for number in range(start, start + many)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if {"prefix_text", "first", "count"} <= set(data):
            data["codes"] = self.codes
        return data


class Close(ActionForm):
    closed_on = VietnameseDateField(label=_("Thôi dùng từ ngày"), required=False, help_text=blank_means_today())

    def clean_closed_on(self) -> date:
        return self.cleaned_data.get("closed_on") or timezone.localdate()


class CloseBed(Close):
    """A bed was there for a day at least."""

    def clean_closed_on(self) -> date:
        day = self.cleaned_data.get("closed_on")
        opened = getattr(self.record, "opened_on", None)
        if opened is None:
            return day or timezone.localdate()
        if day is None:
            return max(timezone.localdate(), opened + timedelta(days=1))
        if day <= opened:
            words = {"day": f"{opened:%d/%m/%Y}"}
            raise forms.ValidationError(_("Giường dùng từ ngày %(day)s; chọn ngày sau đó.") % words)
        return day


class Unusable(ActionForm):
    reason = line(_("Vì sao không dùng được"), 200, required=True, help_text=_("Ví dụ: gãy thang giường, phòng dột."))
    since = VietnameseDateField(label=_("Từ ngày"), required=False, past_only=True, help_text=blank_means_today())

    def clean_since(self) -> date:
        return self.cleaned_data.get("since") or timezone.localdate()
