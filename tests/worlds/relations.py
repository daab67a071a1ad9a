"""The words of the column `relation` of `tests/spec/reach.csv`, each read over one row.

`duty` is the one duty (role, unit) in which somebody acts: what follows from another right follows in the same duty.
"""

from typing import Any

from .spoken import LABELS, NAMES, Duty, Rows, Who, word

# Whose papers lie under which record, and what one must read of it to read them.
PAPERS = {
    "casework.Case": "read:narrative", "facilities.Inspection": "read:answers", "facilities.Facility": "read:papers",
    "accreditation.Application": "read:dossier", "accreditation.SiteVisit": "view",
}  # fmt: skip
# What a referral's receiver sees: it was sent, and not taken back since.
ASKED = frozenset({
    "sent", "info_requested", "waitlisted", "accepted", "in_service", "completed", "declined", "expired", "closed",
})  # fmt: skip


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
        for held in rows.duties.all()
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
    return [case for case in rows.tables["case"].all() if case.person_id == person.id]


@word("own unit brought them in")
def _brought(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return row.imported_unit_id == duty[1]


@word("reads how to reach a member")
def _reaches_member(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    members = [person for person in rows.tables["person"].all() if person.household_id == row.id]
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
    """The record under which a paper lies; ("", None) for one that was withdrawn or lies nowhere."""
    name = NAMES.get(paper.root_model, "") if paper.root_model in PAPERS else ""
    if not name or paper.withdrawn_at is not None:
        return "", None
    return name, rows.tables[name][paper.root_id]


@word("reads the papers of its root")
def _reads_papers(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    name, root = _root(rows, row)
    return root is not None and rows.may_as(who, duty, name, PAPERS[LABELS[name]], root)


@word("handed it in and may still read or add there")
def _handed_in(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    name, root = _root(rows, row)
    if root is None or not who.is_one(row.uploaded_by_id):
        return False
    return any(rows.may_as(who, duty, name, what, root) for what in (PAPERS[LABELS[name]], "document.upload"))


@word("withdraws papers of its root")
def _withdraws(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    name, root = _root(rows, row)
    return root is not None and rows.may_as(who, duty, name, "document.withdraw", root)


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


@word("made from a file of the own facility")
def _made_from_own(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return row.application_id is not None and _own_facility(rows, who, duty, rows.above(row, "application"))


@word("made from a file that the own unit decides, submitted once")
def _made_from_desk(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return row.application_id is not None and _desk(rows, who, duty, row)


@word("made from a file of the deciding unit or below, submitted once")
def _made_from_above(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return row.application_id is not None and _above_desk(rows, who, duty, row)


@word("own unit decides")
def _decides(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return row.to_unit_id == duty[1]


@word("deciding unit or above")
def _above_deciding(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return rows.under(row.to_unit_id, duty[1])


@word("own unit signed")
def _signed(rows: Rows, who: Who, duty: Duty, row: Any) -> bool:
    return row.unit_id == duty[1]
