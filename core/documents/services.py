"""Storing a paper, as the effect of an action that the owner of its root declares; withdrawing one; and tidying what
was left behind."""

import hashlib
import logging
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.documents import vault
from core.documents.guards import late_for_the_sender, not_kept
from core.documents.inputs import Checked, Withdraw
from core.documents.models import Document
from core.lifecycle.actions import Act, action

log = logging.getLogger(__name__)
LEFT_BEHIND = timedelta(days=1)


def place(document: Document, root: models.Model, subject: models.Model | None = None) -> None:
    """Say where a new paper belongs; for the `prepare` of an action, so that its event names the root."""
    about = subject if subject is not None else root
    document.root_model, document.root_id = root._meta.label, root.pk
    document.subject_model, document.subject_id = about._meta.label, about.pk


def store(document: Document, act: Act) -> None:
    """Fill the row and write the encrypted file; for the effect of an action with the form `inputs.Upload`. If the
    transaction fails afterwards the file stays without a row, unreadable, until `sweep` takes it away."""
    assert act.by.user is not None
    checked: Checked = act.data["file"]
    document.kind, document.title = act.data["kind"], act.data.get("title") or ""
    document.sha256 = hashlib.sha256(checked.content).hexdigest()
    document.size, document.mime = len(checked.content), checked.kind.mime
    document.uploaded_by = act.by.user
    document.path = vault.put(document, checked.content)
    # The chain of events thereby vouches for the content.
    act.facts.update(kind=document.kind, mime=document.mime, size=document.size, sha256=document.sha256)


@action(
    Document, "withdraw", label=_("Rút giấy tờ"), form=Withdraw, separation=[late_for_the_sender],
    guards=[not_kept], tone="stop",
    hint=_("Giấy tờ không còn hiện trong hồ sơ; việc rút và lý do được ghi lại."), order=90,
    notify=lambda document, act: [document.uploaded_by_id],
)  # fmt: skip
def withdraw(document: Document, act: Act) -> None:
    """For a paper in the wrong file. Row, bytes and events stay; only nobody is shown them."""
    document.withdrawn_at, document.withdrawn_by = act.at, act.by.user
    act.facts.update(kind=document.kind, sha256=document.sha256)


def sweep(now: Any = None) -> int:
    """Delete stored files older than a day that no row names (their transaction failed); returns how many."""
    before, count = (now or timezone.now()) - LEFT_BEHIND, 0
    for folder in _listed(vault.FOLDER)[0]:
        paths = [f"{vault.FOLDER}/{folder}/{name}" for name in _listed(f"{vault.FOLDER}/{folder}")[1]]
        known = set(Document.objects.filter(path__in=paths).values_list("path", flat=True))
        for path in paths:
            if path not in known and default_storage.get_modified_time(path) < before:
                default_storage.delete(path)
                count += 1
    if count:
        log.info("%d stored files without a row deleted", count)
    return count


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
