"""What follows from a decision on an application, in its transaction: certificate, licence, dissolution.

The approving form may give `groups`, `capacity`, `starts_on`, `ends_on`, `tasks` and `conditions`; what it leaves out
is taken from what the application asked for, then from the licence in force, then from the register.
"""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accreditation.enums import ApplicationKind, LicenceKind, LicenceState, RevokeReason
from accreditation.models import Application, Licence, Registration
from accreditation.selectors.licences import living
from accreditation.services import authority, registrations
from core.errors import Blocked, Reason
from core.lifecycle.actions import Act
from core.lifecycle.engine import follow
from facilities.models import Facility

K = ApplicationKind
_CERTIFIES = (K.REGISTER, K.REGISTER_CHANGE)


def grant(application: Application, act: Act) -> Licence | Registration | Facility:
    """On `approve`: the certificate, the licence (in force when its day has come, the former superseded), or the end of
    the facility. Raises Blocked where the licence machine refuses."""
    if application.kind in _CERTIFIES:
        return registrations.give(application, act)
    if application.kind == K.DISSOLVE:
        return _dissolve(application, act)
    return _issue(application, act)


def grant_conditional(application: Application, act: Act) -> Licence:
    """On `conditional`: issued, in force today, and restricted at once. The form gives `conditions` and may give
    `limit_groups` and `limit_capacity`. Only a licence can be granted on conditions."""
    if application.kind in (*_CERTIFIES, K.DISSOLVE):
        raise Blocked([Reason("not_conditional", _("Thủ tục này không chấp thuận có điều kiện được."))])
    made = _issue(application, act, starts_on=timezone.localdate(act.at))
    return follow(
        made, "restrict", act, on_conditions=True, limit_groups=act.data.get("limit_groups") or [],
        limit_capacity=act.data.get("limit_capacity"), limit_reason=_conditions(application, act)[:500],
    )  # fmt: skip


def widen(application: Application, act: Act) -> Licence | None:
    """On `met`: the restriction is lifted, where it still stands. Raises Blocked while the licence is suspended."""
    given = issued_on(application)
    if given is None or given.state in (LicenceState.ACTIVE, LicenceState.SUPERSEDED):
        return given
    return follow(given, "lift", act, note=act.note or _("Đã thực hiện đủ điều kiện."), conditions_met=True)


def take_back(application: Application, act: Act) -> Licence | None:
    """On `unmet`: the conditional licence is revoked. Where people live there the form must give `relocation_plan`."""
    given = issued_on(application)
    if given is None or given.state in (LicenceState.REVOKED, LicenceState.SURRENDERED, LicenceState.SUPERSEDED):
        return given
    return follow(
        given, "revoke", act, reason=RevokeReason.CONDITIONS.value, note=act.note,
        relocation_plan=act.data.get("relocation_plan") or "",
    )  # fmt: skip


def issued_on(application: Application) -> Licence | None:
    """The licence that this application led to."""
    return Licence.objects.filter(application=application).order_by("-created_at").first()


def _issue(application: Application, act: Act, starts_on: date | None = None) -> Licence:
    facility = application.facility
    former = living(facility)
    today = timezone.localdate(act.at)
    fields = _printed(application, act, former)
    fields.update(
        facility=facility, application=application, to_unit=application.to_unit, predecessor=former,
        kind=LicenceKind.SMALL if _is_small(application, former) else LicenceKind.LICENCE,
        issuer=application.to_unit.name, issued_on=today, issued_by=act.by.user,
        starts_on=starts_on or act.data.get("starts_on") or today, ends_on=act.data.get("ends_on"),
    )  # fmt: skip
    made = follow(Licence, "issue", act, fields=fields, groups=_groups(application, act, former))
    made.refresh_from_db()
    return made


def _is_small(application: Application, former: Licence | None) -> bool:
    return application.kind == K.SMALL or (former is not None and former.kind == LicenceKind.SMALL)


def _first(*values: Any) -> Any:
    return next((value for value in values if value not in (None, "", [])), None)


def _printed(application: Application, act: Act, former: Licence | None) -> dict[str, Any]:
    """What stands on the paper, frozen at issue."""
    facility, asked = application.facility, application.asked
    return {
        "facility_name": _first(asked.get("name"), facility.unit.name),
        "address": "" if facility.hidden_address else _first(asked.get("address"), facility.address) or "",
        "head_name": _first(asked.get("head_name"), facility.head_name) or "",
        "legal_kind": _first(asked.get("legal_kind"), facility.legal_kind),
        "capacity": _first(
            act.data.get("capacity"), asked.get("capacity"), former.capacity if former else None, facility.capacity
        ),
        "tasks": _first(act.data.get("tasks"), asked.get("tasks"), former.tasks if former else "") or "",
        "conditions": _conditions(application, act),
    }  # fmt: skip


def _conditions(application: Application, act: Act) -> str:
    return str(_first(act.data.get("conditions"), application.conditions) or "")


def _groups(application: Application, act: Act, former: Licence | None) -> list[str]:
    held = list(former.groups.values_list("code", flat=True)) if former else []
    groups = _first(act.data.get("groups"), application.asked.get("groups"), held)
    if not groups:
        raise Blocked([Reason("no_groups", _("Chưa ghi cơ sở được nhận nhóm đối tượng nào."))])
    return sorted(groups)


def _dissolve(application: Application, act: Act) -> Facility:
    """The licence is given back (where there is one), the certificate ends, the facility is closed from today on."""
    facility, today = application.facility, timezone.localdate(act.at)
    words = {"number": application.number}
    plan = act.data.get("relocation_plan") or _("Theo phương án trong hồ sơ %(number)s.") % words
    for waiting in Licence.objects.filter(facility=facility, state=LicenceState.ISSUED):
        follow(waiting, "revoke", act, reason=RevokeReason.DISSOLVED.value, note=act.note, relocation_plan=plan)
    held = living(facility)
    if held is not None:
        note = act.note or _("Cơ sở giải thể theo hồ sơ %(number)s.") % words
        follow(held, "surrender", act, note=note, relocation_plan=plan)
    else:
        authority.stop_all(facility, act, _("Cơ sở giải thể theo hồ sơ %(number)s.") % words)
    registrations.end_of(facility, act, today)
    return follow(facility, "close", act, closed_on=today)
