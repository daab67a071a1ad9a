"""What the tags of the shell print."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.utils import timezone, translation

from core.clock.due import Remaining
from core.errors import Reason
from core.web.templatetags import dh

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
SPRITE = (Path(settings.BASE_DIR) / "core/web/templates/core/icons.svg").read_text()


def show(source: str, **context) -> str:
    return Template("{% load dh %}" + source).render(Context(context)).strip()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


@pytest.mark.parametrize(
    ("kind", "shape", "text"),
    [
        ("overdue", "over", "Quá 2 ngày làm việc"),
        ("today", "today", "Hạn hôm nay"),
        ("soon", "soon", "Còn 2 ngày làm việc"),
        ("later", "later", "Còn 2 ngày làm việc"),
    ],
)
def test_due_says_word_shape_and_date(kind, shape, text):
    at = timezone.make_aware(datetime(timezone.localdate().year, 11, 26, 17))
    html = show("{% due left at %}", left=Remaining(kind, 2, "wd"), at=at)
    assert f'class="due {shape}"' in html
    assert f'href="#i-{shape}"' in html
    assert words(html).startswith(text)
    assert "26/11" in html
    assert f'datetime="{at.isoformat()}"' in html


def test_due_in_tables_is_short_and_hours_show_the_time():
    at = timezone.localtime().replace(hour=6, minute=10)
    html = show('{% due left at "short" %}', left=Remaining("overdue", 3, "hour"), at=at)
    assert words(html) == "Quá 3 giờ Hạn 06:10"
    later = at + timedelta(days=40)
    assert words(show('{% due left at "short" %}', left=Remaining("later", 960, "hour"), at=later)).startswith(
        "Còn 960 giờ"
    )
    assert "/" in words(show('{% due left at "short" %}', left=Remaining("later", 960, "hour"), at=later))


def test_due_of_nothing_and_of_a_pause():
    assert show("{% due left at %}", left=Remaining("none"), at=None) == ""
    assert show("{% due left at %}", left=None, at=None) == ""
    assert words(show("{% due left at %}", left=Remaining("paused"), at=timezone.now())) == "Tạm dừng tính hạn"


@pytest.mark.parametrize(
    ("level", "code", "short", "phrase"),
    [
        ("emergency", "emergency", "Khẩn cấp", "Ca khẩn cấp"),
        ("high", "high", "Cao", "Nguy cơ cao"),
        ("medium", "medium", "Trung bình", "Nguy cơ trung bình"),
        ("low", "low", "Thấp", "Nguy cơ thấp"),
        ("", "none", "Chưa đánh giá", "Chưa đánh giá nguy cơ"),
        (None, "none", "Chưa đánh giá", "Chưa đánh giá nguy cơ"),
    ],
)
def test_risk_is_a_word_with_a_shape(level, code, short, phrase):
    html = show("{% risk level %}", level=level)
    assert words(html) == short
    assert f'id="i-{code}"' in SPRITE
    assert f'href="#i-{code}"' in html
    assert words(show("{% risk level True %}", level=level)) == phrase


def test_unknown_levels_and_tones_are_mistakes():
    with pytest.raises(TemplateSyntaxError, match="unknown risk level"):
        show("{% risk 'huge' %}")
    with pytest.raises(TemplateSyntaxError, match="unknown tone"):
        show("{% status 'x' 'Nháp' 'purple' %}")


def test_status_escapes_its_label():
    assert show("{% status 'draft' label %}", label="<b>") == '<span class="tag" data-state="draft">&lt;b&gt;</span>'
    assert 'class="tag warn"' in show("{% status 'returned' 'Bị trả lại' 'warn' %}")


STAGES = [
    {"label": "Tiếp nhận", "state": "done", "note": "xong 28/10"},
    {"label": "Lập kế hoạch", "state": "now", "note": "từ 12/11"},
    {"label": "Kết thúc", "state": "todo", "note": ""},
]


def test_stages_mark_one_current_step_and_name_the_next():
    html = show("{% stages stages %}", stages=STAGES)
    assert html.count('aria-current="step"') == 1
    assert "Tiếp theo: Kết thúc" in html
    assert "đã xong" in html


def test_stages_on_hold_at_the_end_have_no_next():
    html = show("{% stages stages %}", stages=[*STAGES[:1], {"label": "Kết thúc", "state": "hold", "note": ""}])
    assert html.count('aria-current="step"') == 1
    assert "Tạm dừng" in html
    assert "Tiếp theo" not in html


def test_stages_without_a_current_one():
    assert "aria-current" not in show("{% stages stages %}", stages=STAGES[:1])


def test_whynot_lists_each_reason_with_its_fix():
    actions = [
        {"label": "Kết thúc ca", "reasons": [Reason("open", "Còn 1 lượt chuyển tuyến.", "/r/1/"), Reason("x", "Y")]}
    ]
    html = show("{% whynot actions %}", actions=actions)
    assert "1 việc chưa làm được, vì sao?" in html
    assert 'href="/r/1/"' in html
    assert html.count("<a ") == 1
    assert show("{% whynot actions %}", actions=[]) == ""


def test_timeline_folds_system_events_and_shows_no_false_midnight():
    at = datetime(timezone.localdate().year, 11, 20, 9, 40, tzinfo=HANOI)
    entries = [
        {
            "at": at,
            "title": "Trả lại kế hoạch",
            "who": "Phạm Thu Hà",
            "bad": True,
            "quote": "<script>",
            "kind": "Duyệt",
        },
        {"at": at, "title": "Tính lại hạn", "system": True},
        {"at": at, "title": "Nhắc việc", "system": True},
        {"at": at.date(), "title": "Khóa đánh giá", "undone": "Đã thu hồi"},
    ]
    html = show("{% timeline entries %}", entries=entries)
    assert html.count("<details") == 1
    assert "2 sự kiện hệ thống" in html
    assert "09:40" in html
    assert "00:00" not in html
    assert "&lt;script&gt;" in html
    assert 'class=" undone"' in html


def test_next_step_with_everything_and_with_nothing():
    full = render_to_string(
        "core/components/next_step.html",
        {
            "title": "Bổ sung kế hoạch",
            "due": Remaining("soon", 3, "wd"),
            "due_at": timezone.now(),
            "missing": [{"text": "Thiếu thước đo", "fix": "/k/2/"}],
            "met_text": "Đã đủ",
            "actions": [
                {"label": "Bổ sung", "url": "/k/", "main": True},
                {"label": "Trình", "url": "/t/", "post": True, "fields": {"version": 3}},
            ],
            "blocked": [{"label": "Kết thúc", "reasons": [{"text": "Còn lượt mở", "fix": ""}]}],
        },
    )
    assert full.count("btn main") == 1
    assert '<form method="post" action="/t/">' in full
    assert 'name="version" value="3"' in full
    assert "disabled" not in full
    bare = render_to_string("core/components/next_step.html", {"title": "Không còn việc"})
    assert words(bare) == "Không còn việc"


def test_filters_write_dates_and_numbers():
    day = date(2026, 12, 31)
    moment = datetime(2026, 12, 31, 17, 30, tzinfo=ZoneInfo("UTC"))
    assert show("{{ d|vndate }} {{ d|vndatetime }}", d=day) == "31/12/2026 31/12/2026"
    assert show("{{ d|vndatetime }}", d=moment) == "01/01/2027 00:30"
    assert show("{{ d|vndate }}", d=None) == ""
    assert show("{{ d|shortday }} {{ d|longday }}", d=date(2020, 11, 26)) == "T5, 26/11/2020 thứ Năm 26/11/2020"
    this_year = date(timezone.localdate().year, 11, 26)
    assert show("{{ d|shortday }}", d=this_year).endswith(", 26/11")


@pytest.mark.parametrize(
    ("value", "text"), [(1200, "1.200"), (2.5, "2,5"), ("1200.50", "1.200,5"), (0, "0"), (-1200, "-1.200"), (None, "")]
)
def test_numbers_in_vietnamese(value, text):
    assert show("{{ v|vnnum }}", v=value) == text


def test_numbers_follow_the_language_and_money_does_not_break():
    with translation.override("en"):
        assert show("{{ v|vnnum }}", v="1200.5") == "1,200.5"
    assert show("{{ v|money }}", v=540_000) == "540.000\u00a0đ"
    assert show("{{ v|money }}", v=None) == ""


@pytest.mark.parametrize(
    ("number", "masked"),
    [("075151000214", "0751•••••214"), ("271234567", "2712••567"), ("123", "•••"), ("", ""), (None, "")],
)
def test_identity_numbers_are_masked(number, masked):
    assert show("{{ v|mask_id }}", v=number) == masked


def test_avatar_letter_is_that_of_the_given_name():
    assert show("{{ 'Trần Thị Bạch Tuyết'|letter }}{{ 'Điểu'|letter }}{{ ''|letter }}") == "TĐ?"


def test_every_symbol_used_is_drawn():
    drawn = set(re.findall(r'id="i-([a-z]+)"', SPRITE))
    used = set(dh.DUE_SHAPES.values()) | {level or "none" for level in dh.RISK_LABELS}
    for path in Path(settings.BASE_DIR).glob("core/**/templates/**/*.html"):
        used |= set(re.findall(r'{% icon "([a-z]+)"', path.read_text()))
    assert used <= drawn
