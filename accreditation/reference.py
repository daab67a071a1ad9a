"""The procedures of the law and the papers of their dossiers, from the CSV files in `data/`."""

from pathlib import Path

from core.reference import PERIOD, Read, add, flag, number_or_none, table

HERE = Path(__file__).resolve().parent
PROCEDURE: dict[str, Read] = {**PERIOD, "working_days": int, "online": flag, "switched_on": flag, "order": int}
COMPONENT: dict[str, Read] = {
    **PERIOD, "required": flag, "has_expiry": flag, "valid_months": number_or_none, "max_pages": int, "order": int,
}  # fmt: skip


def register() -> None:
    add(
        table("data/procedures.csv", "accreditation.Procedure", ("code", "valid_from"), PROCEDURE, base=HERE),
        table(
            "data/components.csv", "accreditation.ProcedureComponent", ("procedure", "code", "valid_from"), COMPONENT,
            base=HERE,
        ),
    )  # fmt: skip
