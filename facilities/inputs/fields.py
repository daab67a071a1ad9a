"""What several forms of the register ask for in the same way."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.lifecycle.actions import ActionForm

BLANK = re.compile(r"[\s\u00a0\u202f]+")
GROUPED = re.compile(r"\d{1,3}(\.\d{3})+")


class AreaField(forms.DecimalField):
    """Square metres as written here: 1.200,5 is one thousand two hundred and a half; 5.4 from machines is taken too.
    Cleans to a Decimal of at most two places, or None."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("min_value", Decimal(0))
        kwargs.setdefault("max_digits", 10)
        kwargs.setdefault("decimal_places", 2)
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"class": "short", "inputmode": "decimal", "autocomplete": "off"})
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, str):
            text = re.sub(r"(m2|m²)$", "", BLANK.sub("", value))
            if "," in text or GROUPED.fullmatch(text):
                text = text.replace(".", "").replace(",", ".")
            value = text
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(_now("Không đọc được số này. Gõ như 1.200 hoặc 5,4."), code="invalid") from None

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        text = format(value.normalize(), "f")
        return text.replace(".", ",")


def line(label: Any, length: int = 200, required: bool = False, **kwargs: Any) -> forms.CharField:
    """One line of text."""
    return forms.CharField(label=label, max_length=length, required=required, strip=True, **kwargs)


class OfFacility(ActionForm):
    """A form about something of a facility; starts from the columns that bear the names of its fields."""

    @property
    def facility_id(self) -> Any:
        """The facility's key; None where only the shape of the form is asked for."""
        return getattr(self.record, "facility_id", None)

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        return {name: getattr(row, name) for name in cls.base_fields if hasattr(row, name)}


def blank_means_today() -> Any:
    return _("Bỏ trống: từ hôm nay.")
