"""Units, people who sign in, and their duties."""

from datetime import date

import factory

from core.accounts.enums import UnitKind, WorkerGrade
from core.accounts.models import RoleAssignment, Unit, User


class UnitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Unit

    code = factory.Sequence(lambda n: f"DV{n:04d}")
    name = factory.Sequence(lambda n: f"Đơn vị {n}")
    kind = UnitKind.CENTRE


class UserFactory(factory.django.DjangoModelFactory):
    """`duty=(role, unit)` gives a duty from the first of the year."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"nguoi{n:05d}")
    full_name = factory.Sequence(lambda n: f"Cán bộ {n}")
    grade = WorkerGrade.SENIOR

    @factory.post_generation
    def duty(self, create, extracted, **kwargs):
        if extracted:
            # What `assign` leaves behind for somebody who holds nothing yet, without its questions: thousands of tests
            # make the same twenty-five people. tests/core/accounts holds the two against each other.
            role, unit = extracted
            RoleAssignment.objects.create(user=self, role=role, unit=unit, valid_from=date(2026, 1, 1))
            self.groups.add(unit.group_id)
