"""Lists of what ended long ago go by kind and end."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("node", "0013_watch")]

    operations = [
        migrations.AddIndex(
            model_name="docketitem",
            index=models.Index(fields=["kind", "changed_at", "item"], name="docket_ended"),
        ),
    ]
