"""Persons, households and contacts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.enums import (
    ContactSafety,
    DisabilityLevel,
    DisabilityType,
    HouseholdStatus,
    IdKind,
    Marital,
    Sex,
)  # fmt: skip
from casework.models import Contact, Household, Person
from core.access.engine import fields_readable
from core.folding import clean
from core.lifecycle.actions import ActionForm
from core.partial_dates import PartialDate
from core.places.models import Commune
from core.web.fields import IdNumberField, MoneyField, PartialDateField, PhoneField

OPTIONAL: list[tuple[str, Any]] = [("", "—")]


def _text(label: Any, rows: int = 0, **kwargs: Any) -> forms.CharField:
    kwargs.setdefault("required", False)
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, widget=widget, strip=True, max_length=kwargs.pop("max_length", 4000), **kwargs)


class CommuneField(forms.CharField):
    """A commune by its code, or by its name as typed ("Trấn Biên", "P. Trấn Biên, Đồng Nai"), old names included.

    Several with that name are an error that lists them: a name alone does not map (domain.md §11).
    """

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("label", _("Xã, phường"))
        kwargs.setdefault("required", False)
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"list": "xa-phuong", "data-suggest": "communes", "autocomplete": "off"})
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Commune):
            return value
        text = clean(str(value or ""))
        if not text:
            return None
        found = list(Commune.objects.filter(pk=text)) if text.isdigit() else self._by_name(text)
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(_("Không thấy xã, phường này. Gõ lại tên, hoặc chọn trong danh sách."))
        names = "; ".join(f"{commune.label} ({commune.pk})" for commune in found[:6])
        raise forms.ValidationError(
            _("Có nhiều nơi cùng tên: %(names)s. Gõ mã trong ngoặc để chọn."), params={"names": names}
        )

    def _by_name(self, text: str) -> list[Commune]:
        from django.conf import settings

        from core.places.selectors import find_commune

        name, _comma, province = text.partition(",")
        here = list(find_commune(name, settings.DH_PROVINCE_CODE)) if not province else []
        return here or list(find_commune(text))

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Commune):
            return value.label
        if isinstance(value, str) and value.isdigit():
            commune = Commune.objects.filter(pk=value).first()
            return commune.label if commune else value
        return value


class PersonFields(forms.Form):
    """The fields by which a person is known; shared by registration and editing."""

    name = _text(
        _("Họ và tên"), max_length=150, help_text=_("Có thể chỉ một từ. Chưa biết tên thì chọn “Chưa rõ danh tính”.")
    )
    unidentified = forms.BooleanField(label=_("Chưa rõ danh tính"), required=False)
    known_as = _text(_("Tên gọi khác, đặc điểm nhận dạng"), max_length=300)
    birth = PartialDateField(
        label=_("Ngày sinh"), required=False, help_text=_("Ví dụ 31/12/1950. Chỉ nhớ năm thì gõ 1950.")
    )
    birth_estimated = forms.BooleanField(label=_("Tuổi ước chừng"), required=False)
    sex = forms.ChoiceField(label=_("Giới tính"), choices=Sex.choices, initial=Sex.UNKNOWN, required=False)
    id_kind = forms.ChoiceField(label=_("Giấy tờ tùy thân"), choices=IdKind.choices, required=False)
    id_number = forms.CharField(label=_("Số giấy tờ"), required=False, max_length=20, widget=forms.TextInput(
        attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}
    ))  # fmt: skip
    commune = CommuneField()
    hamlet = _text(_("Ấp, khu phố"), max_length=100)
    address = _text(_("Số nhà, đường"), max_length=200)
    phone = PhoneField(label=_("Điện thoại"), required=False)

    def clean_name(self) -> str:
        return clean(self.cleaned_data.get("name", ""))

    def clean_sex(self) -> str:
        return self.cleaned_data.get("sex") or Sex.UNKNOWN

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("person"):
            if not data.get("name") and not data.get("unidentified"):
                self.add_error("name", _("Gõ họ tên, hoặc chọn “Chưa rõ danh tính”."))
            self._clean_identity(data)
        return data

    def _clean_identity(self, data: dict[str, Any]) -> None:
        if "id_number" not in self.fields:
            return
        number = (data.get("id_number") or "").strip()
        kind = data.get("id_kind") or (IdKind.PERSONAL if number else IdKind.NONE)
        if number and kind == IdKind.NONE:
            kind = IdKind.PERSONAL
        if number and kind in (IdKind.PERSONAL, IdKind.OLD):
            try:
                number = IdNumberField(required=False).clean(number)
            except forms.ValidationError as error:
                self.add_error("id_number", error)
                return
            kind = IdKind.OLD if len(number) == 9 else IdKind.PERSONAL
        data["id_number"], data["id_kind"] = number, kind if number else IdKind.NONE


def apply_person(person: Person, data: dict[str, Any]) -> None:
    """Write the cleaned `PersonFields` on the row (not saved)."""
    for name in (
        "name", "unidentified", "known_as", "birth_estimated", "sex", "id_kind", "id_number", "commune", "hamlet",
        "address", "phone",
    ):  # fmt: skip
        if name in data:
            setattr(person, name, data[name])
    if "birth" in data:
        birth: PartialDate | None = data["birth"]
        person.birth_year = birth.year if birth else None
        person.birth_month = birth.month if birth else None
        person.birth_day = birth.day if birth else None


def birth_of(person: Person) -> PartialDate | None:
    return PartialDate(person.birth_year, person.birth_month, person.birth_day) if person.birth_year else None


class EditPerson(PersonFields, ActionForm):
    """All of TT 02/2020 Đ.4 about the person and its health."""

    ethnicity = _text(_("Dân tộc"), max_length=40)
    marital = forms.ChoiceField(label=_("Hôn nhân"), choices=Marital.choices, required=False)
    education = _text(_("Trình độ học vấn"), max_length=100)
    school = _text(_("Trường, lớp đang học"), max_length=150)
    job = _text(_("Nghề nghiệp"), max_length=120)
    income = MoneyField(label=_("Thu nhập (đồng/tháng)"), required=False)
    policies = _text(_("Chính sách, dịch vụ đang hưởng"), rows=2)
    illness = _text(_("Bệnh và nguyên nhân"), rows=2)
    disability_type = forms.ChoiceField(
        label=_("Dạng khuyết tật"), choices=[*OPTIONAL, *DisabilityType.choices], required=False
    )
    disability_level = forms.ChoiceField(
        label=_("Mức độ khuyết tật"), choices=[*OPTIONAL, *DisabilityLevel.choices], required=False
    )
    disability_paper = _text(_("Số giấy xác nhận khuyết tật"), max_length=60)
    work_ability = _text(_("Khả năng lao động"), max_length=200)
    selfcare_ability = _text(_("Khả năng tự phục vụ"), max_length=200)
    treatment = _text(_("Quá trình điều trị, phục hồi"), rows=2)
    condition = _text(_("Tình trạng thể chất, tinh thần hiện nay"), rows=2)

    EXTRA = (
        "ethnicity", "marital", "education", "school", "job", "income", "policies", "illness", "disability_type",
        "disability_level", "disability_paper", "work_ability", "selfcare_ability", "treatment", "condition",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.record is None or self.by is None or self.record._state.adding:
            return
        # What this person may not read it does not overwrite either: the field is not asked for.
        readable = fields_readable(self.by, self.record)
        for name in list(self.fields):
            if ("birth_year" if name == "birth" else name) not in readable:
                del self.fields[name]

    @classmethod
    def initial_of(cls, person: Person) -> dict[str, Any]:
        values = {name: getattr(person, name) for name in cls.base_fields if hasattr(person, name)}
        return {**values, "birth": birth_of(person)}

    def clean_marital(self) -> str:
        return self.cleaned_data.get("marital") or Marital.UNKNOWN


class EditHousehold(ActionForm):
    """TT 02/2020 Đ.4: the family. Amounts in đồng per month."""

    head_name = _text(_("Chủ hộ"), max_length=150)
    head_id_number = IdNumberField(label=_("Số định danh của chủ hộ"), required=False)
    head_relation = _text(_("Chủ hộ là gì của người được trợ giúp"), max_length=60)
    head_job = _text(_("Việc chính của chủ hộ"), max_length=120)
    status = forms.ChoiceField(label=_("Diện hộ"), choices=HouseholdStatus.choices, required=False)
    size = forms.IntegerField(label=_("Số người trong hộ"), required=False, min_value=1, max_value=60)
    position = _text(_("Vị trí của người được trợ giúp trong hộ"), max_length=60)
    income_sources = _text(_("Nguồn thu nhập của hộ"), max_length=300)
    income = MoneyField(label=_("Thu nhập của hộ (đồng/tháng)"), required=False)
    spend_food = MoneyField(label=_("Chi ăn uống (đồng/tháng)"), required=False)
    spend_clothing = MoneyField(label=_("Chi may mặc (đồng/tháng)"), required=False)
    spend_school = MoneyField(label=_("Chi học hành (đồng/tháng)"), required=False)
    spend_medical = MoneyField(label=_("Chi chữa bệnh (đồng/tháng)"), required=False)
    housing = _text(_("Nhà ở, điều kiện sống"), rows=2)
    caring_capacity = _text(_("Khả năng chăm sóc của gia đình"), rows=2)

    @classmethod
    def initial_of(cls, person: Person) -> dict[str, Any]:
        household = person.household or Household()
        return {name: getattr(household, name) for name in cls.base_fields}

    def clean_status(self) -> str:
        return self.cleaned_data.get("status") or HouseholdStatus.UNKNOWN


class EditContact(ActionForm):
    """Somebody around the person; says whether it is safe to call."""

    name = _text(_("Họ và tên"), required=True, max_length=150)
    relation = _text(_("Quan hệ với người được trợ giúp"), required=True, max_length=60)
    phone = PhoneField(label=_("Điện thoại"), required=False)
    address = _text(_("Địa chỉ"), max_length=300)
    safety = forms.ChoiceField(
        label=_("Liên hệ với người này có an toàn không"), choices=ContactSafety.choices, initial=ContactSafety.UNKNOWN
    )
    is_main = forms.BooleanField(label=_("Người liên hệ chính"), required=False)
    is_guardian = forms.BooleanField(label=_("Người giám hộ"), required=False)
    lives_with = forms.BooleanField(label=_("Sống cùng người được trợ giúp"), required=False)
    job = _text(_("Việc làm chính"), max_length=120)
    note = _text(_("Ghi chú"), rows=2)

    @classmethod
    def initial_of(cls, contact: Contact) -> dict[str, Any]:
        return {name: getattr(contact, name) for name in cls.base_fields}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("is_main") and data.get("safety") == ContactSafety.UNSAFE:
            self.add_error("is_main", _("Người không an toàn để liên hệ thì không thể là người liên hệ chính."))
        return data
