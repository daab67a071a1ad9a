"""The demo's facilities: every kind, every model, every state; made by the rules, in the past."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accreditation.enums import ApplicationState, LicenceState
from accreditation.models import Application, Licence
from casework.demo import build
from core.accounts.models import RoleAssignment
from core.audit import chain
from core.audit.models import Event
from facilities.enums import CareModel, IncidentState, InspectionState, LegalKind
from facilities.models import Authority, Bed, Facility, FacilityModel, Incident, Inspection, StaffMember, WalletPaper


def states(model):
    return set(model.objects.values_list("state", flat=True))


@pytest.fixture
def demo(db, settings):
    settings.DH_DEMO = True
    return build.build(1)


def test_a_believable_province(demo):
    kinds = Facility.objects.values_list("legal_kind", "ownership")
    assert {kind for kind, _owner in kinds} == set(LegalKind.values)
    assert {owner for _kind, owner in kinds} == {"public", "private"}
    assert set(FacilityModel.objects.values_list("code", flat=True)) == set(CareModel.values)
    hidden = Facility.objects.get(hidden_address=True)
    assert (hidden.address, hidden.lat) == ("", None)
    assert hidden.safe_address

    assert states(Application) == set(ApplicationState.values)
    assert states(Licence) == set(LicenceState.values)
    assert states(Inspection) == set(InspectionState.values)
    assert states(Incident) == set(IncidentState.values)

    assert Bed.objects.filter(usable=False).exists()
    assert Bed.objects.count() > 1000
    assert StaffMember.objects.filter(certificate_expires__isnull=False).exists()
    assert WalletPaper.objects.filter(document__isnull=False).exists()

    now = timezone.now()
    assert not Event.objects.filter(recorded_at__gt=now).exists()
    assert chain.verify()[1] == []
    held = set(RoleAssignment.objects.values_list("role", "unit__kind"))
    assert {("licensing_officer", "commune"), ("licensing_officer", "department"), ("commune_chair", "commune")} <= held
    assert RoleAssignment.objects.filter(role="deciding_head").count() == 2

    # What may admit, admits; what was stopped does not.
    today = timezone.localdate()
    for licence in Licence.objects.exclude(state__in=["superseded", "issued"]):
        holds = Authority.objects.filter(Authority.on(today + timedelta(days=1)), facility=licence.facility).exists()
        assert holds == (licence.state in ("active", "restricted")), licence
    for application in Application.objects.filter(decided_by__isnull=False):
        assert application.decided_by_id not in (application.officer_id, application.submitted_by_id)
