"""Notices of deadlines, events of webhooks and what a partner explained have rows of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('node', '0038_refusals'),
    ]

    operations = [
        migrations.RunSQL('UPDATE node_hook SET seen = 0', migrations.RunSQL.noop),
        migrations.CreateModel(
            name='EpochExplanation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.CharField(max_length=64)),
                ('origin', models.CharField(max_length=200, unique=True)),
                ('agrees', models.BooleanField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='HookEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(max_length=24)),
                ('data', models.JSONField()),
                ('happened_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='OperatorSetting',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=16)),
            ],
        ),
        migrations.CreateModel(
            name='PartnerTestFailure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.CharField(max_length=64)),
                ('fault', models.CharField(max_length=60)),
                ('at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='DeadlineNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=200)),
                ('clock', models.CharField(max_length=40)),
                ('due_at', models.DateTimeField()),
                ('level', models.CharField(max_length=60)),
                ('to_whom', models.CharField(max_length=40)),
                ('passed', models.BooleanField()),
                ('told_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('subject', 'clock', 'due_at', 'level', 'to_whom'), name='deadline_notice')],
            },
        ),
        migrations.CreateModel(
            name='ImportedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=71)),
                ('place', models.CharField(max_length=200)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'place'), name='imported_row')],
            },
        ),
    ]
