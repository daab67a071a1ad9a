"""A small lifecycle of the tests' own, so that the generic endpoints are tried with every kind of action and field.

It is registered while a test runs (fixture `boxes`) and is no part of the product's tables, rules or documents.
"""

from django import forms
from django.db import models
from django_fsm import FSMField, transition
from rest_framework import serializers

from core.access.engine import declare
from core.access.scopes import anywhere, own_unit, unit_tree
from core.accounts.enums import Role
from core.api.fields import Label, RecordSerializer
from core.api.paging import Key
from core.api.records import RecordViewSet
from core.errors import Reason
from core.lifecycle.actions import ActionForm, action
from core.lifecycle.fields import NoteField
from core.lifecycle.fsm import NEW, Lifecycle
from core.records import Record
from core.sealed import SealedTextField

COLOURS = [("red", "Đỏ"), ("blue", "Xanh")]


class Box(Lifecycle):
    state = FSMField(default=NEW, choices=[("open", "Đang mở"), ("shut", "Đã đóng")], protected=True)
    label = models.CharField(max_length=50)
    colour = models.CharField(max_length=10, blank=True)
    size = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    hint = models.CharField(max_length=50, blank=True)
    secret = SealedTextField()
    unit = models.ForeignKey("accounts.Unit", models.DO_NOTHING, related_name="+", db_constraint=False)

    class Meta:
        app_label = "boxes"

    @transition(field=state, source=NEW, target="open")
    def make(self, act):
        self.opened_at = act.at

    @transition(field=state, source="open", target="shut")
    def close(self, act):
        pass

    @transition(field=state, source="open", target="shut")
    def burn(self, act):
        pass


class Leaf(Record):
    box = models.ForeignKey(Box, models.CASCADE, related_name="leaves")
    text = models.CharField(max_length=50)

    LOCK_FIRST = "box"

    class Meta:
        app_label = "boxes"

    @property
    def root(self):
        return self.box


class MakeForm(ActionForm):
    label = forms.CharField(max_length=50, label="Tên")
    colour = forms.ChoiceField(choices=COLOURS, label="Màu", required=False)
    size = forms.IntegerField(min_value=0, max_value=9, required=False)
    day = forms.DateField(required=False)
    sturdy = forms.BooleanField(required=False)
    tags = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], required=False)
    hint = forms.CharField(required=False)
    secret = forms.CharField(required=False)


class NotedForm(ActionForm):
    note = NoteField("Ghi chú")


class RenameForm(ActionForm):
    label = forms.CharField(max_length=50)


class AddForm(ActionForm):
    text = forms.CharField(max_length=50)


def not_ready(box, act):
    if box.label == "chưa":
        yield Reason("not_ready", "Hộp chưa đặt tên.", "/boxes/")


def prepare(box, act):
    box.unit_id = act.by.holdings[0].unit_id
    for name in ("label", "colour", "hint", "secret"):
        setattr(box, name, act.data[name])
    box.size = act.data["size"] or 0


def rename(box, act):
    box.label = act.data["label"]


def put(leaf, act):
    leaf.text = act.data["text"]


def nothing(row, act):
    """The transition is all there is."""


class BoxSerializer(RecordSerializer):
    model = Box
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    state = serializers.CharField()
    state_label = Label([("open", "Đang mở"), ("shut", "Đã đóng")], source="state")
    label = serializers.CharField()
    size = serializers.IntegerField()
    unit_name = serializers.CharField(source="unit.name")
    hint = serializers.CharField()
    secret = serializers.CharField()


def by_colour(rows, text):
    if text not in dict(COLOURS):
        raise ValueError("Không có màu này.")
    return rows.filter(colour=text)


class Boxes(RecordViewSet):
    model = Box
    serializer_class = BoxSerializer
    list_columns = ("id", "label", "size", "state_label", "unit_name")
    filters = {"colour": by_colour}
    ordering = (Key("size"), Key("opened_at", descending=True, nullable=True))
    create_action = "make"
    select = ("unit",)


class LeafSerializer(RecordSerializer):
    model = Leaf
    id = serializers.UUIDField()
    text = serializers.CharField()


class Leaves(RecordViewSet):
    model = Leaf
    serializer_class = LeafSerializer
    list_columns = ("id", "text")
    field_class = ""
    create_action = "add"


def register():
    """Rules and actions; the caller has put copies in place of the registries."""
    worker, boss = Role.WORKER, Role.SUPERVISOR
    declare(
        "boxes.Box",
        {
            "view": {worker: [own_unit("unit")], boss: [unit_tree("unit")]},
            "make": {worker: [anywhere()]},
            "close": {worker: [own_unit("unit")]},
            "rename": {worker: [own_unit("unit")]},
            "burn": {worker: [own_unit("unit")]},
            "read:narrative": {worker: [own_unit("unit")]},
            "leaf.add": {worker: [own_unit("unit")]},
        },
        fields={
            "view": ["id", "version", "state", "label", "size", "unit__name"],
            "read:narrative": ["hint", "secret"],
        },
    )
    declare(
        "boxes.Leaf",
        {"view": {worker: [own_unit("box__unit")]}, "add": {worker: [own_unit("box__unit")]}},
        fields={"view": ["id", "text"]},
    )
    action(Box, "make", label="Tạo hộp", creates=True, form=MakeForm, prepare=prepare)(nothing)
    action(Box, "close", label="Đóng", form=NotedForm, guards=[not_ready], order=10)(nothing)
    action(Box, "rename", label="Đổi tên", form=RenameForm, states=["open"], order=20)(rename)
    action(
        Box, "burn", label="Đốt", form=NotedForm, confirm_by=Role.SUPERVISOR, confirm_unit=lambda box, data: box.unit
    )(nothing)
    action(Box, "expire", label="Hết hạn", internal=True, states=["open"])(nothing)
    action(Leaf, "add", label="Thêm tờ", creates=True, form=AddForm, parent=Box)(put)
