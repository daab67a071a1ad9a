"""Whether the background worker lives."""

from datetime import datetime, timedelta

from django.utils import timezone

from core.outbox.models import WorkerBeat

# Clocks of machines that work together differ by less; what stands further ahead was written by a clock that was wrong.
AHEAD = timedelta(hours=2)


def beat() -> None:
    """Say "alive" (the worker does, every few seconds)."""
    WorkerBeat.objects.update_or_create(pk=1, defaults={"at": timezone.now()})


def last() -> datetime | None:
    return WorkerBeat.objects.filter(pk=1).values_list("at", flat=True).first()
