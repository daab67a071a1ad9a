"""What the sender writes."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.models import PlanAction
from casework.states.plan import PlanState
from core.accounts.enums import UnitKind
from core.accounts.models import Unit
from core.catalogue.models import ClientGroup, ServiceType
from core.clock.due import add_months
from core.lifecycle.actions import ActionForm
from core.lifecycle.fields import NoteField
from core.web.fields import VietnameseDateField
from facilities.models import OutsideBody
from referrals.enums import ConsentBasis, ReferralKind, Section, Withdrawal

_RECEIVING = [UnitKind.CENTRE, UnitKind.COMMUNE, UnitKind.PUBLIC, UnitKind.PRIVATE]


class Draft(ActionForm):
    """A draft may be incomplete; what is missing before it can be sent is said by the guards of `send`."""

    kind = forms.ChoiceField(label=_("Loại"), choices=ReferralKind.choices, required=False)
    plan_action = forms.ModelChoiceField(PlanAction.objects.none(), label=_("Việc trong kế hoạch"), required=False)
    to_unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Nơi nhận trong hệ thống"), required=False)
    to_body = forms.ModelChoiceField(
        OutsideBody.objects.filter(is_active=True), label=_("Nơi nhận ngoài hệ thống"), required=False
    )
    service_type = forms.ModelChoiceField(ServiceType.objects.none(), label=_("Dịch vụ cần"), required=False)
    group = forms.ModelChoiceField(ClientGroup.objects.none(), label=_("Nhóm đối tượng"), required=False)
    emergency = forms.BooleanField(label=_("Khẩn cấp, cần trả lời trong vài giờ"), required=False)
    need = NoteField(
        _("Cần trợ giúp gì"), required=False,
        help_text=_("Nơi nhận đọc phần này trước khi nhận: không ghi họ tên, số giấy tờ, số điện thoại, địa chỉ."),
    )  # fmt: skip
    sections = forms.MultipleChoiceField(
        label=_("Phần thông tin được chia sẻ"), choices=Section.choices, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("Nơi nhận chỉ đọc được sau khi đã nhận."),
    )  # fmt: skip
    basis = forms.ChoiceField(
        label=_("Căn cứ chia sẻ"), choices=ConsentBasis.choices, required=False, widget=forms.RadioSelect
    )
    consent_on = VietnameseDateField(label=_("Đồng ý ngày"), required=False, past_only=True)
    consent_by = forms.CharField(label=_("Người đồng ý"), max_length=150, required=False)
    consent_until = VietnameseDateField(label=_("Chia sẻ đến hết ngày"), required=False)
    override_reason = NoteField(_("Vì sao chia sẻ không cần đồng ý"), required=False, max_length=1000)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._choices("service_type", ServiceType.objects.on())
        self._choices("group", ClientGroup.objects.on())
        self._choices("to_unit", Unit.objects.filter(is_active=True, kind__in=_RECEIVING))
        if self.record is None or not self.record.case_id:
            return
        actions = PlanAction.objects.filter(goal__plan__case=self.record.case_id)
        self._choices("plan_action", actions.filter(goal__plan__state=PlanState.ACTIVE))
        if not self.record._state.adding:
            for name in self.fields:
                self.initial.setdefault(name, getattr(self.record, name))

    def _choices(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean_kind(self) -> str:
        return self.cleaned_data.get("kind") or ReferralKind.SERVICE

    def clean_consent_until(self) -> Any:
        day = self.cleaned_data.get("consent_until")
        if day is None:
            return None
        if day < timezone.localdate():
            raise forms.ValidationError(_("Chọn hôm nay hoặc một ngày sau."))
        if day > add_months(timezone.localdate(), 24):
            raise forms.ValidationError(_("Chia sẻ không quá 24 tháng một lần."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("to_unit") and data.get("to_body"):
            self.add_error("to_body", _("Chọn một nơi nhận: trong hệ thống hoặc ngoài hệ thống."))
        if data.get("kind") == ReferralKind.TRANSFER and data.get("to_body"):
            self.add_error("to_body", _("Chỉ chuyển giao ca cho đơn vị trong hệ thống."))
        return data


class Note(ActionForm):
    note = NoteField(_("Ghi chú"))


class OptionalNote(ActionForm):
    note = NoteField(_("Ghi chú"), required=False)


class Answer(ActionForm):
    note = NoteField(_("Trả lời"), help_text=_("Không ghi họ tên, số giấy tờ, số điện thoại."))


class Withdraw(ActionForm):
    reason = forms.ChoiceField(label=_("Lý do rút lại"), choices=Withdrawal.choices)
    note = NoteField(_("Ghi chú"), required=False)


class Revoked(ActionForm):
    note = NoteField(_("Ai rút lại sự đồng ý, bằng cách nào"))
