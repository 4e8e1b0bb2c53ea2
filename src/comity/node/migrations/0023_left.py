"""A package that was offered in another conversation remembers for which it was handed in."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('node', '0022_clocked'),
    ]

    operations = [
        migrations.AddField(
            model_name='package',
            name='handed_in_for',
            field=models.CharField(blank=True, db_index=True, default='', max_length=71),
            preserve_default=False,
        ),
    ]
