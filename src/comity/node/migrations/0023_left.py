"""Packages remember for which conversation they were handed in, and cases when they ended.

What is due of data protection is read off `EndedCase` by an index; here it is filled from what is
stored, by one statement.
"""

from typing import Any

from django.db import migrations, models

ACTIVE = ("accepted", "acknowledged", "clarifying", "postponed", "preserved", "submitted")
EXECUTED = ("preservation.confirmed", "request.executed", "request.executed-in-part")
FILL = """
INSERT INTO node_endedcase ({case}, record_class, ended_at)
SELECT c.{case},
  CASE
    WHEN EXISTS (SELECT 1 FROM node_package p JOIN node_conversation d ON d.digest = p.conversation
                 WHERE d.{case} = c.{case}) THEN 'case-with-evidence'
    WHEN EXISTS (SELECT 1 FROM node_messagerow m
                 JOIN node_conversation d ON d.digest = m.conversation
                 WHERE d.{case} = c.{case} AND m.type IN ({executed}))
      OR EXISTS (SELECT 1 FROM node_conversation d
                 WHERE d.{case} = c.{case} AND d.paper AND d.main = 'executed')
      THEN 'case-without-evidence'
    ELSE 'case-without-outcome'
  END,
  MAX(c.moved_at)
FROM node_conversation c
WHERE c.{case} <> '' AND NOT EXISTS (
  SELECT 1 FROM node_docketitem r WHERE r.kind = 'review' AND r.about = 'case:' || c.{case})
GROUP BY c.{case}
HAVING COUNT(CASE WHEN c.main IN ({active}) OR c.due_at IS NOT NULL THEN 1 END) = 0
"""


def remember_ended(apps: Any, schema_editor: Any) -> None:
    """Write which cases ended, when, and of which class they are."""
    del apps
    texts = {name: ', '.join(f"'{one}'" for one in some)
             for name, some in (('active', ACTIVE), ('executed', EXECUTED))}
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        cursor.execute(FILL.format(case=connection.ops.quote_name('case'), **texts))


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
        migrations.CreateModel(
            name='EndedCase',
            fields=[
                ('case', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('record_class', models.CharField(max_length=32)),
                ('ended_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['record_class', 'ended_at', 'case'], name='ended_due')],
            },
        ),
        migrations.AddIndex(
            model_name='docketitem',
            index=models.Index(
                condition=models.Q(('case', '')),
                fields=['kind', 'changed_at', 'item'],
                name='docket_of_none',
            ),
        ),
        migrations.RunPython(remember_ended, migrations.RunPython.noop),
    ]
