"""The applicant's answers to a list of defects: all on one page, kept together, each as its own entry in the record."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accreditation.models import Application, ApplicationPaper, Defect
from accreditation.selectors import dossier
from accreditation.web.taking import version_of
from core.access.actor import Actor
from core.errors import Blocked, Invalid, KeyReused, Reason, Stale, VersionMissing
from core.lifecycle import engine
from core.lifecycle.engine import perform
from core.web import drafts, refusals


@dataclass
class Typed:
    """What was typed and not (all) kept: errors by defect, or what stood in the way."""

    data: QueryDict
    status: int = 200
    errors: dict[int, list[str]] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)
    stale: Stale | None = None
    saved: int = 0


def draft_key(row: Application) -> str:
    return f"{Application._meta.label}:{row.pk}:answers"


def keep(request: HttpRequest, by: Actor, row: Application) -> Typed | None:
    """Each answer that was changed is taken by itself; None when all were kept."""
    post, said = request.POST, Typed(request.POST)
    version = version_of(post)
    for item in dossier.to_answer(row):
        wanted = _posted(post, item)
        if wanted is None or wanted == (item.answer, item.contested):
            continue
        data = {"defect": item.pk, "answer": wanted[0], **({"contested": "on"} if wanted[1] else {})}
        key = f"{post.get('key', '')[:60]}:{item.pk}"
        try:
            outcome = perform((Application, row.pk), "evidence", by=by, version=version, key=key, data=data)
        except Invalid as error:
            said.errors[item.pk] = [text for sentences in error.errors.values() for text in sentences]
            said.status = 422
            continue
        except (Blocked, KeyReused, Stale, VersionMissing) as error:
            return _stopped(said, error, row)
        version = int(outcome.result["version"])
        said.saved += 1
    if said.errors:
        return said
    drafts.forget(by, draft_key(row))
    messages.success(request, _("Đã lưu câu trả lời.") if said.saved else _("Không có gì thay đổi."))
    return None


def _posted(post: QueryDict, item: Defect) -> tuple[str, bool] | None:
    name = f"answer_{item.pk}"
    return (str(post[name]).strip(), f"contested_{item.pk}" in post) if name in post else None


def _stopped(said: Typed, error: Exception, row: Application) -> Typed:
    said.status = 409
    if isinstance(error, Blocked):
        said.reasons = error.reasons
    elif isinstance(error, KeyReused):
        said.reasons = refusals.key_reused()
    else:
        said.stale = error if isinstance(error, Stale) else engine.stale(row)
    return said


def lines(
    by: Actor, row: Application, items: list[Defect], files: dict[str, ApplicationPaper], typed: Typed | None, back: str
) -> dict[str, Any]:
    """The form: one field for each defect, with what was typed, drafted or kept before."""
    kept = drafts.find(by, draft_key(row)) if typed is None else None
    data = typed.data if typed is not None else kept.fields if kept is not None else None
    made = []
    for item in items:
        posted = _posted(data, item) if data is not None else None
        answer, contested = posted or (item.answer, item.contested)
        file = files.get(f"{dossier.ITEM}{item.pk}")
        made.append({
            "row": item, "answer": answer, "contested": contested, "done": item.answered_at is not None,
            "errors": typed.errors.get(item.pk, []) if typed is not None else [],
            "component": f"{dossier.ITEM}{item.pk}",
            "file_url": reverse("document", args=[file.document_id]) if file is not None else "",
            "next": f"{back}#thieu-sot-{item.pk}",
        })  # fmt: skip
    return {
        "items": made, "draft_key": draft_key(row), "saved_at": kept.saved_at if kept else None,
        "draft_version": kept.version if kept else "", "left": sum(not one["done"] for one in made),
    }  # fmt: skip
