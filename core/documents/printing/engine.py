"""Lays out a document with Typst. The data reach the template only as JSON, so they are never read as markup."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _

from core.documents.printing.contracts import ClosureDecision, InspectionMinutes, IntakeSheet, ServicePlan
from core.documents.printing.encoding import encode, only_drawable
from core.documents.printing.errors import PrintError
from core.documents.printing.recognition import (
    ApologyLetter,
    ApplicationReceipt,
    DecisionPaper,
    DefectsLetter,
    LicencePaper,
    RegistrationPaper,
    VisitMinutes,
)

TEMPLATES: dict[str, type] = {
    "apology_letter": ApologyLetter,
    "application_defects": DefectsLetter,
    "application_receipt": ApplicationReceipt,
    "closure_decision": ClosureDecision,
    "decision": DecisionPaper,
    "inspection_minutes": InspectionMinutes,
    "intake_sheet": IntakeSheet,
    "licence": LicencePaper,
    "registration": RegistrationPaper,
    "service_plan": ServicePlan,
    "visit_minutes": VisitMinutes,
}
_UNDRAWABLE = ("could not be displayed", "PDF contains the codepoint")
_FOLDER = Path(__file__).resolve().parent.parent / "templates_typst"
MAX_BYTES = 200_000  # about 60 pages; more is a mistake of the caller, not a document


@cache
def _fonts(system: bool) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=system)


def render(template: str, data: object, *, system_fonts: bool = False) -> bytes:
    """PDF of `template` (a key of TEMPLATES) filled with `data`: the contract, or a mapping of its shape.

    Tagged PDF/UA-1, and with a date in the letterhead PDF/A-2a too. The same data give the same bytes, except with
    `system_fonts`, which prefers the machine's Times New Roman or Tinos. About 10 to 40 ms; raises PrintError.
    """
    contract = TEMPLATES.get(template)
    if contract is None:
        raise PrintError(_("Không có mẫu in “%(template)s”.") % {"template": template})
    document = encode(contract, data)
    payload = json.dumps(document, ensure_ascii=False, sort_keys=True)
    if len(payload.encode()) > MAX_BYTES:
        raise PrintError(_("Nội dung quá dài, không in thành một văn bản được."))
    # PDF/A must carry a date; a draft without one is no archival copy yet.
    standards = ["ua-1", "a-2a"] if document["letterhead"]["issued_on"] else ["ua-1"]
    fonts = _fonts(system_fonts)
    try:
        return _compile(template, payload, standards, fonts)
    except typst.TypstError as error:
        if not any(sign in str(error) for sign in _UNDRAWABLE):
            raise _failed(error) from None
    # Both standards demand a glyph for every character. Rather a box on paper than no paper.
    try:
        return _compile(template, only_drawable(payload), standards, fonts)
    except typst.TypstError as error:
        raise _failed(error) from None


def _compile(template: str, payload: str, standards: list[Any], fonts: typst.Fonts) -> bytes:
    return typst.compile(
        str(_FOLDER / f"{template}.typ"),
        root=str(_FOLDER),
        format="pdf",
        font_paths=fonts,
        sys_inputs={"data": payload},
        pdf_standards=standards,
    )


def _failed(error: Exception) -> PrintError:
    # From the first backtick on, Typst quotes the text it stumbled over: that may be personal data.
    return PrintError(_("Không tạo được bản in: %(why)s") % {"why": str(error).split("`", 1)[0].strip()})
