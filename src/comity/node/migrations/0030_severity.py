"""An alarm keeps how much its cause presses; a request, whether it came beyond a quota."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns; alarms that are open are looked at again within seconds."""

    dependencies = (('node', '0028_facets'),)

    operations = (
        migrations.AddField(
            model_name='alarm',
            name='severity',
            field=models.CharField(default='now', max_length=8),
        ),
        migrations.AddField(
            model_name='conversation',
            name='beyond_quota',
            field=models.BooleanField(default=False),
        ),
    )
