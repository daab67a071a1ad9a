from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accreditation", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="sitevisit",
            name="one_open_visit",
        ),
        migrations.AddField(
            model_name="application",
            name="apologised_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="xin lỗi lúc"),
        ),
        migrations.AddField(
            model_name="application",
            name="escalated_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="báo quá hạn lúc"),
        ),
        migrations.AddField(
            model_name="application",
            name="promised_on",
            field=models.DateField(editable=False, null=True, verbose_name="hẹn lại ngày"),
        ),
        migrations.AddField(
            model_name="application",
            name="reminded",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="application",
            name="reminded_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="defect",
            name="contested",
            field=models.BooleanField(default=False, verbose_name="cơ sở không đồng ý"),
        ),
        migrations.AddField(
            model_name="defect",
            name="late",
            field=models.BooleanField(default=False, verbose_name="phát hiện sau danh sách đầu"),
        ),
        migrations.AddField(
            model_name="defect",
            name="late_reason",
            field=models.CharField(blank=True, max_length=500, verbose_name="vì sao trước không phát hiện"),
        ),
        migrations.AddField(
            model_name="sitevisit",
            name="cancelled_at",
            field=models.DateTimeField(null=True, verbose_name="hủy lúc"),
        ),
        migrations.AddConstraint(
            model_name="defect",
            constraint=models.CheckConstraint(
                condition=models.Q(("late", False), models.Q(("late_reason", ""), _negated=True), _connector="OR"),
                name="late_defect_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitevisit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cancelled_at__isnull", True), ("held_at__isnull", True)),
                fields=("application",),
                name="one_open_visit",
            ),
        ),
    ]
