"""An action's Django form seen from the API: the JSON types it takes, its schema, and its description with choices.

The form class itself stays the only reader of the values; here is only checked that JSON has the right shape, because a
form would turn a list into text and take any value for "yes".
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils.choices import BaseChoiceIterator
from django.utils.dateparse import parse_datetime, parse_time
from django.utils.translation import gettext as _

from core.api.problems import bad_field
from core.lifecycle.actions import ActionForm

# The first class that fits decides; Django's decimal and float fields are integer fields by inheritance.
_KINDS: tuple[tuple[type[forms.Field], str], ...] = (
    (forms.FileField, "file"),
    (forms.JSONField, "json"),
    (forms.BooleanField, "boolean"),
    (forms.ModelMultipleChoiceField, "choices"),
    (forms.ModelChoiceField, "choice"),
    (forms.MultipleChoiceField, "choices"),
    (forms.ChoiceField, "choice"),
    (forms.DecimalField, "number"),
    (forms.FloatField, "number"),
    (forms.IntegerField, "integer"),
    (forms.DateTimeField, "datetime"),
    (forms.DateField, "date"),
    (forms.TimeField, "time"),
    (forms.UUIDField, "uuid"),
)
_SCHEMAS: dict[str, dict[str, Any]] = {
    "file": {"type": "string"},
    "json": {},
    "boolean": {"type": "boolean"},
    "choice": {"type": "string"},
    "choices": {"type": "array", "items": {"type": "string"}},
    "number": {"type": ["number", "string"]},
    "integer": {"type": "integer"},
    "datetime": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "format": "time"},
    "uuid": {"type": "string", "format": "uuid"},
    "text": {"type": "string"},
}
FEW = 50


def kind_of(field: forms.Field) -> str:
    """A field may say so itself (`api_kind`), which one with its own way of reading values should."""
    named = getattr(field, "api_kind", None)
    return named or next((kind for cls, kind in _KINDS if isinstance(field, cls)), "text")


def check_shapes(form: type[ActionForm] | None, body: dict[str, Any]) -> None:
    """Raise a 400 problem naming each field whose JSON type is wrong; unknown fields are the form's to refuse."""
    errors = {}
    for name, field in (form.base_fields if form else {}).items():
        value = body.get(name)
        if value is not None and not _fits(kind_of(field), value):
            errors[name] = _wanted(kind_of(field))
    if errors:
        raise bad_field("invalid", **errors)


