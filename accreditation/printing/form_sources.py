"""The texts of the forms (`accreditation/data/forms/README.md` says how they are written)."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "data" / "forms"
_TABLE = re.compile(r"\[table ([a-z]+)\]")
_LINES = re.compile(r"\.\.\.(\d+)")
_MARKS = {
    "# ": "title", "## ": "about", "@ ": "to", "= ": "heading", "- ": "item", "? ": "hint", "! ": "signature",
}  # fmt: skip


class UnknownForm(LookupError):
    """No form of that name."""


@dataclass(frozen=True)
class Line:
    """`kind`: title, about, to, heading, item, hint, signature, table (`text` names it), dots (`text` is how many
    lines), text."""

    kind: str
    text: str


def names() -> list[str]:
    """Every form there is a source for."""
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


@cache
def source(template: str) -> tuple[Line, ...]:
    """Raises UnknownForm; a name is never made part of a path before it is known."""
    if template not in names():
        raise UnknownForm(template)
    text = (FOLDER / f"{template}.txt").read_text(encoding="utf-8")
    return tuple(_line(raw.strip()) for raw in text.splitlines() if raw.strip())


def title(template: str) -> str:
    """What the form is, in one line: its title and what it is about, without facts."""
    words = [line.text for line in source(template) if line.kind in ("title", "about")]
    return re.sub(r"\{\{.*?\}\}", "cơ sở", " ".join(words)).capitalize()


def _line(raw: str) -> Line:
    if found := _TABLE.fullmatch(raw):
        return Line("table", found[1])
    if found := _LINES.fullmatch(raw):
        return Line("dots", found[1])
    for mark, kind in _MARKS.items():
        if raw.startswith(mark):
            return Line(kind, raw.removeprefix(mark))
    return Line("text", raw)
