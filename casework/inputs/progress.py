"""Assessment, planning, services, holds, closure, handover."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.enums import FollowUpResult, HoldReason, ReviewReason
from casework.inputs.intake import check_cap
from casework.inputs.people import _text
from casework.selectors import staff
from casework.selectors.closure import missing_papers, papers_on_file
from core.accounts.models import User
from core.catalogue.models import ClosureCode
from core.clock.due import add_months
from core.lifecycle.actions import ActionForm
from core.lifecycle.fields import NoteField
from core.web.fields import VietnameseDateField
from core.worklist.standins import is_absent


class ReturnToAssessment(ActionForm):
    note = NoteField(_("Cần đánh giá lại những gì"))


class Note(ActionForm):
    note = NoteField(_("Ghi chú"))


class OptionalNote(ActionForm):
    note = NoteField(_("Ghi chú"), required=False)


class Review(ActionForm):
    reason = forms.ChoiceField(label=_("Vì sao rà soát"), choices=ReviewReason.choices)
    note = NoteField(_("Tiến độ từng mục tiêu, thay đổi"))
    outcome = forms.ChoiceField(
        label=_("Sau rà soát"), widget=forms.RadioSelect,
        choices=[("keep", _("Giữ kế hoạch")), ("reassess", _("Đánh giá lại")), ("replan", _("Lập bản kế hoạch mới"))],
    )  # fmt: skip
    next_review = VietnameseDateField(label=_("Rà soát lần tới"), required=False)

    def clean_next_review(self) -> Any:
        day = self.cleaned_data.get("next_review")
        if day is not None and day <= timezone.localdate():
            raise forms.ValidationError(_("Chọn một ngày sau hôm nay."))
        return day


class Hold(ActionForm):
    reason = forms.ChoiceField(label=_("Lý do tạm dừng"), choices=HoldReason.choices)
    resume_by = VietnameseDateField(label=_("Tiếp tục trước ngày"))
    note = NoteField(_("Ghi chú"))

    def clean_resume_by(self) -> Any:
        day = self.cleaned_data["resume_by"]
        if day <= timezone.localdate():
            raise forms.ValidationError(_("Chọn một ngày sau hôm nay."))
        if day > add_months(timezone.localdate(), 12):
            raise forms.ValidationError(_("Không tạm dừng quá 12 tháng."))
        return day


class RequestClose(ActionForm):
    reason = forms.ModelChoiceField(
        ClosureCode.objects.none(), label=_("Lý do dừng trợ giúp"), to_field_name="code",
        help_text=_("Theo Điều 26 Nghị định 335/2026/NĐ-CP."),
    )  # fmt: skip
    client_told_on = VietnameseDateField(
        label=_("Đã báo người được trợ giúp ngày"), required=False, past_only=True,
        help_text=_("Bỏ trống chỉ khi không còn liên lạc được, hoặc người được trợ giúp đã mất, mất tích."),
    )  # fmt: skip
    note = NoteField(_("Đánh giá chung khi kết thúc"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reason"].queryset = grounds = ClosureCode.objects.on()  # type: ignore[attr-defined]
        if not self.is_bound and self.record is not None:
            self._say_what_is_missing(grounds)

    def _say_what_is_missing(self, grounds: QuerySet[ClosureCode]) -> None:
        """What each ground still lacks, before one is chosen and refused."""
        on_file = papers_on_file(self.record)
        missing = [(ground, missing_papers(self.record, ground, on_file)) for ground in grounds]
        told = [f"{ground.code}) {', '.join(str(kind.label) for kind in kinds)}" for ground, kinds in missing if kinds]
        if told:
            self.fields["reason"].help_text = _("%(law)s Giấy tờ còn thiếu theo từng lý do: %(list)s.") % {
                "law": self.fields["reason"].help_text, "list": "; ".join(told),
            }  # fmt: skip


class FollowUpForm(ActionForm):
    done_on = VietnameseDateField(label=_("Ngày gặp hoặc gọi"), past_only=True)
    result = forms.ChoiceField(label=_("Kết quả"), choices=FollowUpResult.choices)
    note = NoteField(_("Ghi nhận"))


class Reopen(ActionForm):
    note = NoteField(_("Vì sao mở lại"))
    worker = forms.ModelChoiceField(
        User.objects.none(), label=_("Người phụ trách"), required=False,
        help_text=_("Bỏ trống: người phụ trách trước."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["worker"].queryset = staff.workers_of(self.record.owner_unit)  # type: ignore[attr-defined]


class Reassign(ActionForm):
    worker = forms.ModelChoiceField(User.objects.none(), label=_("Người nhận"))
    over_cap = _text(_("Vì sao giao quá định mức ca"), max_length=300)
    note = NoteField(_("Nội dung bàn giao"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        workers = staff.workers_of(self.record.owner_unit)
        self.fields["worker"].queryset = workers.exclude(pk=self.record.worker_id)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        worker = data.get("worker")
        if worker is not None:
            if is_absent(worker, timezone.localdate()):
                self.add_error("worker", _("%(name)s đang vắng.") % {"name": worker.full_name})
            check_cap(self, worker, data.get("over_cap", ""))
        return data


class DeclineHandover(ActionForm):
    note = NoteField(_("Vì sao không nhận"))


class SafetyNote(ActionForm):
    safety_note = _text(_("An toàn khi đến nhà"), rows=2, help_text=_("Hiện ở đầu hồ sơ cho người đi vãng gia."))
