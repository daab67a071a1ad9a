"""Places are reference data, loaded with the tables; tests look them up."""

from core.places.models import Commune

PROVINCE = "75"


def communes(count: int = 2, province: str = PROVINCE) -> list[Commune]:
    """The first communes of the province by code."""
    return list(Commune.objects.filter(province_id=province, valid_to__isnull=True).order_by("code")[:count])
