"""What casework asks of referrals, without knowing them."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from casework.models import Case, ServicePlan
from core.errors import Reason
from core.hooks import provide
from core.lifecycle.actions import Act
from referrals.models import Referral
from referrals.selectors import loads
from referrals.selectors.loads import running_in, still_open
from referrals.services import endings


def _reason(code: str, row: Referral) -> Reason:
    words = {"number": row.number, "state": row.get_state_display()}
    return Reason(code, _("Chuyển tuyến %(number)s chưa xong (%(state)s).") % words, f"/chuyen-tuyen/{row.pk}/")


@provide("case.blockers")
def open_referrals(case: Case) -> Iterable[Reason]:
    """Everything but closed, withdrawn, declined, expired and completed keeps a case from closing."""
    return [_reason("open_referral", row) for row in still_open(case)]


@provide("describe.referrals.Referral")
def described(keys: Iterable[Any]) -> Iterable[tuple[Any, str, str]]:
    """What a list may say of a referral to whoever is asked to act on it, named or not: number, need, sex, age band."""
    for row in Referral.objects.filter(pk__in=list(keys)).select_related("service_type"):
        about = f"{row.get_sex_display()}, {str(row.get_age_band_display()).lower()}"
        yield row.pk, row.number, about


@provide("case.running_referrals")
def running_referrals(case: Case) -> Iterable[Reason]:
    """A provider has accepted and not finished."""
    return [_reason("running_referral", row) for row in running_in(case)]


@provide("plan.agreed")
def draft_referrals(plan: ServicePlan, act: Act) -> list[Any]:
    return endings.follow_plan(plan, act)


@provide("case.withdraw_open")
def withdraw_referrals(case: Case, act: Act) -> list[Any]:
    return endings.withdraw_open(case, act)


@provide("network.unmet")
def waiting_for_a_provider() -> Iterable[tuple[str, str, int]]:
    """How many people wait for a provider, by commune and client group ("" where not known)."""
    return loads.waiting_people()
