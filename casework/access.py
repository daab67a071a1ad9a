"""Who may do what in case work. The words of lifecycles.md in the order of its tables; nothing else decides."""

from casework.enums import Programme
from core.access.engine import declare
from core.access.scopes import assigned, both, of_visible, own_commune, own_unit, shared, system, unit_tree, where
from core.accounts.enums import Role

IN, SW, SV, FM = Role.INTAKE, Role.WORKER, Role.SUPERVISOR, Role.FACILITY
CC, DS, AUDITOR, SYS = Role.COMMUNE, Role.STEWARD, Role.AUDITOR, Role.SYSTEM

CASE = "casework.Case"
_MY_CASE = [assigned("worker")]
_UNIT_CASE = [unit_tree("owner_unit")]
_SCREENING = [unit_tree("to_unit")]
_TAKEN_HERE = [own_unit("registered_unit")]
_FACILITY_CASE = [own_unit("owner_unit")]
_CHILD_HERE = [where(own_commune("commune"), programme=Programme.CHILD.value)]
_WORK = {SW: _MY_CASE, FM: _FACILITY_CASE}
_SHARED = shared(CASE)

declare(
    CASE,
    {
        "view": {
            IN: _TAKEN_HERE,
            SW: [assigned("worker"), assigned("handover_to"), assigned("registered_by"), _SHARED],
            SV: [*_UNIT_CASE, *_SCREENING],
            FM: [*_FACILITY_CASE, *_TAKEN_HERE, _SHARED],
            CC: _CHILD_HERE,
            DS: _UNIT_CASE,
            AUDITOR: _UNIT_CASE,
        },
        "read:narrative": {
            IN: [where(own_unit("registered_unit"), state="intake")],
            SW: [assigned("worker"), assigned("handover_to")],
            SV: [*_UNIT_CASE, *_SCREENING],
            FM: _FACILITY_CASE,
            CC: _CHILD_HERE,
        },
        "read:reporter": {IN: [where(own_unit("registered_unit"), state="intake")], SW: _MY_CASE, SV: _UNIT_CASE},
        "read:safe_address": {IN: [where(own_unit("registered_unit"), state="intake")], SW: _MY_CASE, SV: _UNIT_CASE},
        "read:history": {
            IN: _TAKEN_HERE,
            SW: [assigned("worker"), assigned("handover_to")],
            SV: [*_UNIT_CASE, *_SCREENING],
            FM: _FACILITY_CASE,
            CC: _CHILD_HERE,
            AUDITOR: _UNIT_CASE,
        },
        "read:readers": {SW: _MY_CASE, SV: _UNIT_CASE, AUDITOR: _UNIT_CASE},
        # intake
        "register": {IN: [], SW: [], FM: []},
        "take_over": {DS: []},
        "complete_intake": {IN: _TAKEN_HERE, SW: [assigned("registered_by")], FM: _TAKEN_HERE},
        "screen_in": {SV: _SCREENING},
        "ask_more": {SV: _SCREENING},
        "screen_out": {SV: _SCREENING},
        "reconsider": {SV: _SCREENING},
        "void": {SV: _SCREENING},
        # emergency
        "emergency_open": {IN: _TAKEN_HERE, SW: [assigned("worker"), assigned("registered_by")], FM: _FACILITY_CASE},
        "raise_emergency": _WORK,
        "review_emergency": {SV: _UNIT_CASE},
        # assessment, planning, services
        "assess_done": {SW: _MY_CASE, SV: _UNIT_CASE},
        "return": {SV: _UNIT_CASE},
        "start": {SYS: [system()]},
        "placed": {SW: _MY_CASE, SYS: [system()]},
        "refer": {SW: _MY_CASE},
        "replan": {SW: _MY_CASE},
        "review": {SW: _MY_CASE},
        "hold": {SW: _MY_CASE, SV: _UNIT_CASE},
        "resume": {SW: _MY_CASE, SV: _UNIT_CASE},
        # closure
        "request_close": {SW: _MY_CASE},
        "return_close": {SV: _UNIT_CASE},
        "close": {SV: _UNIT_CASE},
        "follow_up": {SW: _MY_CASE},
        "reopen": {SV: _UNIT_CASE},
        # whose case
        "reassign": {SV: _UNIT_CASE},
        "accept_handover": {SW: [assigned("handover_to")]},
        "decline_handover": {SW: [assigned("handover_to")]},
        # what is added under a case
        "edit_safety_note": {SW: _MY_CASE, SV: _UNIT_CASE},
        "assessment.draft": {SW: _MY_CASE},
        "serviceplan.draft": {SW: _MY_CASE},
        "serviceplan.revise": {SW: _MY_CASE},
        "serviceplan.safety_plan": _WORK,
        "workentry.add": {SW: _MY_CASE, SV: _UNIT_CASE, FM: _FACILITY_CASE},
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "number", "old_number", "state", "track", "held_from",
            "review_from", "risk", "episode", "opened_at", "closed_at", "resume_by", "hold_reason", "closure_reason",
            "emergency_reviewed_at", "stage_since", "due_at", "clock_started_at", "clock_days", "clock_hours",
            "clock_calendar_days", "clock_months", "paused_at", "paused_days", "paused_seconds", "person", "programme",
            "group", "commune", "is_child", "prior_case", "registered_by", "registered_unit", "to_unit", "owner_unit",
            "worker", "handover_to", "handover_from", "handover_at", "emergency_opened_by", "source", "received_at",
            "selection", "legal_basis", "consent_on", "consent_by", "review_due", "closure_code", "client_told_on",
            "decision_number", "decision_on",
        ],
        "read:narrative": ["problem", "needs", "dangers", "safety_note", "wishes", "closure_statement"],
        "read:reporter": ["reporter", "reporter_phone"],
        "read:safe_address": ["found_at"],
    },
)  # fmt: skip


