"""Letterhead and signature of the unit that answers for a case."""

from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from casework.selectors import staff
from core.accounts.enums import Role, UnitKind
from core.accounts.models import Unit
from core.documents.printing.contracts import Letterhead, Signature
from core.places.models import Province


def letterhead(unit: Unit, number: str = "", issued_on: date | None = None) -> Letterhead:
    """The unit below the one above it. Without `issued_on` the day stays blank, to be filled in when it is signed."""
    return Letterhead(
        parent_body=unit.parent.name if unit.parent else "", issuing_body=unit.name, number=number,
        place=province_name(unit), issued_on=issued_on,
    )  # fmt: skip


def province_name(unit: Unit) -> str:
    """ "Đồng Nai": the province of the unit's commune, else the one this installation serves."""
    if unit.commune is not None:
        return unit.commune.province.name
    return Province.objects.filter(pk=settings.DH_PROVINCE_CODE).values_list("name", flat=True).first() or ""


def head_title(unit: Unit) -> str:
    """ "Giám đốc": the title of whoever decides at the unit, else what the head of such a unit is called."""
    head = staff.holders(Role.HEAD, unit).exclude(title="").first()
    if head is not None:
        return head.title
    return _("Chủ tịch Ủy ban nhân dân") if unit.kind == UnitKind.COMMUNE else _("Giám đốc")


def signature(unit: Unit, role: Role | str = Role.HEAD) -> Signature:
    """Title and name of the one person who holds the role at the unit; with several, the name stays blank."""
    heads = list(staff.holders(role, unit)[:2])
    return Signature(title=head_title(unit), name=heads[0].full_name if len(heads) == 1 else "")
