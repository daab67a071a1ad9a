"""Who may do what with the register. It is read by everybody who is signed in; a hidden address by few."""

from collections.abc import Mapping, Sequence

from core.access.engine import declare, extend
from core.access.scopes import Scope, anywhere, own_unit, system, unit_tree, where
from core.accounts.enums import Role

DS, DH, SV, FM = Role.STEWARD, Role.HEAD, Role.SUPERVISOR, Role.FACILITY
EVERYBODY: Mapping[str, Sequence[Scope]] = {role: [anywhere()] for role in Role if role != Role.SYSTEM}
LO, AUDITOR = Role.LICENSING, Role.AUDITOR
_KEEPERS: Mapping[str, Sequence[Scope]] = {DS: [anywhere()], DH: [anywhere()]}
_DECIDES: Mapping[str, Sequence[Scope]] = {DH: [anywhere()]}
# The house writes what it has itself; stewards and the deciding head mend it anywhere.
_HOUSE: Mapping[str, Sequence[Scope]] = {FM: [own_unit("unit")], **_KEEPERS}
_THEIRS: Mapping[str, Sequence[Scope]] = {FM: [own_unit("facility__unit")], **_KEEPERS}
_OPEN = [where(anywhere(), hidden_address=False)]

declare(
    "facilities.Facility",
    {
        "view": EVERYBODY,
        # Where a shelter lies is known to whoever places people there and to the shelter itself.
        "read:safe_address": {SV: [anywhere()], DH: [anywhere()], FM: [own_unit("unit")]},
        # Who works there, which papers they keep and what was done: not for every other house.
        "read:inside": {FM: [own_unit("unit")], LO: [anywhere()], AUDITOR: [anywhere()], **_KEEPERS},
        # Files and pictures show the place: of a hidden one only to whoever knows where it lies.
        "read:papers": {FM: [own_unit("unit")], DH: [anywhere()], LO: _OPEN, DS: _OPEN, AUDITOR: _OPEN},
        "register": {DS: [], DH: []},
        "edit": _KEEPERS,
        "describe": _HOUSE,
        "count_clients": _HOUSE,
        "authority.set": _DECIDES,
        "building.add": _HOUSE,
        "room.add": _HOUSE,
        "bed.add": _HOUSE,
        "staffmember.add": _HOUSE,
        "priceitem.add": _HOUSE,
        "walletpaper.add": _HOUSE,
        "document.add_photo": _HOUSE,
        "document.withdraw": _HOUSE,
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "unit", "legal_kind", "ownership", "commune", "address",
            "hidden_address", "head_name", "phone", "capacity", "note", "source", "zone", "land_area", "accessible",
            "accessibility", "amenities", "opening_hours", "email", "website", "founded_on", "foreign_founder", "lat",
            "lon", "closed_on", "care_models", "client_counts",
        ],
        "read:safe_address": ["safe_address"],
    },
)  # fmt: skip
declare(
    "facilities.Authority",
    {"view": EVERYBODY, "stop": _DECIDES},
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "facility", "capacity", "valid_from", "valid_to", "stopped_on",
            "stop_reason", "paper_number", "paper_date", "paper_issuer", "set_by", "groups",
        ],
    },
)  # fmt: skip
declare("facilities.AuthorityGroup", {"view": EVERYBODY}, fields={"view": ["id", "authority", "code"]})
declare(
    "facilities.OutsideBody",
    {
        "view": EVERYBODY,
        "register": {DS: [], DH: [], SV: []},
        "edit": {**_KEEPERS, SV: [anywhere()]},
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "name", "name_folded", "kind", "commune", "address", "phone",
            "is_active", "source",
        ],
    },
)  # fmt: skip

