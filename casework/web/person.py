"""The person: what TT 02/2020/TT-BLĐTBXH Đ.4 lists, class by class, with household and contacts."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.enums import ContactSafety
from casework.models import Case, Contact, Household, Person
from casework.selectors import case_page as reads
from casework.web import links
from casework.web.case_page import called, mask
from core.access.actor import Actor
from core.access.engine import fetch, visible, visible_one
from core.access.routes import route
from core.audit.chain import unit_of_work
from core.audit.reads import log_read
from core.web.display import money, vndate
from core.web.pages import safe_next

Rows = list[tuple[str, Any]]


@route("record", "casework.Person")
@require_safe
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /nguoi/<uuid>/"""
    by: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        opened = reads.open_person(by, pk)
        row: Person = opened.row
        cases = list(visible(by, Case).filter(person=row).select_related("worker").order_by("-opened_at", "-id"))
        root = cases[0].pk if cases else None
        log_read(by, Person, [pk], "view", root_id=root)
        for kind in ("read:contact", "read:health"):
            if kind in opened.may:
                log_read(by, Person, [pk], kind, root_id=root)
        contacts = reads.contacts_of(by, row)
        log_read(by, Contact, [one.pk for one in contacts], "view", root_id=root)
        household = visible_one(by, Household, row.household_id).first() if row.household_id else None
        if household is not None:
            log_read(by, Household, [household.pk], "view", root_id=root)
        back = reverse("person", args=[pk])
        may_edit = "edit" in opened.may
        context = {
            "person": row, "who": _banner(row, opened, back), "cases": cases, "unsafe": ContactSafety.UNSAFE,
            "sections": _sections(row, opened.may), "household": _household(household) if household else [],
            "reads_contact": "read:contact" in opened.may, "may_edit": may_edit,
            "contacts": [
                {"row": one, "edit_url": links.act(one, "edit", f"{back}#lien-he") if may_edit else ""}
                for one in contacts
            ],
            "edit_url": links.act(row, "edit", back), "household_url": links.act(row, "edit_household", f"{back}#ho"),
            "contact_url": links.act_under(row, Contact, "add", f"{back}#lien-he"),
        }  # fmt: skip
        return render(request, "casework/person/page.html", context)


def _banner(row: Person, opened: reads.Opened, back: str) -> dict[str, Any]:
    shown = "read:identity" in opened.may and bool(row.id_number)
    return {
        "name": called(row), "age_text": _("%(age)s tuổi") % {"age": row.age()} if row.age() is not None else "",
        "birth_text": row.birth_text, "place": row.commune.label if row.commune else "",
        "id_masked": mask(row.id_number) if shown else "", "unidentified": row.unidentified,
        "reveal_url": f"{reverse('person_identity', args=[row.pk])}?next={back}" if shown else "",
        "deceased": row.deceased_on is not None, "show_risk": False,
    }  # fmt: skip


def _sections(row: Person, may: frozenset[str]) -> list[dict[str, Any]]:
    """Titles with label and value, only of the classes that may be read; empty values are said to be empty."""
    found: list[tuple[str, Rows]] = [
        (
            _("Nhân thân"),
            [
                (_("Họ và tên"), str(row)), (_("Tên gọi khác"), row.known_as), (_("Ngày sinh"), row.birth_text),
                (_("Giới tính"), row.get_sex_display()), (_("Giấy tờ tùy thân"), row.get_id_kind_display()),
                (_("Xã, phường"), row.commune.label if row.commune else ""), (_("Ấp, khu phố"), row.hamlet),
                (_("Mất ngày"), vndate(row.deceased_on)), *(_private(row) if "read:contact" in may else []),
            ],
        )
    ]  # fmt: skip
    if "read:contact" in may:
        rows = [
            (_("Điện thoại"), row.phone), (_("Số nhà, đường"), row.address),
            (_("Địa chỉ như đã ghi"), row.address_stated),
            (_("Thu nhập mỗi tháng"), money(row.income)), (_("Chính sách, dịch vụ đang hưởng"), row.policies),
        ]  # fmt: skip
        found.append((_("Nơi ở, liên lạc, thu nhập"), rows))
    if "read:health" in may:
        rows = [
            (_("Bệnh và nguyên nhân"), row.illness),
            (_("Dạng khuyết tật"), row.get_disability_type_display() if row.disability_type else ""),
            (_("Mức độ"), row.get_disability_level_display() if row.disability_level else ""),
            (_("Số giấy xác nhận"), row.disability_paper), (_("Khả năng lao động"), row.work_ability),
            (_("Khả năng tự phục vụ"), row.selfcare_ability), (_("Điều trị, phục hồi"), row.treatment),
            (_("Tình trạng hiện nay"), row.condition),
        ]  # fmt: skip
        found.append((_("Sức khỏe, khuyết tật"), rows))
    return [{"title": title, "rows": rows} for title, rows in found]


def _private(row: Person) -> Rows:
    """Sensitive (NĐ 356/2025/NĐ-CP Đ.4)."""
    return [
        (_("Dân tộc"), row.ethnicity), (_("Hôn nhân"), row.get_marital_display()),
        (_("Trình độ học vấn"), row.education), (_("Trường, lớp"), row.school), (_("Nghề nghiệp"), row.job),
    ]  # fmt: skip


def _household(row: Household) -> Rows:
    return [
        (_("Chủ hộ"), str(row)), (_("Số định danh của chủ hộ"), mask(row.head_id_number)),
        (_("Là gì của người được trợ giúp"), row.head_relation), (_("Việc chính của chủ hộ"), row.head_job),
        (_("Diện hộ"), row.get_status_display()), (_("Số người"), row.size or ""),
        (_("Vị trí trong hộ"), row.position), (_("Nguồn thu nhập"), row.income_sources),
        (_("Thu nhập của hộ mỗi tháng"), money(row.income)), (_("Chi ăn uống"), money(row.spend_food)),
        (_("Chi may mặc"), money(row.spend_clothing)), (_("Chi học hành"), money(row.spend_school)),
        (_("Chi chữa bệnh"), money(row.spend_medical)), (_("Nhà ở, điều kiện sống"), row.housing),
        (_("Khả năng chăm sóc"), row.caring_capacity),
    ]  # fmt: skip


@route("record", "casework.Person", "edit")
@require_safe
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /nguoi/<uuid>/sua/: the form of the action."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    row = fetch(by, Person, pk)
    return redirect(links.act(row, "edit", reverse("person", args=[pk])))


@route("record", "casework.Person", "read:identity")
@require_safe
def identity(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET /nguoi/<uuid>/so-giay-to/: the whole number; that it was looked at is logged before it is shown."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    with unit_of_work():
        row = fetch(by, Person, pk, "read:identity")
        case = visible(by, Case).filter(person=row).order_by("-opened_at").first()
        log_read(by, Person, [pk], "read:identity", root_id=case.pk if case else None)
        context = {"person": row, "called": called(row), "back": safe_next(request, reverse("person", args=[pk]))}
        return render(request, "casework/person/identity.html", context)
