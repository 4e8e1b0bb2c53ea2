"""What was erased in the database is removed from the node's files too, whatever stops in between."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('node', '0031_draft_approvals'),
    ]

    operations = [
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=120)),
                ('case', models.CharField(blank=True, max_length=40)),
                ('at', models.DateTimeField()),
                ('done_at', models.DateTimeField(db_index=True, null=True)),
            ],
        ),
    ]
