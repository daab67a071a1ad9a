"""Routes under /api/v1/."""

from core.api.router import register
from referrals.api.referrals import Referrals

register("referrals", Referrals)
