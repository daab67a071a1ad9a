"""Everything that happened in a case, in one list: events of its history and entries of its work log, by time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from casework.enums import Contacted, ContactSafety, WorkKind
from casework.models import Assessment, Case, ServicePlan, WorkEntry
from casework.selectors.words import WORDS, Words
from core import hooks
from core.access.actor import Actor
from core.access.engine import visible
from core.audit.models import Event

SIZE = 25

# Chips above the list, in their order; the entries of the work log carry their own kinds.
CHIPS: dict[str, Any] = {
    "visit": _("Vãng gia"),
    "call": _("Cuộc gọi"),
    "care": _("Gặp gỡ, dịch vụ"),
    "note": _("Ghi nhanh"),
    "decision": _("Quyết định"),
    "file": _("Đánh giá, kế hoạch"),
    "referral": _("Chuyển tuyến"),
}
ENTRY_CHIP = {
    WorkKind.VISIT: "visit", WorkKind.CALL: "call", WorkKind.MEETING: "care", WorkKind.COUNSELLING: "care",
    WorkKind.CONFERENCE: "care", WorkKind.SERVICE: "care", WorkKind.NOTE: "note",
}  # fmt: skip
ENTRY_ICON = {
    WorkKind.VISIT: "home", WorkKind.CALL: "phone", WorkKind.MEETING: "people", WorkKind.COUNSELLING: "chat",
    WorkKind.CONFERENCE: "people", WorkKind.SERVICE: "yes", WorkKind.NOTE: "pen",
}  # fmt: skip
# The entries themselves stand in the list.
_TOLD_BY_ENTRY = ["workentry.add", "workentry.correct"]
# Their note is a field of the record: it is read there, by whoever may read the record as it is now.
_NOTE_OF_RECORD = {"contact.add", "contact.edit"}
# Consequences that readers look for although another action brought them about.
_SHOWN_THOUGH_CAUSED = {"case.start", "case.placed", "case.screen_in", "referral.withdraw"}


@dataclass(frozen=True)
class Line:
    """One line. `quote` is the note of an event, `text` that of an entry; both only for who may read them."""

    key: tuple[datetime, UUID]
    at: datetime
    icon: str
    title: str
    kind: str = ""
    who: str = ""
    text: str = ""
    quote: str = ""
    link: str = ""
    undone: str = ""
    bad: bool = False
    system: bool = False
    entry: WorkEntry | None = None


@dataclass(frozen=True)
class Page:
    lines: list[Line]
    next_key: str
    read_entries: list[UUID]


def page(
    by: Actor, case: Case, *, kind: str = "", after: str = "", history: bool = True, narrative: bool = False
) -> Page:
    """The newest lines after the key of the last one shown. `history` and `narrative`: whether the actor may read the
    events, respectively the notes in them; entries are those that `visible()` gives."""
    start = _parse(after)
    lines: list[Line] = []
    if history:
        rows = _before(_events(case, kind), "effective_at", start).select_related("actor", "acting_for")
        if not narrative:
            rows = rows.defer("note")
        found = list(rows.order_by("-effective_at", "-id")[: SIZE + 1])
        lines += event_lines(found, narrative)
    entries = list(
        _before(_entries(by, case, kind), "at", start)
        .select_related("by", "corrected_by")
        .order_by("-at", "-id")[: SIZE + 1]
    )
    lines += [entry_line(entry) for entry in entries]
    lines.sort(key=lambda line: line.key, reverse=True)
    shown = lines[:SIZE]
    more = f"{shown[-1].key[0].isoformat()}~{shown[-1].key[1]}" if len(lines) > SIZE else ""
    return Page(shown, more, [line.entry.pk for line in shown if line.entry is not None])


def counts(by: Actor, case: Case, history: bool) -> dict[str, int]:
    """How many lines each chip shows; "" is all but what the system does by itself."""
    found = dict.fromkeys(CHIPS, 0)
    for row in _entries(by, case, "").order_by().values("kind").annotate(n=Count("id")):
        found[ENTRY_CHIP[WorkKind(row["kind"])]] += row["n"]
    if history:
        for verb, n in _events(case, "").order_by().values_list("verb").annotate(n=Count("id")):
            words = WORDS.get(verb)
            if words is not None and not words.system and words.chip in found:
                found[words.chip] += n
    return {"": sum(found.values()), **{chip: n for chip, n in found.items() if n}}


def _events(case: Case, kind: str) -> QuerySet[Event]:
    # What happened to the person's contacts has the person for its root.
    about = Q(root_id__in=[case.pk, case.person_id]) | Q(subject_id=case.person_id)
    rows = Event.objects.filter(about).exclude(verb__in=_TOLD_BY_ENTRY)
    if not kind:
        return rows
    return rows.filter(verb__in=[verb for verb, words in WORDS.items() if words.chip == kind and not words.system])


def _entries(by: Actor, case: Case, kind: str) -> QuerySet[WorkEntry]:
    rows = visible(by, WorkEntry).filter(case=case)
    if not kind:
        return rows
    return rows.filter(kind__in=[code.value for code, chip in ENTRY_CHIP.items() if chip == kind])


def _before(rows: QuerySet[Any], column: str, start: tuple[datetime, UUID] | None) -> QuerySet[Any]:
    if start is None:
        return rows
    at, key = start
    return rows.filter(Q(**{f"{column}__lt": at}) | Q(**{column: at}, id__lt=key))


def _parse(after: str) -> tuple[datetime, UUID] | None:
    """A key from the address; a broken one begins anew."""
    moment, _tilde, key = after.partition("~")
    try:
        at = datetime.fromisoformat(moment)
        return (at if timezone.is_aware(at) else timezone.make_aware(at)), UUID(key)
    except ValueError:
        return None


def event_lines(events: Iterable[Event], narrative: bool) -> list[Line]:
    rows = list(events)
    names = _subjects(rows)
    return [_event_line(event, names.get(event.subject_id, ("", "")), narrative) for event in rows]


def _event_line(event: Event, subject: tuple[str, str], narrative: bool) -> Line:
    words = WORDS.get(event.verb, Words(event.verb, "", "gear", system=True))
    name, link = subject
    caused = event.cause_id is not None and event.verb not in _SHOWN_THOUGH_CAUSED
    return Line(
        key=(event.effective_at, event.id), at=event.effective_at, icon=words.icon, bad=words.bad,
        title=f"{words.text} {name}".strip(), kind=str(CHIPS.get(words.chip, "")), who=_who(event), link=link,
        quote=event.note if narrative and event.verb not in _NOTE_OF_RECORD else "", text=_facts(event, narrative),
        system=words.system or caused or event.actor_id is None,
    )  # fmt: skip


def _who(event: Event) -> str:
    if event.actor is None:
        return _now("hệ thống")
    if event.acting_for is not None:
        return _now("%(name)s, làm thay %(absent)s") % {"name": event.actor, "absent": event.acting_for}
    return str(event.actor)


def _facts(event: Event, narrative: bool) -> str:
    """What the codes of an event say, where they say something to a reader."""
    from core.worklist.models import RiskLevel

    if event.verb in _NOTE_OF_RECORD:
        unsafe = narrative and event.data.get("safety") == ContactSafety.UNSAFE
        return str(ContactSafety.UNSAFE.label) if unsafe else ""
    levels = dict(RiskLevel.choices)
    risk, before = event.data.get("risk"), event.data.get("before")
    if event.verb == "assessment.lock" and risk:
        if before and before != risk:
            return _now("Nguy cơ từ %(old)s sang %(new)s.") % {
                "old": levels.get(before, ""),
                "new": levels.get(risk, ""),
            }
        return _now("Nguy cơ: %(new)s.") % {"new": levels.get(risk, "")}
    if event.verb == "case.review_emergency":
        return (
            _now("Đúng là khẩn cấp.") if event.data.get("confirmed") else _now("Không phải khẩn cấp, về diện thường.")
        )
    return ""


def _subjects(events: list[Event]) -> Mapping[UUID, tuple[str, str]]:
    """What the events are about, with where to read it: "bản 2"."""
    by_model: dict[str, set[UUID]] = {}
    for event in events:
        by_model.setdefault(event.subject_model, set()).add(event.subject_id)
    found: dict[UUID, tuple[str, str]] = {}
    for model, slug in ((ServicePlan, "ke-hoach"), (Assessment, "danh-gia")):
        ids = by_model.pop(model._meta.label, None)
        if ids:
            for pk, number in model.objects.filter(pk__in=ids).values_list("pk", "number"):
                found[pk] = (_now("bản %(number)s") % {"number": number}, f"/{slug}/{pk}/")
    for label, ids in by_model.items():
        found.update({pk: (text, url) for pk, text, url in hooks.ask(f"timeline.subjects.{label}", sorted(ids))})
    return found


def entry_line(entry: WorkEntry) -> Line:
    title = str(WorkKind(entry.kind).label)
    if entry.minutes:
        title = _now("%(kind)s, %(minutes)s phút") % {"kind": title, "minutes": entry.minutes}
    if entry.contacted == Contacted.NOT_REACHED:
        title = _now("%(title)s: không liên lạc được") % {"title": title}
    who = ", ".join(part for part in (str(entry.by), entry.colleagues) if part)
    if entry.confidential:
        who = _now("%(who)s · bảo mật") % {"who": who}
    line = Line(
        key=(entry.at, entry.pk), at=entry.at, icon=ENTRY_ICON[WorkKind(entry.kind)], title=title, who=who,
        kind=str(CHIPS[ENTRY_CHIP[WorkKind(entry.kind)]]), text=entry.text, entry=entry,
        bad=entry.contacted == Contacted.NOT_REACHED,
    )  # fmt: skip
    later = getattr(entry, "corrected_by", None)
    if later is not None:
        return replace(
            line,
            undone=_now("Đã đính chính ngày %(day)s.") % {"day": f"{timezone.localtime(later.created_at):%d/%m/%Y}"},
        )
    if entry.corrects_id:
        return replace(line, title=_now("%(title)s (đính chính)") % {"title": line.title})
    return line
