"""Written decisions: numbered in the series of the unit, signed by whoever decides, never changed."""

import json
from datetime import date
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accreditation.enums import DecisionKind
from accreditation.models import Application, Decision, Licence
from core.lifecycle.actions import Act, action
from core.lifecycle.engine import follow
from core.lifecycle.numbers import next_number

SYMBOL = "QĐ"
_SERIES_LENGTH = 20


def numbered(symbol: str, unit_code: str, act: Act, series: str = "") -> str:
    """The next number of a series as offices write it, with its year: "12/2026/QĐ-SYT"."""
    made = next_number((series or f"{symbol}-{unit_code}")[:_SERIES_LENGTH], act.at)
    year, number = made.rsplit("-", 2)[1:]
    return f"{int(number)}/{year}/{symbol}-{unit_code}"


def decide(
    kind: str,
    *,
    application: Application | None = None,
    licence: Licence | None = None,
    act: Act,
    reasons: str,
    effective_on: date | None = None,
    facts: dict[str, Any] | None = None,
    basis: str = "",
) -> Decision:
    """The written decision of the act, in the same transaction, signed by whoever acts. Call it in the effect of the
    action. `effective_on` is today by default; `facts` are values that stand on the paper."""
    about = application or licence
    assert about is not None
    unit = about.to_unit
    return follow(
        Decision, "sign", act,
        fields={
            "application": application, "licence": licence, "kind": DecisionKind(kind).value, "unit": unit,
            "number": numbered(SYMBOL, unit.code, act), "signed_by": act.by.user,
            "signed_on": timezone.localdate(act.at), "effective_on": effective_on or timezone.localdate(act.at),
            "basis": basis, "reasons": reasons, "facts": _plain(facts or {}),
        },
    )  # fmt: skip


def _plain(facts: dict[str, Any]) -> Any:
    """Dates and keys as text."""
    return json.loads(json.dumps(facts, cls=DjangoJSONEncoder))


@action(Decision, "sign", label=_("Ký quyết định"), creates=True, internal=True)
def sign(decision: Decision, act: Act) -> None:
    act.facts.update(
        kind=decision.kind, number=decision.number, application=decision.application_id, licence=decision.licence_id,
        effective_on=decision.effective_on,
    )  # fmt: skip
