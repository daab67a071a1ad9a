"""Users, the tree of units, and dated duties. Whoever loses a duty loses its rights at the next request."""

from datetime import date

from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from guardian.mixins import GuardianUserMixin

from core.accounts.enums import Role, UnitKind, WorkerGrade
from core.folding import fold, sort_key
from core.ids import new_id


class User(GuardianUserMixin, AbstractUser):
    """Somebody who signs in. First and last name are not split: Vietnamese names are written whole."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("họ và tên"), max_length=150)
    sort_name = models.CharField(max_length=400, editable=False, default="")
    title = models.CharField(_("chức danh"), max_length=100, blank=True)
    phone = models.CharField(_("điện thoại"), max_length=20, blank=True)
    grade = models.CharField(_("ngạch"), max_length=20, choices=WorkerGrade.choices, blank=True)
    certificate = models.CharField(_("số chứng nhận hành nghề công tác xã hội"), max_length=60, blank=True)
    away_from = models.DateField(_("vắng từ"), null=True, blank=True)
    away_to = models.DateField(_("vắng đến"), null=True, blank=True)

    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        ordering = ["sort_name", "id"]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.rsplit(" ", 1)[-1]

    def save(self, *args, **kwargs):
        self.sort_name = sort_key(self.full_name)
        super().save(*args, **kwargs)

    def is_away(self, on: date) -> bool:
        """Whether a long leave covers the day; `core.worklist` knows of absences with somebody standing in too."""
        return self.away_from is not None and self.away_from <= on and (self.away_to is None or on <= self.away_to)


class Unit(models.Model):
    """An agency or facility in the tree. `path` is the codes from the root, "/SYT/TTCTXH/", so that a subtree is a
    prefix; it follows `parent` at every save."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(_("mã"), max_length=30, unique=True)
    name = models.CharField(_("tên"), max_length=200)
    name_folded = models.CharField(max_length=200, editable=False, default="")
    kind = models.CharField(_("loại"), max_length=20, choices=UnitKind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=400, editable=False, unique=True)
    commune = models.ForeignKey("places.Commune", models.PROTECT, null=True, blank=True, related_name="+")
    group = models.OneToOneField(Group, models.PROTECT, editable=False, related_name="unit")
    phone = models.CharField(_("điện thoại"), max_length=20, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["path"]
        indexes = [models.Index(fields=["kind", "is_active"])]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):
        self.name_folded = fold(self.name)
        self.path = f"{self.parent.path if self.parent else '/'}{self.code}/"
        if self.group_id is None:
            self.group = Group.objects.get_or_create(name=f"unit:{self.code}")[0]
        super().save(*args, **kwargs)


class RoleAssignment(models.Model):
    """One person, one duty, one unit, from a day to a day (inclusive)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="assignments")
    role = models.CharField(_("vai trò"), max_length=20, choices=[c for c in Role.choices if c[0] != Role.SYSTEM])
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments")
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến ngày"), null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "valid_from"]), models.Index(fields=["unit", "role"])]
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "unit", "valid_from"], name="one_assignment_per_start"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="assignment_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.unit}"

    @staticmethod
    def current(on: date) -> Q:
        return Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gte=on))
