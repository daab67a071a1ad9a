"""Articles as the tables hold them ("NĐ 335/2026/NĐ-CP Đ.26 điểm g"), in the words of a decision."""

import re
from datetime import date

from core.clock.models import Parameter

KINDS = {"NĐ": "Nghị định số", "TT": "Thông tư số", "QĐ": "Quyết định số", "NQ": "Nghị quyết số"}
_ARTICLE = re.compile(
    r"^(?P<kind>NĐ|TT|QĐ|NQ) (?P<number>\S+)"
    r"(?: Đ\.(?P<article>\d+)(?: khoản (?P<clause>\w+))?(?: điểm (?P<point>\w+))?)?$"
)


def document_of(article: str) -> str:
    """ "Nghị định số 335/2026/NĐ-CP"; what is written in another way comes back as it is."""
    found = _ARTICLE.match(article.strip())
    return f"{KINDS[found['kind']]} {found['number']}" if found else article.strip()


def in_full(article: str) -> str:
    """ "điểm g Điều 26 Nghị định số 335/2026/NĐ-CP"; what is written in another way comes back as it is."""
    found = _ARTICLE.match(article.strip())
    if found is None:
        return article.strip()
    parts = [
        f"điểm {found['point']}" if found["point"] else "",
        f"khoản {found['clause']}" if found["clause"] else "",
        f"Điều {found['article']}" if found["article"] else "",
        document_of(article),
    ]
    return " ".join(part for part in parts if part)


def form_basis(code: str, on: date) -> str:
    """What prescribes the form on that day: the article of the dated parameter of that code, "" where there is none."""
    rows = Parameter.objects.filter(code=code, valid_from__lte=on).exclude(valid_to__lte=on).order_by("-valid_from")
    return in_full(rows.values_list("article", flat=True).first() or "")
