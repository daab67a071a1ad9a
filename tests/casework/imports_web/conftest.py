from io import BytesIO

import openpyxl
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from casework import tasks
from casework.models import ImportBatch
from casework.services.import_writing import Writer
from core.api import throttling
from core.lifecycle.engine import perform

HEADINGS = [
    "STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Xã, phường", "Ấp, khu phố", "Hộ nghèo, cận nghèo",
    "Người giám hộ", "Số hồ sơ cũ", "Ngày mở hồ sơ", "Người phụ trách",
]  # fmt: skip


@pytest.fixture(autouse=True)
def fresh_counts():
    throttling._own.clear()
    cache.clear()


def book(*lines, headings=HEADINGS) -> bytes:
    """A workbook as a commune would keep it: a title, the headings, the lines."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Danh sách"
    sheet.append(["DANH SÁCH NGƯỜI ĐƯỢC TRỢ GIÚP"])
    sheet.append(list(headings))
    for number, line in enumerate(lines, 1):
        sheet.append([number, *line])
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def person(name, birth="1950", sex="Nữ", paper="", hamlet="Ấp 1", case=("", "", "")):
    return (name, birth, sex, paper, "", hamlet, "Hộ nghèo", "Trần Thị Mơ", *case)


@pytest.fixture
def staged(world):
    """A list read for the data steward of the centre."""

    def stage(*lines, who="sibling_steward", **more) -> ImportBatch:
        file = SimpleUploadedFile("list.xlsx", book(*lines, **more))
        made = perform(ImportBatch, "upload", by=world.actor(who), files={"file": file}).record
        tasks.stage(made)
        return ImportBatch.objects.get(pk=made.pk)

    return stage


@pytest.fixture
def write(world):
    def confirm(batch, who="sibling_steward") -> ImportBatch:
        perform(batch, "write", by=world.actor(who), version=batch.version)
        Writer(ImportBatch.objects.get(pk=batch.pk)).all()
        return ImportBatch.objects.get(pk=batch.pk)

    return confirm


@pytest.fixture
def sign_in(world):
    def make(name):
        client = Client()
        client.force_login(world.user(name))
        return client

    return make
