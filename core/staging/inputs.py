"""What reading and confirming a list asks for."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.lifecycle.actions import ActionForm


class UploadFile(ActionForm):
    file = forms.FileField(
        label=_("Tệp danh sách (xlsx, xls, ods)"),
        error_messages={"required": _("Chọn một tệp."), "empty": _("Tệp rỗng, không có dữ liệu.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.DH_UPLOAD_LIMIT_MB * 1024 * 1024:
            raise forms.ValidationError(
                _("Tệp lớn quá %(limit)d MB. Hãy chia thành nhiều tệp.") % {"limit": settings.DH_UPLOAD_LIMIT_MB}
            )
        return file


class ChooseColumns(ActionForm):
    """One choice per doubtful column ("col_C"): what it means, or not read at all."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for column in self.record.doubtful_columns if self.record is not None else []:
            known = [(choice["target"], choice["label"]) for choice in column["choices"]]
            self.fields[f"col_{column['letter']}"] = forms.ChoiceField(
                label=_("Cột %(letter)s “%(heading)s”") % column, choices=[*known, ("", _("Không đọc cột này"))],
                required=False, widget=forms.RadioSelect, initial=column["target"] or "",
            )  # fmt: skip


class DecideRow(ActionForm):
    """Whether a line that looks like something known is something else; its label says what."""

    row = forms.UUIDField(label=_("Dòng"))
    accepted = forms.BooleanField(required=False)
