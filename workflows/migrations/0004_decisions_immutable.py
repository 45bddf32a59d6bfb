"""What two people agreed on stays as it was, and nobody signs what they changed themselves."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER decision_immutable BEFORE UPDATE OR DELETE ON workflows_decisiondefinition
    FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER decision_no_truncate BEFORE TRUNCATE ON workflows_decisiondefinition
    FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
ALTER TABLE workflows_decisiondefinition ADD CONSTRAINT decision_signer_changed_nothing
    CHECK (jsonb_typeof(editors) = 'array' AND NOT jsonb_exists(editors, signer));
"""

BACKWARD = """
ALTER TABLE workflows_decisiondefinition DROP CONSTRAINT decision_signer_changed_nothing;
DROP TRIGGER decision_no_truncate ON workflows_decisiondefinition;
DROP TRIGGER decision_immutable ON workflows_decisiondefinition;
"""


class Migration(migrations.Migration):
    dependencies = [("workflows", "0003_decisions"), ("workflows", "0002_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
