"""What the actions of a licence ask for; the same form reads the page and the API."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accreditation.enums import LicenceKind, RevokeReason
from core.accounts.enums import UnitKind
from core.accounts.models import Unit
from core.catalogue.models import ClientGroup
from core.clock import due, parameters
from core.lifecycle.actions import ActionForm
from core.lifecycle.fields import NoteField
from core.web.fields import VietnameseDateField
from facilities.enums import InspectionState
from facilities.models import Inspection

_ISSUERS = [UnitKind.DEPARTMENT, UnitKind.COMMUNE]


def _line(label: Any, length: int = 300, required: bool = True, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=required, strip=True, **kwargs)


def group_choices(on: date | None = None, only: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Codes and names of the client groups of the day, in the order of the law; `only` these codes."""
    rows = ClientGroup.objects.on(on or timezone.localdate()).order_by("law_group", "code")
    wanted = None if only is None else set(only)
    return [(code, name) for code, name in rows.values_list("code", "name") if wanted is None or code in wanted]


def _groups(label: Any, required: bool = True, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, widget=forms.CheckboxSelectMultiple, required=required, help_text=help_text,
        error_messages={"required": _("Chọn ít nhất một nhóm đối tượng.")},
    )  # fmt: skip


def _capacity(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=5000, required=False, help_text=help_text)


