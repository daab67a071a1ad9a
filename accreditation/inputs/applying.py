"""What the applicant fills in."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accreditation.enums import ApplicationKind as K
from accreditation.enums import Change
from accreditation.selectors import dossier
from accreditation.selectors.procedures import components
from core.catalogue.models import ClientGroup
from core.clock import parameters
from core.documents import pdfs
from core.documents.inputs import PaperField
from core.lifecycle.actions import ActionForm
from core.lifecycle.fields import NoteField
from core.places.models import Commune
from core.web.fields import VietnameseDateField
from facilities.enums import LegalKind

# What each kind of application asks for; anything else that is typed is not kept.
_WHO = ("name", "legal_kind", "address", "commune", "head_name")
_SCOPE = ("groups", "capacity", "residential", "tasks")
ASKED: dict[str, tuple[str, ...]] = {
    K.REGISTER: (*_WHO, "capacity", "foreign", "rented", "reason"),
    K.REGISTER_CHANGE: (*_WHO, "capacity", "foreign", "reason"),
    K.LICENCE: (*_WHO, *_SCOPE, "reason"),
    K.SMALL: (*_WHO, *_SCOPE, "reason"),
    K.ADJUST: ("changes", *_WHO, *_SCOPE, "reason"),
    K.REISSUE: ("reason",),
    K.RENEW: (*_SCOPE, "reason"),
    K.DISSOLVE: ("dissolve_on", "reason"),
}


def _line(label: Any, length: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False, strip=True, **kwargs)


class Edit(ActionForm):
    """What is asked for. A draft may be incomplete: what is missing is said when it is to be handed in."""

    changes = forms.MultipleChoiceField(
        label=_("Điều chỉnh những gì"), choices=Change.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    name = _line(_("Tên cơ sở"), 200)
    legal_kind = forms.ChoiceField(label=_("Loại hình"), choices=[("", "—"), *LegalKind.choices], required=False)
    commune = forms.ModelChoiceField(Commune.objects.all(), label=_("Xã, phường"), required=False)
    address = _line(_("Địa chỉ"), 300)
    head_name = _line(_("Người đứng đầu"), 150)
    groups = forms.MultipleChoiceField(
        label=_("Xin được nhận các nhóm"), required=False, widget=forms.CheckboxSelectMultiple
    )
    capacity = forms.IntegerField(label=_("Quy mô: số người cùng lúc"), min_value=1, max_value=5000, required=False)
    residential = forms.BooleanField(label=_("Có người ở nội trú"), required=False)
    tasks = NoteField(_("Nhiệm vụ, dịch vụ"), required=False, max_length=2000)
    foreign = forms.BooleanField(label=_("Người sáng lập là tổ chức, cá nhân nước ngoài"), required=False)
    rented = forms.BooleanField(label=_("Nhà, đất đi thuê hoặc mượn"), required=False)
    dissolve_on = VietnameseDateField(label=_("Dự kiến giải thể từ ngày"), required=False)
    reason = NoteField(_("Lý do, giải thích"), required=False, max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        rows = ClientGroup.objects.on().order_by("law_group", "code").values_list("code", "name")
        self.fields["groups"].choices = list(rows)  # type: ignore[attr-defined]
        facility = self.record.facility if self.record is not None and self.record.facility_id else None
        if facility is not None and facility.hidden_address:
            # The place of a shelter is not written where officers and printed papers would show it.
            self.fields.pop("address")
        if self.record is None or self.record._state.adding:
            return
        for field in [name for name in self.fields if name not in ASKED[self.record.kind]]:
            self.fields.pop(field)
        for field in self.fields:
            self.initial.setdefault(field, self.record.asked.get(field))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind = data.get("kind") or (self.record.kind if self.record is not None else "")
        most = parameters.value("licence.small_capacity_max")
        if kind == K.SMALL and (data.get("capacity") or 0) > most:
            text = _now("Cơ sở đăng ký ở xã, phường nhận nhiều nhất %(most)d người. Đông hơn thì xin giấy phép.")
            self.add_error("capacity", text % {"most": most})
        if (day := data.get("dissolve_on")) is not None and day < timezone.localdate():
            self.add_error("dissolve_on", _now("Chọn hôm nay hoặc một ngày sau."))
        return data


class Draft(Edit):
    """What is left empty is taken from the register."""

    kind = forms.ChoiceField(label=_("Thủ tục"), choices=K.choices)
    field_order = ["kind"]


class Upload(ActionForm):
    """One paper of the dossier, or evidence of a mended item ("item-12") or of the conditions ("conditions")."""

    component = forms.ChoiceField(label=_("Thành phần hồ sơ"))
    file = PaperField(help_text=_("PDF, ảnh, Word (.docx) hoặc Excel (.xlsx)."))
    pages = forms.IntegerField(
        label=_("Số trang"), min_value=1, max_value=5000, required=False,
        help_text=_("Chỉ cần ghi cho tệp Word, Excel; tệp PDF và ảnh được đếm tự động."),
    )  # fmt: skip
    issued_on = VietnameseDateField(label=_("Ngày cấp"), required=False, past_only=True)
    expires_on = VietnameseDateField(label=_("Hết hạn ngày"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.components = {}
        choices: list[tuple[str, str]] = []
        if self.record is not None and self.record.application_id:
            application = self.record.application
            self.components = {row.code: row for row in components(application)}
            choices = [(row.code, row.name) for row in self.components.values()]
            choices += [(f"{dossier.ITEM}{row.pk}", row.text) for row in dossier.to_answer(application)]
            choices += [(dossier.CONDITIONS, _now("Bằng chứng đã thực hiện điều kiện"))]
        self.fields["component"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        row = self.components.get(data.get("component") or "")
        checked = data.get("file")
        if checked is not None:
            if checked.kind.mime == "application/pdf":
                data["pages"] = pdfs.check(checked.content)
            elif checked.kind.mime.startswith("image/"):
                data["pages"] = 1
        if row is None:
            return data
        if (data.get("pages") or 0) > row.max_pages:
            text = _now("Nhiều nhất %(most)d trang; tệp này có %(pages)d trang. Chia bớt hoặc quét lại.")
            self.add_error("file", text % {"most": row.max_pages, "pages": data["pages"]})
        if row.has_expiry and data.get("expires_on") is None and "expires_on" not in self.errors:
            self.add_error("expires_on", _now("Ghi ngày hết hạn ghi trên giấy."))
        self._check_dates(row, data)
        return data

    def _check_dates(self, row: Any, data: dict[str, Any]) -> None:
        expires, issued = data.get("expires_on"), data.get("issued_on")
        if expires is not None and expires < timezone.localdate():
            self.add_error("expires_on", _now("Giấy này đã hết hạn. Nộp bản còn hạn."))
        if row.valid_months is None:
            return
        if issued is None:
            if "issued_on" not in self.errors:
                self.add_error("issued_on", _now("Ghi ngày cấp: giấy này chỉ dùng trong một thời gian."))
        elif issued < dossier.add_months(timezone.localdate(), -row.valid_months):
            text = _now("Giấy phải được cấp trong vòng %(months)d tháng. Nộp bản mới hơn.")
            self.add_error("issued_on", text % {"months": row.valid_months})


class Submit(ActionForm):
    signed_name = forms.CharField(label=_("Người ký đơn (họ và tên)"), max_length=150, strip=True)
    pledged = forms.BooleanField(
        label=_("Cam đoan nội dung hồ sơ là đúng sự thật và chịu trách nhiệm trước pháp luật"),
        error_messages={"required": _("Cần cam đoan trước khi nộp.")},
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.record is not None and not self.record._state.adding:
            self.initial.setdefault("signed_name", self.record.signed_name)


class Evidence(ActionForm):
    """How one item was mended, or why not; without an item (application approved with conditions): how the conditions
    were met. Files are handed in beside it, as evidence of the item."""

    defect = forms.TypedChoiceField(label=_("Thiếu sót"), coerce=int, required=False)
    answer = NoteField(_("Đã sửa thế nào"), max_length=1000)
    contested = forms.BooleanField(
        label=_("Cơ sở không đồng ý với thiếu sót này"), required=False,
        help_text=_("Quyền giải trình: ghi rõ vì sao không đồng ý."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        asked = dossier.to_answer(self.record) if self.record is not None else []
        if self.record is not None and self.record.conditions_by is not None:
            self.fields.pop("defect")
            self.fields.pop("contested")
            return
        self.fields["defect"].required = True
        self.fields["defect"].choices = [(row.pk, row.text) for row in asked]  # type: ignore[attr-defined]


class OptionalNote(ActionForm):
    note = NoteField(_("Ghi chú"), required=False)


class Fixed(ActionForm):
    note = NoteField(_("Lời nhắn cho chuyên viên"), required=False)


class Withdraw(ActionForm):
    note = NoteField(_("Vì sao rút hồ sơ"), max_length=1000)


class Appeal(ActionForm):
    note = NoteField(_("Nội dung khiếu nại: không đồng ý điểm nào, vì sao, đề nghị gì"))
