"""Checkpoints of the audit chains, and the print of what an entry is about."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

RUNTIME, READER = "vigil_runtime", "vigil_reader"
# Tables whose rows are never changed: an entry about one of them keeps the print of the row.
NEVER_CHANGED = (
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
    "law_proposal",
    "law_confirmation",
    "parameter_sheet",
    "parameter_signature",
)
SUBJECTS = (
    *("patient", "intake", "approval", "treatment_plan", "dose_session", "office_session"),
    *("adverse_event", "follow_up", "assessment", "escalation"),
)
NEW_SUBJECTS = ("audit_checkpoint", "break_glass")
WITH_SUBJECTS = ("gate_decision", "override", "escalation", "hold")
TEXT = """
    CREATE OR REPLACE FUNCTION audit_event_text(entry audit_event) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
        SELECT concat_ws(chr(31),
            entry.stream, entry.seq::text,
            to_char(entry.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            coalesce(entry.actor_id::text, ''), entry.actor_roles,
            coalesce(entry.login_id::text, ''), entry.action, entry.object_type,
            entry.object_id, coalesce(entry.patient_id::text, ''), entry.outcome,
            entry.reason, entry.request_id, entry.id::text{last})
    $$
"""
CHAIN = """
    CREATE OR REPLACE FUNCTION audit_event_chain() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        head audit_head%ROWTYPE;
    BEGIN
        INSERT INTO audit_head (stream, seq, hash) VALUES (NEW.stream, 0, ''::bytea)
            ON CONFLICT (stream) DO NOTHING;
        SELECT * INTO head FROM audit_head WHERE stream = NEW.stream FOR UPDATE;
        NEW.seq := head.seq + 1;
        NEW.prev_hash := head.hash;
        {digest}
        NEW.hash := sha256(NEW.prev_hash || convert_to(audit_event_text(NEW), 'UTF8'));
        UPDATE audit_head SET seq = NEW.seq, hash = NEW.hash WHERE stream = NEW.stream;
        RETURN NEW;
    END $$
"""


def upgrade() -> None:
    """Let an entry keep the print of its object, and make room for checkpoints."""
    op.add_column("audit_event", sa.Column("object_digest", sa.CHAR(64), nullable=True))
    # Without a print the text is what it was before, so that every older chain stays whole.
    op.execute(TEXT.format(last=", entry.object_digest::text"))
    op.execute(
        f"""
        CREATE FUNCTION audit_object_digest(kind text, of_id text) RETURNS text
        LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
        SET timezone = 'UTC' SET bytea_output = 'hex' SET extra_float_digits = 1 AS $$
        DECLARE
            found text;
        BEGIN
            IF kind <> ALL (ARRAY{list(NEVER_CHANGED)}) OR of_id !~ '^[0-9a-f-]{{36}}$' THEN
                RETURN NULL;
            END IF;
            EXECUTE format('SELECT encode(sha256(convert_to((SELECT
                jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(t)) WHERE value <> ''null'')
                ::text, ''UTF8'')), ''hex'') FROM %I t WHERE t.id = $1', kind)
                INTO found USING of_id::uuid;
            RETURN found;
        END $$
        """
    )
    op.execute("REVOKE EXECUTE ON FUNCTION audit_object_digest(text, text) FROM PUBLIC")
    op.execute(
        CHAIN.format(
            digest="NEW.object_digest := audit_object_digest(NEW.object_type, NEW.object_id);"
        )
    )
    _subjects(*SUBJECTS, *NEW_SUBJECTS)
    _checkpoints()


def downgrade() -> None:
    """Take the checkpoints away; an entry that kept a print no longer fits its hash."""
    _subjects(*SUBJECTS)
    op.drop_table("audit_checkpoint_head")
    op.drop_table("audit_checkpoint")
    op.execute(CHAIN.format(digest=""))
    op.execute(TEXT.format(last=""))
    op.execute("DROP FUNCTION audit_object_digest(text, text)")
    op.drop_column("audit_event", "object_digest")


def _subjects(*kinds: str) -> None:
    for table in WITH_SUBJECTS:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_subject_type")
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_subject_type"
            f" CHECK (subject_type IN {kinds})"
        )


def _checkpoints() -> None:
    op.create_table(
        "audit_checkpoint",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_audit_checkpoint_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_checkpoint")),
    )
    op.create_table(
        "audit_checkpoint_head",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["audit_checkpoint.number"], name=op.f("fk_audit_checkpoint_head_number")
        ),
        sa.PrimaryKeyConstraint("stream", "number", name=op.f("pk_audit_checkpoint_head")),
    )
    op.execute(
        "CREATE TRIGGER never_rewritten BEFORE UPDATE ON audit_checkpoint FOR EACH ROW"
        " EXECUTE FUNCTION refuse_rewrite('delivered_at', 'delivered_at')"
    )
    op.execute(
        "CREATE TRIGGER never_deleted BEFORE DELETE ON audit_checkpoint"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON audit_checkpoint_head"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    for table in ("audit_checkpoint", "audit_checkpoint_head"):
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {RUNTIME}")
        op.execute(f"GRANT SELECT ON {table} TO {READER}")
    op.execute(f"GRANT UPDATE (delivered_at) ON audit_checkpoint TO {RUNTIME}")
