"""Staff, prices and the wallet of papers. Commands: they move no state, each leaves its event under the facility."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.access.engine import fields_readable
from core.documents import services as documents
from core.documents.models import Document, DocumentKind
from core.lifecycle.actions import Act, action
from core.lifecycle.engine import follow
from core.worklist import services as worklist
from facilities.enums import PaperKind, Position
from facilities.guards import people as guards
from facilities.guards.premises import facility_open
from facilities.inputs import people as inputs
from facilities.models import Facility, PriceItem, StaffMember, WalletPaper
from facilities.services.reminders import CERTIFICATE, PAPER

_STAFF = (
    "full_name", "position", "cares_for", "full_time", "works_from", "qualification", "certificate_number",
    "certificate_issuer", "certificate_scope", "user",
)  # fmt: skip
_PAPER = ("kind", "number", "issuer", "issued_on")
# Under which kind a file of the wallet stands among the papers.
_KINDS = {
    PaperKind.FOUNDING: DocumentKind.DECISION, PaperKind.LICENCE: DocumentKind.DECISION,
    PaperKind.MEDICAL: DocumentKind.MEDICAL,
}  # fmt: skip


@action(
    StaffMember, "add", label=_("Thêm nhân viên"), form=inputs.StaffForm, creates=True, parent=Facility,
    guards=[facility_open, guards.one_director], tone="main",
)  # fmt: skip
def add_member(member: StaffMember, act: Act) -> None:
    _fill_member(member, act)
    member.phone = act.data["phone"]


@action(
    StaffMember, "edit", label=_("Sửa thông tin nhân viên"), form=inputs.StaffForm, order=40,
    guards=[facility_open, guards.one_director, guards.began_before_leaving],
)  # fmt: skip
def edit_member(member: StaffMember, act: Act) -> None:
    _fill_member(member, act)
    if act.data["phone"] or "phone" in fields_readable(act.by, member):
        # Left empty by somebody who may not read it: what was there stays.
        member.phone = act.data["phone"]


def _fill_member(member: StaffMember, act: Act) -> None:
    for name in _STAFF:
        setattr(member, name, act.data[name])
    expires = act.data["certificate_expires"]
    if member.certificate_expires != expires:
        member.certificate_expires, member.certificate_reminded = expires, None
        _no_longer(act, CERTIFICATE, member)
    facility = member.facility
    heads = member.position == Position.DIRECTOR and member.left_on is None
    if heads and facility.head_name != member.full_name:
        # Who heads the house is told to everybody; the list of its people is not.
        facility.head_name, facility.version = member.full_name, facility.version + 1
        facility.save(update_fields=["head_name", "version", "updated_at"])
    act.facts.update(position=member.position, certificate_expires=expires)


@action(
    StaffMember, "leave", label=_("Ghi ngày nghỉ việc"), form=inputs.Leave, tone="stop", order=80,
    guards=[guards.still_works],
)  # fmt: skip
def leave(member: StaffMember, act: Act) -> None:
    member.left_on = act.data["left_on"]
    _no_longer(act, CERTIFICATE, member)
    act.facts.update(position=member.position, left_on=member.left_on)


@action(
    PriceItem, "add", label=_("Ghi giá dịch vụ"), form=inputs.PriceForm, creates=True, parent=Facility,
    guards=[facility_open, guards.no_later_price], tone="main",
)  # fmt: skip
def add_price(item: PriceItem, act: Act) -> None:
    """The price in force ends where this one begins; the facility is locked meanwhile."""
    for name in ("service_type", "detail", "per", "price", "valid_from", "valid_to", "basis"):
        setattr(item, name, act.data[name])
    for former in guards.series_of(item).filter(valid_from__lt=item.valid_from):
        if former.valid_to is None or former.valid_to > item.valid_from:
            former.valid_to, former.version = item.valid_from, former.version + 1
            former.save(update_fields=["valid_to", "version", "updated_at"])
            act.facts["ends"] = former.pk
    act.facts.update(
        name=item.service_type.name, price=int(item.price), valid_from=item.valid_from, valid_to=item.valid_to
    )


@action(
    PriceItem, "edit", label=_("Sửa giá chưa áp dụng"), form=inputs.CorrectPrice, order=40,
    guards=[facility_open, guards.not_charged_yet],
)  # fmt: skip
def correct_price(item: PriceItem, act: Act) -> None:
    item.price, item.basis = act.data["price"], act.data["basis"]
    act.facts.update(name=item.service_type.name, price=int(item.price))


@action(
    PriceItem, "end", label=_("Thôi áp dụng giá"), form=inputs.EndPrice, tone="stop", order=80,
    guards=[guards.price_runs, guards.ends_earlier],
)  # fmt: skip
def end_price(item: PriceItem, act: Act) -> None:
    item.valid_to = act.data["valid_to"]
    act.facts.update(name=item.service_type.name, valid_to=item.valid_to)


@action(Document, "keep_paper", label=_("Lưu tệp giấy tờ của cơ sở"), internal=True)
def keep_paper(document: Document, act: Act) -> None:
    """The file of a paper in the wallet; it follows the entry there."""
    documents.store(document, act)


@action(
    WalletPaper, "add", label=_("Thêm giấy tờ"), form=inputs.AddPaper, creates=True, parent=Facility,
    guards=[facility_open], tone="main",
)  # fmt: skip
def add_paper(paper: WalletPaper, act: Act) -> None:
    """A new paper takes the place of the former one, which stays readable."""
    _fill_paper(paper, act)
    former = act.data.get("replaces")
    if former is not None:
        # The foreign key is checked at the end of the transaction, when the paper itself has been saved.
        former.replaced_by, former.version = paper, former.version + 1
        former.save(update_fields=["replaced_by", "version", "updated_at"])
        _no_longer(act, PAPER, former)
        act.facts["replaces"] = former.pk


@action(
    WalletPaper, "edit", label=_("Sửa giấy tờ"), form=inputs.EditPaper, order=40,
    guards=[facility_open, guards.paper_held],
)  # fmt: skip
def edit_paper(paper: WalletPaper, act: Act) -> None:
    _fill_paper(paper, act)


def _fill_paper(paper: WalletPaper, act: Act) -> None:
    for name in _PAPER:
        setattr(paper, name, act.data[name])
    expires = act.data["expires_on"]
    if paper.expires_on != expires:
        paper.expires_on, paper.reminded = expires, None
        _no_longer(act, PAPER, paper)
    if act.data.get("file") is not None:
        _put(paper, act)
    act.facts.update(kind=paper.kind, expires_on=expires)


def _put(paper: WalletPaper, act: Act) -> None:
    """Store the file; the one that was there before is withdrawn."""
    _withdraw_file(paper, act)
    facility = paper.facility
    document = Document()
    documents.place(document, facility, paper)
    placed = {name: getattr(document, name) for name in ("root_model", "root_id", "subject_model", "subject_id")}
    title = " ".join(part for part in (str(paper.get_kind_display()), paper.number) if part)
    kind = _KINDS.get(PaperKind(paper.kind), DocumentKind.OTHER)
    paper.document = follow(
        Document, "keep_paper", act, fields=placed, file=act.data["file"], kind=kind, title=title[:200]
    )


def _withdraw_file(paper: WalletPaper, act: Act) -> None:
    if paper.document is not None and paper.document.withdrawn_at is None:
        follow(paper.document, "withdraw", act, note=str(_("Có tệp khác thay, hoặc bỏ giấy tờ.")))


@action(
    WalletPaper, "withdraw", label=_("Bỏ giấy tờ"), form=inputs.WithdrawPaper, tone="stop", order=80,
    guards=[guards.paper_held],
)  # fmt: skip
def withdraw_paper(paper: WalletPaper, act: Act) -> None:
    """A paper that was entered by mistake: no longer shown nor reminded of; row, file and events stay."""
    paper.withdrawn_on = act.at.date()
    _withdraw_file(paper, act)
    _no_longer(act, PAPER, paper)
    act.facts["kind"] = paper.kind


def _no_longer(act: Act, code: str, row: Any) -> None:
    """What was asked for is done, or no longer needed."""
    assert act.event is not None
    worklist.close_items(event=act.event, codes=[code], subject_id=row.pk)
