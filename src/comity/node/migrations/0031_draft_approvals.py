"""Each approval of a draft is a row of its own: two officers who sign at once write two rows."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('node', '0030_severity'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='draftrow',
            name='approvals',
        ),
        migrations.CreateModel(
            name='DraftApproval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('officer', models.CharField(max_length=64)),
                ('kid', models.CharField(max_length=64)),
                ('value', models.JSONField()),
                ('at', models.DateTimeField()),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='approvals', to='node.draftrow')),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [models.UniqueConstraint(fields=('draft', 'officer'), name='approval_officer'), models.UniqueConstraint(fields=('draft', 'kid'), name='approval_kid')],
            },
        ),
    ]
