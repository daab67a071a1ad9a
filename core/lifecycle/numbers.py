"""Human numbers (HS-2026-000123): never reused, no gaps that matter, taken under the lock of their counter."""

from datetime import datetime

from django.db import models
from django.utils import timezone


class Counter(models.Model):
    series = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "core"
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="one_counter_per_year")]

    def __str__(self) -> str:
        return f"{self.series}-{self.year}"


def next_number(series: str, at: datetime, width: int = 6) -> str:
    """The next number of a series in the year of `at`, local time: "HS-2026-000123"."""
    year = timezone.localtime(at).year
    Counter.objects.get_or_create(series=series, year=year)
    counter = Counter.objects.select_for_update().get(series=series, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{series}-{year}-{counter.last:0{width}d}"
