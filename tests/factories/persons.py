"""What somebody types about a person, as the forms read it."""

import factory
from faker import Faker

fake = Faker("vi_VN")
fake.seed_instance(20261123)


class PersonData(factory.DictFactory):
    """Fields of `PersonFields`; the name is new each time, so that nobody looks like anybody else."""

    name = factory.Sequence(lambda n: f"{fake.last_name()} Thị {chr(65 + n % 26)}{n}")
    birth = "1950"
    sex = "female"


class ChildData(PersonData):
    birth = "15/03/2017"
