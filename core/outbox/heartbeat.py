"""Whether the background worker lives."""

from datetime import datetime

from django.utils import timezone

from core.outbox.models import WorkerBeat


def beat() -> None:
    """Say "alive" (the worker does, every few seconds)."""
    WorkerBeat.objects.update_or_create(pk=1, defaults={"at": timezone.now()})


def last() -> datetime | None:
    return WorkerBeat.objects.filter(pk=1).values_list("at", flat=True).first()
