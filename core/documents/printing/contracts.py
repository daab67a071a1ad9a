"""What each printed template needs: one frozen dataclass per template, all values plain.

Every field may be left out. What is missing prints as a dotted line to be filled in by hand, never as "None".
`Day` is a date, printed dd/mm/yyyy, or a string for what is only partly known ("1948", "khoảng 1950").
`Tick` is True (Có), False (Không) or None (neither box ticked). Money comes as text, already formatted.
Lists keep their order. Articles of law are data of the caller (they change by date), never words of a template.
"""

from dataclasses import dataclass, field
from datetime import date

Day = date | str | None
Tick = bool | None

# NĐ 30/2020/NĐ-CP, Phụ lục I, mục II, khoản 7: on behalf of, for, by order of, by authority of, acting.
AUTHORITY_PREFIXES = ("", "TM.", "KT.", "TL.", "TUQ.", "Q.")


@dataclass(frozen=True)
class Letterhead:
    """Top of the first page. Without `number` its place stays blank for the clerk: "Số:      /QĐ-TTCTXH"."""

    issuing_body: str = ""
    parent_body: str = ""  # left out where there is none above
    number: str = ""
    symbol: str = ""  # "QĐ-TTCTXH"; empty for sheets that carry only a number
    place: str = ""
    issued_on: date | None = None  # also the date in the PDF; without it the file is no PDF/A


@dataclass(frozen=True)
class Signature:
    """`prefix` is one of AUTHORITY_PREFIXES. TM., KT., TL., TUQ. stand before `represented` ("KT. GIÁM ĐỐC") with
    `title` ("Phó Giám đốc") on the next line; "Q." stands before the title itself."""

    title: str = ""
    name: str = ""
    prefix: str = ""
    represented: str = ""


@dataclass(frozen=True)
class Reporter:
    """Who told us."""

    name: str = ""
    relation: str = ""  # to the person, or office and agency
    phone: str = ""
    address: str = ""


@dataclass(frozen=True)
class IntakePerson:
    """TT 02/2020/TT-BLĐTBXH Điều 4: the person."""

    name: str = ""
    other_name: str = ""
    born: Day = None
    sex: str = ""
    ethnicity: str = ""
    marital_status: str = ""
    identity_number: str = ""
    identity_issued: str = ""  # day and place of issue
    permanent_address: str = ""
    current_address: str = ""
    contact: str = ""
    education: str = ""
    school: str = ""
    job: str = ""
    income: str = ""
    services_now: str = ""  # policies and services received now


@dataclass(frozen=True)
class IntakeHealth:
    """TT 02/2020/TT-BLĐTBXH Điều 4: health."""

    illness: str = ""  # illness and its cause
    disability: str = ""  # type and level
    features: str = ""
    work_ability: str = ""
    self_care: str = ""
    treatment_history: str = ""  # treatment and rehabilitation
    physical_state: str = ""
    mental_state: str = ""


@dataclass(frozen=True)
class IntakeFamily:
    """TT 02/2020/TT-BLĐTBXH Điều 4: household and family."""

    head_name: str = ""
    head_born: Day = None
    head_sex: str = ""
    head_identity: str = ""
    head_contact: str = ""
    relation_to_head: str = ""
    main_work: str = ""
    size: str = ""
    position: str = ""  # of the person in the family
    economic_state: str = ""
    income_sources: str = ""
    spending_food: str = ""
    spending_clothes: str = ""
    spending_school: str = ""
    spending_health: str = ""
    spending_other: str = ""
    housing: str = ""
    caring_capacity: str = ""


@dataclass(frozen=True)
class Need:
    need: str = ""
    priority: str = ""
    note: str = ""


@dataclass(frozen=True)
class Danger:
    immediate: Tick = None
    signs: str = ""
    measures: str = ""  # taken at once


@dataclass(frozen=True)
class Consent:
    """`legal_basis`: what allows the processing; `given` and the rest only where the basis is consent."""

    legal_basis: str = ""
    given: Tick = None
    given_by: str = ""
    scope: str = ""
    given_on: Day = None


@dataclass(frozen=True)
class IntakeSheet:
    """Phiếu tiếp nhận. `needs` in order of priority."""

    letterhead: Letterhead = field(default_factory=Letterhead)
    form_basis: str = ""  # "Điều 4 Thông tư số 02/2020/TT-BLĐTBXH"
    case_number: str = ""
    received_on: Day = None
    received_time: str = ""
    channel: str = ""
    reporter: Reporter = field(default_factory=Reporter)
    person: IntakePerson = field(default_factory=IntakePerson)
    health: IntakeHealth = field(default_factory=IntakeHealth)
    family: IntakeFamily = field(default_factory=IntakeFamily)
    needs: tuple[Need, ...] = ()
    danger: Danger = field(default_factory=Danger)
    consent: Consent = field(default_factory=Consent)
    first_steps: str = ""
    receiver_name: str = ""
    receiver_title: str = ""


