"""A password that the node made for somebody must be changed at the first sign-in.

Accounts of before keep theirs: nothing says which of them was ever changed.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('node', '0028_facets'),
    ]

    operations = [
        migrations.AddField(
            model_name='officer',
            name='first_password',
            field=models.BooleanField(default=False),
        ),
    ]
