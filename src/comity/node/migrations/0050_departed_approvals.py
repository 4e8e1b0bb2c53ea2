"""What an officer who leaves takes along has rows of its own: signatures, and certificates."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('node', '0049_case_targets'),
    ]

    operations = [
        migrations.CreateModel(
            name='DepartedApproval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('officer', models.CharField(max_length=64)),
                ('version', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='departed', to='node.draftrow')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='RemovedCertificate',
            fields=[
                ('name', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('officer', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
        ),
    ]
