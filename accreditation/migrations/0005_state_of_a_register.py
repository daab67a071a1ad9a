from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accreditation", "0004_registers")]

    operations = [migrations.RenameField(model_name="registerlist", old_name="stage", new_name="state")]
