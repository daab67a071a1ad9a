"""What all papers of recognition have on top and below: who decides, on what grounds, who signs."""

import re
from datetime import date

from django.utils.translation import gettext as _

from accreditation.selectors import procedures
from casework.printing.heading import head_title, letterhead
from casework.printing.law import document_of
from core.accounts.enums import UnitKind
from core.accounts.models import Unit, User
from core.clock.parameters import held
from core.documents.printing.contracts import Letterhead, Signature

_ARTICLE = re.compile(r"Đ\.(\d+)(?:-(\d+))?")


def head_of(unit: Unit, number: str = "", on: date | None = None) -> Letterhead:
    return letterhead(unit, number, on)


def authority_of(unit: Unit) -> str:
    """ "Giám đốc Sở Y tế", "Chủ tịch Ủy ban nhân dân phường một"."""
    title = head_title(unit)
    if unit.kind == UnitKind.COMMUNE:
        return _("%(title)s %(place)s") % {
            "title": title,
            "place": re.sub(r"^(UBND|Ủy ban nhân dân)\s+", "", unit.name),
        }
    return f"{title} {unit.name}"


def ground_of(article: str) -> str:
    """ "Căn cứ Điều 26, Điều 29 Nghị định số 103/2017/NĐ-CP"; several decrees are joined, "" gives a blank line."""
    if not article.strip():
        return ""
    return _("Căn cứ %(what)s") % {"what": "; ".join(_document(part) for part in article.split(";"))}


def _document(text: str) -> str:
    name, found, articles = text.strip().partition(" Đ.")
    named = document_of(name)
    if not found:
        return named
    told = _ARTICLE.sub(lambda at: f"Điều {at[1]}" + (f" đến Điều {at[2]}" if at[2] else ""), f"Đ.{articles}")
    return f"{told} {named}"


def basis_of_procedure(kind: str, on: date) -> str:
    row = procedures.procedure(kind, on)
    return row.article if row is not None else ""


def basis_of_measures(on: date) -> str:
    """What lets a licence be narrowed, suspended and revoked: the article of `licence.suspend_max` on that day."""
    return held("licence.suspend_max", on).article


def written_by(user: User | None) -> Signature:
    """The officer who wrote a letter in the office's name."""
    title = user.title if user is not None and user.title else _("Người thụ lý hồ sơ")
    return Signature(title=title, name=user.full_name if user is not None else "")


def signed_by(user: User | None, unit: Unit) -> Signature:
    """The person who signed, under the title of the one who decides at the unit."""
    if user is None:
        return Signature(title=head_title(unit))
    return Signature(title=user.title or head_title(unit), name=user.full_name)
