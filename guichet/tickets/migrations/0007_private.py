from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0006_drafts")]
    operations = [
        migrations.AddField("ticket", "is_private", models.BooleanField(db_default=False, default=False)),
    ]
