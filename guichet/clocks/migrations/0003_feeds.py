from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("clocks", "0002_promises")]

    operations = [
        migrations.AddField("calendar", "feed_url", models.CharField(blank=True, db_default="", default="", max_length=2000)),
        migrations.AddField("calendar", "feed_read_at", models.DateTimeField(null=True)),
        migrations.AddField("calendar", "feed_failed_at", models.DateTimeField(null=True)),
    ]