_COMMON = ["id", "version", "created_at", "updated_at", "facility"]
# Buildings, rooms, beds and prices name nobody: everybody who places people reads them.
for _label, _actions, _columns in (
    ("Building", ("edit", "close", "reopen"), ["name", "storeys", "built_year", "closed_on"]),
    (
        "Room", ("edit", "close", "reopen", "add_beds"),
        ["building", "name", "storey", "area", "sleeping", "round_clock", "accessible", "closed_on"],
    ),
    (
        "Bed", ("edit", "close", "reopen", "set_unusable", "set_usable"),
        [
            "room", "code", "sex", "age", "need", "licensed", "usable", "unusable_reason", "unusable_since",
            "opened_on", "closed_on",
        ],
    ),
    ("PriceItem", ("edit", "end"), ["service_type", "detail", "per", "price", "valid_from", "valid_to", "basis"]),
):  # fmt: skip
    declare(
        f"facilities.{_label}",
        {"view": EVERYBODY, **dict.fromkeys(_actions, _THEIRS)},
        fields={"view": [*_COMMON, *_columns]},
    )
_INSIDE: Mapping[str, Sequence[Scope]] = {
    FM: [own_unit("facility__unit")],
    LO: [anywhere()],
    DH: [anywhere()],
    DS: [anywhere()],
    AUDITOR: [anywhere()],
}
declare(
    "facilities.StaffMember",
    {
        "view": _INSIDE,
        "read:contact": {FM: [own_unit("facility__unit")], LO: [anywhere()]},
        **dict.fromkeys(("edit", "leave"), _THEIRS),
    },
    fields={
        "view": [
            *_COMMON, "user", "full_name", "position", "cares_for", "full_time", "qualification", "certificate_number",
            "certificate_issuer", "certificate_scope", "certificate_expires", "certificate_reminded", "works_from",
            "left_on",
        ],
        "read:contact": ["phone"],
    },
)  # fmt: skip
declare(
    "facilities.WalletPaper",
    {"view": _INSIDE, **dict.fromkeys(("edit", "withdraw"), _THEIRS)},
    fields={
        "view": [
            *_COMMON, "kind", "number", "issuer", "issued_on", "expires_on", "document", "replaced_by", "withdrawn_on",
            "reminded",
        ],
    },
)  # fmt: skip

declare(
    "facilities.Norm",
    {"view": EVERYBODY},
    fields={
        "view": [
            "id", "code", "name", "metric", "legal_kind", "ownership", "zone", "care_group", "bound", "value", "unit",
            "article", "note", "valid_from", "valid_to",
        ],
    },
)  # fmt: skip
declare(
    "facilities.ChecklistItem",
    {"view": EVERYBODY},
    fields={
        "view": [
            "id", "use", "code", "section", "text", "legal_kind", "residential_only", "metric", "article", "note",
            "order", "valid_from", "valid_to",
        ],
    },
)  # fmt: skip
declare("facilities.FacilityModel", {"view": EVERYBODY}, fields={"view": ["id", "facility", "code"]})
declare("facilities.ClientCount", {"view": EVERYBODY}, fields={"view": ["id", "facility", "care_group", "number"]})
# Who sleeps where is the business of the stay; here only the house itself counts its beds by name.
declare(
    "facilities.Occupancy",
    {"view": {FM: [own_unit("facility__unit")], Role.SYSTEM: [system()]}},
    fields={"view": ["id", "facility", "bed", "person", "kind", "begins", "ends", "ref"]},
)

