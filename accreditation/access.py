"""Who may do what with applications and licences (lifecycles.md c, d). Applicant, officer, head and whoever decides
an appeal are four people: the columns of `Application` hold it, the guards say it. No rule here opens a case."""

from collections.abc import Mapping, Sequence

from core.access.engine import declare, extend
from core.access.scopes import Scope, anywhere, of_visible, own_unit, system, unit_tree, where
from core.accounts.enums import Role

FM, LO, DH, CC = Role.FACILITY, Role.LICENSING, Role.HEAD, Role.COMMUNE
AUDITOR, SYS = Role.AUDITOR, Role.SYSTEM

# A draft that was never sent, given up or lapsed as it may be, is nobody's but the applicant's.
_OWN = [own_unit("facility__unit")]
_DESK = [where(own_unit("to_unit"), first_submitted_at__isnull=False)]
_TREE = [where(unit_tree("to_unit"), first_submitted_at__isnull=False)]
_HEADS: Mapping[str, Sequence[Scope]] = {DH: _DESK, CC: _DESK}
_READERS: Mapping[str, Sequence[Scope]] = {FM: _OWN, LO: _DESK, DH: _TREE, CC: _DESK, AUDITOR: _TREE}
_OFFICE: Mapping[str, Sequence[Scope]] = {LO: _DESK, DH: _TREE, CC: _DESK, AUDITOR: _TREE}

_OF_APPLICATION = of_visible("accreditation.Application", "pk", to="application_id")

extend("facilities.Facility", {"application.draft": {FM: [own_unit("unit")]}})

declare(
    "accreditation.Application",
    {
        "view": _READERS,
        "read:dossier": _READERS,
        "read:appraisal": _OFFICE,
        # Who did what inside the authority; the applicant is told what concerns it (selectors/history.py).
        "read:history": _OFFICE,
        "edit": {FM: _OWN},
        "copy": {FM: _OWN},
        "applicationpaper.upload": {FM: _OWN},
        "submit": {FM: _OWN},
        "fixed": {FM: _OWN},
        "evidence": {FM: _OWN},
        "appeal": {FM: _OWN},
        "withdraw": {FM: _OWN},
        "declare_interest": {LO: _DESK},
        "take": {LO: _DESK},
        "check_papers": {LO: _DESK},
        "return": {LO: _DESK},
        "visit": {LO: _DESK},
        "answer_conditions": {LO: _DESK},
        "record_visit": {LO: _DESK},
        "visit_photo": {LO: _DESK},
        "require_fix": {LO: _DESK, DH: _DESK, CC: _DESK},
        "recommend": {LO: _DESK},
        "approve": _HEADS,
        "conditional": _HEADS,
        "met": _HEADS,
        "unmet": _HEADS,
        "send_back": _HEADS,
        "refuse": _HEADS,
        "extend": _HEADS,
        "uphold": _HEADS,
        "overturn": _HEADS,
        "apologise": {LO: _DESK},
        "lapse": {SYS: [system()]},
        "remind": {SYS: [system()]},
        "overdue": {SYS: [system()]},
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "state", "number", "kind", "facility", "to_unit", "licence",
            "receipt_number", "legal_days", "extended_days", "submitted_at", "first_submitted_at", "taken_at",
            "recommended_at", "decided_at", "appealed_at", "ended_at", "waiting_since", "fix_by", "conditions_by",
            "round", "days_used", "copied_from", "due_at", "clock_started_at", "clock_days", "clock_hours",
            "clock_calendar_days", "clock_months", "paused_at", "paused_days", "paused_seconds",
            "reminded", "reminded_at", "apologised_at", "promised_on", "days", "appointment_on",
            "calendar_warnings",
        ],
        "read:dossier": [
            "asked", "signed_name", "author", "submitted_by", "conditions", "conditions_evidence", "appeal_text",
            "decided_by", "refused_by", "appeal_decided_by", "checklist", "defects",
        ],
        "read:appraisal": [
            "officer", "former_officer", "recommended_by", "recommendation", "report", "escalated_at", "answers",
        ],
    },
)  # fmt: skip
_PART_OF_DOSSIER: Mapping[str, Sequence[Scope]] = {
    FM: [own_unit("application__facility__unit")],
    **{
        role: [where(scope("application__to_unit"), application__first_submitted_at__isnull=False)]
        for role, scope in ((LO, own_unit), (CC, own_unit), (DH, unit_tree), (AUDITOR, unit_tree))
    },
}
_PART_OF_APPRAISAL = {role: scopes for role, scopes in _PART_OF_DOSSIER.items() if role != FM}
# What the officer thinks of a paper reaches the applicant with the one complete list, not before.
declare(
    "accreditation.ApplicationPaper",
    {"view": _PART_OF_DOSSIER, "read:verdict": _PART_OF_APPRAISAL},
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "application", "component", "document", "pages", "issued_on",
            "expires_on", "round", "replaced",
        ],
        "read:verdict": ["verdict", "verdict_note"],
    },
)  # fmt: skip
declare(
    "accreditation.SiteVisit",
    {"view": _PART_OF_APPRAISAL},
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "application", "planned_on", "lead", "held_at", "met_whom",
            "note", "cancelled_at",
        ],
    },
)  # fmt: skip

