"""What the officer fills in. Lines for each paper and each condition are made from the dossier itself."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accreditation.enums import PaperVerdict, Recommendation
from accreditation.selectors import dossier, people
from core.accounts.models import User
from core.clock import parameters
from core.clock.due import local_date
from core.documents.inputs import PaperField
from core.lifecycle.actions import ActionForm
from core.lifecycle.fields import NoteField
from core.web.fields import VietnameseDateField
from facilities.enums import Verdict

_TEXT = 500


def _one_line(label: Any, initial: str = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=_TEXT, required=False, strip=True, initial=initial)


class DeclareInterest(ActionForm):
    has_interest = forms.TypedChoiceField(
        label=_("Có quan hệ hoặc lợi ích liên quan với cơ sở này không"), widget=forms.RadioSelect,
        choices=[("no", _("Không có")), ("yes", _("Có"))], coerce=lambda text: text == "yes",
    )  # fmt: skip
    what = _one_line(_("Quan hệ, lợi ích gì"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("has_interest") and not data.get("what"):
            self.add_error("what", _now("Ghi quan hệ, lợi ích gì."))
        return data


class CheckPapers(ActionForm):
    """`paper_<component>` accepted, defect or empty, `paper_<component>_note` what is to be mended. Some papers now,
    the others later: what is left empty stays as it was. Cleans to `verdicts` {component: (verdict, note)}."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        entries = dossier.checklist(self.record) if self.record is not None and self.record.pk else []
        self.codes = [entry.component.code for entry in entries if entry.paper is not None]
        for entry in entries:
            if entry.paper is None:
                continue
            code, paper = entry.component.code, entry.paper
            self.fields[f"paper_{code}"] = forms.ChoiceField(
                label=entry.component.name, required=False, widget=forms.RadioSelect, choices=PaperVerdict.choices,
                initial=paper.verdict,
            )  # fmt: skip
            self.fields[f"paper_{code}_note"] = _one_line(_now("Cần sửa gì"), paper.verdict_note)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        verdicts = {}
        for code in self.codes:
            verdict, note = data.get(f"paper_{code}") or "", data.get(f"paper_{code}_note") or ""
            if verdict == PaperVerdict.DEFECT and not note:
                self.add_error(f"paper_{code}_note", _now("Ghi cần sửa gì, để cơ sở sửa một lần."))
            if verdict:
                verdicts[code] = (verdict, note if verdict == PaperVerdict.DEFECT else "")
        if not verdicts and not self.errors:
            raise ValidationError(_now("Chọn kết quả cho ít nhất một giấy tờ."))
        data["verdicts"] = verdicts
        return data


class _Items(ActionForm):
    """Items by paper (`paper_<component>`) and by condition (`condition_<code>`), and others one per line (`more`).
    Cleans to `items` [(component, condition, text), …]."""

    with_papers = True

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.about: dict[str, tuple[str, str]] = {}
        if self.record is None or not self.record.pk:
            return
        if self.with_papers:
            for entry in dossier.checklist(self.record):
                note = entry.paper.verdict_note if entry.paper is not None else ""
                self._line(f"paper_{entry.component.code}", (entry.component.code, ""), entry.component.name, note)
        given = dossier.answers(self.record)
        for item in dossier.conditions(self.record):
            answer = given.get(item.code)
            note = (answer.note or item.text) if answer is not None and answer.verdict == Verdict.UNMET else ""
            self._line(f"condition_{item.code}", ("", item.code), item.text, note[:_TEXT])
        self.fields["more"] = NoteField(_now("Thiếu sót khác, mỗi dòng một điểm"), required=False)
        self.order_fields([*self.about, "more", "late_reason", "fix_by", "note"])

    def _line(self, name: str, about: tuple[str, str], label: str, initial: str) -> None:
        self.about[name] = about
        self.fields[name] = _one_line(label, initial)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        items = [(*about, data[name]) for name, about in self.about.items() if data.get(name)]
        lines = [line.strip() for line in (data.get("more") or "").splitlines() if line.strip()]
        if any(len(line) > _TEXT for line in lines):
            self.add_error("more", _now("Mỗi điểm nhiều nhất %(most)d ký tự.") % {"most": _TEXT})
        items += [("", "", line) for line in lines]
        if not items and not self.errors:
            raise ValidationError(_now("Ghi ít nhất một thiếu sót."))
        data["items"] = items
        return data


