from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('node', '0048_work_in_order'),
    ]

    operations = [
        migrations.AddField(
            model_name='conversation',
            name='target',
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AddField(
            model_name='conversation',
            name='targets',
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
