"""Four eyes in the database: what no mistake in Python may let through.

A signature is refused when it is not a natural person's own, made under a lease that this person
holds on an item of the review; when that person asked for, last edited or gains from what is
signed; or when it is over another content than the one in force. A review is not settled with
fewer signatures than it needs, and what it needs never becomes less.
"""

from django.db import migrations

SIGNATURE = """
CREATE FUNCTION countersign_check_signature() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    review reviews_review%ROWTYPE;
    account queues_user%ROWTYPE;
    item queues_workitem%ROWTYPE;
BEGIN
    SELECT * INTO review FROM reviews_review WHERE id = NEW.review_id FOR NO KEY UPDATE;
    SELECT * INTO account FROM queues_user WHERE id = NEW.account_id;
    SELECT * INTO item FROM queues_workitem WHERE id = NEW.item_id FOR NO KEY UPDATE;
    IF NEW.withdrawn_at IS NOT NULL THEN
        RAISE EXCEPTION 'a signature starts out valid'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_starts_valid';
    END IF;
    IF account.kind <> 'person' OR account.person_id IS DISTINCT FROM NEW.person_id
       OR NOT account.is_active THEN
        RAISE EXCEPTION 'a signature needs an active account of the person who signs'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_of_a_person';
    END IF;
    IF NEW.person_id IN (review.requester_person_id, review.last_editor_id,
                         review.beneficiary_person_id)
       OR lower(review.requester) = lower('user:' || account.username)
       OR EXISTS (SELECT FROM queues_exclusion
                   WHERE item_id = NEW.item_id AND person_id = NEW.person_id) THEN
        RAISE EXCEPTION 'requester, last editor, beneficiary and the excluded never sign'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_not_own';
    END IF;
    IF review.status <> 'open' OR NEW.version <> review.version
       OR NEW.content_hash <> review.content_hash THEN
        RAISE EXCEPTION 'a signature is over the content in force of an open review'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_over_content';
    END IF;
    IF item.status <> 'reserved' OR item.holder_id IS DISTINCT FROM NEW.account_id
       OR item.epoch <> NEW.epoch
       OR NOT EXISTS (SELECT FROM reviews_reviewitem
                       WHERE item_id = NEW.item_id AND review_id = NEW.review_id
                         AND version = NEW.version AND NOT is_void) THEN
        RAISE EXCEPTION 'a signature is made under a lease on an item of its review'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_under_lease';
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
"""

REVIEW = """
CREATE FUNCTION countersign_check_review() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    signed integer;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.disposition <> 'auto' AND NEW.status NOT IN ('open', 'blocked') THEN
            RAISE EXCEPTION 'a review that people decide starts open or blocked'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'review_signed_enough';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.payload IS DISTINCT FROM OLD.payload OR NEW.content_hash <> OLD.content_hash)
       AND NEW.version <= OLD.version THEN
        RAISE EXCEPTION 'a changed payload is a new version'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_edit_is_a_version';
    END IF;
    IF NEW.signatures_needed < OLD.signatures_needed OR NEW.disposition <> OLD.disposition
       OR NEW.requester <> OLD.requester
       OR NEW.requester_person_id IS DISTINCT FROM OLD.requester_person_id
       OR NEW.beneficiary_person_id IS DISTINCT FROM OLD.beneficiary_person_id THEN
        RAISE EXCEPTION 'what a review needs, and who has a part in it, stays as it was opened'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_needs_stay';
    END IF;
    IF OLD.status IN ('executed', 'withdrawn') AND NEW.status <> OLD.status THEN
        RAISE EXCEPTION 'a review that is over stays over'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_over_stays_over';
    END IF;
    IF NEW.status IN ('settled', 'executed') AND OLD.status NOT IN ('settled', 'executed')
       AND NEW.disposition <> 'auto' THEN
        SELECT count(DISTINCT decision.person_id) INTO signed
          FROM reviews_decision AS decision
          JOIN reviews_effect AS effect ON effect.decision_id = decision.id
          JOIN queues_user AS account ON account.id = decision.account_id
         WHERE decision.review_id = NEW.id AND decision.version = NEW.version
           AND decision.content_hash = NEW.content_hash AND decision.outcome = NEW.outcome
           AND decision.outcome <> 'edit' AND decision.withdrawn_at IS NULL
           AND effect.status = 'done' AND account.is_active;
        IF signed < NEW.signatures_needed THEN
            RAISE EXCEPTION 'review needs % signatures and has %', NEW.signatures_needed, signed
                USING ERRCODE = 'check_violation', CONSTRAINT = 'review_signed_enough';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER review_four_eyes BEFORE INSERT OR UPDATE ON reviews_review
    FOR EACH ROW EXECUTE FUNCTION countersign_check_review();
CREATE TRIGGER review_never_deleted BEFORE DELETE ON reviews_review
    FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
"""

FIXED = {"evidence": "sealed", "grid": "immutable", "gridcell": "immutable", "flag": "immutable"}

FORWARD = SIGNATURE + REVIEW + "".join(
    f"CREATE TRIGGER {table}_{why} BEFORE UPDATE OR DELETE ON reviews_{table} "
    "FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();"
    for table, why in FIXED.items()
)

BACKWARD = "".join(
    f"DROP TRIGGER {table}_{why} ON reviews_{table};" for table, why in FIXED.items()
) + """
DROP TRIGGER review_never_deleted ON reviews_review;
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
