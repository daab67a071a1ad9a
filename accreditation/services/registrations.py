"""The registration certificate (NĐ 103/2017/NĐ-CP Đ.15-19): given, replaced by a later one, ended."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accreditation.models import Application, Registration
from accreditation.services.decisions import numbered
from core.lifecycle.actions import Act, action
from core.lifecycle.engine import follow
from facilities.models import Facility

SYMBOL = "GCN"
# What the certificate names, as the application asked for it.
_FACTS = ("name", "address", "commune", "head_name", "legal_kind", "groups", "capacity", "founders", "capital")


def give(application: Application, act: Act) -> Registration:
    """The certificate that the application asked for; it replaces the one in force."""
    facility = application.facility
    today = timezone.localdate(act.at)
    facts = {name: application.asked[name] for name in _FACTS if application.asked.get(name)}
    facts.setdefault("name", facility.unit.name)
    facts.setdefault("legal_kind", facility.legal_kind)
    facts.setdefault("head_name", facility.head_name)
    if facility.hidden_address:
        facts.pop("address", None)
    else:
        facts.setdefault("address", facility.address)
    former = Registration.objects.filter(facility=facility, ended_on__isnull=True).first()
    if former is not None:
        end(former, act, today)
    made = follow(
        Registration, "certify", act,
        fields={
            "facility": facility, "application": application, "issuer": application.to_unit.name, "issued_on": today,
            "number": numbered(SYMBOL, application.to_unit.code, act, series=SYMBOL), "facts": facts,
        },
    )  # fmt: skip
    if former is not None:
        Registration.objects.filter(pk=former.pk).update(replaced_by=made)
    return made


def end_of(facility: Facility, act: Act, on: date) -> None:
    """End the certificate in force, where there is one."""
    for row in Registration.objects.filter(facility=facility, ended_on__isnull=True):
        end(row, act, on)


def end(registration: Registration, act: Act, on: date) -> Any:
    return follow(registration, "end", act, ended_on=on)


@action(Registration, "certify", label=_("Cấp giấy chứng nhận đăng ký"), creates=True, internal=True)
def certify(registration: Registration, act: Act) -> None:
    # Everybody reads the history of certificates; of which application it came its cause tells those who read that.
    act.facts.update(number=registration.number)


@action(Registration, "end", label=_("Hết hiệu lực giấy chứng nhận đăng ký"), internal=True)
def end_registration(registration: Registration, act: Act) -> None:
    registration.ended_on = act.data["ended_on"]
    act.facts["ended_on"] = registration.ended_on
