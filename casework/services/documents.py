"""Papers of a case. They are added, never changed; one that does not belong there is withdrawn (core.documents)."""

from collections.abc import Iterable

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.states.case import CaseState
from core.documents import services
from core.documents.inputs import Upload
from core.documents.models import Document
from core.errors import Reason
from core.lifecycle.actions import Act, action

NOT_AFTER = {CaseState.VOID, CaseState.MERGED}


def _case_of(document: Document) -> Case:
    """The parent as `perform()` hands it over: the locked row, under its model's name."""
    return document.case  # type: ignore[attr-defined]


def case_takes_papers(document: Document, act: Act) -> Iterable[Reason]:
    if _case_of(document).state in NOT_AFTER:
        yield Reason("case_ended", _now("Hồ sơ này không nhận thêm giấy tờ."))


def _belongs_to_case(document: Document, act: Act) -> None:
    services.place(document, _case_of(document))


@action(
    Document, "upload", label=_("Thêm giấy tờ"), creates=True, parent=Case, form=Upload, prepare=_belongs_to_case,
    guards=[case_takes_papers], order=50,
)  # fmt: skip
def upload(document: Document, act: Act) -> None:
    """The file is stored encrypted; after a case is closed papers may still come in."""
    services.store(document, act)
