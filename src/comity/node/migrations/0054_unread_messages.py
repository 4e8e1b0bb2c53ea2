"""A conversation remembers since when a message of the other side waits to be read."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('node', '0053_lesson_corrections'),
    ]

    operations = [
        migrations.AddField(
            model_name='conversation',
            name='unread_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('unread_at__isnull', False)), fields=['digest'], name='conversation_unread'),
        ),
    ]
