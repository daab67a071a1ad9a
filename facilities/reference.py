"""The dated norms and checklists, from the CSV files in `data/`."""

from decimal import Decimal
from pathlib import Path

from core.reference import PERIOD, Read, add, flag, table

HERE = Path(__file__).resolve().parent
CHECKLIST: dict[str, Read] = {**PERIOD, "residential_only": flag, "order": int}


def register() -> None:
    add(
        table("data/norms.csv", "facilities.Norm", ("code", "valid_from"), {**PERIOD, "value": Decimal}, base=HERE),
        table("data/checklists.csv", "facilities.ChecklistItem", ("use", "code", "valid_from"), CHECKLIST, base=HERE),
    )
