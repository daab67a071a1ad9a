"""What the head fills in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accreditation.enums import GIVES_LICENCE, ApplicationKind
from accreditation.selectors import people
from core.accounts.models import User
from core.catalogue.models import ClientGroup
from core.clock import parameters
from core.clock.due import add_months
from core.lifecycle.actions import ActionForm
from core.lifecycle.fields import NoteField
from core.web.fields import VietnameseDateField


class Approve(ActionForm):
    """What is granted: never more than was asked for. The term only where an article gives one."""

    groups = forms.MultipleChoiceField(label=_("Được nhận các nhóm"), widget=forms.CheckboxSelectMultiple)
    capacity = forms.IntegerField(label=_("Quy mô: số người cùng lúc"), min_value=1, max_value=5000)
    starts_on = VietnameseDateField(label=_("Hiệu lực từ ngày"), required=False, help_text=_("Bỏ trống: từ hôm nay."))
    ends_on = VietnameseDateField(
        label=_("Hết hiệu lực từ ngày"),
        required=False,
        help_text=_("Bỏ trống khi không có điều luật quy định thời hạn."),
    )
    relocation_plan = NoteField(_("Những người đang ở chuyển về đâu"), required=False)
    note = NoteField(_("Nội dung, căn cứ thêm"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.record is None or not self.record.pk:
            return
        if self.record.kind != ApplicationKind.DISSOLVE:
            self.fields.pop("relocation_plan")
        if self.record.kind not in GIVES_LICENCE:
            for name in ("groups", "capacity", "ends_on"):
                self.fields.pop(name)
            return
        asked = self.record.asked
        names = dict(ClientGroup.objects.on().values_list("code", "name"))
        wanted = asked.get("groups") or []
        self.fields["groups"].choices = [(code, names.get(code, code)) for code in wanted]  # type: ignore[attr-defined]
        self.fields["groups"].initial = wanted
        self.fields["capacity"].initial = asked.get("capacity")

    def clean_capacity(self) -> int:
        number = self.cleaned_data["capacity"]
        asked = self.record.asked.get("capacity")
        if asked and number > asked:
            raise ValidationError(_now("Cơ sở chỉ xin %(asked)d người.") % {"asked": asked})
        return number

    def clean_starts_on(self) -> Any:
        today = timezone.localdate()
        day = self.cleaned_data.get("starts_on") or today
        if day < today:
            raise ValidationError(_now("Không cấp lùi ngày. Chọn hôm nay hoặc một ngày sau."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and end <= start:
            self.add_error("ends_on", _now("Ngày hết hiệu lực phải sau ngày bắt đầu."))
        return data


class Conditional(Approve):
    """Besides what is granted: what must be done until when, and what the facility may do meanwhile."""

    conditions = NoteField(_("Điều kiện phải thực hiện"))
    conditions_by = VietnameseDateField(label=_("Thực hiện trước ngày"))
    limit_groups = forms.MultipleChoiceField(
        label=_("Trong lúc đó chỉ được nhận nhóm"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Không chọn: mọi nhóm được cấp."),
    )  # fmt: skip
    limit_capacity = forms.IntegerField(
        label=_("Trong lúc đó chỉ được nhận nhiều nhất"), min_value=0, required=False,
        help_text=_("Bỏ trống: không giới hạn thêm."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "groups" in self.fields:
            choices = self.fields["groups"].choices  # type: ignore[attr-defined]
            self.fields["limit_groups"].choices = choices  # type: ignore[attr-defined]

    def clean_conditions_by(self) -> Any:
        day, today = self.cleaned_data["conditions_by"], timezone.localdate()
        most = parameters.months("application.conditional_max")
        if day <= today:
            raise ValidationError(_now("Chọn một ngày sau hôm nay."))
        if day > add_months(today, most):
            raise ValidationError(_now("Nhiều nhất %(most)d tháng.") % {"most": most})
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        beyond = set(data.get("limit_groups") or []) - set(data.get("groups") or [])
        if beyond:
            self.add_error("limit_groups", _now("Chỉ chọn trong các nhóm được cấp."))
        limit, number = data.get("limit_capacity"), data.get("capacity")
        if limit is not None and number is not None and limit > number:
            self.add_error("limit_capacity", _now("Không nhiều hơn quy mô được cấp."))
        return data


class Reasons(ActionForm):
    """Written reasons: they stand in the decision that the applicant gets."""

    note = NoteField(_("Lý do, căn cứ"), max_length=8000)


class Unmet(Reasons):
    relocation_plan = NoteField(
        _("Những người đang ở chuyển về đâu"), required=False,
        help_text=_("Bắt buộc khi có người đang ở: giấy phép bị thu hồi."),
    )  # fmt: skip


class OptionalNote(ActionForm):
    note = NoteField(_("Ghi chú"), required=False)


class Comment(ActionForm):
    note = NoteField(_("Cần xem lại điểm nào"))


class Extend(ActionForm):
    days = forms.IntegerField(label=_("Gia hạn thêm (ngày làm việc)"), min_value=1)
    note = NoteField(_("Lý do gia hạn"), max_length=1000)

    def clean_days(self) -> int:
        number, most = self.cleaned_data["days"], parameters.days("application.extend_max")
        if number > most:
            raise ValidationError(_now("Nhiều nhất %(most)d ngày làm việc.") % {"most": most})
        return number


class Overturn(ActionForm):
    """The file goes to another officer."""

    officer = forms.ModelChoiceField(User.objects.none(), label=_("Chuyên viên thẩm định lại"))
    note = NoteField(_("Lý do, xem xét lại điểm nào"), max_length=8000)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.record is None or not self.record.pk:
            return
        row = self.record
        used = {row.officer_id, row.recommended_by_id, row.decided_by_id, *people.applicants(row)}
        others = people.officers(row.to_unit).exclude(pk__in=[key for key in used if key is not None])
        related = [user.pk for user in people.in_the_house(row.facility, others.values_list("pk", flat=True))]
        barred = [user.pk for user in others if people.declared(row, user.pk)]
        self.fields["officer"].queryset = others.exclude(pk__in=[*related, *barred])  # type: ignore[attr-defined]
