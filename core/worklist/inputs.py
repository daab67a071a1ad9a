"""What is asked of whoever says that somebody will be away."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.clock.due import add_months
from core.lifecycle.actions import ActionForm
from core.lifecycle.fields import NoteField
from core.web.fields import VietnameseDateField
from core.worklist import standins
from core.worklist.models import AbsenceReason

MONTHS = 12  # nobody plans further; a longer absence is a handover


class DeputyField(forms.ModelChoiceField):
    """The choices say how much each has to do already."""

    burden: Any = None

    def label_from_instance(self, obj: Any) -> str:
        count = self.burden[obj.pk] if self.burden is not None else 0
        return str(_("%(name)s (%(count)d việc đang mở)") % {"name": obj.full_name, "count": count})


class SetDelegation(ActionForm):
    deputy = DeputyField(
        User.objects.none(), label=_("Người làm thay"), empty_label=_("Chọn người"),
        help_text=_("Người cùng đơn vị, cùng vai trò; làm được mọi việc trên ca của người vắng trong những ngày này."),
        error_messages={"required": _("Chọn người làm thay.")},
    )  # fmt: skip
    valid_from = VietnameseDateField(label=_("Vắng từ ngày"))
    valid_to = VietnameseDateField(label=_("Đến hết ngày"))
    reason = forms.ChoiceField(label=_("Vì sao vắng"), choices=AbsenceReason.choices, widget=forms.RadioSelect)
    note = NoteField(
        _("Dặn người làm thay"), required=False,
        help_text=_("Việc cần làm trước, hẹn đã có. Lý do sức khỏe thì không cần ghi."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field: Any = self.fields["deputy"]
        principal = self.record.principal
        field.queryset = standins.candidates(principal)
        field.burden = standins.burden(field.queryset.values_list("pk", flat=True))
        field.error_messages["invalid_choice"] = _("Chọn một người cùng đơn vị và cùng vai trò với người vắng.")
        if str(self.data.get("deputy", "")).replace("-", "") == principal.pk.hex:
            field.error_messages["invalid_choice"] = _("Không ai tự làm thay cho mình. Chọn người khác.")

    def clean_valid_from(self) -> Any:
        day = self.cleaned_data["valid_from"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Ngày này đã qua. Chọn từ hôm nay trở đi."))
        if day > add_months(timezone.localdate(), MONTHS):
            raise forms.ValidationError(_("Không đặt trước quá 12 tháng."))
        return day

    def clean_valid_to(self) -> Any:
        first, last = self.cleaned_data.get("valid_from"), self.cleaned_data["valid_to"]
        if last < timezone.localdate():
            raise forms.ValidationError(_("Ngày này đã qua. Chọn từ hôm nay trở đi."))
        if first is not None and last < first:
            raise forms.ValidationError(_("Ngày cuối phải từ ngày đầu trở đi."))
        if first is not None and last > add_months(first, MONTHS):
            raise forms.ValidationError(_("Một lần vắng không quá 12 tháng. Vắng lâu hơn thì giao ca cho người khác."))
        return last

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        deputy, first, last = data.get("deputy"), data.get("valid_from"), data.get("valid_to")
        if deputy is None or first is None or last is None:
            return data
        principal = self.record.principal
        if not standins.holds_throughout(deputy, principal, first, last):
            text = _("%(name)s không giữ cùng vai trò suốt những ngày này. Chọn người khác, hoặc rút ngắn ngày.")
            self.add_error("deputy", text % {"name": deputy.full_name})
        for name, sentence in standins.obstacles(principal, deputy, first, last).items():
            if name not in self.errors:
                self.add_error(name, sentence)
        return data


class EndDelegation(ActionForm):
    note = NoteField(_("Ghi chú"), required=False)
