"""What happened to an application or to a licence, as its reader may be told: the authority reads all of it, the
applicant neither what the officers do among themselves nor the notes they did not write for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accreditation.selectors.words import WORDS, Words
from core.audit.models import Event

MOST = 200


@dataclass(frozen=True)
class Line:
    """One line of the timeline component (core/web/components.md)."""

    at: datetime
    icon: str
    title: str
    who: str = ""
    quote: str = ""
    bad: bool = False
    system: bool = False
    kind: str = ""
    text: str = ""
    link: str = ""
    undone: str = ""


_UNKNOWN = Words("", "gear", inside=True, system=True)
_INSIDE = [verb for verb, words in WORDS.items() if words.inside]


def lines(root_id: UUID, *, inside: bool) -> list[Line]:
    """The newest first; `inside` for readers of the authority's own side."""
    rows = Event.objects.filter(root_id=root_id, verb__in=[verb for verb in WORDS if inside or verb not in _INSIDE])
    found = rows.select_related("actor", "acting_for").order_by("-effective_at", "-seq")[:MOST]
    return [_line(event, inside) for event in found]


def _line(event: Event, inside: bool) -> Line:
    words = WORDS.get(event.verb, _UNKNOWN)
    return Line(
        at=event.effective_at, icon=words.icon, title=str(words.text), who=_who(event), bad=words.bad,
        quote=event.note if inside or words.told else "",
        system=words.system or event.actor_id is None,
    )  # fmt: skip


def _who(event: Event) -> str:
    actor: Any = event.actor
    if actor is None:
        return _("hệ thống")
    if event.acting_for is not None:
        return _("%(name)s, làm thay %(absent)s") % {"name": actor, "absent": event.acting_for}
    return str(actor)
