from django.db import migrations

# What an import records by the ten thousand concerns no open page and no follower.
QUIET = """
DROP TRIGGER ring ON tickets_event;
CREATE TRIGGER ring AFTER INSERT ON tickets_event FOR EACH ROW WHEN (NOT NEW.is_quiet)
    EXECUTE FUNCTION tickets_event_rings();
"""
LOUD = """
DROP TRIGGER ring ON tickets_event;
CREATE TRIGGER ring AFTER INSERT ON tickets_event FOR EACH ROW EXECUTE FUNCTION tickets_event_rings();
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_mail_as_it_is")]
    operations = [migrations.RunSQL(QUIET, LOUD)]
