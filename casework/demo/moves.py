"""The moves of a history: each one action (or a few that go together), taken by whoever may."""

import random
from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone

from casework.demo.names import RELATIONS, People, Somebody
from casework.demo.papers import word_file
from casework.demo.places import FACILITIES, Place
from casework.demo.words import FINDINGS, GOALS, NOTES, PROBLEMS, GoalText
from casework.enums import Domain
from casework.models import Assessment, Case, Contact, Goal, Person, PlanAction, ServicePlan, WorkEntry
from casework.selectors.closure import missing_papers
from casework.selectors.staff import cap_of
from core.access.engine import model_of
from core.catalogue.models import ClientGroup
from core.catalogue.selectors import client_group, closure_codes
from core.documents.models import Document
from core.lifecycle.engine import perform


class Moves:
    """Shared by all histories: the place, the dice, and how many cases each worker carries."""

    def __init__(self, place: Place, rng: random.Random, people: People):
        self.place, self.rng, self.people = place, rng, people
        self.load: Counter[str] = Counter()
        self.caps = {name: cap_of(place.users[name]) for name in place.workers}

    # --- the way in ---

    def do(
        self, who: str, target: Any, action: str, /, parent: Model | None = None, files: Any = None, **data: Any
    ) -> Any:
        """Take an action as `who` on the newest version; returns the record."""
        version = None
        if not isinstance(target, type):
            version = type(target)._base_manager.values_list("version", flat=True).get(pk=target.pk)
        by = self.place.actor(who)
        return perform(target, action, by=by, version=version, parent=parent, data=data, files=files).record

    def name_of(self, user: Any) -> str:
        return user.username

    def pick_worker(self) -> str:
        """Whoever carries least for its grade; over the cap only when all are full."""
        free = [name for name in self.place.workers if self.load[name] < self.caps[name] - 2] or self.place.workers
        weights = [max(1, self.caps[name] - self.load[name]) for name in free]
        return self.rng.choices(free, weights)[0]

    # --- intake ---

    def register(self, one: Somebody, who: str = "mai", **more: Any) -> Case:
        consent = self.rng.random() < 0.7
        data = {
            **one.form,
            "source": self.rng.choice(["self", "commune", "hotline", "citizen", "police", "school"]),
            "problem": self.rng.choice(
                PROBLEMS["child" if one.is_child else "old" if (one.age or 0) >= 60 else "adult"]
            ),
            "in_danger": "no",
            "needs": self.rng.sample(["Chăm sóc sức khỏe", "Chỗ ở", "Trợ cấp", "Giấy tờ", "Đi học"], 2),
            "legal_basis": "consent" if consent else "statutory",
            "duplicates_seen": True,
            "reporter": self.people.name("female")[0],
            "reporter_phone": self.people.phone(),
            **more,
        }
        if consent:
            data.update(consent_on=timezone.localdate(), consent_by=one.form["name"] or "Người giám hộ")
        return self.do(who, Case, "register", **data)

    def screen_in(self, case: Case, worker: str = "", who: str = "") -> str:
        worker = worker or self.pick_worker()
        over = "Thiếu người, các nhân viên khác đã đủ ca" if self.load[worker] >= self.caps[worker] else ""
        group = self.group_for(case.person)
        self.do(
            who or self.rng.choice(["ha", "son"]),
            case,
            "screen_in",
            group=group.pk,
            over_cap=over,
            worker=str(self.place.users[worker].pk),
        )
        self.load[worker] += 1
        return worker

    def group_for(self, person: Person) -> ClientGroup:
        age = person.age()
        if person.unidentified:
            code = "f2f"
        elif person.disability_level in ("special", "severe"):
            code = "k6"
        elif age is not None and age < 16:
            code = "k7" if age < 3 else "k1"
        elif age is not None and age >= 60:
            code = self.rng.choice(["k5a", "k5a", "f1c"])
        else:
            code = self.rng.choice(["k4", "k4", "f2a", "f4"])
        found = client_group(code)
        assert found is not None
        return found

    def describe(self, case: Case, one: Somebody, worker: str) -> None:
        """Papers, health, family and who may be called: what the worker learns at the first visit."""
        person, rng = case.person, self.rng
        if rng.random() < 0.6:
            self.do(worker, person, "edit", **{**one.form, **one.more})
        if rng.random() < 0.5:
            income = rng.randrange(0, 9) * 500_000
            self.do(
                worker,
                person,
                "edit_household",
                head_name=self.people.name("male")[0],
                size=rng.randint(1, 7),
                status=rng.choice(["poor", "near_poor", "other", "other"]),
                income=income,
                spend_food=income // 2,
                head_relation=rng.choice(RELATIONS[:6]),
                housing=rng.choice(["Nhà cấp 4", "Nhà trọ", "Ở nhờ nhà em"]),
            )
        if rng.random() < 0.6:
            self.contact(case, worker, rng.choice(RELATIONS), is_main=True)
        if rng.random() < 0.08:
            self.contact(
                case, worker, rng.choice(RELATIONS[:4]), safety="unsafe", note="Từng đe dọa, không gọi về việc của ca"
            )

    def contact(self, case: Case, worker: str, relation: str, name: str = "", **more: Any) -> None:
        sex = "male" if relation in ("Con trai", "Chồng", "Anh ruột") else "female"
        data = {
            "name": name or self.people.name(sex)[0],
            "relation": relation,
            "phone": self.people.phone(),
            "safety": "safe",
            "lives_with": self.rng.random() < 0.4,
            **more,
        }
        self.do(worker, Contact, "add", parent=case.person, **data)

    # --- work log, assessment ---

    def entry(self, case: Case, who: str, kind: str, **more: Any) -> Any:
        text = self.rng.choice(NOTES[kind])
        return self.do(
            who,
            WorkEntry,
            "add",
            parent=case,
            **{
                "kind": kind,
                "text": text,
                "minutes": self.rng.choice([15, 20, 30, 45, 60]),
                **more,
            },
        )

    def assess(self, case: Case, worker: str, level: int, lock: bool = True, upto: int = 9) -> Any:
        """`level` 0 to 3: how bad things are; `upto` domains are filled in."""
        rng = self.rng
        assessment = self.do(worker, Assessment, "draft", parent=case)
        data: dict[str, Any] = {"summary": rng.choice(FINDINGS), "risk_reason": "Theo mức tổn hại và khả năng chăm sóc"}
        if lock:
            data["risk"] = ("low", "medium", "high", "emergency")[level]
        for number, domain in enumerate(assessment.tool.domains[:upto]):
            worst = 0
            for item in domain["items"]:
                at = min(len(item["options"]) - 1, max(0, level + rng.choice([-2, -1, -1, 0])))
                worst = max(worst, at)
                data[f"item_{item['code']}"] = item["options"][at]["value"]
            data[f"{domain['code']}_severity"] = min(3, worst)
            if worst >= 2:
                data[f"{domain['code']}_need"] = f"Cần hỗ trợ: {Domain(domain['code']).label.lower()}"
                data[f"{domain['code']}_priority"] = min(9, number + 1)
        self.do(worker, assessment, "answer", **data)
        return self.do(worker, assessment, "lock") if lock else assessment

    # --- plan ---

    def draft_plan(self, case: Case, worker: str, goals: list[GoalText]) -> Any:
        plan = self.do(worker, ServicePlan, "draft", parent=case)
        for goal in goals:
            self.add_goal(plan, worker, goal)
        return plan

    def add_goal(self, plan: ServicePlan, worker: str, goal: GoalText, measure: bool = True) -> None:
        today = timezone.localdate()
        row = self.do(
            worker,
            Goal,
            "add",
            parent=plan,
            domain=goal.domain,
            text=goal.text,
            measure=goal.measure if measure else "",
            due_on=today + timedelta(days=self.rng.randint(30, 90)),
        )
        self.do(
            worker,
            PlanAction,
            "add",
            parent=row,
            text=goal.action,
            service_type=goal.service,
            provider=goal.provider,
            who=self.place.users[worker].full_name if goal.provider == "own" else goal.who,
            starts_on=today + timedelta(days=3),
            ends_on=today + timedelta(days=60),
            cost=self.rng.choice([None, 500_000, 1_200_000]),
            funding="Ngân sách trung tâm",
        )

    def goals(self, count: int, other: bool | None = None) -> list[GoalText]:
        """Some goals for different domains; `other` forces or forbids one that another provider must serve."""
        pool = [goal for goal in GOALS if other is None or (goal.provider == "other") == other]
        picked = self.rng.sample(pool, min(count, len(pool)))
        if other:
            picked = picked[:1] + self.rng.sample([goal for goal in GOALS if goal.provider != "other"], count - 1)
        return picked

    def submit(self, plan: ServicePlan, worker: str) -> None:
        view = self.rng.choice(["Đồng ý, mong được ở gần nhà", "Muốn được đi khám sớm", "Mong con được đi học lại"])
        self.do(worker, plan, "edit", client_view=view, summary="")
        self.do(worker, plan, "submit")

    def approver(self, case: Case) -> str:
        if case.programme == "child_protection":
            return self.place.chairs[str(case.commune_id)]
        return self.rng.choice(["ha", "ha", "son"])

    def agree(self, plan: ServicePlan, worker: str, child: bool) -> None:
        signature = "guardian" if child else "client"
        self.do(worker, plan, "agree", signature=signature, signed_on=timezone.localdate())

    def judge(self, case: Case, worker: str) -> None:
        for goal in Goal.objects.filter(plan__case=case, plan__state="active", state__in=["planned", "in_progress"]):
            action = self.rng.choices(["achieve", "achieve_partly", "not_achieve"], [70, 22, 8])[0]
            self.do(worker, goal, action, note="Đã kiểm tra tại nhà, có xác nhận của gia đình")

    def request_close(self, case: Case, worker: str, code: str, note: str) -> None:
        """With the papers that the ground asks for, and a visit where it asks whether the person is safe."""
        ground = closure_codes().get(code=code)
        for kind in missing_papers(case, ground):
            file = word_file(str(kind.label), f"Hồ sơ {case.number}", "Giấy tờ mẫu của bản dùng thử.")
            self.do(worker, Document, "upload", parent=case, files={"file": file}, kind=kind.value)
        if "safety_check" in ground.requires:
            self.entry(case, worker, "visit", contacted="reached")
        told = timezone.localdate() if ground.tell_client else None
        self.do(worker, case, "request_close", reason=code, client_told_on=told, note=note)

    # --- referrals (an upper app: asked for by name, so that this one does not know it) ---

    def referrals(self, case: Case) -> Any:
        return model_of("referrals.Referral")._default_manager.filter(case=case)

    def group_of(self, referral: Any) -> ClientGroup:
        """The group as the law has it today; an emergency was never screened, so its group is found now."""
        known = client_group(referral.group.code) if referral.group else None
        return known or self.group_for(referral.case.person)

    def fill_referral(self, referral: Any, worker: str, group: str, to_unit: str = "", to_body: str = "") -> None:
        of_today = client_group(group) or self.group_of(referral)
        today = timezone.localdate()
        self.do(
            worker,
            referral,
            "edit",
            kind="service",
            plan_action=referral.plan_action_id and str(referral.plan_action_id),
            to_unit=str(self.place.units[to_unit].pk) if to_unit else "",
            to_body=str(self.place.bodies[to_body].pk) if to_body else "",
            service_type=referral.service_type_id or "",
            group=of_today.pk,
            sections=["identity", "contact", "health", "plan"],
            need=self.rng.choice(["Cần được nhận chăm sóc trong thời gian tới", "Cần khám và tư vấn điều trị"]),
            basis="consent",
            consent_on=today,
            consent_by="Người được trợ giúp",
            consent_until=today + timedelta(days=365),
        )

    def send_referral(self, referral: Any, worker: str, group: str, to_unit: str = "", to_body: str = "") -> str:
        """Fill in and send, with the supervisor's approval where one is needed; returns the state. `group` is the code
        for which the target was chosen: asked again, `group_of` may answer another that the target does not take."""
        self.fill_referral(referral, worker, group, to_unit, to_body)
        sent = self.do(worker, referral, "send")
        return sent.state

    def target_for(self, group: str) -> str:
        """The code of a facility of the register that may take the group, other than one of hidden address."""
        taking = [row[0] for row in FACILITIES]  # those whose authority no story stops
        groups = model_of("facilities.AuthorityGroup")._default_manager.filter(
            code=group, authority__facility__unit__code__in=taking
        )
        codes = groups.values_list("authority__facility__unit__code", flat=True).distinct().order_by()
        found = sorted(set(codes) - ({"BINHYEN"} if not group.startswith("f2") else set()))
        return self.rng.choice(found) if found else "BTTH"

    def manager(self, unit_code: str) -> str:
        unit = self.place.units[unit_code]
        return unit.assignments.get(role="facility_manager").user.username