def _through_case(action: str = "view", column: str = "person_id"):
    scope = of_visible(CASE, column, action)
    return {role: [scope] for role in (IN, SW, SV, FM, CC, DS, AUDITOR)}


_WORKS_ON_CASE = of_visible(CASE, "person_id", "read:narrative")
# People from a list have no case yet: the unit that brought them in sees who they are.
_IMPORTED = own_unit("imported_unit")
_ON_CASE = of_visible(CASE, "person_id")
declare(
    "casework.Person",
    {
        "view": {**_through_case(), IN: [_ON_CASE, _IMPORTED], DS: [_ON_CASE, _IMPORTED]},
        # Whoever takes a call must learn that the person is known already: name, year, commune, nothing more.
        "match": {role: [] for role in (IN, SW, SV, FM, DS)},
        "read:identity": {
            **{role: [_ON_CASE] for role in (SW, SV, FM, CC)}, IN: [_ON_CASE, _IMPORTED], DS: [_ON_CASE, _IMPORTED],
        },
        "read:contact": {**{role: [_WORKS_ON_CASE] for role in (SW, SV, FM, CC)}, IN: [_WORKS_ON_CASE, _IMPORTED]},
        "read:health": {role: [_WORKS_ON_CASE] for role in (SW, SV, FM, CC)},
        "edit": {role: [_WORKS_ON_CASE] for role in (IN, SW, SV, FM)},
        "edit_household": {role: [_WORKS_ON_CASE] for role in (IN, SW, SV, FM)},
        "contact.add": {role: [_WORKS_ON_CASE] for role in (IN, SW, SV, FM)},
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "name", "unidentified", "known_as", "name_folded", "sort_name",
            "birth_year", "birth_month", "birth_day", "birth_estimated", "sex", "id_kind", "commune", "hamlet",
            "deceased_on", "merged_into", "imported_unit",
        ],
        "read:identity": ["id_number", "id_index", "import_key"],
        # Ethnicity and private life are sensitive (NĐ 356/2025/NĐ-CP Đ.4): for those who work on the case.
        "read:contact": [
            "phone", "address", "address_stated", "income", "policies", "ethnicity", "marital", "education", "school",
            "job", "household",
        ],
        "read:health": [
            "illness", "disability_type", "disability_level", "disability_paper", "work_ability", "selfcare_ability",
            "treatment", "condition",
        ],
    },
)  # fmt: skip

