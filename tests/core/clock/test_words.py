from datetime import date

import pytest
from django.utils import translation

from core.clock import words
from core.clock.due import Remaining


@pytest.mark.parametrize(
    ("left", "long", "short"),
    [
        (Remaining("overdue", 2, "wd"), "Quá 2 ngày làm việc", "Quá 2 ngày"),
        (Remaining("overdue", 0, "wd"), "Đã quá hạn", "Quá hạn"),
        (Remaining("today", 0, "wd"), "Hạn hôm nay", "Hôm nay"),
        (Remaining("soon", 3, "wd"), "Còn 3 ngày làm việc", "Còn 3 ngày"),
        (Remaining("later", 12, "wd"), "Còn 12 ngày làm việc", "Còn 12 ngày"),
        (Remaining("overdue", 3, "hour"), "Quá 3 giờ", "Quá 3 giờ"),
        (Remaining("today", 5, "hour"), "Còn 5 giờ", "Còn 5 giờ"),
        (Remaining("overdue", 20, "minute"), "Quá 20 phút", "Quá 20 phút"),
        (Remaining("today", 40, "minute"), "Còn 40 phút", "Còn 40 phút"),
        (Remaining("paused"), "Tạm dừng tính hạn", "Tạm dừng"),
        (Remaining("none"), "", ""),
    ],
)
def test_deadlines(left, long, short):
    with translation.override("vi"):
        assert (words.long(left), words.short(left)) == (long, short)


@pytest.mark.parametrize(
    ("on", "long", "short"),
    [
        (date(2026, 11, 26), "thứ Năm 26/11", "T5, 26/11"),
        (date(2026, 11, 29), "Chủ nhật 29/11", "CN, 29/11"),
        (date(2026, 11, 23), "thứ Hai 23/11", "T2, 23/11"),
        (date(2027, 1, 5), "thứ Ba 05/01/2027", "T3, 05/01/2027"),
    ],
)
def test_dates(on, long, short):
    today = date(2026, 11, 22)
    with translation.override("vi"):
        assert (words.day(on, today), words.day_short(on, today)) == (long, short)
