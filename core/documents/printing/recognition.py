"""What the printed papers of recognition need: licence, certificate, decisions, and the letters to an applicant."""

from dataclasses import dataclass, field

from core.documents.printing.contracts import Day, Letterhead, Signature


@dataclass(frozen=True)
class LicencePaper:
    """Giấy phép hoạt động. `qr` is the SVG of the QR code; `notice` says what holds against the licence on the day of
    printing (suspended, restricted, ended); `term` the words of its end."""

    letterhead: Letterhead = field(default_factory=Letterhead)
    heading: str = "Giấy phép hoạt động"
    authority: str = ""
    grounds: tuple[str, ...] = ()
    facility: str = ""
    address: str = ""
    head_name: str = ""
    legal_kind: str = ""
    tasks: str = ""
    groups: tuple[str, ...] = ()
    capacity: str = ""
    starts: Day = None
    term: str = ""
    conditions: str = ""
    replaces: str = ""
    notice: str = ""
    code: str = ""
    qr: str = ""
    check_address: str = ""
    signature: Signature = field(default_factory=Signature)
    recipients: tuple[str, ...] = ()
    archive: str = "VT"


@dataclass(frozen=True)
class Line:
    label: str = ""
    value: str = ""


@dataclass(frozen=True)
class RegistrationPaper:
    """Giấy chứng nhận đăng ký thành lập."""

    letterhead: Letterhead = field(default_factory=Letterhead)
    authority: str = ""
    grounds: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    replaces: str = ""
    notice: str = ""
    signature: Signature = field(default_factory=Signature)
    recipients: tuple[str, ...] = ()
    archive: str = "VT"


@dataclass(frozen=True)
class DecisionPaper:
    """Quyết định. `articles` are the texts of Điều 1, 2, …; a text of several lines becomes several paragraphs."""

    letterhead: Letterhead = field(default_factory=Letterhead)
    subject: str = ""
    authority: str = ""
    grounds: tuple[str, ...] = ()
    proposal: str = ""
    articles: tuple[str, ...] = ()
    signature: Signature = field(default_factory=Signature)
    recipients: tuple[str, ...] = ()
    archive: str = "VT"


@dataclass(frozen=True)
class ListedPaper:
    name: str = ""
    pages: str = ""
    note: str = ""


@dataclass(frozen=True)
class ApplicationReceipt:
    """Giấy tiếp nhận hồ sơ và hẹn trả kết quả."""

    letterhead: Letterhead = field(default_factory=Letterhead)
    number: str = ""
    facility: str = ""
    signed_name: str = ""
    phone: str = ""
    procedure: str = ""
    papers: tuple[ListedPaper, ...] = ()
    round: str = ""
    days: str = ""
    received: str = ""
    result_on: Day = None
    result: str = ""
    receiver: str = ""
    submitter: str = ""


@dataclass(frozen=True)
class ListedDefect:
    about: str = ""
    text: str = ""
    reason: str = ""  # why it was not named before


@dataclass(frozen=True)
class DefectsLetter:
    """Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ, or what must be mended on site: one complete list."""

    letterhead: Letterhead = field(default_factory=Letterhead)
    heading: str = "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"
    number: str = ""
    facility: str = ""
    procedure: str = ""
    defects: tuple[ListedDefect, ...] = ()
    until: Day = None
    clock: str = ""  # what becomes of the legal term meanwhile
    signature: Signature = field(default_factory=Signature)


@dataclass(frozen=True)
class VisitedCondition:
    text: str = ""
    verdict: str = ""
    measured: str = ""
    note: str = ""


@dataclass(frozen=True)
class VisitMinutes:
    """Biên bản thẩm định tại cơ sở. `members` are those beside the leader."""

    letterhead: Letterhead = field(default_factory=Letterhead)
    number: str = ""
    facility: str = ""
    facility_address: str = ""
    met_whom: str = ""
    procedure: str = ""
    planned_on: Day = None
    held: str = ""
    leader: str = ""
    members: tuple[str, ...] = ()
    conditions: tuple[VisitedCondition, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class ApologyLetter:
    """Phiếu xin lỗi và hẹn lại ngày trả kết quả."""

    letterhead: Letterhead = field(default_factory=Letterhead)
    number: str = ""
    facility: str = ""
    signed_name: str = ""
    procedure: str = ""
    received: Day = None
    promised_before: Day = None
    promised_now: Day = None
    reason: str = ""
    signature: Signature = field(default_factory=Signature)
