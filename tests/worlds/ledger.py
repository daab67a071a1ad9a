"""What the events say, folded one by one over the typed machines (tests/spec), and held against the rows.

Which move is legal, where it leads and who may bring it about stands in the CSV files; what a row must hold because of
its events (who approved it, when it was sent, where it came from) is typed below from the description of the
lifecycles. The code of the product is not asked.
"""

from collections import Counter, defaultdict
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps

from core.audit.models import Event
from tests.spec import reading

MACHINE = {
    "casework.Case": "case", "casework.ServicePlan": "plan", "casework.Assessment": "assessment",
    "casework.Goal": "goal", "referrals.Referral": "referral", "facilities.Inspection": "inspection",
    "facilities.Incident": "incident", "accreditation.Licence": "licence",
    "accreditation.Application": "application",
}  # fmt: skip
MOVES = {machine: [row for row in reading.rows(machine) if row.issue in reading.NOW] for machine in MACHINE.values()}
# lifecycles.md, "Rows with two people": open, then confirmed or refused by another, or lapsed.
PROPOSAL = {
    ("propose", "new"): "open", ("confirm", "open"): "confirmed", ("refuse", "open"): "refused",
    ("lapse", "open"): "lapsed",
}  # fmt: skip
# "`prior` is a column set only by the forward transition."
FORWARD = {"hold": "held_from", "request_close": "review_from", "suspend": "suspended_from", "revoke": "revoked_from"}
# Rights wider than the row, each with its ground (tests/architecture/test_spec.py).
WIDER = {("plan", "return"): {"commune_chair"}, ("referral", "decline"): {"social_worker"}}
# What a column holds because of the last of these events: "at" when, "by" who, "from" the state before, "why" its
# reason code, "when" the moment at which it took effect; None: empty again.
CARRIED: dict[str, dict[str, dict[str, str | None]]] = {
    "case": {
        "held_from": {"hold": "from"}, "review_from": {"request_close": "from"},
        "closed_at": {
            "close": "at", "screen_out": "at", "void": "at", "reconsider": None, "reopen": None,
        },
        "emergency_opened_by_id": {"emergency_open": "by", "raise_emergency": "by"},
        "emergency_reviewed_at": {"review_emergency": "at", "emergency_open": None, "raise_emergency": None},
        "handover_at": {
            "reassign": "at", "accept_handover": None, "close": None, "screen_out": None, "void": None,
            "change_owner": None,
        },
    },
    "plan": {
        "author_id": {"draft": "by", "revise": "by", "safety_plan": "by"},
        "submitted_by_id": {"submit": "by"}, "submitted_at": {"submit": "at"},
        "approved_by_id": {"approve": "by", "not_agreed": None},
        "approved_at": {"approve": "at", "not_agreed": None}, "active_from": {"agree": "at", "safety_plan": "at"},
        "ended_at": {"complete": "at", "supersede": "at", "cancel": "at"},
    },
    "assessment": {"author_id": {"draft": "by"}, "locked_at": {"lock": "at"}},
    "goal": {"judged_at": dict.fromkeys(("achieve", "achieve_partly", "not_achieve", "drop"), "at")},
    "referral": {
        "author_id": {"draft": "by"}, "sent_by_id": {"send": "by"},
        "approved_by_id": {"approve": "by", "send": None}, "approved_at": {"approve": "at", "send": None},
        "accepted_by_id": {"accept": "by"}, "accepted_at": {"accept": "at"}, "started_at": {"start": "when"},
        "completed_at": {"complete": "at", "drop_out": "at"}, "decline_code": {"decline": "why"},
        "ended_at": {"close": "at", "withdraw": "at", "consent_revoked": "at"},
    },
    "application": {
        "author_id": {"draft": "by"}, "submitted_by_id": {"submit": "by"}, "submitted_at": {"submit": "at"},
        "taken_at": {"take": "at"}, "recommended_by_id": {"recommend": "by", "send_back": None, "overturn": None},
        "decided_by_id": {
            "approve": "by", "conditional": "by", "refuse": "by", "unmet": "by", "overturn": None,
        },
        "refused_by_id": {"refuse": "by", "unmet": "by"}, "appealed_at": {"appeal": "at"},
        "appeal_decided_by_id": {"uphold": "by", "overturn": "by"},
    },
    "licence": {
        "issued_by_id": {"issue": "by"}, "suspended_from": {"suspend": "from"}, "revoked_from": {"revoke": "from"},
        "suspended_at": {"suspend": "at", "reinstate": None},
        "ended_at": {"revoke": "at", "surrender": "at", "supersede": "at", "reverse": None},
    },
    "inspection": {
        "planned_by_id": {"plan": "by"}, "begun_at": {"begin": "when"}, "concluded_at": {"conclude": "at"},
        "concluded_by_id": {"conclude": "by"},
    },
    "incident": {
        "reported_by_id": {"report": "by"}, "reviewer_id": {"take": "by"}, "review_begun_at": {"take": "at"},
        "closed_at": {"conclude": "at", "reopen": None},
    },
    "proposal": {"proposed_by_id": {"propose": "by"}, "decided_by_id": {"confirm": "by", "refuse": "by"}},
}  # fmt: skip


