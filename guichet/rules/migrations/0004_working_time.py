from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rules", "0003_skills")]
    operations = [
        migrations.AddField(
            model_name="rule",
            name="in_working_time",
            field=models.BooleanField(db_default=False, default=False, verbose_name="in working time"),
        ),
    ]
