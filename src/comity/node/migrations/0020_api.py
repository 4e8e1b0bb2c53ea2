"""Tokens name what they may do, and end; calls that are repeated; webhooks."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

EVERYTHING = [
    'self', 'read-cases', 'read-content', 'draft', 'approve', 'override', 'send', 'evidence',
    'mark', 'show-marked', 'confirm-destruction', 'export', 'abuse-material', 'certificates',
    'read-outbox', 'retry', 'read-health', 'read-audit', 'read-directory', 'statistics',
    'settings', 'read-docket', 'docket', 'translate', 'read-duty', 'acknowledge', 'roster',
    'call-out', 'test-notices', 'assign', 'unassigned', 'break-glass', 'every-case', 'notices',
    'people', 'watch', 'call',
]
# What there was to be allowed on the day of this migration, as it was: a right that is new does
# not fall to a token made before it.


def keep_old_tokens(apps: Any, schema_editor: Any) -> None:
    """Let tokens made before go on: they could do all that their person may."""
    apps.get_model('node', 'ApiToken').objects.update(scopes=EVERYTHING)


class Migration(migrations.Migration):

    dependencies = [
        ('node', '0019_privacy'),
    ]

    operations = [
        migrations.AddField(
            model_name='apitoken',
            name='expires_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='apitoken',
            name='scopes',
            field=models.JSONField(default=list),
        ),
        migrations.RunPython(keep_old_tokens, migrations.RunPython.noop),
        migrations.CreateModel(
            name='RepeatedCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('holder', models.CharField(max_length=80)),
                ('key', models.CharField(max_length=64)),
                ('asked', models.CharField(max_length=64)),
                ('claimed_at', models.DateTimeField(db_index=True)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('answer', models.BinaryField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('holder', 'key'), name='repeated_call')],
            },
        ),
        migrations.CreateModel(
            name='Hook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=60)),
                ('url', models.CharField(max_length=500)),
                ('events', models.JSONField()),
                ('secret', models.CharField(max_length=200)),
                ('seen', models.PositiveBigIntegerField()),
                ('made_at', models.DateTimeField()),
                ('ended', models.CharField(blank=True, max_length=60)),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='node.officer')),
            ],
        ),
        migrations.CreateModel(
            name='HookDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.CharField(max_length=40)),
                ('event', models.CharField(max_length=24)),
                ('data', models.JSONField()),
                ('happened_at', models.DateTimeField()),
                ('stage', models.CharField(choices=[('queued', 'waits'), ('sent', 'taken'), ('failed', 'given up')], default='queued', max_length=8)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('fault', models.CharField(blank=True, max_length=60)),
                ('due_at', models.DateTimeField()),
                ('lease_until', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('hook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='node.hook')),
            ],
            options={
                'indexes': [models.Index(fields=['stage', 'due_at'], name='hook_due')],
            },
        ),
    ]
