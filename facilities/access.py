"""Who may do what with the register. It is read by everybody who is signed in; a hidden address by few."""

from collections.abc import Mapping, Sequence

from core.access.engine import declare
from core.access.scopes import Scope, anywhere, own_unit
from core.accounts.enums import Role

DS, DH, SV, FM = Role.STEWARD, Role.HEAD, Role.SUPERVISOR, Role.FACILITY
EVERYBODY: Mapping[str, Sequence[Scope]] = {role: [anywhere()] for role in Role if role != Role.SYSTEM}
_KEEPERS: Mapping[str, Sequence[Scope]] = {DS: [anywhere()], DH: [anywhere()]}
_DECIDES: Mapping[str, Sequence[Scope]] = {DH: [anywhere()]}

declare(
    "facilities.Facility",
    {
        "view": EVERYBODY,
        # Where a shelter lies is known to whoever places people there and to the shelter itself.
        "read:safe_address": {SV: [anywhere()], DH: [anywhere()], FM: [own_unit("unit")]},
        "register": {DS: [], DH: []},
        "edit": _KEEPERS,
        "authority.set": _DECIDES,
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "unit", "legal_kind", "ownership", "commune", "address",
            "hidden_address", "head_name", "phone", "capacity", "note", "source",
        ],
        "read:safe_address": ["safe_address"],
    },
)  # fmt: skip
declare(
    "facilities.Authority",
    {"view": EVERYBODY, "stop": _DECIDES},
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "facility", "capacity", "valid_from", "valid_to", "stopped_on",
            "stop_reason", "paper_number", "paper_date", "paper_issuer", "set_by", "groups",
        ],
    },
)  # fmt: skip
declare("facilities.AuthorityGroup", {"view": EVERYBODY}, fields={"view": ["id", "authority", "code"]})
declare(
    "facilities.OutsideBody",
    {
        "view": EVERYBODY,
        "register": {DS: [], DH: [], SV: []},
        "edit": {**_KEEPERS, SV: [anywhere()]},
    },
    fields={
        "view": [
            "id", "version", "created_at", "updated_at", "name", "name_folded", "kind", "commune", "address", "phone",
            "is_active", "source",
        ],
    },
)  # fmt: skip
