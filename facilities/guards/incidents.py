"""Guards of an incident."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.errors import Reason
from core.lifecycle.actions import Act
from facilities.enums import IncidentKind
from facilities.models import Incident
from facilities.selectors import oversight

Reasons = Iterable[Reason]


def not_the_reporter(incident: Incident, act: Act) -> Reasons:
    """Whoever reported an incident does not look into it, nor does anybody of the house."""
    if incident.reported_by_id is not None and incident.reported_by_id in act.by.identities:
        yield Reason("own_report", _("Người báo sự việc không tự xem xét."))
    if oversight.of_the_house(incident.facility, [act.by.id]):
        yield Reason("of_the_house", _("Người của cơ sở không xem xét sự việc ở chính cơ sở ấy."))


def death_is_inspected(incident: Incident, act: Act) -> Reasons:
    """A death in care ends with an inspection, or with the written reason why there is none."""
    if incident.kind != IncidentKind.DEATH or act.asking or oversight.inspected(incident):
        return
    if not act.data.get("no_inspection"):
        yield Reason(
            "death_not_inspected", _("Có người chết: lên lịch kiểm tra, hoặc ghi rõ vì sao không kiểm tra."),
            f"/su-viec/{incident.pk}/#kiem-tra",
        )  # fmt: skip
