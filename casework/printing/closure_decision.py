"""Quyết định dừng trợ giúp: the ground stands in the dated catalogue, number and day in the case."""

from django.utils.translation import gettext as _

from casework.models import Case
from casework.printing.heading import head_title, letterhead, signature
from casework.printing.law import document_of, in_full
from casework.printing.people import Readable, address_of, birth_of, name_of, salutation
from casework.states.case import CaseState
from core.access.actor import Actor
from core.documents.printing.contracts import ClosedPerson, ClosureDecision
from core.errors import Blocked, Reason
from core.web.display import vndate


def closure_decision(case: Case, by: Actor) -> ClosureDecision:
    """`case` was fetched for `by` with "read:narrative". Raises Blocked while there is no decision to print."""
    if case.state != CaseState.CLOSED or case.closure_code is None or not case.decision_number:
        text = _("Hồ sơ chưa kết thúc nên chưa có quyết định để in.")
        raise Blocked([Reason("no_decision", text, f"/ca/{case.pk}/")])
    unit, ground = case.owner_unit, case.closure_code
    who = f"{salutation(case)} {name_of(case.person)}".strip()
    title = head_title(unit)
    return ClosureDecision(
        letterhead=letterhead(unit, case.decision_number, case.decision_on),
        subject=_("Về việc dừng trợ giúp xã hội đối với %(who)s") % {"who": who},
        authority=f"{title} {unit.name}",
        # The blank one is for the decision that gives the unit its functions: it is not in the tables.
        grounds=(_("Căn cứ %(document)s") % {"document": document_of(ground.article)}, "", _record(case)),
        proposal=_("Theo đề nghị của người phụ trách hồ sơ"),
        person=_person(case, by),
        effective_on=case.decision_on,
        closure_code=ground.code,
        closure_text=ground.text,
        closure_article=in_full(ground.article),
        settlement=_settlement(case, who),
        implementers=_implementers(case, who),
        signature=signature(unit),
        recipients=_recipients(case),
        archive=_("VT, hồ sơ %(number)s") % {"number": case.number},
    )


def _record(case: Case) -> str:
    told = case.client_told_on
    if told is None:
        return _("Xét hồ sơ số %(number)s") % {"number": case.number}
    return _("Xét hồ sơ số %(number)s, đã báo cho người được trợ giúp ngày %(day)s") % {
        "number": case.number, "day": vndate(told),
    }  # fmt: skip


def _person(case: Case, by: Actor) -> ClosedPerson:
    person = case.person
    return ClosedPerson(
        name=name_of(person), born=birth_of(person), identity_number=Readable(person, by).id_number,
        address=address_of(person, by), case_number=case.number, salutation=salutation(case),
    )  # fmt: skip


def _settlement(case: Case, who: str) -> tuple[str, ...]:
    """Handover where the ground asks for its minutes, the visits that are planned, and the right to complain."""
    assert case.closure_code is not None
    items = []
    if "handover_minutes" in case.closure_code.requires:
        items.append(_("Lập biên bản bàn giao với gia đình hoặc người nhận chăm sóc."))
    days = [vndate(row.due_on) for row in case.follow_ups.filter(episode=case.episode, done_on__isnull=True)]
    if days:
        items.append(_("Theo dõi sau khi dừng trợ giúp vào các ngày: %(days)s.") % {"days": "; ".join(days)})
    holder = _("Gia đình") if case.closure_code.person_gone else who[:1].upper() + who[1:]
    items.append(
        _("%(who)s có quyền khiếu nại Quyết định này theo quy định của pháp luật về khiếu nại.") % {"who": holder}
    )
    return tuple(items)


def _implementers(case: Case, who: str) -> str:
    assert case.closure_code is not None
    if case.closure_code.person_gone:
        return _("Người phụ trách hồ sơ và các bộ phận có liên quan chịu trách nhiệm thi hành Quyết định này.")
    return _("Người phụ trách hồ sơ, các bộ phận có liên quan và %(who)s chịu trách nhiệm thi hành Quyết định này.") % {
        "who": who
    }


def _recipients(case: Case) -> tuple[str, ...]:
    commune = case.commune.label if case.commune else ""
    return (_("Như Điều 3"), _("Ủy ban nhân dân %(commune)s") % {"commune": commune} if commune else "")
