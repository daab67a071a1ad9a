from django.db import migrations, models

from core.engines import EngineSQL, index


class Migration(migrations.Migration):
    """Goals and follow-ups of everybody's cases are read a page at a time (docs/performance.md)."""

    atomic = False

    dependencies = [("casework", "0003_lists_at_scale")]

    operations = [
        EngineSQL(**index("follow_up_by_day", "casework_followup", "due_on, id"), state_operations=[
            migrations.AddIndex("followup", models.Index(fields=["due_on", "id"], name="follow_up_by_day")),
        ]),
        EngineSQL(**index("goal_in_order", "casework_goal", '"order", id'), state_operations=[
            migrations.AddIndex("goal", models.Index(fields=["order", "id"], name="goal_in_order")),
        ]),
    ]  # fmt: skip