_PERSON_WORKER = of_visible("casework.Person", "household_id", "read:contact")
declare(
    "casework.Household",
    {
        "view": {role: [_PERSON_WORKER] for role in (IN, SW, SV, FM, CC)},
        "read:identity": {role: [_PERSON_WORKER] for role in (IN, SW, SV, FM, CC)},
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "head_name", "head_relation", "head_job", "status", "size",
            "position", "income_sources", "income", "spend_food", "spend_clothing", "spend_school", "spend_medical",
            "housing", "caring_capacity", "commune",
        ],
        "read:identity": ["head_id_number"],
    },
)  # fmt: skip

_OF_PERSON = of_visible("casework.Person", "pk", "read:contact", to="person_id")
declare(
    "casework.Contact",
    {
        "view": {role: [_OF_PERSON] for role in (IN, SW, SV, FM, CC)},
        "edit": {role: [_OF_PERSON] for role in (IN, SW, SV, FM)},
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "person", "name", "relation", "phone", "address", "safety",
            "is_main", "is_guardian", "lives_with", "job", "note",
        ],
    },
)  # fmt: skip

_MINE = [assigned("case__worker")]
_OURS = [unit_tree("case__owner_unit")]
_FACILITY = [own_unit("case__owner_unit")]
_COMMUNE_CHILD = [where(own_commune("case__commune"), case__programme=Programme.CHILD.value)]
_FILE = {SW: [assigned("case__worker"), assigned("case__handover_to")], SV: _OURS, FM: _FACILITY, CC: _COMMUNE_CHILD}

declare(
    "casework.Assessment",
    {
        "view": _FILE,
        # Its author, while the case is theirs.
        "answer": {SW: [both(assigned("case__worker"), assigned("author"))]},
        "lock": {SW: [both(assigned("case__worker"), assigned("author"))]},
        "supersede": {SYS: [system()]},
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "state", "risk", "locked_at", "case", "number", "episode",
            "tool", "author", "answers", "summary", "risk_reason", "copied_from", "findings",
        ],
    },
)  # fmt: skip
declare(
    "casework.ServicePlan",
    {
        "view": _FILE,
        "edit": {SW: _MINE},
        "submit": {SW: _MINE},
        "return": {SV: _OURS, CC: _COMMUNE_CHILD},
        "review_safety": {SV: _OURS},
        "recall": {SW: _MINE},
        "approve": {
            SV: [where(unit_tree("case__owner_unit"), case__programme=Programme.CASE.value)],
            CC: _COMMUNE_CHILD,
        },
        "agree": {SW: _MINE},
        "not_agreed": {SW: _MINE},
        "complete": {SW: _MINE},
        "supersede": {SYS: [system()]},
        "cancel": {SV: _OURS, SYS: [system()]},
        "goal.add": {SW: _MINE},
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "state", "submitted_at", "approved_at", "active_from",
            "ended_at", "case", "kind", "number", "episode", "assessment", "author", "submitted_by", "approved_by",
            "client_view", "summary", "signature", "signed_on", "revises", "reason",
        ],
    },
)  # fmt: skip

