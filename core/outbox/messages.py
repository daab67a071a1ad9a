"""Telling people inside the application, after the commit and at least once; the notice itself is made once."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import models

from core.audit.models import Event
from core.outbox.tasks import task


def queue_notices(event: Event, root: models.Model, users: Iterable[UUID]) -> None:
    """Queue a notice about the event for each user, in the running transaction: only keys and codes are stored."""
    told = sorted({str(user) for user in users})
    if told:
        deliver_notices.enqueue(
            event=str(event.id), kind=event.verb, at=event.recorded_at.isoformat(),
            root_model=root._meta.label, root_id=str(root.pk), users=told,
        )  # fmt: skip


@task()
def deliver_notices(*, event: str, kind: str, at: str, root_model: str, root_id: str, users: list[str]) -> int:
    """Make the notices; run twice, it makes them once (unique by user, event and kind)."""
    from core.accounts.models import User
    from core.worklist.models import Notice

    known = User.objects.filter(pk__in=users, is_active=True).values_list("pk", flat=True)
    rows = [
        Notice(
            user_id=user, event_id=UUID(event), kind=kind, root_model=root_model, root_id=UUID(root_id),
            at=datetime.fromisoformat(at),
        )
        for user in known
    ]  # fmt: skip
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
