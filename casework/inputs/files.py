"""Assessments, plans, goals, the work log."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.enums import Contacted, Domain, ProviderKind, ReviewReason, Severity, Signature, WorkKind
from casework.inputs.people import OPTIONAL, _text
from casework.models import Assessment, Goal, PlanAction, WorkEntry
from core.catalogue.models import ServiceType
from core.lifecycle.actions import ActionForm
from core.lifecycle.fields import NoteField
from core.web.fields import MoneyField, VietnameseDateField
from core.worklist.models import RiskLevel


class Answers(ActionForm):
    """One field per item of the assessment's tool, and per domain what is needed, strong and at hand."""

    risk = forms.ChoiceField(
        label=_("Mức nguy cơ chung"), choices=RiskLevel.choices, required=False, widget=forms.RadioSelect
    )
    risk_reason = _text(_("Vì sao chọn mức này"), rows=2)
    summary = _text(_("Nhận định chung"), rows=3)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.record is None or not self.record.tool_id:
            return
        for domain in self.record.tool.domains:
            code = domain["code"]
            for item in domain["items"]:
                choices = [(str(option["value"]), option["text"]) for option in item["options"]]
                self.fields[f"item_{item['code']}"] = forms.ChoiceField(
                    label=item["text"], choices=choices, required=False, widget=forms.RadioSelect
                )
            self.fields[f"{code}_severity"] = forms.TypedChoiceField(
                label=_("Mức độ cần trợ giúp"), choices=Severity.choices, coerce=int, required=False, empty_value=None,
                widget=forms.RadioSelect,
            )  # fmt: skip
            self.fields[f"{code}_need"] = _text(_("Nhu cầu"), rows=2)
            self.fields[f"{code}_strength"] = _text(_("Điểm mạnh"), rows=2)
            self.fields[f"{code}_resource"] = _text(_("Nguồn lực"), rows=2)
            self.fields[f"{code}_priority"] = forms.IntegerField(
                label=_("Thứ tự ưu tiên"), required=False, min_value=1, max_value=9
            )

    @classmethod
    def initial_of(cls, assessment: Assessment) -> dict[str, Any]:
        values: dict[str, Any] = {
            "risk": assessment.risk, "risk_reason": assessment.risk_reason, "summary": assessment.summary,
        }  # fmt: skip
        values.update({f"item_{code}": value for code, value in assessment.answers.items()})
        for finding in assessment.findings.all():
            for name in ("severity", "need", "strength", "resource", "priority"):
                values[f"{finding.domain}_{name}"] = getattr(finding, name)
        return values


class LockAssessment(ActionForm):
    note = NoteField(_("Ghi chú"), required=False)


class EditPlan(ActionForm):
    client_view = _text(_("Ý kiến của người được trợ giúp về kế hoạch"), rows=3)
    summary = _text(_("Tóm tắt"), rows=2)

    @classmethod
    def initial_of(cls, plan: Any) -> dict[str, Any]:
        return {"client_view": plan.client_view, "summary": plan.summary}


class Revise(ActionForm):
    reason = forms.ChoiceField(label=_("Vì sao lập bản mới"), choices=ReviewReason.choices)
    note = NoteField(_("Ghi chú"), required=False)


class SafetyPlan(ActionForm):
    summary = _text(_("Việc làm ngay để bảo đảm an toàn"), rows=4, required=True)
    who = _text(_("Ai làm, ai ở cùng"), required=True, max_length=300)
    client_view = _text(_("Ý kiến của người được trợ giúp"), rows=2)


class SafetyReview(ActionForm):
    note = NoteField(_("Nhận xét, dặn dò"))


