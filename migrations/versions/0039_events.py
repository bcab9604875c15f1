"""No write without an event, and a feed that never skips."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

RUNTIME, READER = "vigil_runtime", "vigil_reader"
# What is written of a patient, by the column that says of whom.
BY_PATIENT = (
    *("account_closure", "adverse_event", "appointment", "approval", "assessment", "break_glass"),
    *("care_team_member", "clearance", "coaching_note", "consent", "disclosure", "dose_change"),
    *("dose_session", "dose_taken", "emergency_call", "escalation", "evaluation", "follow_up"),
    *("follow_up_answer", "gate_decision", "goal", "goal_change", "handover", "hold"),
    *("home_check", "intake", "intention", "legal_hold", "medication_order", "module_completion"),
    *("monitoring_check", "monitoring_form", "office_session", "override", "pdmp_query"),
    *(
        "predose_check",
        "private_note",
        "quarantined_item",
        "quarantined_queue",
        "record_export",
        "release_check",
        "rems_enrolment",
    ),
    *("rights_request", "risk_assessment", "shipment", "sitter", "sitter_attestation"),
    *("sitter_concern", "sitter_contact_code", "treatment_plan", "vital_signs"),
)
BEHIND_HARM = ("adverse_event_addition", "adverse_event_assessment")
OF_NOBODY = (
    *("account_recovery", "blocked_substance", "certified_site", "consent_text", "credential"),
    *("federal_authority", "invitation", "jurisdiction", "late_item", "law_confirmation"),
    *("law_proposal", "lot", "on_call_shift", "parameter_sheet", "parameter_signature"),
    *("parameters_in_force", "passkey", "phone", "product", "product_setting", "recovery_code"),
    *("role_grant", "second_factor", "site_staff", "slot", "user_account"),
    *("webhook_endpoint", "webhook_key"),
)
WHOSE = {
    **dict.fromkeys(BY_PATIENT, "patient_id"),
    **dict.fromkeys(BEHIND_HARM, "adverse_event_id"),
    **dict.fromkeys(OF_NOBODY, ""),
    "patient": "id",
}
NOBODY = "'00000000-0000-0000-0000-000000000000'::uuid"
# The owner who only renews seals changes nothing that anybody said.
OWES = f"""
    CREATE FUNCTION owes_event() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        whose uuid;
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF NEW IS NOT DISTINCT FROM OLD THEN
                RETURN NULL;
            END IF;
            IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER')
                AND only_renews(TG_RELID, to_jsonb(OLD), to_jsonb(NEW)) THEN
                RETURN NULL;
            END IF;
        END IF;
        IF TG_ARGV[0] = 'patient_id' THEN
            whose := NEW.patient_id;
        ELSIF TG_ARGV[0] = 'id' THEN
            whose := NEW.id;
        ELSIF TG_ARGV[0] = 'adverse_event_id' THEN
            SELECT patient_id INTO whose FROM adverse_event WHERE id = NEW.adverse_event_id;
        END IF;
        INSERT INTO event_owed (transaction_id, whose, object_type, object_id)
            VALUES ((pg_current_xact_id()::text)::bigint, coalesce(whose, {NOBODY}), TG_TABLE_NAME,
                (to_jsonb(NEW) ->> 'id')::uuid)
            ON CONFLICT DO NOTHING;
        RETURN NULL;
    END $$
"""
# At the commit: what nobody has told is told here, so that no reader goes without it. The database
# has no clock of its own: such an event bears the last time that the house was heard to tell.
PAYS = f"""
    CREATE FUNCTION pays_event() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        patient uuid := nullif(NEW.whose, {NOBODY});
    BEGIN
        IF NOT EXISTS (
            SELECT 1 FROM event WHERE transaction_id = NEW.transaction_id
                AND (patient IS NULL OR patient_id = patient)
        ) AND NOT (patient IS NULL AND EXISTS (
            SELECT 1 FROM event_owed WHERE transaction_id = NEW.transaction_id
                AND whose <> NEW.whose
        )) THEN
            INSERT INTO event (id, kind, patient_id, object_type, object_id, occurred_at)
                VALUES (gen_random_uuid(), NEW.object_type || '.changed', patient,
                    NEW.object_type, NEW.object_id, coalesce(greatest(
                        (SELECT max(beat_at) FROM heartbeat),
                        (SELECT occurred_at FROM event ORDER BY sequence DESC LIMIT 1)
                    ), 'epoch'));
        END IF;
        DELETE FROM event_owed WHERE transaction_id = NEW.transaction_id AND whose = NEW.whose;
        RETURN NULL;
    END $$
