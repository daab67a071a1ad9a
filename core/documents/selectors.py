"""Papers as a list. Their titles are sealed: the page that shows them logs the read (`core.audit.reads`)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone

from core.access.actor import Actor
from core.access.engine import visible
from core.documents.guards import late_for_the_sender
from core.documents.models import Document
from core.lifecycle.actions import Act


def documents_of(by: Actor, root: Model, subject: Model | None = None) -> QuerySet[Document]:
    """The papers under a root that `by` may read, the newest first; with `subject` only those that belong to it."""
    rows = visible(by, Document).filter(root_model=root._meta.label, root_id=root.pk).select_related("uploaded_by")
    return rows if subject is None else rows.filter(subject_id=subject.pk)


def withdrawable(by: Actor, rows: Sequence[Document]) -> list[Document]:
    """Those of the papers that `by` may withdraw."""
    keys = [row.pk for row in rows]
    mine = set(visible(by, Document, "withdraw").filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
    act = Act(by=by, action="withdraw", at=timezone.now(), asking=True)
    return [row for row in rows if row.pk in mine and not list(late_for_the_sender(row, act))]


def kinds_on_file(root: Model, since: datetime | None = None) -> set[str]:
    """Which kinds of paper a root has, whoever asks: for guards ("is the handover signed?"). With `since` only those
    handed in at that moment or later."""
    found: Any = Document.objects.filter(root_model=root._meta.label, root_id=root.pk, withdrawn_at__isnull=True)
    if since is not None:
        found = found.filter(created_at__gte=since)
    return set(found.values_list("kind", flat=True).order_by().distinct())
