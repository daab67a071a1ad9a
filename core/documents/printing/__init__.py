"""Printed documents as PDF in the layout of NĐ 30/2020/NĐ-CP.

`render("service_plan", ServicePlan(…))` or the same as a dict gives the bytes of a tagged PDF. The data contract of
each template stands in `contracts.py`; the templates in `core/documents/templates_typst/`. This package knows no
database: callers collect what is printed, and decide who may print it.
"""

from core.documents.printing.contracts import Letterhead
from core.documents.printing.engine import TEMPLATES, render
from core.documents.printing.errors import PrintError

__all__ = ["TEMPLATES", "Letterhead", "PrintError", "render"]
