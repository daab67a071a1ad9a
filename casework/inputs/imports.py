"""What reading and confirming a list of persons asks for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.staging.inputs import DecideRow, UploadFile


class UploadList(UploadFile):
    # Set by who has the file at hand and reads it at once: it is not kept then.
    at_hand = forms.BooleanField(required=False, widget=forms.HiddenInput)


class Decide(DecideRow):
    """Whether a line that looks like somebody known is somebody else."""

    accepted = forms.BooleanField(label=_("Là người khác, nhập thành người mới"), required=False)