# The facility learns of an inspection when it is announced or begun, and reads the answers when it is concluded.
_CLOCK = [
    "due_at", "clock_started_at", "clock_days", "clock_hours", "clock_calendar_days", "clock_months", "paused_at",
    "paused_days", "paused_seconds",
]  # fmt: skip
_INSPECTORS: Mapping[str, Sequence[Scope]] = {
    LO: [own_unit("by_unit")],
    DH: [unit_tree("by_unit")],
    AUDITOR: [unit_tree("by_unit")],
}
_OFFICER: Mapping[str, Sequence[Scope]] = {LO: [own_unit("by_unit")]}
_TOLD = [
    where(own_unit("facility__unit"), announced=True),
    where(own_unit("facility__unit"), begun_at__isnull=False),
]
_CONCLUDED = [where(own_unit("facility__unit"), concluded_at__isnull=False)]
declare(
    "facilities.Inspection",
    {
        "view": {**_INSPECTORS, FM: _TOLD},
        "read:answers": {**_INSPECTORS, FM: _CONCLUDED},
        "read:history": {**_INSPECTORS, FM: _CONCLUDED},
        "edit": _OFFICER,
        "begin": _OFFICER,
        "answer": _OFFICER,
        "finding.add": _OFFICER,
        "document.evidence": {**_OFFICER, FM: _CONCLUDED},
        "conclude": _OFFICER,
        "reply": {FM: _CONCLUDED},
        "no_reply": {Role.SYSTEM: [system()]},
        "remedied": {FM: _CONCLUDED},
        "recheck": _OFFICER,
        "end": _OFFICER,
        "cancel": _OFFICER,
    },
    fields={
        "view": [
            *_COMMON, *_CLOCK, "state", "number", "kind", "by_unit", "planned_on", "announced", "subject", "follows",
            "lead", "planned_by", "begun_at", "concluded_at", "ended_at",
        ],
        "read:answers": ["incident", "concluded_by", "summary", "licence_effect"],
    },
)  # fmt: skip
_PART: Mapping[str, Sequence[Scope]] = {
    LO: [own_unit("inspection__by_unit")],
    DH: [unit_tree("inspection__by_unit")],
    AUDITOR: [unit_tree("inspection__by_unit")],
    FM: [where(own_unit("inspection__facility__unit"), inspection__concluded_at__isnull=False)],
}
declare("facilities.InspectionMember", {"view": _PART}, fields={"view": ["id", "inspection", "user"]})
declare(
    "facilities.InspectionAnswer", {"view": _PART}, fields={"view": ["id", "inspection", "code", "verdict", "note"]}
)
_FINDER: Mapping[str, Sequence[Scope]] = {LO: [own_unit("inspection__by_unit")]}
_BY_INSPECTION: Mapping[str, Sequence[Scope]] = {Role.SYSTEM: [system()]}
declare(
    "facilities.Finding",
    {
        "view": _PART,
        "edit": _FINDER,
        "drop": _FINDER,
        "say": _BY_INSPECTION,
        "mend": _BY_INSPECTION,
        "judge": _BY_INSPECTION,
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "inspection", "code", "text", "severity", "remedy_by",
            "contested", "reply", "evidence", "mended_on", "dropped",
        ],
    },
)  # fmt: skip
# What happened in a house is told to the department and the centre above it; the story names people and is sealed.
_INCIDENT: Mapping[str, Sequence[Scope]] = {
    FM: [own_unit("facility__unit")],
    SV: [unit_tree("facility__unit")],
    LO: [unit_tree("facility__unit")],
    DH: [unit_tree("facility__unit")],
    AUDITOR: [unit_tree("facility__unit")],
}
_LOOKS_INTO: Mapping[str, Sequence[Scope]] = {LO: [unit_tree("facility__unit")]}
declare(
    "facilities.Incident",
    {
        "view": _INCIDENT,
        "read:narrative": {role: scopes for role, scopes in _INCIDENT.items() if role != AUDITOR},
        "take": _LOOKS_INTO,
        "conclude": _LOOKS_INTO,
        "reopen": _LOOKS_INTO,
    },
    fields={
        "view": [
            *_COMMON, *_CLOCK, "state", "number", "kind", "occurred_at", "people", "reported_by", "reviewer",
            "review_begun_at", "closed_at",
        ],
        "read:narrative": ["story", "measures", "conclusion", "no_inspection"],
    },
)  # fmt: skip
extend(
    "facilities.Facility", {"inspection.plan": {LO: [unit_tree("unit")]}, "incident.report": {FM: [own_unit("unit")]}}
)
