"""What the actions of an incident ask for."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.lifecycle.actions import ActionForm
from core.lifecycle.fields import NoteField
from facilities.enums import IncidentKind


class Report(ActionForm):
    """Short enough to be written at once; names stand in the story only, which is sealed."""

    kind = forms.ChoiceField(label=_("Có việc gì"), choices=IncidentKind.choices, widget=forms.RadioSelect)
    occurred_at = forms.DateTimeField(
        label=_("Xảy ra lúc"), help_text=_("Ví dụ 23/11/2026 14:30. Không nhớ rõ giờ thì ghi gần đúng.")
    )
    people = forms.IntegerField(
        label=_("Số người bị ảnh hưởng"), min_value=0, max_value=999, required=False, initial=1,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )  # fmt: skip
    story = NoteField(_("Diễn biến"), help_text=_("Ai, ở đâu, thế nào. Được giữ kín."), max_length=8000)
    measures = NoteField(_("Đã xử lý thế nào"), required=False, max_length=8000)

    def clean_occurred_at(self) -> Any:
        moment = self.cleaned_data["occurred_at"]
        if moment > timezone.now():
            raise forms.ValidationError(_("Giờ này chưa tới. Gõ lại ngày giờ."))
        return moment

    def clean_people(self) -> int:
        return self.cleaned_data.get("people") or 0


class Take(ActionForm):
    note = NoteField(_("Ghi chú"), required=False)


class Conclude(ActionForm):
    conclusion = NoteField(_("Kết luận: nguyên nhân, trách nhiệm, việc phải làm"), max_length=8000)
    no_inspection = NoteField(
        _("Vì sao không kiểm tra"), required=False,
        help_text=_("Có người chết mà không lên lịch kiểm tra thì phải ghi mục này."), max_length=4000,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.record is not None and self.record.kind != IncidentKind.DEATH:
            self.fields.pop("no_inspection")


class Reopen(ActionForm):
    note = NoteField(_("Vì sao xem xét lại"), max_length=2000)
