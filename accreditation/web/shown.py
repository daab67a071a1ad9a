"""What the pages of recognition share: the line of steps, words for each state, the box of the next step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accreditation.enums import ApplicationState, LicenceState
from accreditation.models import Application
from core.errors import Reason
from core.ids import new_id
from core.lifecycle.engine import Possibility
from core.web.display import daymonth
from core.web.pages import act_url, mended

MEND = gettext_lazy("Bổ sung mục còn thiếu")

S, L = ApplicationState, LicenceState
TONES = {
    S.SUBMITTED: "info", S.RETURNED: "warn", S.UNDER_REVIEW: "info", S.SITE_VISIT: "info", S.CORRECTION: "warn",
    S.DECISION: "info", S.APPROVED: "ok", S.CONDITIONAL: "warn", S.REFUSED: "danger", S.APPEAL: "warn",
}  # fmt: skip
LICENCE_TONES = {
    L.ISSUED: "info", L.ACTIVE: "ok", L.RESTRICTED: "warn", L.SUSPENDED: "danger", L.REVOKED: "danger",
}  # fmt: skip
# Beside the word a shape, so that no state is told by colour alone.
LICENCE_ICONS = {
    L.ISSUED: "later", L.ACTIVE: "yes", L.RESTRICTED: "flag", L.SUSPENDED: "paused", L.REVOKED: "no",
    L.SURRENDERED: "back", L.SUPERSEDED: "doc",
}  # fmt: skip
FOR_APPLICANT = {
    S.DRAFT: gettext_lazy("Hoàn chỉnh rồi nộp hồ sơ"),
    S.SUBMITTED: gettext_lazy("Chờ cơ quan xem và tiếp nhận"),
    S.RETURNED: gettext_lazy("Sửa các thiếu sót rồi nộp lại"),
    S.UNDER_REVIEW: gettext_lazy("Chờ thẩm định hồ sơ"),
    S.SITE_VISIT: gettext_lazy("Đón đoàn thẩm định tại cơ sở"),
    S.CORRECTION: gettext_lazy("Khắc phục rồi báo lại"),
    S.DECISION: gettext_lazy("Chờ người có thẩm quyền quyết định"),
    S.APPROVED: gettext_lazy("Đã được chấp thuận"),
    S.CONDITIONAL: gettext_lazy("Thực hiện các điều kiện rồi báo lại"),
    S.REFUSED: gettext_lazy("Hồ sơ bị từ chối"),
    S.APPEAL: gettext_lazy("Chờ giải quyết khiếu nại"),
    S.WITHDRAWN: gettext_lazy("Hồ sơ đã rút"),
    S.LAPSED: gettext_lazy("Hồ sơ đã dừng vì hết thời gian chờ"),
}
FOR_OFFICE = {
    S.SUBMITTED: gettext_lazy("Xem hồ sơ: tiếp nhận hoặc trả lại để bổ sung"),
    S.RETURNED: gettext_lazy("Chờ cơ sở bổ sung và nộp lại"),
    S.UNDER_REVIEW: gettext_lazy("Thẩm định, hẹn đến cơ sở hoặc trình quyết định"),
    S.SITE_VISIT: gettext_lazy("Đến cơ sở, ghi từng điều kiện"),
    S.CORRECTION: gettext_lazy("Chờ cơ sở khắc phục"),
    S.DECISION: gettext_lazy("Quyết định về hồ sơ"),
    S.APPROVED: gettext_lazy("Đã chấp thuận"),
    S.CONDITIONAL: gettext_lazy("Chờ cơ sở thực hiện điều kiện"),
    S.REFUSED: gettext_lazy("Đã từ chối"),
    S.APPEAL: gettext_lazy("Giải quyết khiếu nại"),
    S.WITHDRAWN: gettext_lazy("Cơ sở đã rút hồ sơ"),
    S.LAPSED: gettext_lazy("Hết thời gian chờ cơ sở"),
}
_STEPS = [
    gettext_lazy("Soạn hồ sơ"), gettext_lazy("Nộp"), gettext_lazy("Thẩm định"), gettext_lazy("Thực địa"),
    gettext_lazy("Quyết định"), gettext_lazy("Kết quả"),
]  # fmt: skip
_AT = {S.DRAFT: 0, S.SUBMITTED: 1, S.RETURNED: 1, S.UNDER_REVIEW: 2, S.SITE_VISIT: 3, S.DECISION: 4}
_WAITING = (S.RETURNED, S.CORRECTION, S.CONDITIONAL)
_OVER = (S.APPROVED, S.REFUSED, S.WITHDRAWN, S.LAPSED, S.CONDITIONAL, S.APPEAL)


def steps(row: Application, visited: bool, held: Any = None) -> list[dict[str, Any]]:
    """The line of steps. `visited`: a visit was planned; `held` when it took place. A step that was left out (a file
    decided on its papers) is done without a day."""
    state = S(row.state)
    at = 5 if state in _OVER else (3 if visited else 2) if state == S.CORRECTION else _AT[state]
    days = [row.created_at, row.submitted_at, row.taken_at, held, row.recommended_at, row.decided_at or row.ended_at]
    line = []
    for place, label in enumerate(_STEPS):
        shape = "done" if place < at or (place == at == 5 and state == S.APPROVED) else "todo"
        if place == at and shape != "done":
            shape = "hold" if state in _WAITING else "now"
        note = daymonth(days[place]) if place <= at and days[place] else ""
        if place == at and shape != "todo":
            note = " · ".join(part for part in (str(row.get_state_display()) if place else "", note) if part)
        elif place == 3 and shape == "done" and not visited:
            note = _("không phải đến")
        line.append({"label": label, "state": shape, "note": note})
    return line


@dataclass
class Box:
    """The box of the next step (core/components/next_step.html), and what else can be done."""

    title: str
    note: str = ""
    missing: list[Any] = field(default_factory=list)
    actions: list[dict[str, Any]] = field(default_factory=list)
    blocked: list[dict[str, Any]] = field(default_factory=list)
    more: list[dict[str, Any]] = field(default_factory=list)


def box(
    row: Model, possible: Iterable[Possibility], title: Any, back: str, *, wanted: Sequence[str] = (),
    hide: Iterable[str] = (), places: dict[str, str] | None = None, told: bool = True, most: int = 4,
    together: dict[str, tuple[str, str]] | None = None, fold_stops: bool = True, mend: Any = MEND,
) -> Box:  # fmt: skip
    """`wanted`: the actions that bring the record on, the first that is open is the main one, and what it lacks stands
    in the list; `hide` have their own place; `places` leads an action to a part of the page instead of its form;
    `told`: also say which actions are for other people; `together`: see `gathered`;
    `fold_stops`: what ends the record stands folded, it is never the next thing; `mend`: the button that leads to what
    is missing."""
    made, hidden = Box(str(title)), set(hide)
    shown = [one for one in possible if one.spec.name not in hidden and one.status != "wrong_state"]
    by_name = {one.spec.name: one for one in shown}
    first = next((by_name[name] for name in wanted if name in by_name and by_name[name].status == "ready"), None)
    lacking = next((by_name[name] for name in wanted if name in by_name and by_name[name].status == "missing"), None)
    if lacking is not None and (first is None or wanted.index(lacking.spec.name) < wanted.index(first.spec.name)):
        made.missing = gathered(mended(lacking.reasons, row), together or {})
        first = None if lacking.spec.name == wanted[0] else first
    for one in shown:
        if one.status == "ready":
            made.actions.append(button(one, row, back, main=one is first, at=(places or {}).get(one.spec.name, "")))
        elif one is not lacking or not made.missing:
            others = all(reason.code == "not_your_duty" for reason in one.reasons)
            if told or not others:
                made.blocked.append({"label": one.spec.label, "reasons": mended(one.reasons, row)})
    shown_now = [action for action in made.actions if action["main"] or not (fold_stops and action["stop"])]
    shown_now.sort(key=lambda action: not action["main"])
    stops = [action for action in made.actions if action not in shown_now]
    made.actions, made.more = shown_now[:most], [*shown_now[most:], *stops]
    _lead_to_missing(made, mend)
    return made


def _lead_to_missing(made: Box, label: Any) -> None:
    """While something is missing for the one next thing, the main button leads to where it is mended first."""
    fix = next((reason.fix for reason in made.missing if reason.fix), "")
    if fix and not any(action["main"] for action in made.actions):
        made.actions.insert(0, {"label": label, "url": fix, "main": True, "stop": False})


def gathered(reasons: Iterable[Any], places: dict[str, tuple[str, str]]) -> list[Any]:
    """The reasons, those of a code in `places` {code: (sentence with %(n)d, where)} drawn together into one: the list
    they are about stands on the page itself."""
    rows = list(reasons)
    found = []
    for code, (sentence, where) in places.items():
        alike = [row for row in rows if row.code == code]
        if alike:
            found.append(Reason(code, sentence % {"n": len(alike)}, where))
    return [*found, *(row for row in rows if row.code not in places)]


def button(one: Possibility, row: Model, back: str, main: bool = False, at: str = "") -> dict[str, Any]:
    """A link to the action's form, or a button where it asks nothing."""
    url = at or f"{act_url(row._meta.label, row.pk, one.spec.name)}?{urlencode({'next': back})}"
    made: dict[str, Any] = {
        "label": one.spec.label,
        "url": url,
        "main": main and one.spec.tone != "stop",
        "stop": one.spec.tone == "stop",
    }
    if one.spec.form is None and not at:
        made.update(post=True, fields={"key": str(new_id()), "version": getattr(row, "version", 1), "next": back})
    return made
