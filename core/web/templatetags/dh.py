"""Template tags of the shell. `core/web/components.md` shows the markup and context of each component."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.clock import words
from core.clock.due import Remaining
from core.web import display

register = template.Library()

register.filter("vndate", display.vndate)
register.filter("vndatetime", display.vndatetime)
register.filter("clock_time", display.clock_time)
register.filter("daymonth", display.daymonth)
register.filter("shortday", display.shortday)
register.filter("longday", display.longday)
register.filter("vnnum", display.vnnum)
register.filter("money", display.money)
register.filter("mask_id", display.mask_id)

RISK_LABELS = {
    "emergency": gettext_lazy("Khẩn cấp"),
    "high": gettext_lazy("Cao"),
    "medium": gettext_lazy("Trung bình"),
    "low": gettext_lazy("Thấp"),
    "": gettext_lazy("Chưa đánh giá"),
}
RISK_PHRASES = {
    "emergency": gettext_lazy("Ca khẩn cấp"),
    "high": gettext_lazy("Nguy cơ cao"),
    "medium": gettext_lazy("Nguy cơ trung bình"),
    "low": gettext_lazy("Nguy cơ thấp"),
    "": gettext_lazy("Chưa đánh giá nguy cơ"),
}
TONES = {"", "ok", "warn", "danger", "info"}


@lru_cache(maxsize=256)
def _svg(name: str, size: int) -> SafeString:
    return format_html(
        '<svg width="{0}" height="{0}" aria-hidden="true" focusable="false"><use href="#i-{1}"/></svg>', size, name
    )


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """A symbol of core/icons.svg; always beside a word, so hidden from readers."""
    return _svg(str(name), int(size))


# The shapes of the due badge; the stylesheet and the sprite share these names.
DUE_SHAPES = {"overdue": "over", "today": "today", "soon": "soon", "later": "later", "paused": "paused"}


@register.simple_tag
def due(remaining: Remaining | None, at: Any = None, form: str = "") -> SafeString:
    """The due badge of a `Remaining`: word, shape and colour, the deadline `at` beside it.

    `form="short"` is for tables: short words and the day under the badge. Nothing where nothing is due.
    """
    if remaining is None or remaining.kind == "none":
        return mark_safe("")
    short, shape = form == "short", DUE_SHAPES[remaining.kind]
    told = words.short(remaining) if short else words.long(remaining)
    badge = format_html('<span class="due {}">{}{}</span>', shape, icon(shape), told)
    beside = "" if remaining.kind == "paused" else _deadline(remaining, at, short)
    if not beside:
        return badge
    look = "sub" if short else "small muted"
    return format_html('{} <time class="{}" datetime="{}">{}</time>', badge, look, at.isoformat(), beside)


def _deadline(remaining: Remaining, at: Any, short: bool) -> str:
    if not isinstance(at, date):
        return ""
    day = display.shortday(at) if short else display.longday(at)
    if remaining.unit not in {"hour", "minute"}:
        return day
    hour = _("Hạn %(time)s") % {"time": display.clock_time(at)}
    today = isinstance(at, datetime) and timezone.localdate(at) == timezone.localdate()
    return hour if today else f"{hour}, {day}"


# Badges stand in every row of every list: written here, since a template for each costs ten times as much.
@register.simple_tag
def risk(level: Any, phrase: bool = False) -> SafeString:
    """Risk by word, shape and colour. `level` is emergency, high, medium, low or "" (not assessed)."""
    code = str(level or "")
    if code not in RISK_LABELS:
        raise template.TemplateSyntaxError(f"unknown risk level {code!r}")
    shape = code or "none"
    return format_html(
        '<span class="risk {}">{}{}</span>', shape, icon(shape), (RISK_PHRASES if phrase else RISK_LABELS)[code]
    )


@register.simple_tag
def options(groups: Iterable[Any]) -> SafeString:
    """The options of a select as its widget gives them: (name, options, index) of each group."""
    parts: list[str] = []
    for name, rows, _index in groups:
        written = [
            format_html(
                '<option value="{}"{}>{}</option>', str(row["value"]), flatatt(row["attrs"]) if row["attrs"] else "",
                row["label"],
            )
            for row in rows
        ]  # fmt: skip
        parts += [format_html('<optgroup label="{}">', name), *written, "</optgroup>"] if name else written
    return mark_safe("".join(parts))  # noqa: S308 - each part is escaped


@register.simple_tag
def status(code: Any, label: Any, tone: str = "") -> SafeString:
    """A state as a word on a coloured ground; `tone` is "", ok, warn, danger or info."""
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"unknown tone {tone!r}")
    return format_html('<span class="tag{}" data-state="{}">{}</span>', f" {tone}" if tone else "", code, label)


@register.inclusion_tag("core/components/stages.html")
def stages(items: Iterable[Any], label: str = "") -> dict[str, Any]:
    """The stage line. Items carry label, state (done, now, todo, hold) and note."""
    rows = list(items)
    current = next((at for at, row in enumerate(rows) if _get(row, "state") in {"now", "hold"}), None)
    after = None if current is None or current + 1 >= len(rows) else rows[current + 1]
    return {
        "stages": rows,
        "stages_label": label or _("Các chặng"),
        "current": None if current is None else rows[current],
        "following": after,
    }


@register.inclusion_tag("core/components/whynot.html")
def whynot(actions: Iterable[Any]) -> dict[str, Any]:
    """What cannot be done now and why. Items carry label and reasons (text, fix), like `core.errors.Reason`."""
    return {"blocked": list(actions or [])}


@register.inclusion_tag("core/components/timeline.html")
def timeline(entries: Iterable[Any], heading: str = "h3") -> dict[str, Any]:
    """A log, newest first, neighbouring system events folded into one line. See components.md for the fields."""
    groups = []
    for is_system, run in groupby(entries, key=lambda entry: bool(_get(entry, "system"))):
        rows = list(run)
        if is_system:
            groups.append({"folded": rows, "count": len(rows), "at": _get(rows[0], "at")})
        else:
            groups.extend({"entry": row} for row in rows)
    return {"groups": groups, "heading": heading}


def _get(item: Any, name: str) -> Any:
    return item.get(name) if isinstance(item, dict) else getattr(item, name, None)


# Forms -------------------------------------------------------------------------------------------------------------


@register.simple_tag
def field(bound: BoundField, wide: bool = False) -> SafeString:
    """One form field with label, hint, error and input; same markup as `{{ form }}` gives."""
    _drop_echo(bound)
    html = bound.form.renderer.render(bound.template_name, {"field": bound, "wide": wide})
    return mark_safe(html)  # noqa: S308 - rendered by our own template, which escapes


def _drop_echo(bound: BoundField) -> None:
    # A placeholder that only repeats the label vanishes while typing and is read out twice.
    attrs = bound.field.widget.attrs
    if "placeholder" in attrs and str(attrs["placeholder"]) == str(bound.label):
        del attrs["placeholder"]


@register.simple_tag
def field_warnings(bound: BoundField) -> list[str]:
    """Sentences to show at a field that do not stop it: `form.warnings` is {field name: [sentence]}."""
    return list(getattr(bound.form, "warnings", {}).get(bound.name, []))


@register.inclusion_tag("core/components/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    """All errors of one or more bound forms, each linking to its field; nothing when there are none."""
    items = []
    for form in forms:
        if not form or not form.is_bound:
            continue
        items += [{"text": sentence, "anchor": ""} for sentence in form.non_field_errors()]
        for bound in form:
            anchor = bound.auto_id or ""
            label = str(bound.label).rstrip(":")
            named = label if label.endswith("?") else f"{label}:"
            items += [{"text": sentence, "anchor": anchor, "label": named} for sentence in bound.errors]
    return {"items": items, "count": len(items)}


@register.filter
def letter(name: Any) -> str:
    """The letter of the avatar: the first of the given name, which stands last in Vietnamese names."""
    words = str(name or "").split()
    return words[-1][0].upper() if words else "?"


@register.filter
def is_web_address(value: Any) -> bool:
    """Whether a stored address may become a link: forms take nothing else, but not every row came through a form."""
    return str(value or "").lower().startswith(("https://", "http://"))


@register.simple_tag(takes_context=True)
def csrf_meta(context: template.Context) -> SafeString:
    """The token for requests that scripts send; the cookie itself cannot be read by scripts."""
    token = context.get("csrf_token")
    if not token or str(token) == "NOTPROVIDED":
        return mark_safe("")
    return format_html('<meta name="csrf-token" content="{}">', token)
