"""What a ground for closing asks for and what of it is on file (NĐ 335/2026/NĐ-CP Đ.26)."""

from casework.models import Case
from core.audit.models import Event
from core.catalogue.models import ClosureCode
from core.documents.models import DocumentKind
from core.documents.selectors import kinds_on_file


def papers_on_file(case: Case) -> set[str]:
    """Kinds of paper of the running episode: the handover of an earlier closure says nothing about this one."""
    since = None
    if case.episode > 1:
        opened = Event.objects.filter(subject_id=case.pk, verb="case.reopen").order_by("-seq")
        since = opened.values_list("recorded_at", flat=True).first()
    return kinds_on_file(case, since)


def missing_papers(case: Case, ground: ClosureCode, on_file: set[str] | None = None) -> list[DocumentKind]:
    """Papers that the ground asks for and the file does not hold, in the order of the catalogue."""
    wanted = [DocumentKind(code) for code in ground.requires if code in DocumentKind.values]
    if not wanted:
        return []
    there = papers_on_file(case) if on_file is None else on_file
    return [kind for kind in wanted if kind not in there]
