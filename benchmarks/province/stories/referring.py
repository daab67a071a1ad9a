"""Other providers: asked, answered, served (lifecycles.md b)."""

from typing import Any

from benchmarks.province.playing import Player, story
from benchmarks.province.stories.moves import planned
from casework.models import Case
from core.catalogue.models import ClientGroup
from referrals.models import Referral

HOUSE: dict[str, Any] = {"kind": "old", "house": "elderly", "full": True}
GROUP = "k5a"


def _drafted(p: Player, level: int = 1) -> tuple[Case, Referral]:
    """The agreed plan asks for another provider: the case waits, a draft is there."""
    case, _plan = planned(p, "home", "clinic", level=level)
    return case, Referral.objects.get(case=case)


def _sent(p: Player, level: int = 1) -> tuple[Case, Referral]:
    case, referral = _drafted(p, level)
    p.wait(1)
    group = ClientGroup.objects.on(p.today).get(code=GROUP)
    p.do(
        "worker", referral, "edit", kind="service", plan_action=str(referral.plan_action_id),
        to_unit=str(p.cast.values["house"]), service_type=referral.service_type_id, group=group.pk,
        sections=["identity", "contact", "health", "plan"], need="Cần được nhận chăm sóc trong thời gian tới",
        basis="consent", consent_on=p.day(0), consent_by=p.person["consent_by"], consent_until=p.day(365),
    )  # fmt: skip
    p.do("worker", referral, "send")
    return case, referral


def _accepted(p: Player) -> tuple[Case, Referral]:
    case, referral = _sent(p)
    p.wait(1)
    p.do("manager", referral, "accept", note="Còn một giường tầng trệt")
    return case, referral


@story(25, ago=(0, 4), **HOUSE)
def referral_drafted(p: Player) -> None:
    _drafted(p)


@story(12, ago=(0, 2), **HOUSE)
def referral_to_approve(p: Player) -> None:
    """High risk: a supervisor looks first."""
    _sent(p, level=2)


@story(6, ago=(0, 2), **HOUSE)
def referral_approved(p: Player) -> None:
    _case, referral = _sent(p, level=2)
    p.wait(1)
    p.do("supervisor", referral, "approve")


@story(30, ago=(0, 2), **HOUSE)
def referral_sent(p: Player) -> None:
    _sent(p)


@story(12, ago=(0, 3), **HOUSE)
def referral_asked_back(p: Player) -> None:
    _case, referral = _sent(p)
    p.wait(1)
    p.do("manager", referral, "ask", note="Có tự đi lại được không?")


@story(8, ago=(0, 2), **HOUSE)
def referral_answered(p: Player) -> None:
    _case, referral = _sent(p)
    p.wait(1)
    p.do("manager", referral, "ask", note="Có tự đi lại được không?")
    p.wait(2)
    p.do("worker", referral, "answer", note="Tự đi lại trong nhà, cần gậy")


@story(10, ago=(0, 2), **HOUSE)
def referral_accepted(p: Player) -> None:
    _accepted(p)


@story(15, ago=(1, 60), **HOUSE)
def referral_in_service(p: Player) -> None:
    _case, referral = _accepted(p)
    p.wait(2)
    p.do("manager", referral, "start", note="")


@story(15, ago=(0, 8), **HOUSE)
def referral_completed(p: Player) -> None:
    _case, referral = _accepted(p)
    p.wait(2)
    p.do("manager", referral, "start", note="")
    p.wait(25)
    p.do("manager", referral, "complete", outcome="achieved", note="Đã xong đợt chăm sóc")


@story(25, ago=(1, 60), **HOUSE)
def referral_closed(p: Player) -> None:
    _case, referral = _accepted(p)
    p.wait(2)
    p.do("manager", referral, "start", note="")
    p.wait(20)
    p.do("manager", referral, "drop_out", reason="moved", tries=2, note="Gia đình đón về quê")
    p.wait(2)
    p.do("worker", referral, "close", next_step="done", note="")


@story(12, ago=(0, 4), **HOUSE)
def referral_declined(p: Player) -> None:
    _case, referral = _sent(p)
    p.wait(1)
    p.do("manager", referral, "decline", reason="full", note="Hết chỗ đến cuối tháng")


@story(12, ago=(0, 10), **HOUSE)
def referral_expired(p: Player) -> None:
    """Nobody answers in time; the clock ends it."""
    _case, referral = _sent(p)
    p.wait(10)
    p.do("clock", referral, "expire")


@story(8, ago=(0, 20), **HOUSE)
def referral_withdrawn(p: Player) -> None:
    _case, referral = _sent(p)
    p.wait(1)
    p.do("worker", referral, "consent_revoked", note="Người được trợ giúp báo qua điện thoại")
