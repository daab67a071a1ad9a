"""Who may say that somebody is away: the person itself, and the supervisor for the people of her units."""

from core.access.engine import declare, extend
from core.accounts.access import PERSONAL, oneself, staff_below
from core.accounts.enums import Role

_SUPERVISOR = staff_below("principal")


def _by_role(*scopes, supervisor):
    return {role: [*scopes, *([supervisor] if role == Role.SUPERVISOR else [])] for role in PERSONAL}


extend("accounts.User", {"delegation.set": _by_role(oneself(), supervisor=staff_below())})
declare(
    "worklist.Delegation",
    {
        "view": _by_role(oneself("principal"), oneself("deputy"), supervisor=_SUPERVISOR),
        "end": _by_role(oneself("principal"), supervisor=_SUPERVISOR),
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "principal", "deputy", "valid_from", "valid_to", "reason",
            "created_by", "ended_at", "ended_by",
        ],
    },
)  # fmt: skip
