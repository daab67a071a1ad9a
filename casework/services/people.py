"""Persons, households and contacts after registration."""

from django.utils.translation import gettext_lazy as _

from casework.inputs import people as inputs
from casework.models import Contact, Household, Person
from core.lifecycle.actions import Act, action


@action(Person, "edit", label=_("Sửa thông tin"), form=inputs.EditPerson, order=20)
def edit(person: Person, act: Act) -> None:
    """Every field of TT 02/2020 Đ.4; the event names which changed, not what they say."""
    before = {field.name: getattr(person, field.attname) for field in person._meta.concrete_fields}
    inputs.apply_person(person, act.data)
    for name in inputs.EditPerson.EXTRA:
        if name in act.data:
            setattr(person, name, act.data[name])
    act.facts["changed"] = sorted(
        field.name for field in person._meta.concrete_fields if before[field.name] != getattr(person, field.attname)
    )


@action(Person, "edit_household", label=_("Sửa hộ gia đình"), form=inputs.EditHousehold, order=30)
def edit_household(person: Person, act: Act) -> None:
    """The household, made when the person had none."""
    household = person.household or Household()
    adding = household._state.adding
    for name, value in act.data.items():
        setattr(household, name, value)
    household.commune = household.commune or person.commune
    household.version += 0 if adding else 1
    household.save()
    person.household = household


@action(
    Contact, "add", label=_("Thêm người thân, liên hệ"), creates=True, parent=Person, form=inputs.EditContact, order=20
)
def add_contact(contact: Contact, act: Act) -> None:
    _write(contact, act)


@action(Contact, "edit", label=_("Sửa liên hệ"), form=inputs.EditContact, order=20)
def edit_contact(contact: Contact, act: Act) -> None:
    _write(contact, act)


def _write(contact: Contact, act: Act) -> None:
    for name, value in act.data.items():
        setattr(contact, name, value)
    if contact.is_main:
        Contact.objects.filter(person=contact.person, is_main=True).exclude(pk=contact.pk).update(is_main=False)
    act.facts["safety"] = contact.safety
