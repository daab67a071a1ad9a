"""What an upload asks for. The file is looked at before anything is written."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core.documents.metadata import without_metadata
from core.documents.models import DocumentKind
from core.documents.scanning import scan
from core.documents.sniffing import EXTENSIONS, Kind, Refused, limit_bytes, sniff, too_large
from core.lifecycle.actions import ActionForm
from core.lifecycle.fields import NoteField

ACCEPT = ",".join(f".{extension}" for extension in ("pdf", "jpg", "jpeg", "png", "heic", "docx", "xlsx"))
assert {f".{extension}" for extension in EXTENSIONS.values()} <= set(ACCEPT.split(","))


@dataclass(frozen=True)
class Checked:
    """A file that was looked at and scanned; a picture without what the telephone wrote into it."""

    content: bytes
    kind: Kind


class PaperField(forms.FileField):
    """A file that is one of the kinds of `sniffing` and is clean; cleans to `Checked`. Its name is not kept."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("label", _("Tệp"))
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": ACCEPT}))
        super().__init__(**kwargs)
        self.error_messages["required"] = _("Chọn tệp cần gửi.")
        self.error_messages["empty"] = _("Tệp trống. Chọn lại tệp.")

    def clean(self, data: Any, initial: Any = None) -> Checked | None:
        upload: UploadedFile | None = super().clean(data, initial)
        if not isinstance(upload, UploadedFile):
            return None
        try:
            if (upload.size or 0) > limit_bytes():
                raise too_large()
            upload.seek(0)  # a page that shows the form again has it read twice
            content = upload.read()
            kind = sniff(content)
            scan(content)
            clean = without_metadata(content, kind.mime)
        except Refused as error:
            raise forms.ValidationError(error.text, code=error.code) from None
        return Checked(clean, kind)


class Withdraw(ActionForm):
    """Why a paper does not belong where it is."""

    note = NoteField(
        _("Lý do rút"), max_length=1000,
        help_text=_("Ví dụ: giấy của người khác, nộp nhầm hồ sơ. Không ghi lại nội dung giấy."),
    )  # fmt: skip


class Upload(ActionForm):
    """One paper: what it is, what it is called, the file."""

    kind = forms.ChoiceField(label=_("Loại giấy tờ"), choices=DocumentKind.choices)
    title = forms.CharField(
        label=_("Tên giấy tờ"), max_length=200, strip=True, required=False,
        help_text=_("Ví dụ: Giấy xác nhận khuyết tật năm 2024. Bỏ trống thì lấy tên loại."),
    )  # fmt: skip
    file = PaperField(help_text=_("PDF, ảnh, Word (.docx) hoặc Excel (.xlsx). Nơi chụp mà máy ghi trong ảnh được xóa."))
