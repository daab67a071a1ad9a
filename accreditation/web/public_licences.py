"""Is this paper genuine, and what is it worth today? By number, by code, or by what its QR code says."""

import base64
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accreditation import signing
from accreditation.selectors.public_licence import LONGEST, Checked, by_code, by_number_or_code, normal
from accreditation.selectors.public_register import group_names
from accreditation.web.public_pages import SELDOM, kept, said, same_for_all, spend, too_often
from core.access.routes import route

PAGE = "accreditation/public/licence.html"


@dataclass(frozen=True)
class Difference:
    """What the signed paper says otherwise than the register does now."""

    what: str
    paper: str
    register: str


@route("public", rate="lookup")
@same_for_all
def licence(request: HttpRequest) -> HttpResponse:
    """GET /cong-khai/giay-phep/?so=NUMBER-OR-CODE or ?ky=SIGNED-TEXT. What was asked is never kept by a cache."""
    signed, asked = request.GET.get("ky", ""), request.GET.get("so", "")
    if not signed and not asked.strip():
        return kept(request, "", PAGE, lambda: {"asked": "", "verdict": "", "licence": None, **_common()}, SELDOM)
    wait = spend(request)
    if wait:
        return too_often(request, wait)
    return _of_paper(request, signed) if signed else _of_number(request, asked)


def _of_number(request: HttpRequest, asked: str) -> HttpResponse:
    """Everything that is no licence is answered alike: an unknown number, one of an application, nonsense."""
    found = by_number_or_code(asked)
    shown = {"asked": normal(asked)[:LONGEST], "verdict": "found" if found else "unknown", "licence": found}
    return said(request, PAGE, {**shown, **_common()}, status=200 if found else 404)


def _of_paper(request: HttpRequest, text: str) -> HttpResponse:
    """Genuine or not is the signature's word; what the paper is worth today is the register's."""
    try:
        paper = signing.verify(text)
    except signing.BadSignature:
        return said(request, PAGE, {"asked": "", "verdict": "false", "licence": None, **_common()}, status=404)
    found = by_code(paper.code, paper.number)
    shown = {
        "asked": "", "verdict": "genuine" if found else "unregistered", "licence": found, "paper": paper,
        "differences": _differences(paper, found) if found else [],
    }  # fmt: skip
    return said(request, PAGE, {**_common(), **shown})


def _common() -> dict[str, object]:
    return {"longest": LONGEST, "now": timezone.localtime(), "differences": [], "paper": None}


def _differences(paper: signing.Signed, row: Checked) -> list[Difference]:
    names = group_names()
    pairs = [
        (_("Tên cơ sở"), paper.facility, row.facility_name),
        (_("Quy mô"), _people(paper.capacity), _people(row.capacity)),
        (_("Nhóm đối tượng"), _groups(paper.groups, names), _groups(row.group_codes, names)),
        (_("Ngày cấp"), f"{paper.issued_on:%d/%m/%Y}", f"{row.issued_on:%d/%m/%Y}"),
        (_("Cơ quan cấp"), paper.issuer, row.issuer),
    ]
    return [Difference(what, there, here) for what, there, here in pairs if there != here]


def _people(number: int | None) -> str:
    return _("%(number)s người") % {"number": number} if number is not None else _("không ghi")


def _groups(codes: tuple[str, ...], names: dict[str, str]) -> str:
    return "; ".join(sorted(names.get(code, code) for code in codes))


@route("public")
@same_for_all
def public_key(request: HttpRequest) -> HttpResponse:
    """GET /cong-khai/giay-phep/khoa/: the key with which anybody verifies a licence without us."""
    key = signing.public_key()
    raw = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))
    pem = raw.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    shown = {"key": key, "pem": pem, "mark": signing.MARK}
    return kept(request, key, "accreditation/public/key.html", lambda: shown, SELDOM)
