"""Who may do what, read from `tests/spec/reach.csv` in plain Python.

Nothing here asks core.access: the rows of a world are loaded as they are, the words of the table are spelled out below,
one short function each, over single rows. Slow, and easy to hold against the description of the lifecycles.
"""

import csv
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.apps import apps

SPEC = Path(__file__).parents[1] / "spec" / "reach.csv"
# The words of the table for the records, and where they are stored.
LABELS = {
    "user": "accounts.User", "delegation": "worklist.Delegation", "case": "casework.Case", "person": "casework.Person",
    "household": "casework.Household", "contact": "casework.Contact", "assessment": "casework.Assessment",
    "plan": "casework.ServicePlan", "goal": "casework.Goal", "plan_action": "casework.PlanAction",
    "plan_comment": "casework.PlanComment", "entry": "casework.WorkEntry", "follow_up": "casework.FollowUp",
    "import": "casework.ImportBatch", "proposal": "core.Proposal", "document": "documents.Document",
    "referral": "referrals.Referral", "facility": "facilities.Facility", "authority": "facilities.Authority",
    "authority_group": "facilities.AuthorityGroup", "outside_body": "facilities.OutsideBody",
    "building": "facilities.Building", "room": "facilities.Room", "bed": "facilities.Bed",
    "price": "facilities.PriceItem", "care_model": "facilities.FacilityModel", "client_count": "facilities.ClientCount",
    "norm": "facilities.Norm", "checklist": "facilities.ChecklistItem", "staff": "facilities.StaffMember",
    "wallet": "facilities.WalletPaper", "occupancy": "facilities.Occupancy", "inspection": "facilities.Inspection",
    "inspection_member": "facilities.InspectionMember", "inspection_answer": "facilities.InspectionAnswer",
    "finding": "facilities.Finding", "incident": "facilities.Incident", "application": "accreditation.Application",
    "application_paper": "accreditation.ApplicationPaper", "site_visit": "accreditation.SiteVisit",
    "licence": "accreditation.Licence", "licence_group": "accreditation.LicenceGroup",
    "registration": "accreditation.Registration", "decision": "accreditation.Decision",
    "register_list": "accreditation.RegisterList",
}  # fmt: skip
NAMES = {label: name for name, label in LABELS.items()}
EVERYBODY = frozenset({
    "intake_officer", "social_worker", "supervisor", "facility_manager", "licensing_officer", "deciding_head",
    "commune_chair", "data_steward", "leader", "auditor", "sysadmin",
})  # fmt: skip
# Whose papers lie under which record, and what one must read of it to read them; where one may add papers oneself.
PAPERS = {
    "casework.Case": "read:narrative", "facilities.Inspection": "read:answers", "facilities.Facility": "read:papers",
    "accreditation.Application": "read:dossier", "accreditation.SiteVisit": "view",
}  # fmt: skip
# What a referral's receiver sees: it was sent, and not taken back since.
ASKED = frozenset({
    "sent", "info_requested", "waitlisted", "accepted", "in_service", "completed", "declined", "expired", "closed",
})  # fmt: skip
Duty = tuple[str, Any]  # a role and the key of the unit


@dataclass(frozen=True)
class Who:
    """Somebody on a day: duties held then, whom they stand in for, and the moment itself."""

    id: Any
    duties: tuple[Duty, ...]
    stands_for: frozenset[Any]
    day: date
    now: datetime

    def is_one(self, key: Any) -> bool:
        """The person itself, or somebody whose work it does while they are away."""
        return key is not None and (key == self.id or key in self.stands_for)


Holds = Callable[["Rows", Who, Duty, Any], bool]
_words: dict[str, Holds] = {}


def word(*names: str) -> Callable[[Holds], Holds]:
    def register(function: Holds) -> Holds:
        for name in names:
            _words[name] = function
        return function

    return register


