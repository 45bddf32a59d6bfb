"""Plain work beside questions: a form to fill in, and what was filled in with the decision.

What a form asks stays as it was shown: signatures are made over it.
"""

from django.db import migrations, models
from django.db.models import Q

FORWARD = """
CREATE FUNCTION countersign_keep_form() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.form IS DISTINCT FROM OLD.form THEN
        RAISE EXCEPTION 'what a form asks stays as it was opened'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_form_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER review_form_kept BEFORE UPDATE OF form ON reviews_review
    FOR EACH ROW EXECUTE FUNCTION countersign_keep_form();
"""
BACKWARD = """
DROP TRIGGER review_form_kept ON reviews_review;
DROP FUNCTION countersign_keep_form();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_four_eyes")]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="answers",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="review",
            name="form",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                name="review_work_is_done_by_one",
                condition=Q(form__isnull=True)
                | Q(disposition="review", signatures_needed=1, mode="countersign"),
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
