"""Why a paper may not be withdrawn by this person."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext as _

from core import hooks
from core.access import engine
from core.documents.models import Document
from core.errors import Reason
from core.lifecycle.actions import Act

# No rule of law: long enough to see one's own mistake.
SENDER_WITHDRAWS = timedelta(days=1)


def late_for_the_sender(document: Document, act: Act) -> Iterable[Reason]:
    """Who added a paper mends a mistake; what has stood in the file for longer others may have worked with."""
    if act.at - document.created_at <= SENDER_WITHDRAWS and document.uploaded_by_id in act.by.identities:
        return
    if not engine.can(act.by, "document.withdraw", document.root):
        text = _("Đã quá một ngày từ khi thêm giấy tờ. Nhờ người giám sát phụ trách hồ sơ rút.")
        yield Reason("late_for_the_sender", text)


def not_kept(document: Document, act: Act) -> Iterable[Reason]:
    """What an upper app builds on a paper keeps it ("document.kept"): a dossier that was handed in, for one."""
    yield from hooks.ask("document.kept", document)
