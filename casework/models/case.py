"""The case: one person's way through one programme."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from casework.enums import Danger, LegalBasis, Programme, ReportSource
from casework.states.case import LIVE, CaseLifecycle, CaseState
from core.access.grants import GroupGrant, UserGrant
from core.records import Record
from core.sealed import SealedTextField


class Case(CaseLifecycle):
    """Hồ sơ. `registered_unit` took the call, `to_unit` screens it, `owner_unit` answers for it."""

    number = models.CharField(_("số hồ sơ"), max_length=20, unique=True)
    old_number = models.CharField(_("số hồ sơ cũ"), max_length=40, blank=True, default="")
    person = models.ForeignKey("casework.Person", models.PROTECT, related_name="cases", db_index=False)
    programme = models.CharField(_("chương trình"), max_length=20, choices=Programme.choices, default=Programme.CASE)
    group = models.ForeignKey("catalogue.ClientGroup", models.PROTECT, null=True, related_name="+", db_index=False)
    commune = models.ForeignKey("places.Commune", models.PROTECT, null=True, related_name="+", db_index=False)
    is_child = models.BooleanField(_("trẻ em"), default=False)
    prior_case = models.ForeignKey("self", models.PROTECT, null=True, related_name="later_cases")

    registered_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    registered_unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", db_index=False)
    to_unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", db_index=False)
    owner_unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", db_index=False)
    worker = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    handover_to = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    handover_from = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    handover_at = models.DateTimeField(null=True)
    emergency_opened_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", db_index=False
    )

    source = models.CharField(_("nguồn tin"), max_length=20, choices=ReportSource.choices)
    received_at = models.DateTimeField(_("nhận tin lúc"))
    reporter = SealedTextField(_("người báo tin"), kind="reporter")
    reporter_phone = SealedTextField(_("điện thoại người báo"), kind="reporter")
    found_at = SealedTextField(_("nơi gặp"), kind="safe_address")
    problem = SealedTextField(_("sự việc, nhu cầu ban đầu"), kind="narrative")
    needs = models.JSONField(_("nhu cầu theo thứ tự ưu tiên"), default=list, blank=True)
    selection = models.JSONField(_("nhu cầu chăm sóc"), default=list, blank=True)
    dangers = models.JSONField(_("dấu hiệu nguy hiểm"), default=list, blank=True)
    safety_note = SealedTextField(_("an toàn khi đến nhà"), kind="narrative")
    legal_basis = models.CharField(_("căn cứ xử lý dữ liệu"), max_length=10, choices=LegalBasis.choices)
    consent_on = models.DateField(_("đồng ý ngày"), null=True, blank=True)
    consent_by = models.CharField(_("người đồng ý"), max_length=150, blank=True)
    wishes = SealedTextField(_("mong muốn của người được trợ giúp"), kind="narrative")

    review_due = models.DateField(_("rà soát trước ngày"), null=True)
    closure_code = models.ForeignKey(
        "catalogue.ClosureCode", models.PROTECT, null=True, related_name="+", db_index=False
    )
    closure_statement = SealedTextField(_("đánh giá khi kết thúc"), kind="narrative")
    client_told_on = models.DateField(_("đã báo người được trợ giúp ngày"), null=True)
    decision_number = models.CharField(_("số quyết định"), max_length=40, blank=True, default="")
    decision_on = models.DateField(null=True)

    class Meta(CaseLifecycle.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="case_state"),
            models.UniqueConstraint(
                fields=["person", "programme"], condition=Q(state__in=[s.value for s in LIVE]), name="one_live_case"
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | (Q(closed_at__isnull=False) & ~Q(closure_reason="")),
                name="closed_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["intake", "waitlisted", "screened_out", "void", "merged"])
                | Q(worker__isnull=False),
                name="open_case_has_worker",
            ),
            models.CheckConstraint(condition=~Q(state="on_hold") | ~Q(held_from=""), name="hold_remembers"),
            models.CheckConstraint(condition=~Q(state="closure_review") | ~Q(review_from=""), name="review_remembers"),
        ]
        # As SQLite has them; on PostgreSQL those by `opened_at` end with NULLS LAST, as the lists do (migration 0003).
        # Foreign keys that these begin with, or that no list asks for, have no index of their own: each costs a write
        # at every transition.
        indexes = [
            models.Index(fields=["worker", "-opened_at", "-id"], name="case_by_worker"),
            models.Index(
                fields=["worker", "due_at", "id"], condition=Q(closed_at__isnull=True), name="case_due_by_worker"
            ),
            models.Index(fields=["owner_unit", "-opened_at", "-id"], name="case_by_unit"),
            models.Index(fields=["-opened_at", "-id"], name="case_newest"),
            models.Index(fields=["registered_by", "-opened_at", "-id"], name="case_registered_by"),
            models.Index(fields=["registered_unit", "-opened_at", "-id"], name="case_by_registrar"),
            models.Index(fields=["commune", "-opened_at", "-id"], name="case_by_commune"),
            models.Index(
                fields=["commune", "-opened_at", "-id"],
                condition=Q(programme=Programme.CHILD.value, closed_at__isnull=True),
                name="case_child_by_commune",
            ),
            # The desk of a supervisor: who is lost, whose danger nobody has said, what each worker carries.
            models.Index(
                fields=["resume_by", "id"], condition=Q(state="on_hold", hold_reason="missing"), name="case_lost"
            ),
            models.Index(
                fields=["opened_at", "id"], condition=Q(closed_at__isnull=True, risk=""), name="case_without_risk"
            ),
            models.Index(fields=["to_unit", "state"], name="case_by_screening_unit"),
            models.Index(fields=["person", "-opened_at"], name="case_by_person"),
            models.Index(Upper("old_number"), condition=~Q(old_number=""), name="case_by_old_number"),
            models.Index(fields=["-closed_at", "-id"], condition=Q(closed_at__isnull=False), name="case_closed"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def danger_labels(self) -> list[str]:
        known = dict(Danger.choices)
        return [str(known.get(code, code)) for code in self.dangers]


class CaseUserGrant(UserGrant):
    content_object = models.ForeignKey(Case, models.CASCADE, related_name="user_grants")


class CaseGroupGrant(GroupGrant):
    content_object = models.ForeignKey(Case, models.CASCADE, related_name="group_grants")


class FollowUp(Record):
    """A visit or call after the closure (3 and 6 months: parameter `due.followup`)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="follow_ups")
    episode = models.PositiveSmallIntegerField()
    due_on = models.DateField(_("hạn"))
    done_on = models.DateField(null=True)
    result = models.CharField(max_length=20, blank=True)
    note = SealedTextField(kind="narrative")

    class Meta:
        ordering = ["due_on"]
        constraints = [models.UniqueConstraint(fields=["case", "episode", "due_on"], name="one_follow_up_per_day")]
        indexes = [models.Index(fields=["due_on", "id"], name="follow_up_by_day")]
