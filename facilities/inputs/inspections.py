"""What the actions of an inspection ask for."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.documents.inputs import Upload
from core.lifecycle.actions import ActionForm
from core.lifecycle.fields import EffectiveField, NoteField
from core.web.fields import VietnameseDateField
from facilities.enums import InspectionKind, LicenceEffect, Severity, Verdict
from facilities.models import Finding, Incident, Inspection
from facilities.selectors import oversight


def _text(label: Any, length: int, rows: int = 2, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, required=required, strip=True, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


class EditPlan(ActionForm):
    """The day, the team, what it is about. The leader is one of the team without being named twice."""

    planned_on = VietnameseDateField(label=_("Ngày kiểm tra"))
    announced = forms.BooleanField(
        label=_("Báo trước cho cơ sở"), required=False,
        help_text=_("Không đánh dấu: cơ sở chỉ biết khi đoàn đến và bắt đầu."),
    )  # fmt: skip
    subject = forms.CharField(label=_("Nội dung kiểm tra"), max_length=300, required=False, strip=True)
    lead = forms.ModelChoiceField(User.objects.none(), label=_("Trưởng đoàn"))
    team = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Thành viên đoàn"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Trưởng đoàn không cần chọn lại."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        unit = getattr(self.record, "by_unit_id", None) or oversight.inspecting_unit(self.by)
        people = oversight.inspectors(unit)
        self.fields["team"].queryset = people  # type: ignore[attr-defined]
        officers = oversight.holders("licensing_officer", unit) if unit else User.objects.none()
        self.fields["lead"].queryset = officers.order_by("full_name", "pk")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("lead") is not None:
            others = [user for user in data.get("team") or () if user != data["lead"]]
            data["team"] = [data["lead"], *others]
        return data

    @classmethod
    def initial_of(cls, inspection: Inspection) -> dict[str, Any]:
        return {
            "planned_on": inspection.planned_on, "announced": inspection.announced, "subject": inspection.subject,
            "lead": inspection.lead_id, "team": list(oversight.team_of(inspection)),
        }  # fmt: skip


class Plan(EditPlan):
    kind = forms.ChoiceField(label=_("Loại kiểm tra"), choices=InspectionKind.choices)
    incident = forms.ModelChoiceField(
        Incident.objects.none(), label=_("Sau sự việc"), required=False, empty_label=_("Không")
    )
    follows = forms.ModelChoiceField(
        Inspection.objects.none(), label=_("Kiểm tra lại cuộc"), required=False, empty_label=_("Không")
    )
    field_order = ["kind", "incident", "follows"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("announced", True)
        if self.by is not None and self.by.id is not None:
            self.initial.setdefault("lead", self.by.id)
        facility = getattr(self.record, "facility_id", None)
        if facility is not None:
            mine = Incident.objects.filter(facility=facility).order_by("-occurred_at")
            former = Inspection.objects.filter(facility=facility, concluded_at__isnull=False).order_by("-planned_on")
            self.fields["incident"].queryset = mine  # type: ignore[attr-defined]
            self.fields["follows"].queryset = former  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("kind") == InspectionKind.INCIDENT and data.get("incident") is None:
            self.add_error("incident", _("Chọn sự việc dẫn tới cuộc kiểm tra này."))
        if data.get("kind") == InspectionKind.RECHECK and data.get("follows") is None:
            self.add_error("follows", _("Chọn cuộc kiểm tra được kiểm tra lại."))
        return data


class Begin(ActionForm):
    effective_at = EffectiveField(_("Bắt đầu lúc (nếu trước lúc này)"))
    note = NoteField(_("Ghi chú"), required=False)


def item_field(code: str) -> str:
    return f"item_{code.replace('.', '_')}"


def note_field(code: str) -> str:
    return f"note_{code.replace('.', '_')}"


class Answers(ActionForm):
    """One verdict and one note per item. What is left out or empty stays as it was, so that it can be sent item by
    item, by two people, over a bad line."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.codes: dict[str, str] = {}
        if self.record is None or self.record._state.adding:
            return
        for item, _answer in oversight.asked(self.record):
            self.codes[item.code] = item.text
            self.fields[item_field(item.code)] = forms.ChoiceField(
                label=item.text, choices=Verdict.choices, required=False, widget=forms.RadioSelect
            )
            self.fields[note_field(item.code)] = _text(_("Ghi chú"), 500, rows=1, required=False)

    @classmethod
    def initial_of(cls, inspection: Inspection) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for item, answer in oversight.asked(inspection):
            values[item_field(item.code)], values[note_field(item.code)] = answer.verdict, answer.note
        return values

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["given"] = {
            code: (
                data.get(item_field(code)) or None,
                data[note_field(code)] if note_field(code) in self.data else None,
            )
            for code in self.codes
        }
        return data


class AddFinding(ActionForm):
    code = forms.ChoiceField(label=_("Ở mục"), required=False)
    text = _text(_("Vi phạm, thiếu sót"), 500)
    severity = forms.ChoiceField(label=_("Mức độ"), choices=Severity.choices)
    remedy_by = VietnameseDateField(label=_("Khắc phục trước ngày"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, Any]] = [("", _("Ngoài các mục của bảng kiểm"))]
        inspection = getattr(self.record, "inspection", None) if self.record is not None else None
        if inspection is not None:
            choices += [(item.code, item.text) for item, _answer in oversight.asked(inspection)]
        self.fields["code"].choices = choices  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, finding: Finding) -> dict[str, Any]:
        return {name: getattr(finding, name) for name in ("code", "text", "severity", "remedy_by")}


