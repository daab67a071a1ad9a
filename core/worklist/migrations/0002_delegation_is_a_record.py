import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("worklist", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "delegation", "created_at",
            models.DateTimeField(auto_now_add=True, default=django.utils.timezone.now), preserve_default=False,
        ),
        migrations.AddField("delegation", "updated_at", models.DateTimeField(auto_now=True)),
        migrations.AddField("delegation", "version", models.PositiveIntegerField(default=1, editable=False)),
        migrations.AddField(
            "delegation", "reason",
            models.CharField(
                "vì sao vắng", blank=True, default="", max_length=10,
                choices=[
                    ("leave", "Nghỉ phép, nghỉ chế độ"), ("ill", "Ốm, việc gia đình đột xuất"),
                    ("duty", "Công tác, tập huấn"), ("other", "Lý do khác"),
                ],
            ),
            preserve_default=False,
        ),
        migrations.AddField("delegation", "ended_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "delegation", "ended_by",
            models.ForeignKey(
                settings.AUTH_USER_MODEL, django.db.models.deletion.PROTECT, null=True, related_name="+"
            ),
        ),
        migrations.AddIndex(
            "delegation", models.Index(fields=["principal", "valid_from"], name="delegation_of_principal")
        ),
    ]  # fmt: skip
