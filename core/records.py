"""Ground of every table: keys that sort by time, and the version that each change must name."""

from functools import cache
from typing import Any, ClassVar

from django.db import models
from django.utils.encoding import force_str

from core.ids import new_id


@cache
def labels_of(field: models.Field) -> dict[Any, Any]:
    """The words of a field's codes, lazily translated."""
    return dict(field.flatchoices)


class Record(models.Model):
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

    def _get_FIELD_display(self, field: models.Field) -> Any:  # noqa: N802 - Django's name
        """As Django does it, but for translating and hashing every choice at every call: an eighth of a list."""
        value = getattr(self, field.attname)
        return force_str(labels_of(field).get(value, value), strings_only=True)

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
