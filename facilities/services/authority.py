"""What a facility may do: set from a paper, and stopped, by the deciding head (NĐ 103/2017/NĐ-CP Đ.29, Đ.32)."""

from django.utils.translation import gettext_lazy as _

from core.lifecycle.actions import Act, action
from facilities.guards import register as guards
from facilities.inputs import register as inputs
from facilities.models import Authority, AuthorityGroup, Facility

_COLUMNS = ("capacity", "valid_from", "valid_to", "paper_number", "paper_date", "paper_issuer")


@action(
    Authority, "set", label=_("Ghi phạm vi được nhận"), form=inputs.SetAuthority, creates=True, parent=Facility,
    guards=[guards.set_by_hand, guards.no_later_authority], tone="main",
)  # fmt: skip
def set_authority(authority: Authority, act: Act) -> None:
    """The one in force ends where this one begins; the facility is locked meanwhile."""
    for name in _COLUMNS:
        setattr(authority, name, act.data.get(name))
    authority.set_by = act.by.user
    start = authority.valid_from
    for former in Authority.objects.filter(facility=authority.facility_id, valid_from__lt=start):
        if former.ends is None or former.ends > start:
            former.valid_to, former.version = start, former.version + 1
            former.save(update_fields=["valid_to", "version", "updated_at"])
            act.facts["ends"] = former.pk
    # The foreign key is checked at the end of the transaction, when the authority itself has been saved.
    codes = sorted(set(act.data["groups"]))
    AuthorityGroup.objects.bulk_create(AuthorityGroup(authority=authority, code=code) for code in codes)
    act.facts.update(groups=codes, capacity=authority.capacity, valid_from=start, valid_to=authority.valid_to)


@action(
    Authority, "stop", label=_("Dừng tiếp nhận"), form=inputs.StopAuthority,
    guards=[guards.set_by_hand, guards.not_stopped], tone="stop", order=70,
)  # fmt: skip
def stop_authority(authority: Authority, act: Act) -> None:
    """From the day on no referral can be sent to it or accepted by it."""
    authority.stopped_on, authority.stop_reason = act.data["stopped_on"], act.data["stop_reason"]
    act.facts["stopped_on"] = authority.stopped_on
