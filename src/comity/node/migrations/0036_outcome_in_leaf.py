"""A leaf of a message received says its outcome; its receipt names this node's newest message."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("node", "0035_guard")]

    operations = [
        migrations.AddField(
            model_name="logentry",
            name="outcome",
            field=models.CharField(max_length=80, default="", db_default=""),
        ),
        migrations.AddField(
            model_name="messagerow", name="own_head", field=models.JSONField(null=True)
        ),
    ]
