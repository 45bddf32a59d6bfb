"""The journal only grows, and what was deployed stays as it was: held by the database itself."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION countersign_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON workflows_journalentry
    FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON workflows_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER definition_immutable BEFORE UPDATE OR DELETE ON workflows_processdefinition
    FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
"""

BACKWARD = """
DROP TRIGGER definition_immutable ON workflows_processdefinition;
DROP TRIGGER journal_no_truncate ON workflows_journalentry;
DROP TRIGGER journal_append_only ON workflows_journalentry;
DROP FUNCTION countersign_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("workflows", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
