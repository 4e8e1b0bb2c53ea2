"""A conversation remembers the edition of the registry in force in it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('node', '0050_departed_approvals'),
    ]

    operations = [
        migrations.AddField(
            model_name='conversation',
            name='edition',
            field=models.CharField(blank=True, default='', max_length=71),
            preserve_default=False,
        ),
    ]
