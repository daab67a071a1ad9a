"""Every row of tests/spec/licence.csv, taken by whoever may, and by nobody else."""

import pytest
from django.utils import timezone

from accreditation.enums import LicenceState
from accreditation.models import Decision, Licence
from core.audit import chain
from core.audit.models import Event
from core.errors import Blocked, Denied, NotVisible
from core.lifecycle.actions import actions_of
from core.lifecycle.engine import perform, system_perform
from tests.factories.cases import GROUP
from tests.spec import reading

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "row", [r for r in reading.rows("licence") if r.source != "new"], ids=lambda r: "-".join(r.edge)
)
def test_each_row_of_the_reference_moves_and_is_written_down(desk, row):
    if row.transition == "supersede":
        licence = desk.active()
        if row.source == "restricted":
            desk.restrict(licence)
        desk.granted("adjust")
    elif row.transition == "activate":
        licence = desk.issued()
        Licence.objects.filter(pk=licence.pk).update(starts_on=timezone.localdate())
        system_perform(licence, "activate")
    else:
        licence = desk.in_state(row.source)
        desk.step(row.transition, licence)
    licence.refresh_from_db()
    wanted = licence.suspended_from if row.transition == "reinstate" else licence.revoked_from
    assert licence.state == (wanted if row.prior_column else row.target)
    event = Event.objects.get(subject_id=licence.pk, verb=f"licence.{row.transition}")
    assert (event.source, event.target) == (row.source, licence.state)
    assert chain.verify()[1] == []


@pytest.mark.parametrize("prior", ["active", "restricted"])
def test_reinstated_as_before(desk, prior):
    row = desk.suspended(desk.in_state(prior))
    desk.reinstate(row)
    assert (row.state, row.mend_by) == (prior, None)


@pytest.mark.parametrize("prior", ["issued", "active", "restricted", "suspended"])
def test_reversed_as_before(desk, prior):
    row = desk.revoked(desk.in_state(prior))
    desk.step("reverse", row)
    assert row.state == prior
    assert row.ended_at is None


@pytest.mark.parametrize("state", LicenceState.values)
def test_only_the_moves_of_the_reference_start_from_a_state(desk, state):
    legal = {r.transition for r in reading.rows("licence") if r.source == state}
    row = desk.in_state(state)
    for name in ("restrict", "lift", "suspend", "reinstate", "revoke", "surrender", "reverse"):
        if name in legal:
            continue
        with pytest.raises(Blocked) as refused:
            desk.step(name, row)
        assert refused.value.reasons[0].code == "wrong_state"


# --- who may not ---
ALLOWED = {
    "restrict": {"licensing"}, "lift": {"licensing"}, "notify_suspension": {"licensing"}, "drop_notice": {"licensing"},
    "settle_residents": {"licensing"},
    "reply_suspension": {"private_manager"}, "suspend": {"head"}, "reinstate": {"head"}, "revoke": {"head"},
    "surrender": {"private_manager"}, "reverse": {"head"},
}  # fmt: skip
IN_STATE = {"settle_residents": "suspended", "lift": "restricted", "reinstate": "suspended", "reverse": "revoked"}


def test_the_table_of_this_test_knows_every_action(world):
    offered = {name for name, spec in actions_of(Licence).items() if not spec.internal}
    assert offered - {"issue", "take_over"} == set(ALLOWED)


@pytest.mark.parametrize("name", ALLOWED)
def test_nobody_else_may(desk, world, name):
    row = desk.in_state(IN_STATE.get(name, "active"))
    before = Event.objects.count()
    for user in world.users:
        if user in ALLOWED[name]:
            continue
        with pytest.raises((Denied, NotVisible)):
            perform(row, name, by=world.actor(user), version=row.version, data={})
    assert Event.objects.count() == before


def test_another_office_decides_nothing(desk, world):
    """The chair of a commune has no say in what the department issued, the department's head none in a commune's."""
    row = desk.active()
    with pytest.raises(Denied):
        perform(row, "revoke", by=world.actor("chair"), version=row.version, data={"reason": "idle", "note": "x"})


def test_the_proposer_does_not_confirm(desk, world):
    row = desk.active()
    proposal = desk.do("licensing", "restrict", row, confirm="", limit_groups=[GROUP], limit_reason="Thiếu.").record
    assert row.state == "active"
    for user in ("licensing", "private_manager", "chair", "supervisor"):
        with pytest.raises((Denied, NotVisible)):
            perform(proposal, "confirm", by=world.actor(user), version=proposal.version)
    perform(proposal, "refuse", by=world.actor("head"), version=proposal.version, data={"note": "Chưa đủ căn cứ."})
    row.refresh_from_db()
    assert row.state == "active"
    assert not Decision.objects.exists()
