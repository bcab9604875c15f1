"""What was recorded is never changed or deleted; what was signed stays as it was signed."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "audit_event",
    "event",
    "gate_decision",
    "predose_check",
    "sitter_attestation",
    "dose_taken",
    "vital_signs",
    "monitoring_check",
    "emergency_call",
    "release_check",
    "evaluation",
    "pdmp_query",
    "consent",
    "consent_text",
    "assessment",
    "risk_assessment",
    "adverse_event_assessment",
    "adverse_event_addition",
    "dose_change",
    "module_completion",
    "home_check",
    "intention",
    "monitoring_form",
    "goal_change",
    "follow_up_answer",
    "sitter_concern",
)
NEVER_DELETED = (
    "adverse_event",
    "approval",
    "clearance",
    "coaching_note",
    "dose_session",
    "escalation",
    "hold",
    "intake",
    "medication_order",
    "office_session",
    "override",
    "patient",
    "shipment",
    "treatment_plan",
)
# What may still be written on a row after it was signed, issued or placed.
MAY_STILL_CHANGE = {
    "clearance": ("spent_at", "voided_at", "void_reason"),
    "approval": ("ended_at", "end_reason", "version"),
    "override": ("voided_at", "void_reason"),
    "hold": ("released_at", "released_by", "release_rationale"),
    "adverse_event": (
        "patient_id",
        "state",
        "serious",
        "severity_grade",
        "incomplete_icsr",
        "triaged_at",
        "triaged_by",
        "closed_at",
        "version",
    ),
}
# Once filled in, these never go back or move.
ONCE = {
    "clearance": ("spent_at", "voided_at"),
    "approval": ("ended_at",),
    "override": ("voided_at",),
    "hold": ("released_at",),
    "adverse_event": ("patient_id", "triaged_at"),
}


def upgrade() -> None:
    """Put the guards on."""
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger
        LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
        BEGIN
            RAISE EXCEPTION '% on % is refused: it is never changed', TG_OP, TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = 'never_changed';
        END $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION refuse_rewrite() RETURNS trigger
        LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
        DECLARE
            free text[] := string_to_array(TG_ARGV[0], ',');
            once text;
        BEGIN
            IF (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free) THEN
                RAISE EXCEPTION 'a signed row of % stays as it is', TG_TABLE_NAME
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'never_changed';
            END IF;
            FOREACH once IN ARRAY string_to_array(TG_ARGV[1], ',') LOOP
                IF to_jsonb(OLD) ->> once IS NOT NULL
                    AND to_jsonb(OLD) ->> once IS DISTINCT FROM to_jsonb(NEW) ->> once THEN
                    RAISE EXCEPTION '%.% is written once', TG_TABLE_NAME, once
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'never_changed';
                END IF;
            END LOOP;
            RETURN NEW;
        END $$
        """
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    for table in (*APPEND_ONLY, *NEVER_DELETED):
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table in NEVER_DELETED:
        op.execute(
            f"CREATE TRIGGER never_deleted BEFORE DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    for table, free in MAY_STILL_CHANGE.items():
        op.execute(
            f"CREATE TRIGGER never_rewritten BEFORE UPDATE ON {table} FOR EACH ROW"
            f" EXECUTE FUNCTION refuse_rewrite('{','.join(free)}', '{','.join(ONCE[table])}')"
        )
    op.execute(
        "CREATE TRIGGER signed_stays BEFORE UPDATE ON coaching_note FOR EACH ROW"
        " WHEN (OLD.state = 'signed') EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER submitted_stays BEFORE UPDATE ON intake FOR EACH ROW"
        " WHEN (OLD.submitted_at IS NOT NULL) EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    """Take the guards off."""
    op.execute("DROP FUNCTION refuse_change() CASCADE")
    op.execute("DROP FUNCTION refuse_rewrite() CASCADE")
