"""How much an alarm presses, which request came beyond a quota, whose name was tried in vain."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Three columns; alarms that are open are looked at again within seconds."""

    dependencies = (('node', '0029_first_password'),)

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
        migrations.AddField(
            model_name='signinfailure',
            name='account',
            field=models.CharField(blank=True, db_index=True, default='', max_length=64),
            preserve_default=False,
        ),
    )
