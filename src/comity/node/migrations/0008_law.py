from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("node", "0007_inspections")]

    operations = [
        migrations.AddField(
            model_name="draftrow",
            name="law",
            field=models.JSONField(default=dict),
        ),
    ]
