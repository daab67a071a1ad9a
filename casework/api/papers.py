"""Papers of a case: what there is, handing one in (multipart/form-data: `data`, `file`), and withdrawing one."""

from rest_framework import serializers

from casework.api import filters
from core.api.fields import Label, RecordSerializer
from core.api.records import RecordViewSet
from core.documents.models import Document, DocumentKind


class PaperSerializer(RecordSerializer):
    model = Document
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    root_id = serializers.UUIDField()
    subject_model = serializers.CharField()
    subject_id = serializers.UUIDField()
    kind = serializers.CharField()
    kind_label = Label(DocumentKind.choices, source="kind")
    title = serializers.CharField()
    mime = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    uploaded_by_id = serializers.UUIDField()
    created_at = serializers.DateTimeField()


class Papers(RecordViewSet):
    """The papers handed in; `case` narrows them to one case. A withdrawn one is not found any more."""

    model = Document
    serializer_class = PaperSerializer
    list_columns = (
        "id", "version", "root_id", "subject_model", "subject_id", "kind", "kind_label", "mime", "size",
        "uploaded_by_id", "created_at",
    )  # fmt: skip
    filters = {"case": filters.key("root_id"), "kind": filters.choice("kind", DocumentKind.values)}
    create_action = "upload"
