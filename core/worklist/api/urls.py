"""Routes under /api/v1/."""

from core.api.router import register
from core.worklist.api import delegations

register("delegations", delegations.Delegations)
