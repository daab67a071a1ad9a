"""Who may do what, read from `tests/spec/reach.csv` in plain Python.

Nothing here asks core.access: the rows of a world are loaded as they are, and the words of the table are spelled out in
`relations.py`, one short function each, over single rows. Slow, and easy to hold against the lifecycles.
"""

import csv
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
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
# The same for everybody, and long: nothing is learnt from asking it.
REFERENCE = frozenset({"norm", "checklist"})
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
    """Give the function that reads these words of the column `relation`."""

    def register(function: Holds) -> Holds:
        for name in names:
            _words[name] = function
        return function

    return register


class Table(dict[Any, Any]):
    """The rows of one table by key, as they are stored; read when first asked for, one by one or all at once."""

    def __init__(self, label: str):
        super().__init__()
        model = apps.get_model(label)
        kept = [column for column in model._meta.concrete_fields if column.get_internal_type() != "BinaryField"]
        self.key, self.rows = model._meta.pk.attname, model._base_manager.order_by()
        self.columns, self.whole = [column.attname for column in kept], False

    def _take(self, found: Any) -> None:
        for values in found.values(*self.columns):
            self[values[self.key]] = SimpleNamespace(**{"id": values[self.key], **values})

    def __missing__(self, key: Any) -> Any:
        if not self.whole:
            self._take(self.rows.filter(pk=key))
        if key not in self:
            raise KeyError(key)
        return dict.__getitem__(self, key)

    def all(self) -> list[Any]:
        if not self.whole:
            self._take(self.rows)
            self.whole = True
        return list(self.values())


class Rows:
    """All rows of a world by the words of the table. Foreign keys are followed by hand."""

    def __init__(self, former: "Rows | None" = None) -> None:
        """With `former`, people, units and duties are those read before: the caller knows that they are the same."""
        self.tables = {name: Table(label) for name, label in LABELS.items()}
        self.units, self.duties = Table("accounts.Unit"), Table("accounts.RoleAssignment")
        if former is not None:
            self.tables["user"], self.units, self.duties = former.tables["user"], former.units, former.duties
        self._who: dict[tuple[Any, datetime], Who] = {}
        self._shares: list[tuple[str, Any, Any, datetime]] | None = None
        self._kept: dict[Any, bool] = {}

    @property
    def shares(self) -> list[tuple[str, Any, Any, datetime]]:
        """(with a user or a unit, which one, the case, until when)."""
        if self._shares is None:
            self._shares = []
            units = {unit.group_id: unit.id for unit in self.units.all()}
            for kind, table in (("user", "CaseUserGrant"), ("unit", "CaseGroupGrant")):
                for row in apps.get_model("casework", table).objects.filter(permission__codename="view_case"):
                    holder = row.user_id if kind == "user" else units.get(row.group_id)
                    if row.expires_at is not None:
                        self._shares.append((kind, holder, row.content_object_id, row.expires_at))
        return self._shares

    def who(self, key: Any, day: date, now: datetime) -> Who:
        """The duties of the day; nobody who is deactivated holds any, and none are held at a unit that is."""
        if (key, now) not in self._who:
            self._who[key, now] = self._read(key, day, now)
        return self._who[key, now]

    def _read(self, key: Any, day: date, now: datetime) -> Who:
        self.tables["user"].all(), self.units.all()
        if not self.tables["user"][key].is_active:
            return Who(key, (), frozenset(), day, now)
        held = tuple(
            (row.role, row.unit_id) for row in self.duties.all()
            if row.user_id == key and row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)
            and self.units[row.unit_id].is_active
        )  # fmt: skip
        absent = frozenset(
            row.principal_id for row in self.tables["delegation"].all()
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
        names = written().get((record, what, duty[0]))
        if names is None:
            return False
        kept = (who.id, who.now, duty, record, what, row.id)
        if kept not in self._kept:
            self._kept[kept] = any(_words[name](self, who, duty, row) for name in names)
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
        """The facility of a bed, a finding, an application, a decision …; a facility itself."""
        if hasattr(row, "facility_id"):
            return self.tables["facility"][row.facility_id]
        for table in ("inspection", "application", "licence"):
            key = getattr(row, f"{table}_id", None)
            if key is not None:
                return self.facility_of(self.tables[table][key])
        return row

    def above(self, row: Any, table: str) -> Any:
        """The inspection of a finding, the application of a paper …; such a record itself."""
        return self.tables[table][getattr(row, f"{table}_id")] if hasattr(row, f"{table}_id") else row


@cache
def written() -> dict[tuple[str, str, str], tuple[str, ...]]:
    """(record, what, role) to the relations in words. ValueError for a word that nobody can read, or a double."""
    from . import relations  # noqa: F401 - spells out the words

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
