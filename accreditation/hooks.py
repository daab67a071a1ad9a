"""What lower apps ask of recognition, and the papers of its records."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accreditation.models import Licence
from accreditation.selectors.licences import living
from core.errors import Reason
from core.hooks import provide
from facilities.models import Facility


@provide("authority.blockers")
def licence_says(facility: Facility) -> Iterable[Reason]:
    held = living(facility)
    if held is not None:
        text = _("Phạm vi được nhận theo giấy phép %(number)s.") % {"number": held.number}
        yield Reason("has_licence", text, f"/giay-phep/{held.pk}/")


@provide("describe.accreditation.Licence")
def licences_described(keys: Iterable[Any]) -> Iterable[tuple[Any, str, str]]:
    for row in Licence.objects.filter(pk__in=list(keys)):
        yield row.pk, row.number, row.facility_name
