"""What reading a register, and confirming it, asks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.staging.inputs import DecideRow, UploadFile


class UploadRegister(UploadFile):
    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("Tệp danh sách cơ sở (xlsx, xls, ods)")


class DecideFacility(DecideRow):
    """Whether a line that looks like a facility of the register is another one."""

    accepted = forms.BooleanField(label=_("Là cơ sở khác, ghi thành cơ sở mới"), required=False)
