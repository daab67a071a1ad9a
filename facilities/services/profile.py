"""What a facility says of itself, whom it serves, and pictures of the house."""

from django.utils.translation import gettext_lazy as _

from core.documents import services as documents
from core.documents.models import Document, DocumentKind
from core.lifecycle.actions import Act, action
from facilities.enums import CareGroup
from facilities.guards.premises import facility_open
from facilities.guards.profile import pictured_house_open
from facilities.inputs import profile as inputs
from facilities.models import ClientCount, Facility, FacilityModel

_TEXT = ("zone", "accessibility", "amenities", "opening_hours", "phone", "email", "website")
_PLAIN = ("land_area", "accessible", "founded_on", "foreign_founder")


@action(
    Facility, "describe", label=_("Tả cơ sở"), form=inputs.Describe, guards=[facility_open], order=10,
    hint=_("Ai đăng nhập cũng đọc được. Không ghi địa chỉ của nơi tạm lánh vào đây."),
)  # fmt: skip
def describe(facility: Facility, act: Act) -> None:
    before = inputs.Describe.initial_of(facility)
    for name in _TEXT:
        setattr(facility, name, act.data[name] or "")
    for name in _PLAIN:
        setattr(facility, name, act.data[name])
    facility.lat, facility.lon = act.data.get("lat"), act.data.get("lon")
    codes = sorted(set(act.data["care_models"]))
    if codes != sorted(before["care_models"]):
        facility.care_models.all().delete()
        FacilityModel.objects.bulk_create(FacilityModel(facility=facility, code=code) for code in codes)
    now = {name: getattr(facility, name) for name in before if name != "care_models"}
    changed = [name for name, value in now.items() if value != before[name]]
    act.facts["changed"] = changed + (["care_models"] if codes != sorted(before["care_models"]) else [])


@action(
    Facility, "count_clients", label=_("Ghi số người theo nhóm"), form=inputs.CountClients, guards=[facility_open],
    order=20, hint=_("Số đang phục vụ hoặc dự kiến; dùng để tính định mức nhân viên và diện tích."),
)  # fmt: skip
def count_clients(facility: Facility, act: Act) -> None:
    facility.client_counts.all().delete()
    counts = {code: act.data.get(code) or 0 for code in CareGroup.values}
    ClientCount.objects.bulk_create(
        ClientCount(facility=facility, care_group=code, number=number) for code, number in counts.items() if number
    )
    act.facts["clients"] = sum(counts.values())


def _belongs_to_house(document: Document, act: Act) -> None:
    documents.place(document, document.facility)  # type: ignore[attr-defined]


@action(
    Document, "add_photo", label=_("Thêm ảnh cơ sở"), creates=True, parent=Facility, form=inputs.Photo,
    prepare=_belongs_to_house, guards=[pictured_house_open], order=60,
)  # fmt: skip
def add_photo(document: Document, act: Act) -> None:
    act.data["kind"] = DocumentKind.PHOTO
    documents.store(document, act)
