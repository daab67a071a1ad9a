"""Fields that many actions ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class NoteField(forms.CharField):
    """A few sentences: why, or what the other person should do."""

    def __init__(self, label: Any, required: bool = True, help_text: Any = "", max_length: int = 4000):
        super().__init__(
            label=label, required=required, help_text=help_text, max_length=max_length, strip=True,
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages={"required": _("Ghi vài lời để người khác hiểu.")},
        )  # fmt: skip


class EffectiveField(forms.DateTimeField):
    """When it happened, if that was earlier than now; never later."""

    def __init__(self, label: Any = None, required: bool = False):
        super().__init__(label=label or _("Xảy ra lúc (nếu trước lúc này)"), required=required)

    def clean(self, value: Any) -> Any:
        from django.utils import timezone

        moment = super().clean(value)
        if moment is not None and moment > timezone.now():
            raise forms.ValidationError(_("Giờ này chưa tới. Gõ lại ngày giờ."))
        return moment
