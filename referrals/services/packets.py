"""What is shared: the parts that the consent names, copied from the file when it is sent, in Vietnamese, and frozen."""

import json
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from casework.enums import ContactSafety, Domain
from casework.models import Assessment, Case, ServicePlan
from casework.states.assessment import AssessmentState
from casework.states.plan import PlanState
from referrals.enums import Section

Rows = list[tuple[str, Any]]


def freeze(case: Case, sections: list[str]) -> str:
    """The packet as JSON: [{"code", "title", "rows": [[label, value], …]}, …]; empty values are left out. It never
    holds the reporter, the place where somebody hides, or an unsafe contact."""
    with override("vi"):
        parts = []
        for section in Section:
            if section.value in sections:
                rows = [[label, str(value)] for label, value in _MAKERS[section](case) if value not in ("", None)]
                parts.append({"code": section.value, "title": str(section.label), "rows": rows})
    return json.dumps(parts, ensure_ascii=False)


def _identity(case: Case) -> Rows:
    person = case.person
    return [
        (_("Họ và tên"), person.name or _("Chưa rõ họ tên")),
        (_("Tên gọi khác"), person.known_as),
        (_("Ngày sinh"), person.birth_text),
        (_("Giới tính"), person.get_sex_display()),
        (_("Dân tộc"), person.ethnicity),
        (_("Giấy tờ"), person.get_id_kind_display()),
        (_("Số giấy tờ"), person.id_number),
    ]


def _contact(case: Case) -> Rows:
    person = case.person
    rows: Rows = [
        (_("Điện thoại"), person.phone),
        (_("Xã, phường"), person.commune.label if person.commune else ""),
        (_("Ấp, khu phố"), person.hamlet),
        (_("Số nhà, đường"), person.address),
    ]
    for contact in person.contacts.filter(safety=ContactSafety.SAFE):
        told = ", ".join(part for part in (contact.name, contact.phone) if part)
        rows.append((_("Liên hệ (%(relation)s)") % {"relation": contact.relation}, told))
    return rows


def _family(case: Case) -> Rows:
    household = case.person.household
    if household is None:
        return []
    return [
        (_("Chủ hộ"), household.head_name),
        (_("Diện hộ"), household.get_status_display()),
        (_("Số người trong hộ"), household.size),
        (_("Vị trí trong hộ"), household.position),
        (_("Nhà ở, điều kiện sống"), household.housing),
        (_("Khả năng chăm sóc"), household.caring_capacity),
    ]


def _health(case: Case) -> Rows:
    person = case.person
    return [
        (_("Bệnh và nguyên nhân"), person.illness),
        (_("Dạng khuyết tật"), person.get_disability_type_display() if person.disability_type else ""),
        (_("Mức độ"), person.get_disability_level_display() if person.disability_level else ""),
        (_("Khả năng tự phục vụ"), person.selfcare_ability),
        (_("Quá trình điều trị"), person.treatment),
        (_("Tình trạng hiện nay"), person.condition),
    ]


def _assessment(case: Case) -> Rows:
    locked = Assessment.objects.filter(case=case, state=AssessmentState.LOCKED).order_by("-number").first()
    if locked is None:
        return []
    rows: Rows = [
        (_("Mức nguy cơ chung"), locked.get_risk_display()),
        (_("Nhận định chung"), locked.summary),
    ]
    for finding in locked.findings.all():
        rows.append((str(Domain(finding.domain).label), finding.need))
    return rows


def _plan(case: Case) -> Rows:
    plan = ServicePlan.objects.filter(case=case, state=PlanState.ACTIVE).order_by("-number").first()
    if plan is None:
        return []
    return [(str(Domain(goal.domain).label), goal.text) for goal in plan.goals.all()]


_MAKERS: dict[Section, Callable[[Case], Rows]] = {
    Section.IDENTITY: _identity,
    Section.CONTACT: _contact,
    Section.FAMILY: _family,
    Section.HEALTH: _health,
    Section.ASSESSMENT: _assessment,
    Section.PLAN: _plan,
}