class TakeOver(ActionForm):
    """A licence on paper of before."""

    number = _line(_("Số giấy phép"), 60)
    kind = forms.ChoiceField(label=_("Loại"), choices=LicenceKind.choices)
    to_unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Nay thuộc thẩm quyền của"))
    issuer = _line(_("Cơ quan đã cấp"), 200)
    issued_on = VietnameseDateField(label=_("Ngày cấp"), past_only=True)
    starts_on = VietnameseDateField(label=_("Hiệu lực từ ngày"), past_only=True)
    ends_on = VietnameseDateField(
        label=_("Hết hiệu lực từ ngày"), required=False, help_text=_("Bỏ trống khi giấy phép không ghi thời hạn.")
    )
    groups = _groups(_("Được nhận các nhóm"))
    capacity = _capacity(_("Quy mô tiếp nhận"), _("Bỏ trống khi giấy phép không ghi số."))
    tasks = NoteField(_("Nhiệm vụ, dịch vụ"), required=False)
    conditions = NoteField(_("Điều kiện kèm theo"), required=False)
    head_name = _line(_("Người đứng đầu"), 150, required=False)
    source = _line(_("Nguồn thông tin"), help_text=_("Bản gốc hoặc danh sách mà thông tin này lấy từ đó."))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(is_active=True, kind__in=_ISSUERS)
        self.fields["to_unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["groups"].choices = group_choices()  # type: ignore[attr-defined]
        if self.by is not None and self.by.home is not None:
            self.initial.setdefault("to_unit", self.by.home.unit_id)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        issued, start, end = data.get("issued_on"), data.get("starts_on"), data.get("ends_on")
        if start and end and end <= start:
            self.add_error("ends_on", _("Ngày hết hiệu lực phải sau ngày bắt đầu."))
        if issued and start and start < issued:
            self.add_error("starts_on", _("Ngày hiệu lực không trước ngày cấp."))
        if end and end <= timezone.localdate():
            self.add_error("ends_on", _("Giấy phép này đã hết hiệu lực, không nhập được."))
        most = parameters.value("licence.small_capacity_max")
        if data.get("kind") == LicenceKind.SMALL and (data.get("capacity") or 0) > most:
            sentence = _("Cơ sở dưới 10 đối tượng nhận nhiều nhất %(most)s người.")
            self.add_error("capacity", sentence % {"most": most})
        return data


class Restrict(ActionForm):
    limit_groups = _groups(_("Chỉ còn được nhận nhóm"), required=False, help_text=_("Bỏ trống: các nhóm giữ nguyên."))
    limit_capacity = _capacity(_("Chỉ còn được nhận nhiều nhất (người)"), _("Bỏ trống: quy mô giữ nguyên."))
    limit_reason = _line(_("Kết luận kiểm tra, lý do thu hẹp"), 500)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.named = set() if self.record is None else set(self.record.groups.values_list("code", flat=True))
        choices = group_choices(only=self.named) if self.record is not None else group_choices()
        self.fields["limit_groups"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors or self.record is None:
            return data
        groups, places = set(data["limit_groups"]), data.get("limit_capacity")
        narrower = bool(groups) and groups < self.named
        fewer = places is not None and (self.record.capacity is None or places < self.record.capacity)
        if not narrower and not fewer:
            raise forms.ValidationError(_("Bỏ bớt ít nhất một nhóm, hoặc ghi số người thấp hơn giấy phép."))
        return data


class Because(ActionForm):
    """What is decided and why, as it stands in the written decision."""

    note = NoteField(_("Lý do, căn cứ"))


class NotifySuspension(ActionForm):
    notice = _line(_("Điều kiện không còn bảo đảm"), 500)


class ReplySuspension(ActionForm):
    reply = NoteField(_("Giải trình"))


class Suspend(ActionForm):
    immediate = forms.BooleanField(
        label=_("Đình chỉ ngay vì có nguy hiểm"), required=False,
        help_text=_("Chỉ khi người đang ở bị đe dọa; khi đó không chờ cơ sở giải trình."),
    )  # fmt: skip
    danger = _line(_("Nguy hiểm gì"), 500, required=False)
    mend_by = VietnameseDateField(label=_("Khắc phục trước ngày"))
    note = NoteField(_("Điều kiện không còn bảo đảm, lý do đình chỉ"))

    def clean_mend_by(self) -> date:
        day: date = self.cleaned_data["mend_by"]
        today = timezone.localdate()
        months = parameters.months("licence.suspend_max")
        last = due.add_months(today, months)
        if day <= today:
            raise forms.ValidationError(_("Ngày khắc phục phải sau hôm nay."))
        if day > last:
            words = {"months": months, "last": f"{last:%d/%m/%Y}"}
            raise forms.ValidationError(_("Đình chỉ nhiều nhất %(months)s tháng: chậm nhất là %(last)s.") % words)
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("immediate") and not data.get("danger"):
            self.add_error("danger", _("Ghi rõ nguy hiểm gì thì mới đình chỉ ngay được."))
        return data


class Reinstate(ActionForm):
    inspection = forms.ModelChoiceField(
        Inspection.objects.none(), label=_("Biên bản kiểm tra lại"), required=False,
        help_text=_("Cuộc kiểm tra kết thúc sau khi bị đình chỉ."),
    )  # fmt: skip
    visited_on = VietnameseDateField(label=_("Hoặc ngày đến kiểm tra lại"), required=False, past_only=True)
    visited_by = _line(_("Ai đến kiểm tra"), 200, required=False)
    note = NoteField(_("Đã khắc phục thế nào"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.record is not None and self.record.suspended_at is not None:
            closed = Inspection.objects.filter(
                facility=self.record.facility_id, state=InspectionState.CLOSED, ended_at__gte=self.record.suspended_at
            )
            self.fields["inspection"].queryset = closed  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        visited, by = data.get("visited_on"), data.get("visited_by")
        if data.get("inspection") is None and not (visited and by):
            self.add_error("inspection", _("Chọn biên bản kiểm tra lại, hoặc ghi ngày và người đến kiểm tra."))
        since = getattr(self.record, "suspended_at", None)
        if visited and since and visited < timezone.localdate(since):
            self.add_error("visited_on", _("Ngày kiểm tra lại phải sau khi bị đình chỉ."))
        return data


class _WithPlan(ActionForm):
    relocation_plan = NoteField(
        _("Phương án cho những người đang ở"), required=False, help_text=_("Từng người chuyển về đâu, khi nào, ai lo.")
    )


class Revoke(_WithPlan):
    reason = forms.ChoiceField(label=_("Trường hợp thu hồi"), choices=RevokeReason.choices)
    note = NoteField(_("Lý do cụ thể"))
    field_order = ["reason", "note", "relocation_plan"]


class Surrender(_WithPlan):
    note = NoteField(_("Lý do trả lại giấy phép"))
    field_order = ["note", "relocation_plan"]


class SettleResidents(ActionForm):
    note = NoteField(_("Đã thăm ai, ai đã chuyển về đâu"))


class Reverse(ActionForm):
    appeal_number = _line(_("Số quyết định giải quyết khiếu nại, bản án"), 60)
    note = NoteField(_("Nội dung"))