@dataclass
class Rows:
    """All rows of a world by the words of the table, then by key. Foreign keys are followed by hand."""

    tables: dict[str, dict[Any, Any]] = field(default_factory=dict)
    units: dict[Any, Any] = field(default_factory=dict)
    duties: list[Any] = field(default_factory=list)
    shares: list[tuple[str, Any, Any, datetime]] = field(default_factory=list)
    _kept: dict[Any, bool] = field(default_factory=dict)

    @classmethod
    def load(cls, skip: frozenset[str] = frozenset({"norm", "checklist"})) -> "Rows":
        """Reads every table once. Columns that are sealed stay sealed: nothing here needs their words."""
        found = cls()
        for name, label in LABELS.items():
            if name not in skip:
                found.tables[name] = _table(apps.get_model(label))
        found.units = _table(apps.get_model("accounts.Unit"))
        found.duties = list(_table(apps.get_model("accounts.RoleAssignment")).values())
        by_group = {unit.group_id: unit.id for unit in found.units.values()}
        for table, holder in (("CaseUserGrant", "user_id"), ("CaseGroupGrant", "group_id")):
            for row in apps.get_model("casework", table).objects.filter(permission__codename="view_case").values():
                key = row[holder] if holder == "user_id" else by_group.get(row[holder])
                kind = "user" if holder == "user_id" else "unit"
                if row["expires_at"] is not None:
                    found.shares.append((kind, key, row["content_object_id"], row["expires_at"]))
        return found

    def who(self, key: Any, day: date, now: datetime) -> Who:
        """The duties of the day; nobody who is deactivated holds any, and none are held at a unit that is."""
        user = self.tables["user"][key]
        if not user.is_active:
            return Who(key, (), frozenset(), day, now)
        held = tuple(
            (row.role, row.unit_id) for row in self.duties
            if row.user_id == key and row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)
            and self.units[row.unit_id].is_active
        )  # fmt: skip
        absent = frozenset(
            row.principal_id for row in self.tables["delegation"].values()
            if row.deputy_id == key and row.valid_from <= day <= row.valid_to and row.ended_at is None
        )  # fmt: skip
        return Who(key, held, absent, day, now)

    def under(self, unit: Any, above: Any) -> bool:
        """Whether a unit is another or lies below it."""
        while unit is not None:
            if unit == above:
                return True
            unit = self.units[unit].parent_id
        return False

    def may(self, who: Who, record: str, what: str, row: Any) -> bool:
        """Whether the table lets this person do `what` with this row in some duty of the day."""
        return any(self.may_as(who, duty, record, what, row) for duty in who.duties)

    def may_as(self, who: Who, duty: Duty, record: str, what: str, row: Any) -> bool:
        kept = (who.id, who.day, duty, record, what, row.id)
        if kept not in self._kept:
            self._kept[kept] = any(
                _words[name](self, who, duty, row) for name in written().get((record, what, duty[0]), ())
            )
        return self._kept[kept]

    def may_make(self, who: Who, record: str, what: str) -> bool:
        """Whether some duty may bring such a record into being where it lies under no other."""
        return any((record, what, role) in written() for role, _unit in who.duties)

    # --- the way to what a row belongs to ---
    def case_of(self, row: Any) -> Any:
        """The case of a plan, goal, entry, referral …; a case itself."""
        for column, table in (("goal_id", "goal"), ("plan_id", "plan"), ("case_id", "case")):
            key = getattr(row, column, None)
            if key is not None:
                above = self.tables[table][key]
                return above if table == "case" else self.case_of(above)
        return row

    def facility_of(self, row: Any) -> Any:
        """The facility of a bed, a finding, an application, a decision …; None where there is none."""
        for column in ("inspection", "application", "licence", "authority"):
            key = getattr(row, f"{column}_id", None)
            if key is not None and not hasattr(row, "facility_id"):
                return self.facility_of(self.tables[column][key])
        key = getattr(row, "facility_id", None)
        return self.tables["facility"][key] if key is not None else row if hasattr(row, "unit_id") else None

    def above(self, row: Any, column: str) -> Any:
        key = getattr(row, f"{column}_id", None)
        return row if key is None or column not in self.tables else self.tables[column][key]


def _table(model: Any) -> dict[Any, Any]:
    names = [column.attname for column in model._meta.concrete_fields]
    rows = model._base_manager.defer(*_heavy(model)).order_by()
    return {row.pk: SimpleNamespace(**{n: row.__dict__.get(n) for n in names}, id=row.pk) if "id" not in names
            else SimpleNamespace(**{n: row.__dict__.get(n) for n in names}) for row in rows}  # fmt: skip


def _heavy(model: Any) -> list[str]:
    return [column.name for column in model._meta.concrete_fields if column.get_internal_type() == "BinaryField"]


@cache
def written() -> dict[tuple[str, str, str], tuple[str, ...]]:
    """(record, what, role) to the relations in words. ValueError for a word that nobody can read, or a double."""
    table: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    with SPEC.open(encoding="utf-8", newline="") as handle:
        for line in csv.DictReader(handle):
            roles = sorted(EVERYBODY) if line["role"] == "everybody" else line["role"].split()
            for record in line["record"].split():
                for what in line["what"].split():
                    for role in roles:
                        _add(table, (record, what, role), line["relation"])
    return {key: tuple(names) for key, names in table.items()}


