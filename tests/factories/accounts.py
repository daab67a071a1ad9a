"""Units, people who sign in, and their duties."""

from datetime import date

import factory

from core.accounts.enums import UnitKind, WorkerGrade
from core.accounts.models import Unit, User
from core.accounts.services import assign


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
            role, unit = extracted
            assign(self, role, unit, valid_from=date(2026, 1, 1))
