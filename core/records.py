"""Ground of every table: keys that sort by time, and the version that each change must name."""

from django.db import models

from core.ids import new_id


class Record(models.Model):
    """A row that people change. `version` counts the changes; a change made on an older version is refused."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