"""
# Who draws a number first says below which it will not be, until the commit; see `event_horizon`.
# The space is that of our advisory locks for this; 48 bits of it are the number.
SPACE = 0x5645
FLOOR = f"""
    CREATE FUNCTION hold_floor() RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        mine text := pg_current_xact_id()::text;
    BEGIN
        IF current_setting('vigil.event_floor', true) IS DISTINCT FROM mine THEN
            PERFORM pg_advisory_xact_lock_shared(({SPACE}::bigint << 48) |
                (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM event_sequence_seq));
            PERFORM set_config('vigil.event_floor', mine, true);
        END IF;
    END $$
"""
NUMBER = """
    CREATE OR REPLACE FUNCTION number_in_order() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        chain text := 'patient:' || NEW.patient_id;
    BEGIN
        IF chain IS NOT NULL THEN
            INSERT INTO audit_head (stream, seq, hash) VALUES (chain, 0, ''::bytea)
                ON CONFLICT (stream) DO NOTHING;
            PERFORM 1 FROM audit_head WHERE stream = chain FOR UPDATE;
        END IF;
        {floor}NEW.sequence := nextval(pg_get_serial_sequence('event', 'sequence'));
        RETURN NEW;
    END $$
"""
# First the last number, then who is still writing: whoever drew a number up to it is among those,
# or has committed. Nothing up to here comes any more. Nobody in another database counts.
HORIZON = f"""
    CREATE FUNCTION event_horizon() RETURNS bigint
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        last bigint;
        lowest bigint;
    BEGIN
        SELECT CASE WHEN is_called THEN last_value ELSE 0 END INTO last FROM event_sequence_seq;
        SELECT min(((classid::bigint & 65535) << 32) | objid::bigint) INTO lowest FROM pg_locks
            WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 16 = {SPACE}
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND pid <> pg_backend_pid();
        RETURN least(last, lowest);
    END $$
"""
IN_ORDER = "CREATE TRIGGER in_order BEFORE INSERT ON event FOR EACH ROW {when}EXECUTE FUNCTION number_in_order()"


def upgrade() -> None:
    """Make the order, and the debt of every write."""
    op.create_index("ix_event_transaction", "event", ["transaction_id"])
    _order("PERFORM hold_floor();\n        ", when="")
    _owe()
    op.execute(f"GRANT SELECT, INSERT ON event_owed TO {RUNTIME}")
    op.execute(f"GRANT SELECT ON event_owed TO {READER}")


def downgrade() -> None:
    """Take them away again."""
    op.execute("DROP FUNCTION owes_event() CASCADE")
    op.execute("DROP FUNCTION event_horizon()")
    _order("", when="WHEN (NEW.patient_id IS NOT NULL) ")
    op.execute("DROP FUNCTION hold_floor()")
    op.drop_table("event_owed")
    op.execute("DROP FUNCTION pays_event()")
    op.drop_index("ix_event_transaction", "event")


def _order(floor: str, *, when: str) -> None:
    """Number every event, or as before those of patients only."""
    if floor:
        op.execute(FLOOR)
        op.execute(HORIZON)
    op.execute("DROP TRIGGER in_order ON event")
    op.execute(NUMBER.format(floor=floor))
    op.execute(IN_ORDER.format(when=when))


def _owe() -> None:
    op.create_table(
        "event_owed",
        sa.Column("transaction_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("whose", sa.Uuid(), nullable=False),
        sa.Column("object_type", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("transaction_id", "whose", name=op.f("pk_event_owed")),
        prefixes=["UNLOGGED"],
    )
    op.execute(OWES)
    op.execute(PAYS)
    op.execute(
        "CREATE CONSTRAINT TRIGGER pays_event AFTER INSERT ON event_owed"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pays_event()"
    )
    for table, whose in WHOSE.items():
        op.execute(
            f"CREATE TRIGGER owes_event AFTER INSERT OR UPDATE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION owes_event('{whose}')"
        )
