"""Published calendars and promises stay as they were, and a breach stays on record."""

from django.db import migrations

TABLES = ["queues_calendar", "queues_slapolicy", "queues_slagoal", "queues_rung", "queues_breach"]

FORWARD = "".join(
    f"CREATE TRIGGER {table}_immutable BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();"
    for table in TABLES
)
BACKWARD = "".join(f"DROP TRIGGER {table}_immutable ON {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("queues", "0001_initial"), ("workflows", "0002_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
