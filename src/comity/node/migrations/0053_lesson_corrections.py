"""A lesson can be corrected, and what it said before stays; it can be withdrawn."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('node', '0052_outside_contacts'),
    ]

    operations = [
        migrations.AddField(
            model_name='lesson',
            name='withdrawn_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='lesson',
            name='withdrawn_by',
            field=models.CharField(blank=True, default='', max_length=150),
        ),
        migrations.AddField(
            model_name='lesson',
            name='withdrawn_why',
            field=models.CharField(blank=True, default='', max_length=1000),
        ),
        migrations.CreateModel(
            name='LessonWording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=1000)),
                ('owner', models.CharField(max_length=120)),
                ('due', models.DateField()),
                ('corrected_at', models.DateTimeField()),
                ('corrected_by', models.CharField(max_length=150)),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wordings', to='node.lesson')),
            ],
        ),
    ]
