"""What somebody might type into the form of an action: plausible values for every kind of field, then another try for
those that were refused. The form of the product judges; nothing here knows one action from another."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core.documents.inputs import PaperField
from core.lifecycle.actions import Action
from core.web.fields import IdNumberField, MoneyField, PartialDateField, PhoneField, VietnameseDateField
from tests.core.documents.files import pdf
from tests.factories.places import communes

TRIES = 4
MOST = 12  # of a long list of choices, the first are enough to pick from
JUNK: tuple[Any, ...] = ("", "không", "-1", "99999999999", "x" * 5000, ["a", "b"], "31/02/2026", "\x00", None)
# Where any value of the right kind would do and nothing come of it.
USUAL: dict[str, Callable[[random.Random], Any]] = {
    "birth": lambda chance: chance.choice(["1950", "15/03/2017", "02/1988"]),
    "in_danger": lambda chance: "no",
    "duplicates_seen": lambda chance: "on",
    "pledged": lambda chance: "on",
    "commune": lambda chance: chance.choice(communes(2)).pk,
    "over_cap": lambda chance: "Không còn ai khác.",
    "opened_at": lambda chance: "2024-05-06 08:00",
    "number": lambda chance: f"{chance.randrange(10**8)}/GP",
    "need": lambda chance: "Cần chỗ ở và chăm sóc.",
    "website": lambda chance: "",
    "email": lambda chance: "",
    "id_number": lambda chance: "",
}


def typed(day: date) -> str:
    return f"{day:%d/%m/%Y}"


class Filler:
    def __init__(self, chance: random.Random):
        self.chance = chance

    def fill(self, spec: Action, row: Any, by: Any) -> tuple[dict[str, Any], dict[str, Any], bool]:
        """(data, files, whether the form takes it). `row` is what the engine would hand to the form."""
        if spec.form is None:
            return {}, {}, True
        form = spec.form(None, None, record=row, by=by)
        data: dict[str, Any] = {}
        files: dict[str, Any] = {}
        wanted = {name: field for name, field in form.fields.items() if field.required or self.chance.random() < 0.6}
        for _try in range(TRIES):
            for name, field in wanted.items():
                self.put(name, field, data, files)
            judged = spec.form(data, fresh(files), record=row, by=by)
            if judged.is_valid():
                return data, files, True
            wanted = {name: judged.fields[name] for name in judged.errors if name in judged.fields}
            if "__all__" in judged.errors:
                wanted = dict(form.fields)
        return data, files, False

    def spoil(self, spec: Action, data: dict[str, Any], row: Any, by: Any) -> tuple[dict[str, Any], bool]:
        """The same with one field torn out or full of junk; and whether the form takes even that."""
        if spec.form is None or not data:
            return data, True
        spoiled = dict(data)
        name = self.chance.choice(sorted(spoiled))
        if self.chance.random() < 0.4:
            del spoiled[name]
        else:
            spoiled[name] = self.chance.choice(JUNK)
        return spoiled, spec.form(spoiled, {}, record=row, by=by).is_valid()

    def put(self, name: str, field: forms.Field, data: dict[str, Any], files: dict[str, Any]) -> None:
        if isinstance(field, PaperField | forms.FileField):
            files[name] = "giay.pdf"
            return
        value = USUAL[name](self.chance) if name in USUAL else self.value(field)
        if value is None or value == [] or (isinstance(field, forms.BooleanField) and not value):
            data.pop(name, None)
        else:
            data[name] = value

    def value(self, field: forms.Field) -> Any:
        pick, today = self.chance.choice, timezone.localdate()
        if isinstance(field, forms.ModelMultipleChoiceField):
            keys = list(field.queryset.values_list("pk", flat=True)[:MOST])
            return self.chance.sample(keys, min(len(keys), pick([1, 1, 2, 3])))
        if isinstance(field, forms.ModelChoiceField):
            keys = list(field.queryset.values_list("pk", flat=True)[:MOST])
            return pick(keys) if keys else None
        if isinstance(field, forms.ChoiceField):
            values = _values(field.choices)
            if isinstance(field, forms.MultipleChoiceField):
                return self.chance.sample(values, min(len(values), pick([1, 1, 2])))
            return pick(values) if values else None
        if isinstance(field, forms.BooleanField):
            return pick(["on", None])
        if isinstance(field, VietnameseDateField):
            span = pick([-30, -1, 0]) if field.past_only else pick([-20, 0, 0, 1, 7, 20, 60, 200])
            return typed(today + timedelta(days=span))
        if isinstance(field, PartialDateField):
            return pick(["1950", "15/03/2017"])
        if isinstance(field, forms.DateTimeField):
            moment = timezone.localtime() - timedelta(minutes=pick([0, 1, 30, 600]))
            return f"{moment:%Y-%m-%d %H:%M}"
        return self.text_or_number(field)

    def text_or_number(self, field: forms.Field) -> Any:
        if isinstance(field, MoneyField):
            return str(self.chance.choice([0, 100_000, 5_000_000]))
        if isinstance(field, forms.IntegerField):
            least = field.min_value if isinstance(field.min_value, int) else 0
            return str(least + self.chance.choice([0, 1, 2, 5, 9]))
        if isinstance(field, PhoneField):
            return "0912345678"
        if isinstance(field, IdNumberField):
            return ""
        if isinstance(field, forms.UUIDField):
            return None
        most = getattr(field, "max_length", None) or 40
        return f"Lời {self.chance.randrange(10**6)} đã ghi."[:most]


def _values(choices: Any) -> list[Any]:
    found = []
    for value, label in choices:
        found += [inner for inner, _text in label] if isinstance(label, list | tuple) else [value]
    return [value for value in found if value not in ("", None)]


def fresh(files: dict[str, Any]) -> dict[str, Any]:
    """A form reads a file to its end: each reading gets its own."""
    return {name: SimpleUploadedFile(told, pdf(), "application/pdf") for name, told in files.items()}
