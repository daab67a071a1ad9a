"""The calendar of working days, dated parameters, and the columns of a legal clock.

Every period here is half open: `valid_from` is the first day, `valid_to` the first day that no longer counts.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """A day that differs from the plain week: a holiday, a compensation, a swapped Saturday (BLLĐ 2019 Đ.111-112).

    `provisional` marks a day that the decree of its year may still change; whatever is computed over it carries a
    warning. A provisional row may also say "work": the day is open today, and a swap is expected.
    """

    class Effect(models.TextChoices):
        OFF = "off", _("nghỉ")
        WORK = "work", _("làm việc")

    date = models.DateField(_("ngày"), unique=True)
    effect = models.CharField(_("hiệu lực"), max_length=4, choices=Effect.choices)
    kind = models.CharField(_("loại"), max_length=20)
    name = models.CharField(_("tên"), max_length=120)
    basis = models.CharField(_("căn cứ"), max_length=300)
    provisional = models.BooleanField(_("tạm tính"), default=False)

    class Meta:
        ordering = ["date"]
        verbose_name = _("ngày trong lịch")
        verbose_name_plural = _("ngày trong lịch")

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y} {self.name}"


class CalendarYear(models.Model):
    """Whether the days off of a year have been announced. A year without a row counts as not announced."""

    year = models.PositiveSmallIntegerField(_("năm"), unique=True)
    decreed = models.BooleanField(_("đã công bố"), default=False)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True, default="")

    class Meta:
        ordering = ["year"]
        verbose_name = _("năm lịch")
        verbose_name_plural = _("năm lịch")

    def __str__(self) -> str:
        return str(self.year)


class Parameter(models.Model):
    """A number of the law or of the house, from a day on. Of two rows that hold on a day the later one wins, so a local
    change is a new row and never an edit."""

    class Unit(models.TextChoices):
        WORKING_DAY = "wd", _("ngày làm việc")
        CALENDAR_DAY = "calendar_day", _("ngày")
        MONTH = "month", _("tháng")
        HOUR = "hour", _("giờ")
        CASES = "cases", _("trường hợp")
        TIMES = "times", _("lần")
        VND = "vnd", _("đồng")
        TIME = "time", _("giờ trong ngày")

    code = models.CharField(_("mã"), max_length=60)
    value = models.JSONField(_("giá trị"))
    unit = models.CharField(_("đơn vị"), max_length=12, choices=Unit.choices)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)
    article = models.CharField(_("căn cứ"), max_length=200)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True, default="")

    class Meta:
        ordering = ["code", "valid_from"]
        verbose_name = _("tham số")
        verbose_name_plural = _("tham số")
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="parameter_code_from"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="parameter_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.valid_from:%d/%m/%Y})"


class Clock(models.Model):
    """The columns of a deadline that can pause; `core.clock.due` is their only writer.

    At most one of the four lengths is set. `paused_days` counts working days for a clock in working days and calendar
    days for one in days or months; `paused_seconds` is for clocks in hours. Whether it is overdue is never stored.
    """

    due_at = models.DateTimeField(_("hạn"), null=True, blank=True, db_index=True, editable=False)
    clock_started_at = models.DateTimeField(null=True, blank=True, editable=False)
    clock_days = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    clock_hours = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    clock_calendar_days = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    clock_months = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    paused_at = models.DateTimeField(_("tạm dừng tính hạn từ"), null=True, blank=True, editable=False)
    paused_days = models.PositiveIntegerField(default=0, editable=False)
    paused_seconds = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta:
        abstract = True