_GOAL_MINE = {SW: [assigned("plan__case__worker")]}
_GOAL_FILE = {
    SW: [assigned("plan__case__worker"), assigned("plan__case__handover_to")],
    SV: [unit_tree("plan__case__owner_unit")],
    FM: [own_unit("plan__case__owner_unit")],
    CC: [where(own_commune("plan__case__commune"), plan__case__programme=Programme.CHILD.value)],
}
declare(
    "casework.Goal",
    {
        "view": _GOAL_FILE,
        **dict.fromkeys(
            ("edit", "begin", "achieve", "achieve_partly", "not_achieve", "drop", "planaction.add"), _GOAL_MINE
        ),
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "state", "judged_at", "plan", "order", "domain", "text",
            "measure", "due_on", "judgement", "copied_from",
        ],
    },
)  # fmt: skip
declare(
    "casework.PlanAction",
    {
        "view": {
            SW: [assigned("goal__plan__case__worker"), assigned("goal__plan__case__handover_to")],
            SV: [unit_tree("goal__plan__case__owner_unit")],
            FM: [own_unit("goal__plan__case__owner_unit")],
            CC: [
                where(own_commune("goal__plan__case__commune"), goal__plan__case__programme=Programme.CHILD.value)
            ],
        },
        **{name: {SW: [assigned("goal__plan__case__worker")]} for name in ("edit", "mark")},
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "goal", "text", "service_type", "provider", "who", "starts_on",
            "ends_on", "cost", "funding", "expected", "status",
        ],
    },
)  # fmt: skip
declare(
    "casework.PlanComment",
    {
        # Whoever may return the plan reads what was said about it.
        "view": {
            SW: [assigned("plan__case__worker")],
            SV: [unit_tree("plan__case__owner_unit")],
            CC: [where(own_commune("plan__case__commune"), plan__case__programme=Programme.CHILD.value)],
        },
        "answer": {SW: [assigned("plan__case__worker")]},
    },
    fields={
        "view": ["id", "version", "created_at", "updated_at", "plan", "goal", "text", "by", "answer", "answered_at"],
    },
)
# What somebody wrote is theirs as long as the case is: a case handed over takes its notes along.
_BY = assigned("by")
_OWN_NOTE = both(assigned("case__worker"), _BY)
declare(
    "casework.WorkEntry",
    {
        "view": {
            SW: [
                where(assigned("case__worker"), confidential=False),
                where(assigned("case__handover_to"), confidential=False),
                _OWN_NOTE,
            ],
            SV: _OURS,
            FM: [where(own_unit("case__owner_unit"), confidential=False), both(own_unit("case__owner_unit"), _BY)],
            CC: [where(_COMMUNE_CHILD[0], confidential=False)],
        },
        "correct": {
            SW: [_OWN_NOTE],
            SV: [both(unit_tree("case__owner_unit"), _BY)],
            FM: [both(own_unit("case__owner_unit"), _BY)],
        },
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "case", "kind", "at", "minutes", "contacted", "with_whom",
            "text", "confidential", "by", "colleagues", "plan_action", "quantity", "unit_text", "corrects",
        ],
    },
)  # fmt: skip
declare(
    "casework.FollowUp",
    {"view": {SW: _MINE, SV: _OURS}},
    fields={
        "view": ["id", "version", "created_at", "updated_at", "case", "episode", "due_on", "done_on", "result", "note"],
    },
)

_OWN_LISTS = {DS: [own_unit("unit")], IN: [own_unit("unit")]}
declare(
    "casework.ImportBatch",
    {
        # The supervisor sees the batch because its running cases wait for a second person.
        "view": {**_OWN_LISTS, SV: [unit_tree("unit")]},
        "read:rows": {**_OWN_LISTS, SV: [unit_tree("unit")]},
        "upload": {DS: [], IN: []},
        "choose": _OWN_LISTS,
        "decide": _OWN_LISTS,
        "write": _OWN_LISTS,
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "state", "unit", "made_by", "confirmed_by", "confirmed_at",
            "rows_seen", "rows_written", "percent", "failure",
        ],
        "read:rows": ["columns", "mapping", "notices", "sha256", "content"],
    },
)  # fmt: skip