@dataclass
class Ledger:
    """The fold. `take()` reads what was written since, `hold()` compares with the rows; both fail by assertion."""

    seq: int = 0
    state: dict[Any, str] = field(default_factory=lambda: defaultdict(lambda: "new"))
    version: dict[Any, int] = field(default_factory=dict)
    label: dict[Any, str] = field(default_factory=dict)
    columns: dict[Any, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    by: dict[Any, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    reached: Counter = field(default_factory=Counter)

    def copy(self) -> "Ledger":
        return deepcopy(self)

    def take(self) -> list[Event]:
        """The events since, in order, each checked against the machine of its record."""
        found = list(Event.objects.filter(seq__gt=self.seq).order_by("seq"))
        for event in found:
            assert event.seq == self.seq + 1, f"no event {self.seq + 1}"
            self.seq = event.seq
            self._fold(event)
        return found

    def _fold(self, event: Event) -> None:
        key, name = event.subject_id, event.verb.partition(".")[2]
        machine = "proposal" if event.subject_model == "core.Proposal" else MACHINE.get(event.subject_model)
        self.label[key] = event.subject_model
        before = self.version.get(key)
        if machine is not None:
            assert event.version == (before or 0) + 1, f"{event.verb}: version {event.version} after {before}"
        else:  # of other records a neighbour's event may tell too (a price ends where the next begins)
            assert before is None or event.version > before, f"{event.verb}: version {event.version} after {before}"
        self.version[key] = event.version
        if machine is None:
            return
        if event.target:
            assert event.source == self.state[key], f"{event.verb} from {event.source}, it was {self.state[key]}"
            assert event.target in self.targets(machine, name, key), f"{event.verb}: {event.source}>{event.target}"
            self.state[key] = event.target
            self.reached[machine, name, event.source, event.target] += 1
        self._carry(machine, name, event)
        self.by[key][name] = event.actor_id

    def targets(self, machine: str, name: str, key: Any) -> set[str]:
        """Where the typed machine lets this record go by this move; empty: nowhere."""
        state = self.state[key]
        if machine == "proposal":
            return {PROPOSAL[name, state]} if (name, state) in PROPOSAL else set()
        rows = [row for row in MOVES[machine] if (row.transition, row.source) == (name, state)]
        return {self.columns[key].get(row.prior_column, "") if row.prior_column else row.target for row in rows}

    def _carry(self, machine: str, name: str, event: Event) -> None:
        columns = self.columns[event.subject_id]
        for column, verbs in CARRIED[machine].items():
            if name in verbs:
                kinds = {
                    "at": event.recorded_at, "when": event.effective_at, "by": event.actor_id, "from": event.source,
                    "why": event.reason, None: None,
                }  # fmt: skip
                columns[column] = kinds[verbs[name]]
        if machine == "case":
            columns["episode"] = columns.get("episode", 1) + (name == "reopen")

    def hold(self, keys: Any = None) -> int:
        """Every record of the keys (all of them when none are given) is what its events say. Returns how many were."""
        wanted: dict[str, list[Any]] = defaultdict(list)
        for key in self.label if keys is None else keys:
            wanted[self.label[key]].append(key)
        count = 0
        for label, found in wanted.items():
            model = apps.get_model(label)
            if "version" not in {column.name for column in model._meta.concrete_fields}:
                continue
            for row in model._base_manager.filter(pk__in=found).values():
                self._same(label, row)
                count += 1
        return count

    def _same(self, label: str, row: dict[str, Any]) -> None:
        key = row["id"]
        machine = "proposal" if label == "core.Proposal" else MACHINE.get(label)
        told = f"{label}: version {row['version']}, events say {self.version[key]}"
        if machine is None:
            assert row["version"] >= self.version[key], told
            return
        assert row["version"] == self.version[key], told
        assert row["state"] == self.state[key], f"{label}: {row['state']}, events say {self.state[key]}"
        for column, expected in self.columns[key].items():
            assert row[column] == expected or (not row[column] and not expected), (
                f"{label}.{column}: {row[column]!r}, events say {expected!r}"
            )

    def nothing_else(self) -> None:
        """Every record with a machine has its events: none came into being, or moved, without."""
        for label in (*MACHINE, "core.Proposal"):
            stored = set(apps.get_model(label)._base_manager.values_list("pk", flat=True))
            assert stored == {key for key, known in self.label.items() if known == label}, label


def actors(machine: str, name: str) -> set[str]:
    """The roles that the typed machine names for a move."""
    found = set().union(*(row.actors for row in MOVES[machine] if row.transition == name))
    confirmers = {row.proposal[1] for row in MOVES[machine] if row.transition == name and row.proposal}
    return found | confirmers | WIDER.get((machine, name), set())
