"""Saying that somebody is away and who stands in, and that it is over."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.errors import Reason
from core.lifecycle.actions import Act, action
from core.worklist import inputs, standins
from core.worklist.models import Delegation


def somebody_is_there(row: Delegation, act: Act) -> Iterable[Reason]:
    if not standins.candidates(row.principal).exists():
        yield Reason(
            "nobody_there",
            _now("Đơn vị không có người nào khác cùng vai trò. Kiểm huấn viên giao các ca cho người khác."),
        )


def nothing_came_between(row: Delegation, act: Act) -> Iterable[Reason]:
    """The form looked before the lock was held; what came in meanwhile is seen here."""
    if act.asking:
        return
    first, last = act.data["valid_from"], act.data["valid_to"]
    standins.lock_units(row.principal, first, last)
    for text in standins.obstacles(row.principal, act.data["deputy"], first, last).values():
        yield Reason("overlap", text)


@action(
    Delegation, "set", label=_("Đặt người làm thay khi vắng"), creates=True, parent=User, form=inputs.SetDelegation,
    guards=[somebody_is_there, nothing_came_between], tone="main", order=10, fresh=True,
    notify=lambda row, act: standins.told(row),
)  # fmt: skip
def set_delegation(row: Delegation, act: Act) -> None:
    """From the first day on the deputy does the principal's work in the principal's name; rights follow the dates."""
    for name in ("deputy", "valid_from", "valid_to", "reason"):
        setattr(row, name, act.data[name])
    row.created_by = act.by.user
    act.facts.update(_facts(row))


def _facts(row: Delegation) -> dict[str, str]:
    """What the event keeps: keys and days."""
    return {
        "principal": str(row.principal_id), "deputy": str(row.deputy_id),
        "valid_from": row.valid_from.isoformat(), "valid_to": row.valid_to.isoformat(),
    }  # fmt: skip


def still_runs(row: Delegation, act: Act) -> Iterable[Reason]:
    if row.ended_at is not None or row.valid_to < timezone.localdate():
        yield Reason("over", _now("Lần làm thay này đã hết."))


@action(
    Delegation, "end", label=_("Chấm dứt làm thay"), form=inputs.EndDelegation, guards=[still_runs],
    tone="stop", order=20, notify=lambda row, act: standins.told(row),
)  # fmt: skip
def end_delegation(row: Delegation, act: Act) -> None:
    """At once: the deputy's rights end with this request."""
    row.ended_at, row.ended_by = act.at, act.by.user
    act.facts.update(_facts(row))