def _add(table: dict[tuple[str, str, str], list[str]], key: tuple[str, str, str], relation: str) -> None:
    record, _what, role = key
    if record not in LABELS or role not in EVERYBODY | {"system"}:
        raise ValueError(f"reach.csv: {key}: no such record or role")
    for name in relation.split(" / "):
        if name not in _words:
            raise ValueError(f"reach.csv: {key}: nobody can read {name!r}")
        if name in table[key]:
            raise ValueError(f"reach.csv: {key}: {name!r} stands there twice")
        table[key].append(name)


def deeds() -> list[tuple[str, str]]:
    """Every (record, what) of the table, in its order."""
    return list(dict.fromkeys((record, what) for record, what, _role in written()))


# --- the words: anything, nothing ---
@word("any")
def _any(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return True


@word("new", "clock")
def _no_row(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    """What comes into being has no row yet; what the clock does is nobody's."""
    return False


# --- people ---
@word("oneself")
def _oneself(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return row.id == who.id


@word("works below one")
def _below(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    """Takes calls, works on cases or supervises, that day, at the supervisor's unit or below it."""
    user = getattr(row, "principal_id", row.id)
    return any(
        held.user_id == user and held.role in ("intake_officer", "social_worker", "supervisor")
        and held.valid_from <= who.day and (held.valid_to is None or held.valid_to >= who.day)
        and rows.under(held.unit_id, duty[1])
        for held in rows.duties
    )  # fmt: skip


@word("is away")
def _is_away(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return row.principal_id == who.id


@word("stands in")
def _stands_in(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return row.deputy_id == who.id


# --- cases and what lies under them ---
@word("own case")
def _own_case(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return who.is_one(rows.case_of(row).worker_id)


@word("handover offered")
def _offered(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return who.is_one(rows.case_of(row).handover_to_id)


@word("took the call")
def _took(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return who.is_one(row.registered_by_id)


@word("own unit took the call")
def _unit_took(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return row.registered_unit_id == duty[1]


@word("own unit took the call, not screened")
def _not_screened(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return row.registered_unit_id == duty[1] and row.state == "intake"


@word("opened the emergency, not reviewed")
def _opened(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    unreviewed = row.state == "active" and row.track == "emergency" and row.emergency_reviewed_at is None
    return unreviewed and who.is_one(row.emergency_opened_by_id)


@word("screening unit or above")
def _screens(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return rows.under(row.to_unit_id, duty[1])


@word("owner unit or above")
def _owner(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return rows.under(rows.case_of(row).owner_unit_id, duty[1])


@word("owner unit or above, case management")
def _owner_of_adults(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return _owner(rows, who, duty, row) and rows.case_of(row).programme == "case_management"


@word("own unit's case")
def _unit_case(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return rows.case_of(row).owner_unit_id == duty[1]


@word("child of own commune")
def _child(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    case, commune = rows.case_of(row), rows.units[duty[1]].commune_id
    return case.programme == "child_protection" and commune is not None and case.commune_id == commune


@word("shared")
def _shared(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    """With the person, or with the unit where this duty is held, and the share runs still."""
    holders = {("user", who.id), ("unit", duty[1])}
    return any((kind, key) in holders and case == row.id and until > who.now for kind, key, case, until in rows.shares)


@word("own case and its author")
def _own_author(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return _own_case(rows, who, duty, row) and _author(who, row)


@word("owner unit or above and its author")
def _owner_author(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return _owner(rows, who, duty, row) and _author(who, row)


@word("own unit's case and its author")
def _unit_author(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return _unit_case(rows, who, duty, row) and _author(who, row)


def _author(who: Who, row: Any) -> bool:
    return who.is_one(row.author_id if hasattr(row, "author_id") else row.by_id)


@word("own case, not confidential")
def _own_open(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return _own_case(rows, who, duty, row) and not row.confidential


@word("handover offered, not confidential")
def _offered_open(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return _offered(rows, who, duty, row) and not row.confidential


@word("own unit's case, not confidential")
def _unit_open(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return _unit_case(rows, who, duty, row) and not row.confidential


@word("child of own commune, not confidential")
def _child_open(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return _child(rows, who, duty, row) and not row.confidential


# --- people: through their cases, in one and the same duty ---
@word("reads a case of theirs")
def _reads_case(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return any(rows.may_as(who, duty, "case", "view", case) for case in _cases(rows, row))


@word("reads the story of a case of theirs")
def _reads_story(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return any(rows.may_as(who, duty, "case", "read:narrative", case) for case in _cases(rows, row))


def _cases(rows: Rows, person: Any) -> list[Any]:
    return [case for case in rows.tables["case"].values() if case.person_id == person.id]


@word("own unit brought them in")
def _brought(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return row.imported_unit_id == duty[1]


@word("reads how to reach a member")
def _reaches_member(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    members = [person for person in rows.tables["person"].values() if person.household_id == row.id]
    return any(rows.may_as(who, duty, "person", "read:contact", person) for person in members)


@word("reads how to reach the person")
def _reaches(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return rows.may_as(who, duty, "person", "read:contact", rows.tables["person"][row.person_id])


# --- lists, proposals, papers ---
@word("own unit's list")
def _own_list(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return row.unit_id == duty[1]


@word("list of own unit or below", "facility of own unit or below", "signing unit or above")
def _unit_below(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    unit = row.unit_id if hasattr(row, "unit_id") else rows.facility_of(row).unit_id
    return rows.under(unit, duty[1])


@word("asked of this duty at the unit or above")
def _asked_of(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return row.role == duty[0] and rows.under(row.unit_id, duty[1])


@word("proposed it")
def _proposed(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return who.is_one(row.proposed_by_id)


def _root(rows: Rows, paper: Any) -> tuple[str, Any]:
    name = NAMES.get(paper.root_model, "")
    return name, rows.tables.get(name, {}).get(paper.root_id) if paper.root_model in PAPERS else None


@word("reads the papers of its root")
def _reads_papers(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    name, root = _root(rows, row)
    return row.withdrawn_at is None and root is not None and rows.may_as(who, duty, name, PAPERS[LABELS[name]], root)


@word("handed it in and may still read or add there")
def _handed_in(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    name, root = _root(rows, row)
    if row.withdrawn_at is not None or root is None or not who.is_one(row.uploaded_by_id):
        return False
    return any(rows.may_as(who, duty, name, what, root) for what in (PAPERS[LABELS[name]], "document.upload"))


@word("withdraws papers of its root")
def _withdraws(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    name, root = _root(rows, row)
    return row.withdrawn_at is None and root is not None and rows.may_as(who, duty, name, "document.withdraw", root)


# --- referrals ---
@word("sends it")
def _sends(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    """The worker of the case; once a transfer was accepted the case has another, and whoever sent it stays sender."""
    if row.kind == "transfer" and row.accepted_at is not None:
        return who.is_one(row.sent_by_id)
    return _own_case(rows, who, duty, row)


@word("sends it to an outside body")
def _sends_outside(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return row.to_body_id is not None and _sends(rows, who, duty, row)


@word("own unit was asked")
def _was_asked(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return row.to_unit_id is not None and row.to_unit_id == duty[1] and row.state in ASKED


@word("own unit was asked, a centre")
def _centre_asked(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return _was_asked(rows, who, duty, row) and rows.units[row.to_unit_id].kind == "centre"


@word("asked unit or above")
def _above_asked(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return row.to_unit_id is not None and rows.under(row.to_unit_id, duty[1]) and row.state in ASKED


@word("open to own unit")
def _open_to(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    """While the service runs and the consent does; what came of a service that was given stays readable."""
    if row.to_unit_id is None or row.to_unit_id != duty[1]:
        return False
    if row.state in ("accepted", "in_service"):
        return row.consent_until is not None and row.consent_until >= who.day
    return row.state in ("completed", "closed") and row.completed_at is not None


@word("sending unit or above")
def _sending(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return rows.under(row.from_unit_id, duty[1])


@word("own unit sends")
def _unit_sends(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return row.from_unit_id == duty[1]


# --- facilities ---
@word("own facility")
def _own_facility(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    facility = rows.facility_of(row)
    return facility is not None and facility.unit_id == duty[1]


@word("no hidden address")
def _plain_address(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return not row.hidden_address


@word("own unit inspects")
def _inspects(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return rows.above(row, "inspection").by_unit_id == duty[1]


@word("inspecting unit or above")
def _above_inspecting(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return rows.under(rows.above(row, "inspection").by_unit_id, duty[1])


@word("own facility, announced or begun")
def _announced(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return _own_facility(rows, who, duty, row) and (row.announced or row.begun_at is not None)


@word("own facility, concluded")
def _concluded(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return _own_facility(rows, who, duty, row) and rows.above(row, "inspection").concluded_at is not None


# --- recognition ---
@word("own unit decides, submitted once")
def _desk(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    file = rows.above(row, "application")
    return file.to_unit_id == duty[1] and file.first_submitted_at is not None


@word("deciding unit or above, submitted once")
def _above_desk(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    file = rows.above(row, "application")
    return rows.under(file.to_unit_id, duty[1]) and file.first_submitted_at is not None


@word("own unit decides")
def _decides(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return row.to_unit_id == duty[1]


@word("deciding unit or above")
def _above_deciding(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return rows.under(row.to_unit_id, duty[1])


@word("own unit signed")
def _signed(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return row.unit_id == duty[1]
