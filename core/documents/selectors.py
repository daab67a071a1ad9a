"""Papers as a list. Their titles are sealed: the page that shows them logs the read (`core.audit.reads`)."""

from typing import Any

from django.db.models import Model, QuerySet

from core.access.actor import Actor
from core.access.engine import visible
from core.documents.models import Document


def documents_of(by: Actor, root: Model, subject: Model | None = None) -> QuerySet[Document]:
    """The papers under a root that `by` may read, the newest first; with `subject` only those that belong to it."""
    rows = visible(by, Document).filter(root_model=root._meta.label, root_id=root.pk).select_related("uploaded_by")
    return rows if subject is None else rows.filter(subject_id=subject.pk)


def kinds_on_file(root: Model) -> set[str]:
    """Which kinds of paper a root has, whoever asks: for guards ("is the handover signed?")."""
    found: Any = Document.objects.filter(root_model=root._meta.label, root_id=root.pk)
    return set(found.values_list("kind", flat=True).distinct())