class DropFinding(ActionForm):
    note = NoteField(_("Vì sao bỏ"), max_length=1000)


class Conclude(ActionForm):
    summary = _text(_("Kết luận"), 4000, rows=4)
    licence_effect = forms.ChoiceField(
        label=_("Đối với giấy phép"), choices=LicenceEffect.choices, initial=LicenceEffect.NONE, required=False
    )


class _PerFinding(ActionForm):
    """Fields for each open finding; `per_finding` in the cleaned data is [(finding, {name: value})]."""

    names: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        here = self.record is not None and not self.record._state.adding
        self.findings = oversight.open_findings(self.record) if here else []
        for number, finding in enumerate(self.findings, start=1):
            self.ask(number, finding)

    def ask(self, number: int, finding: Finding) -> None:
        raise NotImplementedError

    def each(self, data: dict[str, Any]) -> Iterator[tuple[Finding, dict[str, Any]]]:
        for finding in self.findings:
            yield finding, {name: data.get(f"{name}_{finding.pk.hex}") for name in self.names}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["per_finding"] = list(self.each(data))
        return data


ACCEPTED, CONTESTED = "accepted", "contested"


class Reply(_PerFinding):
    """Right of reply, finding by finding."""

    names = ("stand", "say")

    def ask(self, number: int, finding: Finding) -> None:
        self.fields[f"stand_{finding.pk.hex}"] = forms.ChoiceField(
            label=f"{number}. {finding.text}", widget=forms.RadioSelect,
            choices=[(ACCEPTED, _("Đồng ý, sẽ khắc phục")), (CONTESTED, _("Không đồng ý"))],
        )  # fmt: skip
        self.fields[f"say_{finding.pk.hex}"] = _text(
            _("Giải trình, cách khắc phục (thiếu sót %(n)d)") % {"n": number}, 1000, required=False
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for finding, given in data["per_finding"]:
            if given["stand"] == CONTESTED and not given["say"]:
                self.add_error(f"say_{finding.pk.hex}", _("Không đồng ý thì ghi rõ vì sao."))
        return data


class Remedied(_PerFinding):
    names = ("evidence",)
    note = NoteField(_("Nhắn đoàn kiểm tra"), required=False)

    def ask(self, number: int, finding: Finding) -> None:
        self.fields[f"evidence_{finding.pk.hex}"] = _text(
            f"{number}. {finding.text}", 1000,
            help_text=_("Đã làm gì, từ ngày nào. Ảnh và giấy tờ thêm ở trang kiểm tra."),
        )  # fmt: skip


MENDED, STILL, DROPPED = "mended", "still", "dropped"


class Recheck(_PerFinding):
    """Looked at again: mended, dropped because the facility was right, or open until a new day."""

    names = ("result", "until")
    note = NoteField(_("Nhận xét khi kiểm tra lại"), required=False)

    def ask(self, number: int, finding: Finding) -> None:
        self.fields[f"result_{finding.pk.hex}"] = forms.ChoiceField(
            label=f"{number}. {finding.text}", widget=forms.RadioSelect,
            choices=[
                (MENDED, _("Đã khắc phục")), (STILL, _("Chưa khắc phục")), (DROPPED, _("Bỏ, cơ sở giải trình đúng")),
            ],
        )  # fmt: skip
        self.fields[f"until_{finding.pk.hex}"] = VietnameseDateField(
            label=_("Hạn mới (thiếu sót %(n)d)") % {"n": number}, required=False
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for finding, given in data["per_finding"]:
            name = f"until_{finding.pk.hex}"
            if given["result"] != STILL or name in self.errors:
                continue
            if given["until"] is None:
                self.add_error(name, _("Chưa khắc phục thì đặt hạn mới."))
            elif given["until"] < timezone.localdate():
                self.add_error(name, _("Hạn mới đã qua. Chọn từ hôm nay trở đi."))
        return data


class End(ActionForm):
    licence_effect = forms.ChoiceField(
        label=_("Đề nghị đối với giấy phép"),
        choices=[choice for choice in LicenceEffect.choices if choice[0] != LicenceEffect.NONE],
    )
    note = NoteField(_("Căn cứ của đề nghị"))


class Cancel(ActionForm):
    note = NoteField(_("Vì sao hủy"), max_length=1000)


class Evidence(Upload):
    """One picture or paper, of one finding or of the whole inspection."""

    finding = forms.ModelChoiceField(
        Finding.objects.none(), label=_("Thuộc thiếu sót"), required=False, empty_label=_("Cả cuộc kiểm tra")
    )
    field_order = ["finding"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        inspection = getattr(self.record, "inspection", None) if self.record is not None else None
        if inspection is not None:
            rows = Finding.objects.filter(inspection=inspection, dropped=False)
            self.fields["finding"].queryset = rows  # type: ignore[attr-defined]
