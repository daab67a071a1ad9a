"""What the receiver answers, and what the sender does with the answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.selectors import staff
from core.accounts.models import User
from core.lifecycle.actions import ActionForm
from core.lifecycle.fields import EffectiveField, NoteField
from referrals.enums import DeclineCode, DropOut, NextStep, Outcome, ReferralKind


class Ask(ActionForm):
    note = NoteField(_("Cần hỏi thêm gì"))


class Accept(ActionForm):
    """The new worker is asked for only when the file itself is transferred."""

    worker = forms.ModelChoiceField(User.objects.none(), label=_("Người sẽ phụ trách ca"))
    note = NoteField(_("Lời nhắn cho nơi gửi"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.record is not None and self.record.kind == ReferralKind.TRANSFER:
            self.fields["worker"].queryset = staff.workers_of(self.record.to_unit)  # type: ignore[attr-defined]
        else:
            self.fields.pop("worker")


class Decline(ActionForm):
    reason = forms.ChoiceField(label=_("Vì sao không nhận"), choices=DeclineCode.choices)
    note = NoteField(_("Giải thích cho nơi gửi"))


class NoShow(ActionForm):
    note = NoteField(_("Đã hẹn thế nào"), required=False)


class Start(ActionForm):
    effective_at = EffectiveField(_("Gặp lần đầu lúc (nếu trước lúc này)"))
    note = NoteField(_("Ghi chú"), required=False)


class Complete(ActionForm):
    outcome = forms.ChoiceField(label=_("Kết quả"), choices=Outcome.choices)
    note = NoteField(_("Đã làm gì, kết quả thế nào"))


class DropOutForm(ActionForm):
    reason = forms.ChoiceField(label=_("Vì sao dừng giữa chừng"), choices=DropOut.choices)
    tries = forms.IntegerField(label=_("Số lần đã liên hệ lại"), min_value=0, max_value=99)
    note = NoteField(_("Đã làm đến đâu, đã liên hệ thế nào"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reason") in (DropOut.NO_CONTACT, DropOut.LEFT) and data.get("tries") == 0:
            self.add_error("tries", _("Liên hệ lại ít nhất một lần trước khi dừng."))
        return data


class Close(ActionForm):
    next_step = forms.ChoiceField(label=_("Việc tiếp theo"), choices=NextStep.choices)
    note = NoteField(_("Ghi chú"), required=False)
