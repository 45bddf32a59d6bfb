"""Four eyes in the database: what no mistake in Python may let through.

A signature is refused when it is not a natural person's own, when that person asked for, last
edited or gains from what is signed, or when it is over another content than the one in force.
A review is not settled with fewer signatures than it needs.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION countersign_check_signature() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    review reviews_review%ROWTYPE;
    account queues_user%ROWTYPE;
BEGIN
    SELECT * INTO review FROM reviews_review WHERE id = NEW.review_id FOR NO KEY UPDATE;
    SELECT * INTO account FROM queues_user WHERE id = NEW.account_id;
    IF account.kind <> 'person' OR account.person_id IS DISTINCT FROM NEW.person_id
       OR NOT account.is_active THEN
        RAISE EXCEPTION 'a signature needs an active account of the person who signs'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_of_a_person';
    END IF;
    IF NEW.person_id IN (review.requester_person_id, review.last_editor_id,
                         review.beneficiary_person_id)
       OR review.requester = 'user:' || account.username THEN
        RAISE EXCEPTION 'requester, last editor and beneficiary never sign'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_not_own';
    END IF;
    IF review.status <> 'open' OR NEW.version <> review.version
       OR NEW.content_hash <> review.content_hash THEN
        RAISE EXCEPTION 'a signature is over the content in force of an open review'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_over_content';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decision_four_eyes BEFORE INSERT ON reviews_decision
    FOR EACH ROW EXECUTE FUNCTION countersign_check_signature();

CREATE FUNCTION countersign_keep_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.withdrawn_at IS NOT NULL
       OR to_jsonb(NEW) - 'withdrawn_at' <> to_jsonb(OLD) - 'withdrawn_at' THEN
        RAISE EXCEPTION 'a decision is never changed, only withdrawn'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decision_kept BEFORE UPDATE ON reviews_decision
    FOR EACH ROW EXECUTE FUNCTION countersign_keep_decision();
CREATE TRIGGER decision_never_deleted BEFORE DELETE ON reviews_decision
    FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();

CREATE FUNCTION countersign_check_review() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    signed integer;
BEGIN
    IF NEW.payload IS DISTINCT FROM OLD.payload AND NEW.version <= OLD.version THEN
        RAISE EXCEPTION 'a changed payload is a new version'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_edit_is_a_version';
    END IF;
    IF NEW.status = 'settled' AND OLD.status <> 'settled' AND NEW.disposition <> 'auto' THEN
        SELECT count(DISTINCT person_id) INTO signed FROM reviews_decision
         WHERE review_id = NEW.id AND version = NEW.version AND withdrawn_at IS NULL
           AND content_hash = NEW.content_hash AND outcome <> 'edit';
        IF signed < NEW.signatures_needed THEN
            RAISE EXCEPTION 'review needs % signatures and has %', NEW.signatures_needed, signed
                USING ERRCODE = 'check_violation', CONSTRAINT = 'review_signed_enough';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER review_four_eyes BEFORE UPDATE ON reviews_review
    FOR EACH ROW EXECUTE FUNCTION countersign_check_review();

CREATE TRIGGER evidence_sealed BEFORE UPDATE OR DELETE ON reviews_evidence
    FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER grid_immutable BEFORE UPDATE OR DELETE ON reviews_grid
    FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER gridcell_immutable BEFORE UPDATE OR DELETE ON reviews_gridcell
    FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
"""

BACKWARD = """
DROP TRIGGER gridcell_immutable ON reviews_gridcell;
DROP TRIGGER grid_immutable ON reviews_grid;
DROP TRIGGER evidence_sealed ON reviews_evidence;
DROP TRIGGER review_four_eyes ON reviews_review;
DROP FUNCTION countersign_check_review();
DROP TRIGGER decision_never_deleted ON reviews_decision;
DROP TRIGGER decision_kept ON reviews_decision;
DROP FUNCTION countersign_keep_decision();
DROP TRIGGER decision_four_eyes ON reviews_decision;
DROP FUNCTION countersign_check_signature();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial"), ("queues", "0002_immutable")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
