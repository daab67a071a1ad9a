"""JSON schemas of the answers that all lifecycles share."""

from typing import Any

TEXT: dict[str, Any] = {"type": "string"}
MAYBE_TEXT: dict[str, Any] = {"type": ["string", "null"]}
MOMENT: dict[str, Any] = {"type": "string", "format": "date-time"}
ID: dict[str, Any] = {"type": "string", "format": "uuid"}
LINK: dict[str, Any] = {"type": ["string", "null"], "format": "uri"}


def thing(needed: list[str] | None = None, /, **properties: Any) -> dict[str, Any]:
    """An object; without `needed` all its properties are always there."""
    required = list(properties) if needed is None else needed
    return {"type": "object", "properties": properties, "required": required}


def listing(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


def paged(item: dict[str, Any]) -> dict[str, Any]:
    return thing(results=listing(item), next=LINK, previous=LINK)


REASON = thing(code=TEXT, text=TEXT, fix=TEXT)
PERSON = {**thing(id=ID, name=TEXT), "type": ["object", "null"]}

PROBLEM = thing(
    ["type", "title", "status"],
    type=TEXT, title=TEXT, status={"type": "integer"}, detail=TEXT,
    reasons=listing(REASON),
    errors={"type": "object", "additionalProperties": listing(TEXT)},
    current_version={"type": "integer"}, changed_by=TEXT,
    changed_at={"type": ["string", "null"], "format": "date-time"},
)  # fmt: skip

OUTCOME = thing(
    id=ID, model=TEXT, action=TEXT, version={"type": "integer"}, event=ID, state=MAYBE_TEXT,
    number={"type": ["string", "integer", "null"]},
)  # fmt: skip

PROPOSED = thing(proposal=ID, state=TEXT, version={"type": "integer"}, action=TEXT)

FIELD = thing(
    name=TEXT, type=TEXT, label=TEXT, help=TEXT, required={"type": "boolean"}, max_length={"type": ["integer", "null"]},
    choices={"type": ["array", "null"], "items": thing(value=TEXT, label=TEXT)},
)  # fmt: skip

ACTION = thing(
    name=TEXT, label=TEXT, tone=TEXT, two_person={"type": "boolean"},
    status={"type": "string", "enum": ["ready", "missing", "not_you", "wrong_state"]},
    reasons=listing(REASON), fields=listing(FIELD),
)  # fmt: skip

ACTIONS = thing(version={"type": "integer"}, state=MAYBE_TEXT, actions=listing(ACTION))

EVENT = thing(
    ["id", "verb", "source", "target", "at", "recorded_at", "actor", "acting_for", "reason", "version", "data"],
    id=ID, verb=TEXT, source=TEXT, target=TEXT, at=MOMENT, recorded_at=MOMENT, actor=PERSON, acting_for=PERSON,
    reason=TEXT, version={"type": "integer"}, data={"type": "object"}, note=TEXT,
)  # fmt: skip

NAMES = {
    "Problem": PROBLEM, "Outcome": OUTCOME, "Proposed": PROPOSED, "Actions": ACTIONS, "EventPage": paged(EVENT),
}  # fmt: skip
