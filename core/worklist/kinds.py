"""What each kind of work item is called and which action ends it; apps register theirs in `ready()`."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Kind:
    """`verb` is what the button says, `action` the lifecycle action it opens ("" = open the record at `tab`)."""

    code: str
    title: Any
    verb: Any
    action: str = ""
    tab: str = ""
    waiting: bool = False


_kinds: dict[str, Kind] = {}


def register(code: str, title: Any, verb: Any, action: str = "", tab: str = "", waiting: bool = False) -> None:
    """`waiting` marks what another person's work waits for (an approval, an answer)."""
    if code in _kinds:
        raise ValueError(f"work item kind {code} is registered twice")
    _kinds[code] = Kind(code, title, verb, action, tab, waiting)


def kind(code: str) -> Kind:
    return _kinds[code]


def waiting_kinds() -> list[str]:
    return [code for code, item in _kinds.items() if item.waiting]
