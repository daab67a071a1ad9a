"""Forms as people and screen readers meet them."""

import re

from django import forms
from django.template import Context, Template

from core.web.fields import PartialDateField


class Intake(forms.Form):
    full_name = forms.CharField(label="Họ và tên", help_text="Có thể chỉ một từ.")
    born = PartialDateField(label="Ngày sinh")
    commune = forms.ChoiceField(label="Xã, phường", choices=[("", "Chọn"), ("1", "Trấn Biên")], required=False)
    danger = forms.ChoiceField(
        label="Có nguy hiểm ngay?", choices=[("1", "Có"), ("0", "Không")], widget=forms.RadioSelect
    )
    needs = forms.MultipleChoiceField(
        label="Nhu cầu", choices=[("a", "Chỗ ở")], widget=forms.CheckboxSelectMultiple, required=False
    )
    note = forms.CharField(label="Ghi chú", widget=forms.Textarea, required=False)
    agree = forms.BooleanField(label="Đồng ý", required=False)
    paper = forms.FileField(label="Giấy tờ", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def bound(**data) -> Intake:
    return Intake({"full_name": "", "born": "03/04/2962", "danger": "1", **data})


def test_every_control_has_a_label_and_its_hint_and_error_are_announced():
    html = str(bound())
    ids = set(re.findall(r' id="([^"]+)"', html))
    for target in re.findall(r'<label for="([^"]+)"', html) + re.findall(r'<label class="tick" for="([^"]+)"', html):
        assert target in ids
    for described in re.findall(r'aria-describedby="([^"]+)"', html):
        assert set(described.split()) <= ids
    assert 'aria-describedby="id_born_helptext id_born_error"' in html
    assert html.count('aria-invalid="true"') == 2


def test_ids_are_unique():
    ids = re.findall(r' id="([^"]+)"', str(bound()))
    assert len(ids) == len(set(ids))


def test_optional_fields_say_so_in_words_and_ticks_do_not():
    html = str(Intake())
    assert html.count("(không bắt buộc)") == 4
    assert "Đồng ý</label>" in html


def test_the_summary_links_to_each_field_that_needs_mending():
    html = str(bound(danger=""))
    assert "Còn 3 chỗ cần sửa" in html
    summary = html[: html.index('<div class="field')]
    ids = set(re.findall(r' id="([^"]+)"', html))
    anchors = re.findall(r'href="#([^"]+)"', summary)
    assert anchors == ["id_full_name", "id_born", "id_danger"]
    assert set(anchors) <= ids
    assert "Ngày sinh: Năm 2962 chưa tới. Gõ lại năm sinh." in summary
    assert "nguy hiểm ngay? " in summary


def test_an_unbound_or_good_form_has_no_summary():
    assert 'role="alert"' not in str(Intake())
    assert 'role="alert"' not in str(bound(full_name="Y Moan", born="1950"))


def test_what_was_typed_stays_and_is_escaped():
    html = str(bound(full_name="<i>Lan</i>", note="</textarea><b>"))
    assert 'value="&lt;i&gt;Lan&lt;/i&gt;"' in html
    assert "&lt;/textarea&gt;&lt;b&gt;</textarea>" in html
    assert 'value="03/04/2962"' in html


def test_choices_are_labelled_rows_in_a_fieldset():
    html = str(Intake())
    assert html.count("<fieldset") == 2
    assert "<legend>Có nguy hiểm ngay?</legend>" in html
    assert '<div id="id_danger" class="opts" tabindex="-1">' in html
    assert html.count('class="in"') == html.count("<select") + html.count("<textarea") + 2


def test_the_field_tag_gives_the_same_and_drops_an_echoing_placeholder():
    form = Intake()
    form.fields["full_name"].widget.attrs["placeholder"] = "Họ và tên"
    html = Template("{% load dh %}{% field form.full_name %}").render(Context({"form": form}))
    assert "<div" in html
    assert "placeholder" not in html
    assert "wide" in Template("{% load dh %}{% field form.note True %}").render(Context({"form": form}))


def test_warnings_stand_at_the_field_without_making_it_wrong():
    form = bound(full_name="Lan", born="1950")
    form.warnings = {"born": ["Kiểm tra giấy, vẫn lưu được."]}
    html = str(form)
    assert '<span class="warned">Kiểm tra giấy, vẫn lưu được.</span>' in html
    assert 'class="field bad"' not in html


def test_hidden_inputs_are_once_and_bare():
    html = str(Intake())
    assert html.count('name="token"') == 1
    assert '<input type="hidden" name="token" id="id_token">' in html


def test_form_errors_of_the_whole_stand_in_the_summary():
    form = bound(full_name="Lan", born="1950")
    form.add_error(None, "Người báo và người được trợ giúp trùng nhau.")
    html = str(form)
    assert "Người báo và người được trợ giúp trùng nhau." in html
    assert "Còn 1 chỗ cần sửa" in html
