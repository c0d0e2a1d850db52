from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_releases")]

    operations = [
        migrations.AddField(
            model_name="wishes",
            name="takes_mail",
            field=models.BooleanField(db_default=True, default=True, verbose_name="mail me what I chose to be mailed"),
        ),
    ]
