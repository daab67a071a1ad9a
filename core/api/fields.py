"""Fields of answers. Every answer is read-only: what changes a record is an action, never a serializer."""

from typing import Any

from django.db import models
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.access.engine import Rules


class RecordSerializer(serializers.Serializer):
    """Explicit fields of one model, none of them promised: those that the reader may not read are left out."""

    model: type[models.Model]

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for name, item in fields.items():
            item.read_only, item.required = True, False
            if _nullable(self.model, path_of(name, item)):
                item.allow_null = True
        return fields


@extend_schema_field({"type": "string"})
class Label(serializers.Field):
    """The words for a code: Label(CaseState.choices, source="state")."""

    def __init__(self, choices: Any, **kwargs: Any):
        self.words = dict(choices)
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Any) -> str:
        return str(self.words.get(value, value))


@extend_schema_field({"type": "boolean"})
class Overdue(serializers.Field):
    """Whether a moment (source="due_at") has passed: derived when asked, never stored."""

    def __init__(self, **kwargs: Any):
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Any) -> bool:
        return value < timezone.now()


def path_of(name: str, item: serializers.Field) -> str:
    """The column that an answer's field is read from, as a query path ("worker__full_name"); the name itself when it
    is computed from the whole row."""
    source = getattr(item, "source", None) or name
    return name if source == "*" else source.replace(".", "__")


def declared_name(model: type[models.Model], path: str) -> str:
    """How the access table names the column: "worker_id" is the field "worker"."""
    names = {f.attname: f.name for f in model._meta.concrete_fields}
    return names.get(path, path)


def classes_of(rules: Rules, name: str) -> list[str]:
    """The classes of fields ("view", "read:narrative") in which the table lists this column."""
    return [kind for kind, columns in rules.fields.items() if name in columns]


def _steps(model: type[models.Model], path: str) -> list[Any]:
    """The columns that a path goes through; [] if some step is none."""
    found: list[Any] = []
    here: Any = model
    for step in path.split("__"):
        column = next((f for f in here._meta.concrete_fields if step in (f.name, f.attname)), None)
        if column is None:
            return []
        found.append(column)
        here = column.related_model or here
    return found


def column_of(model: type[models.Model], path: str) -> Any:
    """The column at the end of a path, or None if it leads to no column."""
    steps = _steps(model, path)
    return steps[-1] if steps else None


def _nullable(model: type[models.Model], path: str) -> bool:
    """Whether some step of the path may be NULL."""
    return any(column.null for column in _steps(model, path))
