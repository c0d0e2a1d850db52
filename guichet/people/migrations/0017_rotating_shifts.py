from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0016_limits'),
    ]

    operations = [
        migrations.AddField(
            model_name='shift',
            name='begins',
            field=models.DateField(null=True),
        ),
    ]
