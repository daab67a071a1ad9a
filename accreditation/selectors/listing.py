"""What of a register that was read waits for whom."""

from django.db.models import Q, QuerySet

from accreditation.models.listing import RegisterList, RegisterRow, RowPaper
from core.lifecycle.models import Proposal, ProposalState


def waiting(register: RegisterList) -> QuerySet[RegisterRow]:
    """Lines whose paper the head has not confirmed yet."""
    open_ones = Proposal.objects.filter(state=ProposalState.OPEN).values("pk")
    return register.rows.filter(
        Q(paper=RowPaper.LICENCE, proposal__in=open_ones) | Q(paper=RowPaper.FOUNDING), settled_at__isnull=True
    ).select_related("facility__unit", "facility__commune")
