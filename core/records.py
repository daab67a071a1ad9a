"""Ground of every table: keys that sort by time, and the version that each change must name."""

import copy
from collections.abc import Iterable
from functools import cache
from typing import Any, ClassVar

from django.db import models
from django.utils.encoding import force_str

from core.ids import new_id

_ABSENT = object()  # a column that was not loaded


@cache
def labels_of(field: models.Field) -> dict[Any, Any]:
    """The words of a field's codes, lazily translated."""
    return dict(field.flatchoices)


class Worded:
    """A model that tells the words of its codes as Django does it, without translating and hashing every choice at
    every call: that was an eighth of a list."""

    def _get_FIELD_display(self, field: models.Field) -> Any:  # noqa: N802 - Django's name
        value = getattr(self, field.attname)
        return force_str(labels_of(field).get(value, value), strings_only=True)


class Record(Worded, models.Model):
    """A row that people change. `version` counts the changes; a change made on an older version is refused.

    `LOCK_FIRST` names the foreign key to the record that must be locked before this one ("case"), `ROOT` the way to the
    one whose history this record's events belong to ("case", "plan.case"); "" is the record itself.
    """

    LOCK_FIRST: ClassVar[str] = ""
    ROOT: ClassVar[str] = ""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    def save(self, *, force_insert: Any = False, update_fields: Any = None, **more: Any) -> None:
        """As Django does it; of a remembered row only the columns that changed."""
        stored = self.__dict__.get("_stored")
        if stored is not None and not force_insert and update_fields is None:
            update_fields = self._changed(stored)
        super().save(force_insert=force_insert, update_fields=update_fields, **more)
        if stored is not None:
            self.remember(update_fields)

    def refresh_from_db(self, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)
        if "_stored" in self.__dict__:
            self.remember(fields)

    def remember(self, names: Iterable[str] | None = None) -> None:
        """What stands in the database now: of these columns, or of all. From the first time on `save()` writes what
        differs from it. For a row that is locked: what somebody else changes meanwhile would not be put back."""
        wanted = None if names is None else set(names)
        self.__dict__.setdefault("_stored", {}).update(
            (field.attname, copy.deepcopy(value) if isinstance(value, dict | list) else value)
            for field in self._meta.concrete_fields
            if (wanted is None or field.name in wanted or field.attname in wanted)
            and (value := self.__dict__.get(field.attname, _ABSENT)) is not _ABSENT
        )

    def _changed(self, stored: dict[str, Any]) -> list[str]:
        return [
            field.name for field in self._meta.concrete_fields
            if not field.primary_key and (
                getattr(field, "auto_now", False)
                or self.__dict__.get(field.attname, _ABSENT) != stored.get(field.attname, _ABSENT)
            )
        ]  # fmt: skip

    @property
    def root(self) -> Any:
        record: Any = self
        for name in self.ROOT.split(".") if self.ROOT else ():
            record = getattr(record, name)
        return record

    @property
    def root_key(self) -> Any:
        """The key of `root`, without reading the root itself."""
        way, _dot, last = self.ROOT.rpartition(".")
        record: Any = self
        for name in way.split(".") if way else ():
            record = getattr(record, name)
        return getattr(record, f"{last}_id") if last else self.pk