class Return(_Items):
    """The one complete list. From the second return on, what the first did not name needs `late_reason`."""

    late_reason = _one_line(_("Vì sao lần trước không phát hiện"))
    note = NoteField(_("Lời nhắn cho cơ sở"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors or self.record is None:
            return data
        listed = {component for component, _condition, _text in data["items"]}
        for entry in dossier.faulty(self.record):
            if entry.component.code not in listed:
                text = _now("Giấy tờ này đã được ghi là cần sửa: ghi vào danh sách, hoặc sửa lại kết quả xem.")
                self.add_error(f"paper_{entry.component.code}", text)
        late = data["late"] = late_items(self.record, data["items"])
        if late and not data.get("late_reason"):
            text = _now("Lần trả lại trước không nêu: %(what)s. Ghi vì sao lúc đó không phát hiện được.")
            self.add_error("late_reason", text % {"what": "; ".join(row[2] for row in late)})
        return data


def late_items(application: Any, items: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Those items that the list of the first return could have named and did not. A paper handed in anew since may have
    a fault of its own."""
    before = {row.text for row in application.defects.filter(on_site=False)}
    if not before:
        return []
    known = dossier.first_list(application)
    fresh = {code for code, paper in dossier.papers(application).items() if paper.round >= application.round - 1}
    return [row for row in items if row[:2] not in known and row[0] not in fresh and row[2] not in before]


class RequireFix(_Items):
    with_papers = False
    fix_by = VietnameseDateField(label=_("Khắc phục trước ngày"))
    note = NoteField(_("Lời nhắn cho cơ sở"), required=False)

    def clean_fix_by(self) -> Any:
        day, today = self.cleaned_data["fix_by"], timezone.localdate()
        most = parameters.calendar_days("application.fix_max")
        if day <= today:
            raise ValidationError(_now("Chọn một ngày sau hôm nay."))
        if (day - today).days > most:
            raise ValidationError(_now("Nhiều nhất %(most)d ngày.") % {"most": most})
        return day


class Visit(ActionForm):
    planned_on = VietnameseDateField(label=_("Ngày đi thẩm định"))
    team = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Người cùng đi"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Chọn người cùng đi: đoàn có ít nhất hai người.")},
    )  # fmt: skip
    note = NoteField(_("Ghi chú"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.record is not None and self.by is not None:
            others = people.inspectors(self.record.to_unit).exclude(pk__in=[self.by.id])
            self.fields["team"].queryset = others  # type: ignore[attr-defined]

    def clean_planned_on(self) -> Any:
        day = self.cleaned_data["planned_on"]
        if day < timezone.localdate():
            raise ValidationError(_now("Chọn hôm nay hoặc một ngày sau."))
        return day

    def clean_team(self) -> Any:
        team = list(self.cleaned_data["team"])
        least = int(parameters.value("application.visit_team_min"))
        if len({user.pk for user in team} | {self.by.id if self.by else None}) < least:
            raise ValidationError(_now("Đoàn có ít nhất %(least)d người, kể cả người phụ trách.") % {"least": least})
        related = people.in_the_house(self.record.facility, [user.pk for user in team])
        related += [user for user in team if people.declared(self.record, user.pk)]
        if related:
            names = ", ".join(sorted({user.full_name for user in related}))
            raise ValidationError(_now("Có quan hệ với cơ sở, không đi được: %(names)s.") % {"names": names})
        return team


class AnswerConditions(ActionForm):
    """`condition_<code>` met, unmet, na or empty, `condition_<code>_note`, `condition_<code>_measured`. Some now, the
    others later. Cleans to `verdicts` {code: (verdict, note, measured)}; `settled`: answered items taken as mended."""

    settled = forms.TypedMultipleChoiceField(
        label=_("Đã khắc phục xong"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    whole = False

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.codes: list[str] = []
        if self.record is None or not self.record.pk:
            return
        given = dossier.answers(self.record)
        for item in dossier.conditions(self.record):
            self._condition(item, given.get(item.code))
        waiting = [row for row in dossier.open_defects(self.record) if row.answered_at is not None]
        self.fields["settled"].choices = [(row.pk, row.text) for row in waiting]  # type: ignore[attr-defined]

    def _condition(self, item: Any, answer: Any) -> None:
        self.codes.append(item.code)
        name = f"condition_{item.code}"
        self.fields[name] = forms.ChoiceField(
            label=item.text, required=False, widget=forms.RadioSelect, choices=Verdict.choices,
            initial=answer.verdict if answer else "",
        )  # fmt: skip
        self.fields[f"{name}_measured"] = forms.DecimalField(
            label=_now("Số đo"), max_digits=10, decimal_places=2, min_value=0, required=False,
            initial=answer.measured if answer else None,
        )  # fmt: skip
        self.fields[f"{name}_note"] = _one_line(_now("Ghi chú"), answer.note if answer else "")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        verdicts = {}
        for code in self.codes:
            name = f"condition_{code}"
            verdict, note = data.get(name) or "", data.get(f"{name}_note") or ""
            if verdict == Verdict.UNMET and not note:
                self.add_error(f"{name}_note", _now("Ghi chưa đạt ở điểm nào."))
            if verdict:
                verdicts[code] = (verdict, note, data.get(f"{name}_measured"))
        if not self.whole and not verdicts and not data.get("settled") and not self.errors:
            raise ValidationError(_now("Chọn kết quả cho ít nhất một điều kiện."))
        data["verdicts"] = verdicts
        return data


class RecordVisit(AnswerConditions):
    """The form of the visit, signed off: who was met, when, and the verdicts found on site."""

    held_at = forms.DateTimeField(label=_("Đã đến lúc"), required=False, help_text=_("Bỏ trống: vừa xong."))
    met_whom = forms.CharField(label=_("Đại diện cơ sở đã làm việc"), max_length=200, strip=True)
    note = NoteField(_("Ghi nhận chung"), required=False)
    whole = True
    field_order = ["held_at", "met_whom", "note"]

    def clean_held_at(self) -> Any:
        at = self.cleaned_data.get("held_at") or timezone.now()
        if at > timezone.now():
            raise ValidationError(_now("Giờ này chưa tới. Gõ lại ngày giờ."))
        if self.record.taken_at is not None and local_date(at) < local_date(self.record.taken_at):
            raise ValidationError(_now("Trước ngày nhận thẩm định hồ sơ. Gõ lại ngày giờ."))
        return at


class VisitPhoto(ActionForm):
    file = PaperField(label=_("Ảnh"), help_text=_("Ảnh chụp tại cơ sở. Nơi chụp mà máy ghi trong ảnh được xóa."))
    title = forms.CharField(label=_("Ảnh chụp gì"), max_length=200, strip=True, required=False)

    def clean_file(self) -> Any:
        checked = self.cleaned_data.get("file")
        if checked is not None and not checked.kind.mime.startswith("image/"):
            raise ValidationError(_now("Chọn một tệp ảnh."))
        return checked


class Recommend(ActionForm):
    recommendation = forms.ChoiceField(label=_("Đề xuất"), choices=Recommendation.choices, widget=forms.RadioSelect)
    report = NoteField(_("Báo cáo thẩm định: đã xem gì, vì sao đề xuất như vậy"), max_length=20000)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("recommendation") != Recommendation.APPROVE or self.record is None:
            return data
        missed = dossier.unmet(self.record)
        if missed:
            text = _now("Chưa đạt: %(what)s. Đề xuất chấp thuận có điều kiện, từ chối, hoặc yêu cầu khắc phục.")
            self.add_error("recommendation", text % {"what": "; ".join(item.text for item in missed)})
        unsettled = dossier.open_defects(self.record)
        if unsettled:
            text = _now("Chưa xác nhận đã khắc phục: %(what)s.")
            self.add_error("recommendation", text % {"what": "; ".join(row.text for row in unsettled)})
        return data


class Apologise(ActionForm):
    """The letter that one-stop rules ask for when a result is late: why, and the new day."""

    promised_on = VietnameseDateField(label=_("Hẹn lại trả kết quả ngày"))
    note = NoteField(_("Vì sao chậm"), max_length=1000)

    def clean_promised_on(self) -> Any:
        day = self.cleaned_data["promised_on"]
        if day <= timezone.localdate():
            raise ValidationError(_now("Chọn một ngày sau hôm nay."))
        return day