class PlanReturn(ActionForm):
    """One comment for the whole plan, and one per goal that needs work ("goal_<key>")."""

    note = NoteField(_("Góp ý chung"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for goal in self.record.goals.all() if self.record is not None and not self.record._state.adding else []:
            self.fields[f"goal_{goal.pk.hex}"] = _text(_("Góp ý mục tiêu: %(goal)s") % {"goal": goal.text}, rows=2)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        goals = {goal.pk.hex: goal for goal in self.record.goals.all()}
        data["comments"] = [
            (goals[name.removeprefix("goal_")], text)
            for name, text in data.items()
            if name.startswith("goal_") and text
        ]
        return data


class Agree(ActionForm):
    signature = forms.ChoiceField(label=_("Ai đồng ý"), choices=Signature.choices, widget=forms.RadioSelect)
    signed_on = VietnameseDateField(label=_("Ký ngày"), past_only=True)
    note = NoteField(_("Ghi chú"), required=False)


class Wishes(ActionForm):
    note = NoteField(_("Người được trợ giúp muốn gì khác"))


class Reasoned(ActionForm):
    note = NoteField(_("Lý do"))


class GoalForm(ActionForm):
    domain = forms.ChoiceField(label=_("Lĩnh vực"), choices=Domain.choices)
    text = _text(_("Mục tiêu"), required=True, max_length=300)
    measure = _text(_("Thước đo kết quả"), max_length=300, help_text=_("Đo bằng gì, khi nào coi là đạt."))
    due_on = VietnameseDateField(label=_("Hạn"), required=False)

    @classmethod
    def initial_of(cls, goal: Goal) -> dict[str, Any]:
        return {name: getattr(goal, name) for name in cls.base_fields}


class Judgement(ActionForm):
    note = NoteField(_("Đánh giá kết quả"))


class PlanActionForm(ActionForm):
    text = _text(_("Việc làm"), required=True, max_length=300)
    service_type = forms.ModelChoiceField(
        ServiceType.objects.none(), label=_("Dịch vụ"), required=False, to_field_name="code"
    )
    provider = forms.ChoiceField(label=_("Ai cung cấp"), choices=ProviderKind.choices)
    who = _text(_("Người làm"), max_length=150)
    starts_on = VietnameseDateField(label=_("Từ ngày"), required=False)
    ends_on = VietnameseDateField(label=_("Đến ngày"), required=False)
    cost = MoneyField(label=_("Kinh phí (đồng)"), required=False)
    funding = _text(_("Nguồn kinh phí"), max_length=120)
    expected = _text(_("Kết quả mong đợi"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["service_type"].queryset = ServiceType.objects.on()  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, row: PlanAction) -> dict[str, Any]:
        values = {name: getattr(row, name) for name in cls.base_fields}
        values["service_type"] = row.service_type.code if row.service_type else None
        return values

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("Ngày kết thúc phải sau ngày bắt đầu."))
        return data


class MarkAction(ActionForm):
    status = forms.ChoiceField(label=_("Tình trạng"), choices=PlanAction.Status.choices)


class Answer(ActionForm):
    answer = _text(_("Trả lời góp ý"), rows=2, required=True)


class Entry(ActionForm):
    """A visit, call, meeting, counselling, conference, service or quick note."""

    kind = forms.ChoiceField(label=_("Việc"), choices=WorkKind.choices)
    at = forms.DateTimeField(label=_("Lúc"), required=False, help_text=_("Bỏ trống: vừa xong."))
    minutes = forms.IntegerField(label=_("Số phút"), required=False, min_value=1, max_value=1440)
    contacted = forms.ChoiceField(label=_("Kết quả liên lạc"), choices=[*OPTIONAL, *Contacted.choices], required=False)
    with_whom = _text(_("Gặp ai"), max_length=200)
    colleagues = _text(_("Cùng đi"), max_length=200)
    text = _text(_("Nội dung"), rows=3, required=True, max_length=8000)
    confidential = forms.BooleanField(label=_("Bảo mật: chỉ người ghi và kiểm huấn viên đọc"), required=False)
    plan_action = forms.ModelChoiceField(PlanAction.objects.none(), label=_("Theo việc trong kế hoạch"), required=False)
    quantity = forms.DecimalField(label=_("Số lượng"), required=False, min_value=0, max_digits=10, decimal_places=2)
    unit_text = _text(_("Đơn vị tính"), max_length=30)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        case_id = getattr(self.record, "case_id", None)
        if case_id is not None:
            self.fields["plan_action"].queryset = PlanAction.objects.filter(  # type: ignore[attr-defined]
                goal__plan__case_id=case_id, goal__plan__state="active"
            )

    def clean_at(self) -> Any:
        moment = self.cleaned_data.get("at") or timezone.now()
        if moment > timezone.now():
            raise forms.ValidationError(_("Giờ này chưa tới. Gõ lại ngày giờ."))
        return moment

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == WorkKind.COUNSELLING:
            data["confidential"] = True
        if data.get("kind") in (WorkKind.VISIT, WorkKind.CALL) and not data.get("contacted"):
            data["contacted"] = Contacted.REACHED
        return data

    @classmethod
    def initial_of(cls, entry: WorkEntry) -> dict[str, Any]:
        return {name: getattr(entry, name) for name in cls.base_fields if name != "plan_action"}