# What stands on a licence is public; who proposed what about it is not.
_EVERYBODY: Mapping[str, Sequence[Scope]] = {role: [anywhere()] for role in Role if role != SYS}
_AUTHORITY: Mapping[str, Sequence[Scope]] = {LO: [own_unit("to_unit")]}
_DECIDES: Mapping[str, Sequence[Scope]] = {DH: [own_unit("to_unit")], CC: [own_unit("to_unit")]}
extend("facilities.Facility", {"licence.take_over": {LO: [anywhere()]}})
declare(
    "accreditation.Licence",
    {
        "view": _EVERYBODY,
        "read:decisions": {
            FM: _OWN,
            LO: [own_unit("to_unit")],
            DH: [unit_tree("to_unit")],
            CC: [own_unit("to_unit")],
            AUDITOR: [unit_tree("to_unit")],
        },
        "issue": _DECIDES,
        "activate": {SYS: [system()]},
        "restrict": _AUTHORITY,
        "lift": _AUTHORITY,
        "notify_suspension": _AUTHORITY,
        "reply_suspension": {FM: _OWN},
        "drop_notice": _AUTHORITY,
        "settle_residents": _AUTHORITY,
        "suspend": _DECIDES,
        "reinstate": _DECIDES,
        "revoke": _DECIDES,
        "surrender": {FM: _OWN},
        "supersede": {SYS: [system()]},
        "reverse": _DECIDES,
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "state", "number", "code", "kind", "facility", "to_unit",
            "predecessor", "facility_name", "address", "head_name", "legal_kind", "capacity", "tasks", "conditions",
            "issuer", "issued_on", "starts_on", "ends_on", "mend_by", "suspended_at", "ended_at", "limit_groups",
            "limit_capacity", "signature", "source", "groups", "phase", "holds_until", "signed",
        ],
        "read:decisions": [
            "application", "issued_by", "authority", "suspended_from", "revoked_from", "limit_reason", "notice",
            "noticed_at", "reply_by", "reply", "replied_at", "reminded",
        ],
    },
)  # fmt: skip
declare("accreditation.LicenceGroup", {"view": _EVERYBODY}, fields={"view": ["id", "licence", "code"]})
declare(
    "accreditation.Registration",
    {
        "view": _EVERYBODY,
        # Which file it came of is known to those alone who read that file.
        "read:application": {role: [_OF_APPLICATION] for role in (FM, LO, DH, CC, AUDITOR)},
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "number", "facility", "issuer", "issued_on", "facts",
            "replaced_by", "ended_on",
        ],
        "read:application": ["application"],
    },
)  # fmt: skip
declare(
    "accreditation.Decision",
    {
        "view": {
            FM: [own_unit("application__facility__unit"), own_unit("licence__facility__unit")],
            LO: [own_unit("unit")],
            DH: [unit_tree("unit")],
            CC: [own_unit("unit")],
            AUDITOR: [unit_tree("unit")],
        },
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "application", "licence", "kind", "number", "unit",
            "signed_by", "signed_on", "effective_on", "basis", "reasons", "facts",
        ],
    },
)  # fmt: skip

# A register that an officer read in; the head sees it because its papers wait for a second person.
_OWN_REGISTERS: Mapping[str, Sequence[Scope]] = {LO: [own_unit("unit")]}
declare(
    "accreditation.RegisterList",
    {
        "view": {**_OWN_REGISTERS, DH: [own_unit("unit")]},
        "read:rows": {**_OWN_REGISTERS, DH: [own_unit("unit")]},
        # What is to be confirmed; whoever handed the register in does not confirm it.
        "read:papers": {DH: [own_unit("unit")]},
        "upload": {LO: []},
        "choose": _OWN_REGISTERS,
        "decide": _OWN_REGISTERS,
        "write": _OWN_REGISTERS,
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "stage", "unit", "made_by", "confirmed_by", "confirmed_at",
            "rows_seen", "rows_written", "percent", "failure",
        ],
        "read:rows": ["sha256", "content", "mapping", "columns", "notices"],
    },
)  # fmt: skip
