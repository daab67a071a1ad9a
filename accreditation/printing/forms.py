"""Forms of the dossiers as Word files: blank for everybody, filled in with what is known for whoever applies.

What people typed is put in as text (autoescape, and control characters taken out): it never becomes markup nor a
template of its own.
"""

import io
import re
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined
from jinja2.meta import find_undeclared_variables

from accreditation.models import Application, ProcedureComponent
from accreditation.printing.form_facts import facts, tables
from accreditation.printing.form_layout import PREFIX, skeleton
from accreditation.printing.form_sources import UnknownForm, names, source, title
from accreditation.printing.form_tables import TABLES

__all__ = ["DOCX", "UnknownForm", "file_name", "form", "names", "title"]

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# A figure or a day keeps few dots, so that a blank form still reads as a sentence.
DOTS = "…" * 22
SHORT_DOTS = {
    **dict.fromkeys(
        ("capacity", "land_area", "buildings", "rooms", "sleeping_area", "beds", "land_per_client", "room_per_bed",
         "staff_count", "social_workers", "carers"), "……",
    ),
    **dict.fromkeys(
        ("registration_number", "registration_day", "licence_number", "licence_day", "licence_end", "phone", "email",
         "zone", "place", "foreign", "name_capitals"), "…" * 8,
    ),
    "signer": " ",
}  # fmt: skip
LONGEST = 4000  # characters of one fact
# XML 1.0 has no place for these; \a and \f are commands to docxtpl.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def form(template: str, application: Application | None = None, staff: bool = True) -> bytes:
    """The form as a .docx file; without an application blank, with dots to write on; without `staff` its people are
    not named. Raises UnknownForm."""
    known: dict[str, Any] = facts(application) if application is not None else {}
    filled: dict[str, Any] = {
        name: _clean(known.get(name, "")) or SHORT_DOTS.get(name, DOTS) for name in _named(template)
    }
    rows = tables(application) if application is not None else {}
    if not staff:
        rows.pop("staff", None)
    filled.update({f"{PREFIX}{name}": _numbered(name, rows.get(name, [])) for name in TABLES})
    document = DocxTemplate(io.BytesIO(skeleton(template)))
    document.render(filled, jinja_env=Environment(undefined=StrictUndefined, autoescape=True), autoescape=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def file_name(template: str, application: Application | None = None) -> str:
    """Names the form and the application, no person: file names end up in lists of recent documents."""
    return f"{template}-{application.number}.docx" if application is not None else f"{template}.docx"


def offered(template: str) -> bool:
    """Whether the form belongs to a dossier, today or before."""
    return template in names() and ProcedureComponent.objects.filter(template=template).exists()


def _named(template: str) -> set[str]:
    """The facts that the form and its layout name."""
    text = " ".join(line.text for line in source(template))
    env = Environment(autoescape=True)
    return find_undeclared_variables(env.parse(text)) | {"name_capitals", "place", "signer"}


def _numbered(name: str, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Rows with their number; where nothing is known, empty ones to write in."""
    spec = TABLES[name]
    given = rows or [{}] * spec.empty_rows
    return [
        {column.key: str(at) if column.key == "no" else _clean(row.get(column.key, "")) for column in spec.columns}
        for at, row in enumerate(given, 1)
    ]


def _clean(text: str) -> str:
    plain = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}…"
