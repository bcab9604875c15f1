"""The audit chain: the database itself numbers and links what is inserted, whoever inserts it."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Link each audit event to the one before it in its stream."""
    op.execute(
        """
        CREATE FUNCTION audit_event_text(entry audit_event) RETURNS text
        LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
            SELECT concat_ws(chr(31),
                entry.stream, entry.seq::text,
                to_char(entry.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                coalesce(entry.actor_id::text, ''), entry.actor_roles,
                coalesce(entry.login_id::text, ''), entry.action, entry.object_type,
                entry.object_id, coalesce(entry.patient_id::text, ''), entry.outcome,
                entry.reason, entry.request_id, entry.id::text)
        $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION audit_event_chain() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            head audit_head%ROWTYPE;
        BEGIN
            INSERT INTO audit_head (stream, seq, hash) VALUES (NEW.stream, 0, ''::bytea)
                ON CONFLICT (stream) DO NOTHING;
            SELECT * INTO head FROM audit_head WHERE stream = NEW.stream FOR UPDATE;
            NEW.seq := head.seq + 1;
            NEW.prev_hash := head.hash;
            NEW.hash := sha256(NEW.prev_hash || convert_to(audit_event_text(NEW), 'UTF8'));
            UPDATE audit_head SET seq = NEW.seq, hash = NEW.hash WHERE stream = NEW.stream;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER chain BEFORE INSERT ON audit_event"
        " FOR EACH ROW EXECUTE FUNCTION audit_event_chain()"
    )


def downgrade() -> None:
    """Unlink."""
    op.execute("DROP TRIGGER chain ON audit_event")
    op.execute("DROP FUNCTION audit_event_chain()")
    op.execute("DROP FUNCTION audit_event_text(audit_event)")
