"""Phiếu tiếp nhận: what TT 02/2020/TT-BLĐTBXH Đ.4 lists, as far as it is known when it is printed."""

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.enums import LegalBasis, Track
from casework.models import Case, Person
from casework.printing.heading import letterhead
from casework.printing.law import form_basis
from casework.printing.people import (
    Readable,
    address_of,
    birth_of,
    household_of,
    joined,
    name_of,
    phone_of,
    safe_contacts,
)  # fmt: skip
from core.access.actor import Actor
from core.documents.printing.contracts import (
    Consent,
    Danger,
    IntakeFamily,
    IntakeHealth,
    IntakePerson,
    IntakeSheet,
    Need,
    Reporter,
)  # fmt: skip
from core.web.display import money

BASIS = "form.intake_sheet"


def intake_sheet(case: Case, by: Actor) -> IntakeSheet:
    """`case` was fetched for `by` with "read:narrative". Of the reporter only the kind of source is printed."""
    received = timezone.localtime(case.received_at)
    case_shown = Readable(case, by)
    registrar = case.registered_by
    return IntakeSheet(
        letterhead=letterhead(case.registered_unit, issued_on=received.date()),
        form_basis=form_basis(BASIS, received.date()),
        case_number=case.number,
        received_on=received.date(),
        received_time=_("%(hour)02d giờ %(minute)02d phút") % {"hour": received.hour, "minute": received.minute},
        reporter=Reporter(relation=case.get_source_display(), address=_("Giữ kín, xem trong hồ sơ điện tử")),
        person=_person(case.person, by),
        health=_health(case.person, by),
        family=_family(case.person, by),
        needs=tuple(Need(need, str(at)) for at, need in enumerate(case_shown.needs or (), start=1)),
        danger=_danger(case),
        consent=_consent(case),
        receiver_name=registrar.full_name if registrar else "",
        receiver_title=registrar.title if registrar else "",
    )


def _person(person: Person, by: Actor) -> IntakePerson:
    shown = Readable(person, by)
    main = next((contact for contact in safe_contacts(person, by) if contact.is_main), None)
    other = _("%(name)s (%(relation)s)") % {"name": main.name, "relation": main.relation} if main else ""
    return IntakePerson(
        name=name_of(person), other_name=person.known_as if person.name else "", born=birth_of(person),
        sex=shown.label("sex"), ethnicity=shown.ethnicity, marital_status=shown.label("marital"),
        identity_number=shown.id_number, current_address=address_of(person, by),
        contact=joined([shown.phone, joined([other, phone_of(main)], " ")]), education=shown.education,
        school=shown.school, job=shown.job, income=money(shown.income), services_now=shown.policies,
    )  # fmt: skip


def _health(person: Person, by: Actor) -> IntakeHealth:
    shown = Readable(person, by)
    paper = _("giấy số %(number)s") % {"number": shown.disability_paper} if shown.disability_paper else ""
    return IntakeHealth(
        illness=shown.illness,
        disability=joined([shown.label("disability_type"), shown.label("disability_level"), paper], ", "),
        work_ability=shown.work_ability, self_care=shown.selfcare_ability, treatment_history=shown.treatment,
        physical_state=shown.condition,
    )  # fmt: skip


def _family(person: Person, by: Actor) -> IntakeFamily:
    household, named = household_of(person, by)
    if household is None:
        return IntakeFamily()
    return IntakeFamily(
        head_name=household.head_name if named else "", head_identity=household.head_id_number if named else "",
        relation_to_head=household.head_relation if named else "", main_work=household.head_job if named else "",
        size=_("%(count)d người") % {"count": household.size} if household.size else "", position=household.position,
        economic_state=household.get_status_display() if household.status != "unknown" else "",
        income_sources=joined([money(household.income), household.income_sources]),
        spending_food=money(household.spend_food), spending_clothes=money(household.spend_clothing),
        spending_school=money(household.spend_school), spending_health=money(household.spend_medical),
        housing=household.housing, caring_capacity=household.caring_capacity,
    )  # fmt: skip


def _danger(case: Case) -> Danger:
    """A case that ran before the system was never asked about danger: neither box."""
    immediate = bool(case.dangers) or case.track == Track.EMERGENCY
    asked = immediate or not case.old_number
    return Danger(immediate=immediate if asked else None, signs=joined(case.danger_labels))


def _consent(case: Case) -> Consent:
    by_consent = case.legal_basis == LegalBasis.CONSENT
    return Consent(
        legal_basis=case.get_legal_basis_display(), given=(case.consent_on is not None) if by_consent else None,
        given_by=case.consent_by, given_on=case.consent_on,
    )  # fmt: skip