@dataclass(frozen=True)
class PlanPerson:
    name: str = ""
    born: Day = None
    sex: str = ""
    identity_number: str = ""
    address: str = ""
    case_number: str = ""
    guardian: str = ""
    guardian_relation: str = ""
    guardian_phone: str = ""


@dataclass(frozen=True)
class PlanAssessment:
    assessed_on: Day = None
    risk_level: str = ""
    summary: str = ""
    strengths: str = ""
    resources: str = ""


@dataclass(frozen=True)
class PlanAction:
    what: str = ""
    who: str = ""
    starts: Day = None
    ends: Day = None
    measure: str = ""
    funding: str = ""  # amount and source


@dataclass(frozen=True)
class PlanGoal:
    goal: str = ""
    priority: str = ""
    actions: tuple[PlanAction, ...] = ()


@dataclass(frozen=True)
class PlanDomain:
    """One domain of need and its goals."""

    domain: str = ""
    goals: tuple[PlanGoal, ...] = ()


@dataclass(frozen=True)
class ServicePlan:
    """Kế hoạch trợ giúp. `heading` follows the kind: "Kế hoạch trợ giúp", "Kế hoạch bảo đảm an toàn"…"""

    letterhead: Letterhead = field(default_factory=Letterhead)
    heading: str = "Kế hoạch trợ giúp"
    version: str = ""
    starts: Day = None
    ends: Day = None
    person: PlanPerson = field(default_factory=PlanPerson)
    assessment: PlanAssessment = field(default_factory=PlanAssessment)
    domains: tuple[PlanDomain, ...] = ()
    total_cost: str = ""
    total_in_words: str = ""
    reviews: str = ""  # when and how it is looked at again
    client_view: str = ""
    client_name: str = ""
    client_is_guardian: bool = False
    manager_name: str = ""
    head: Signature = field(default_factory=Signature)


@dataclass(frozen=True)
class ClosedPerson:
    name: str = ""
    born: Day = None
    identity_number: str = ""
    address: str = ""
    case_number: str = ""
    salutation: str = "ông (bà)"


@dataclass(frozen=True)
class ClosureDecision:
    """Quyết định dừng trợ giúp, kết thúc. Code, wording and article of the ground come from the dated catalogue (NĐ
    335/2026/NĐ-CP Điều 26 today). Điều 1 is made of the person, the ground and `effective_on`; Điều 2 of `settlement`
    (handover, payments, follow-up; more than one item gets numbers); Điều 3 of `implementers`."""

    letterhead: Letterhead = field(default_factory=Letterhead)
    subject: str = ""  # trích yếu: "Về việc dừng trợ giúp xã hội đối với …"
    authority: str = ""  # "Giám đốc Trung tâm Công tác xã hội …"
    grounds: tuple[str, ...] = ()  # căn cứ, without end marks
    proposal: str = ""  # "Theo đề nghị của …"
    person: ClosedPerson = field(default_factory=ClosedPerson)
    measure: str = "Dừng trợ giúp xã hội"  # first words of Điều 1
    effective_on: Day = None
    closure_code: str = ""
    closure_text: str = ""
    closure_article: str = ""  # "điểm g khoản 1 Điều 26 Nghị định số 335/2026/NĐ-CP"
    settlement: tuple[str, ...] = ()
    implementers: str = ""
    signature: Signature = field(default_factory=Signature)
    recipients: tuple[str, ...] = ()
    archive: str = "VT"  # after "Lưu:"


@dataclass(frozen=True)
class InspectedItem:
    """One line of the checklist: what is asked, what was found."""

    text: str = ""
    verdict: str = ""
    note: str = ""


@dataclass(frozen=True)
class InspectedSection:
    name: str = ""
    items: tuple[InspectedItem, ...] = ()


@dataclass(frozen=True)
class InspectionFinding:
    """What is wrong beside what the facility says of it."""

    text: str = ""
    severity: str = ""
    remedy_by: Day = None
    reply: str = ""


@dataclass(frozen=True)
class InspectionMinutes:
    """Biên bản kiểm tra một cơ sở trợ giúp xã hội. `members` are those beside the leader."""

    letterhead: Letterhead = field(default_factory=Letterhead)
    inspection_number: str = ""
    kind: str = ""
    facility: str = ""
    facility_address: str = ""
    facility_head: str = ""
    subject: str = ""
    begun: str = ""  # "08 giờ 30 phút, ngày 23/11/2026"
    ended: str = ""
    leader: str = ""
    members: tuple[str, ...] = ()
    sections: tuple[InspectedSection, ...] = ()
    findings: tuple[InspectionFinding, ...] = ()
    summary: str = ""
    licence_effect: str = ""
    right_of_reply: str = ""  # until when the facility may answer, and by what rule
