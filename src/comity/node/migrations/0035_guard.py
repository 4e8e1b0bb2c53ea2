from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("node", "0034_given_bytes")]

    operations = [
        migrations.AddField(
            model_name="loghead",
            name="guarded_size",
            field=models.PositiveBigIntegerField(db_default=0, default=0),
        )
    ]
