"""Scores of an assessment by domain, and what changed since the version before. Pure."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from casework.enums import Domain
from casework.models import Assessment


@dataclass(frozen=True)
class Score:
    """`now` and `before` are points out of `most`; None where nothing was answered."""

    code: str
    label: str
    now: int | None
    before: int | None
    most: int

    @property
    def now_width(self) -> int:
        """Of 100."""
        return round(100 * (self.now or 0) / self.most) if self.most else 0

    @property
    def before_width(self) -> int:
        return round(100 * (self.before or 0) / self.most) if self.most else 0

    @property
    def change(self) -> str:
        if self.now is None or self.before is None:
            return ""
        if self.now == self.before:
            return _("như trước")
        return (
            _("nặng hơn %(n)d điểm") % {"n": self.now - self.before}
            if self.now > self.before
            else _("nhẹ hơn %(n)d điểm") % {"n": self.before - self.now}
        )


def scores(assessment: Assessment, before: Assessment | None) -> list[Score]:
    """A higher score means more need; items not answered count nothing."""
    found = []
    for domain in assessment.tool.domains:
        most = sum(max((int(option["score"]) for option in item["options"]), default=0) for item in domain["items"])
        found.append(
            Score(
                domain["code"], str(Domain(domain["code"]).label), _sum(domain["items"], assessment.answers),
                _sum(domain["items"], before.answers) if before is not None else None, most,
            )
        )  # fmt: skip
    return found


def _sum(items: list[dict[str, Any]], answers: dict[str, str]) -> int | None:
    points = [
        int(option["score"])
        for item in items
        for option in item["options"]
        if str(option["value"]) == str(answers.get(item["code"], ""))
    ]
    return sum(points) if points else None


def _names(labels: list[str]) -> str:
    """The first three, and how many more."""
    if len(labels) <= 3:
        return ", ".join(labels)
    return _("%(names)s và %(n)d lĩnh vực khác") % {"names": ", ".join(labels[:3]), "n": len(labels) - 3}


def finding(rows: list[Score]) -> str:
    """The sentence above the drawing."""
    worse = [row.label for row in rows if row.now is not None and row.before is not None and row.now > row.before]
    better = [row.label for row in rows if row.now is not None and row.before is not None and row.now < row.before]
    told: list[str] = []
    if worse:
        told.append(_("Nặng hơn lần trước: %(names)s.") % {"names": _names(worse)})
    if better:
        told.append(_("Nhẹ hơn lần trước: %(names)s.") % {"names": _names(better)})
    if not told and any(row.before is not None for row in rows):
        told.append(_("Không đổi so với lần trước."))
    return " ".join(told) or _("Điểm từng lĩnh vực; điểm cao là cần trợ giúp nhiều.")