def _scalar(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_TESTS: dict[str, Callable[[Any], bool]] = {
    "json": lambda value: True,
    "file": lambda value: False,
    "boolean": lambda value: isinstance(value, bool),
    "integer": _whole,
    "number": lambda value: _whole(value) or isinstance(value, float | str),
    "choice": _scalar,
    "choices": lambda value: isinstance(value, list) and all(_scalar(item) for item in value),
}
# Days and times are ISO 8601 here: 05/09/1948 would mean two days in two countries.
_ISO: dict[str, Callable[[str], Any]] = {
    "date": lambda text: date.fromisoformat(text) if len(text) == 10 else None,
    "datetime": parse_datetime,
    "time": parse_time,
}


def _fits(kind: str, value: Any) -> bool:
    if kind in _TESTS:
        return _TESTS[kind](value)
    if not isinstance(value, str) or value == "" or kind not in _ISO:
        return isinstance(value, str)
    try:
        return _ISO[kind](value) is not None
    except ValueError:
        return False


def _wanted(kind: str) -> str:
    return {
        "boolean": _("Cần true hoặc false."),
        "integer": _("Cần một số nguyên."),
        "number": _("Cần một số."),
        "choice": _("Cần một giá trị trong danh sách."),
        "choices": _("Cần một danh sách giá trị."),
        "date": _("Cần một ngày dạng 2026-12-31."),
        "datetime": _("Cần ngày giờ dạng 2026-12-31T09:30:00+07:00."),
        "time": _("Cần giờ dạng 09:30."),
        "file": _("Gửi tệp thành một phần riêng của multipart/form-data."),
    }.get(kind, _("Cần một chuỗi ký tự."))


def describe(form: forms.Form) -> list[dict[str, Any]]:
    """The form's fields as a client can build an input from: choices only where there are few (50)."""
    return [
        {
            "name": name, "type": kind_of(field), "label": str(field.label or name), "help": str(field.help_text or ""),
            "required": field.required, "max_length": getattr(field, "max_length", None), "choices": _few(field),
        }
        for name, field in form.fields.items()
    ]  # fmt: skip


def _few(field: forms.Field) -> list[dict[str, str]] | None:
    if isinstance(field, forms.ModelChoiceField):
        rows = list(field.queryset[: FEW + 1]) if field.queryset is not None else []
        if len(rows) > FEW:
            return None
        return [{"value": str(field.prepare_value(row)), "label": field.label_from_instance(row)} for row in rows]
    if isinstance(field, forms.ChoiceField):
        flat = list(_flat(field.choices))
        return flat if len(flat) <= FEW else None
    return None


def _flat(choices: Any) -> Any:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        elif value not in (None, ""):
            yield {"value": str(value), "label": str(label)}


def request_schema(form: type[ActionForm] | None, head: dict[str, Any], required: list[str]) -> dict[str, Any]:
    """The JSON schema of a request: `head` (version, parent) and the form's fields."""
    properties, needed = dict(head), list(required)
    for name, field in (form.base_fields if form else {}).items():
        kind = kind_of(field)
        if kind == "file":
            continue
        properties[name] = _field_schema(field, kind)
        if field.required:
            needed.append(name)
    schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**schema, "required": needed} if needed else schema


def file_names(form: type[ActionForm] | None) -> list[str]:
    """The fields that take a file."""
    return [name for name, field in (form.base_fields if form else {}).items() if kind_of(field) == "file"]


def multipart_schema(form: type[ActionForm], data: dict[str, Any]) -> dict[str, Any]:
    """The schema of a request with files: the JSON object in the part `data`, each file in a part of its own."""
    names = file_names(form)
    files = {name: {"type": "string", "format": "binary"} for name in names}
    needed = [name for name in names if form.base_fields[name].required]
    return {
        "type": "object", "properties": {"data": data, **files}, "required": ["data", *needed],
        "additionalProperties": False,
    }  # fmt: skip


def value_schema(field: forms.Field) -> dict[str, Any]:
    """The schema of one value, as of a query parameter: there everything is text."""
    return {**_field_schema(field, kind_of(field)), "type": "string"}


def _field_schema(field: forms.Field, kind: str) -> dict[str, Any]:
    schema: dict[str, Any] = {**(getattr(field, "api_schema", None) or _SCHEMAS[kind])}
    # Choices that are read from the database when asked are no part of a document.
    if isinstance(field, forms.ChoiceField) and not isinstance(field.choices, BaseChoiceIterator):
        values = [choice["value"] for choice in _flat(field.choices)]
        if kind == "choices":
            schema["items"] = {"type": "string", "enum": values}
        elif values:
            schema["enum"] = values
    if kind == "text" and getattr(field, "max_length", None):
        schema["maxLength"] = field.max_length  # type: ignore[attr-defined]
    if kind == "integer":
        bounds = {"minimum": field.min_value, "maximum": field.max_value}  # type: ignore[attr-defined]
        schema.update({name: value for name, value in bounds.items() if value is not None})
    if not field.required:
        schema = _or_null(schema)
    if field.label:
        schema["title"] = str(field.label)
    if field.help_text:
        schema["description"] = str(field.help_text)
    return schema


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    if "type" not in schema:
        return schema
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    changed = {**schema, "type": [*types, "null"]}
    if "enum" in schema:
        # An optional choice may also be sent empty, as the page does.
        changed["enum"] = [*schema["enum"], "", None]
    return changed
