"""Intake: registration, emergency, screening, taking over running cases."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.enums import Danger, LegalBasis, Programme, ReportSource, ScreenOut, Selection
from casework.inputs.people import PersonFields, _text
from casework.models import Case, Person
from casework.selectors import people, staff
from core.accounts.models import Unit, User
from core.catalogue.models import ClientGroup
from core.lifecycle.actions import ActionForm
from core.lifecycle.fields import NoteField
from core.web.fields import PhoneField, VietnameseDateField


class Lines(forms.CharField):
    """One need per line, the most pressing first; cleans to a list."""

    def __init__(self, **kwargs: Any):
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), required=False, **kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return [str(item).strip()[:300] for item in value if str(item).strip()]
        return [line.strip()[:300] for line in (super().to_python(value) or "").splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class KnownPerson(forms.ModelChoiceField):
    """A person already on file, by key; any the caller may match against."""

    def __init__(self) -> None:
        super().__init__(
            Person.objects.filter(merged_into__isnull=True), required=False, widget=forms.HiddenInput(),
            label=_("Người đã có hồ sơ"),
        )  # fmt: skip


class IntakeFields(PersonFields):
    """Who called, when, about what; where the data may be processed from (Law 91/2025/QH15 Đ.19)."""

    person = KnownPerson()
    to_unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Chuyển cho đơn vị"), required=False)
    source = forms.ChoiceField(label=_("Ai báo tin"), choices=ReportSource.choices)
    reporter = _text(_("Tên người báo tin"), max_length=150)
    reporter_phone = PhoneField(label=_("Điện thoại người báo"), required=False)
    received_at = forms.DateTimeField(label=_("Nhận tin lúc"), required=False)
    problem = _text(_("Sự việc, nhu cầu ban đầu"), rows=4, required=True)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["to_unit"].queryset = staff.screening_units()  # type: ignore[attr-defined]

    def clean_received_at(self) -> Any:
        moment = self.cleaned_data.get("received_at") or timezone.now()
        if moment > timezone.now():
            raise forms.ValidationError(_("Giờ này chưa tới. Gõ lại ngày giờ."))
        return moment

    def clean_to_unit(self) -> Unit:
        unit = self.cleaned_data.get("to_unit") or staff.default_screening_unit(self.by)  # type: ignore[attr-defined]
        if unit is None:
            raise forms.ValidationError(_("Chọn đơn vị sẽ sàng lọc."))
        return unit


class Register(IntakeFields, ActionForm):
    """Tiếp nhận. `duplicates_seen` is needed when somebody much alike is on file."""

    in_danger = forms.ChoiceField(
        label=_("Người này có đang gặp nguy hiểm ngay lúc này?"),
        choices=[("no", _("Không")), ("yes", _("Có, mở ca khẩn cấp"))],
        widget=forms.RadioSelect, error_messages={"required": _("Chọn “Có” hoặc “Không”.")},
    )  # fmt: skip
    programme = forms.ChoiceField(label=_("Chương trình"), choices=Programme.choices, required=False)
    needs = Lines(label=_("Nhu cầu, xếp theo thứ tự ưu tiên"), help_text=_("Mỗi dòng một nhu cầu, gấp nhất ghi trước."))
    selection = forms.MultipleChoiceField(
        label=_("Cần chăm sóc"), choices=Selection.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    legal_basis = forms.ChoiceField(
        label=_("Căn cứ ghi nhận thông tin"), choices=LegalBasis.choices, widget=forms.RadioSelect
    )
    consent_on = VietnameseDateField(label=_("Đồng ý ngày"), required=False, past_only=True)
    consent_by = _text(_("Người đồng ý"), max_length=150)
    wishes = _text(_("Mong muốn của người được trợ giúp"), rows=2)
    duplicates_seen = forms.BooleanField(label=_("Đã xem, không phải ai trong số này"), required=False)

    def clean_programme(self) -> str:
        return self.cleaned_data.get("programme") or Programme.CASE

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("in_danger") == "yes":
            self.add_error("in_danger", _("Người đang gặp nguy hiểm: mở ca khẩn cấp, không qua sàng lọc."))
        if data.get("legal_basis") == LegalBasis.CONSENT and not data.get("consent_on"):
            self.add_error("consent_on", _("Ghi ngày đồng ý, hoặc chọn căn cứ khác."))
        if not self.errors and not data.get("person") and not data.get("duplicates_seen"):
            strong = [match for match in people.matches(data) if match.strong]
            if strong:
                self.add_error(
                    "duplicates_seen",
                    _("Có %(count)d người rất giống đã có hồ sơ. Chọn đúng người, hoặc đánh dấu đã xem.")
                    % {"count": len(strong)},
                )
        return data


class EmergencyOpen(IntakeFields, ActionForm):
    """Mở ca khẩn cấp: what danger, where found, who says so; everything else can wait."""

    dangers = forms.MultipleChoiceField(
        label=_("Dấu hiệu nguy hiểm"), choices=Danger.choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Chọn ít nhất một dấu hiệu nguy hiểm.")},
    )  # fmt: skip
    found_at = _text(_("Nơi gặp, nơi đang ở"), required=True, max_length=300)
    programme = forms.ChoiceField(label=_("Chương trình"), choices=Programme.choices, required=False)
    worker = forms.ModelChoiceField(User.objects.none(), label=_("Người xử lý ngay"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["source"].required = False
        self.fields["problem"].required = False
        self.fields["worker"].queryset = staff.workers_for_emergency(self.by)  # type: ignore[attr-defined]
        if isinstance(self.record, Case) and self.record.person_id:
            for name in PersonFields.base_fields:
                self.fields.pop(name)
            self.fields["found_at"].required = False
            for name in ("person", "to_unit", "source", "reporter", "reporter_phone", "received_at", "programme"):
                self.fields.pop(name, None)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if isinstance(self.record, Case) and self.record.person_id:
            return data
        if not data.get("name"):
            data["unidentified"] = True
        return super().clean()

    def clean_source(self) -> str:
        return self.cleaned_data.get("source") or ReportSource.OUTREACH

    def clean_programme(self) -> str:
        return self.cleaned_data.get("programme") or Programme.CASE


class RaiseEmergency(ActionForm):
    dangers = forms.MultipleChoiceField(
        label=_("Dấu hiệu nguy hiểm"), choices=Danger.choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Chọn ít nhất một dấu hiệu nguy hiểm.")},
    )  # fmt: skip
    note = NoteField(_("Chuyện gì đã xảy ra"))


class ReviewEmergency(ActionForm):
    confirmed = forms.TypedChoiceField(
        label=_("Có đúng là khẩn cấp không"), widget=forms.RadioSelect, coerce=lambda value: value == "yes",
        choices=[("yes", _("Đúng, giữ diện khẩn cấp")), ("no", _("Báo động nhầm, về diện thường"))],
    )  # fmt: skip
    note = NoteField(_("Nhận xét"))


class CompleteIntake(ActionForm):
    note = NoteField(_("Đã bổ sung những gì"))


class ScreenIn(ActionForm):
    group = forms.ModelChoiceField(ClientGroup.objects.none(), label=_("Nhóm đối tượng"))
    worker = forms.ModelChoiceField(User.objects.none(), label=_("Người phụ trách"))
    over_cap = _text(_("Vì sao giao quá định mức ca"), max_length=300)
    note = NoteField(_("Dặn dò người phụ trách"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = ClientGroup.objects.on()  # type: ignore[attr-defined]
        unit = self.record.to_unit if self.record and self.record.to_unit_id else None
        self.fields["worker"].queryset = staff.workers_of(unit)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.record is not None:
            data["owner_unit"] = self.record.to_unit
        group, age = data.get("group"), self.record.person.age() if self.record and self.record.person_id else None
        if group is not None and age is not None and not group.takes_age(age):
            self.add_error("group", _("Nhóm này không nhận người %(age)d tuổi.") % {"age": age})
        if data.get("worker"):
            check_cap(self, data["worker"], data.get("over_cap", ""))
        return data


def check_cap(form: forms.Form, worker: User, why: str) -> None:
    """The caseload cap of TT 09/2024 Đ.6 is passed only with a written reason."""
    cap, held = staff.cap_of(worker), staff.caseload(worker)
    if held >= cap and not why:
        form.add_error(
            "over_cap",
            _("%(name)s đang phụ trách %(held)d ca, định mức %(cap)d. Chọn người khác hoặc ghi lý do.")
            % {"name": worker.full_name, "held": held, "cap": cap},
        )


class AskMore(ActionForm):
    note = NoteField(_("Cần bổ sung gì"))


class ScreenOutForm(ActionForm):
    reason = forms.ChoiceField(label=_("Lý do không tiếp nhận"), choices=ScreenOut.choices)
    note = NoteField(_("Đã hướng dẫn người được trợ giúp những gì"))


class Reconsider(ActionForm):
    note = NoteField(_("Khiếu nại hoặc thông tin mới"))


class Void(ActionForm):
    note = NoteField(_("Nhập nhầm thế nào"))


class TakeOver(PersonFields, ActionForm):
    """A case that ran before the system: its old number, dates and the paper it stands on."""

    person = KnownPerson()
    old_number = _text(_("Số hồ sơ cũ"), required=True, max_length=40)
    paper = _text(_("Giấy tờ làm căn cứ"), required=True, max_length=300)
    opened_at = forms.DateTimeField(label=_("Mở hồ sơ ngày"))
    owner_unit = forms.ModelChoiceField(Unit.objects.filter(is_active=True), label=_("Đơn vị phụ trách"))
    worker = forms.ModelChoiceField(User.objects.filter(is_active=True), label=_("Người phụ trách"))
    group = forms.ModelChoiceField(ClientGroup.objects.none(), label=_("Nhóm đối tượng"), required=False)
    programme = forms.ChoiceField(label=_("Chương trình"), choices=Programme.choices, required=False)
    problem = _text(_("Tình hình hiện nay"), rows=3)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = ClientGroup.objects.on()  # type: ignore[attr-defined]

    def clean_programme(self) -> str:
        return self.cleaned_data.get("programme") or Programme.CASE

    def clean_opened_at(self) -> Any:
        moment = self.cleaned_data["opened_at"]
        if moment > timezone.now():
            raise forms.ValidationError(_("Ngày này chưa tới. Gõ lại."))
        return moment
