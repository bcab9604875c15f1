"""The card for helpers: codes that show it for minutes, and what was shown."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

RUNTIME, READER = "vigil_runtime", "vigil_reader"
APPEND_ONLY = ("dispatch_reading",)
NEVER_DELETED = ("dispatch_link",)


def upgrade() -> None:
    """Make both tables, and what keeps them."""
    _make_link()
    _make_reading()
    # Who made it, for whom and until when is written once; that it was read is added.
    op.execute(
        "CREATE TRIGGER never_rewritten BEFORE UPDATE ON dispatch_link FOR EACH ROW EXECUTE"
        " FUNCTION refuse_rewrite('readings,first_read_at,read_until', 'first_read_at,read_until')"
    )
    op.execute(
        "CREATE TRIGGER never_deleted BEFORE DELETE ON dispatch_link"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON dispatch_reading"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    for table, rights in (("dispatch_link", "SELECT, INSERT, UPDATE"), _ADD_ONLY):
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"GRANT {rights} ON {table} TO {RUNTIME}")
        op.execute(f"GRANT SELECT ON {table} TO {READER}")
        op.execute(
            f"CREATE TRIGGER owes_event AFTER INSERT OR UPDATE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION owes_event('patient_id')"
        )
    op.create_check_constraint("packet_sealed", "dispatch_reading", _bound("packet"))


_ADD_ONLY = ("dispatch_reading", "SELECT, INSERT")


def downgrade() -> None:
    """Take them away again, while they are empty."""
    op.drop_table("dispatch_reading")
    op.drop_table("dispatch_link")


def _make_link() -> None:
    op.create_table(
        "dispatch_link",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("dose_session_id", sa.Uuid(), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("readings", sa.Integer(), nullable=False),
        sa.Column("first_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _check("dispatch_link", "order", "expires_at > made_at"),
        _check("dispatch_link", "one_hour", "expires_at <= made_at + interval '1 hour'"),
        _check("dispatch_link", "few_readings", "readings BETWEEN 0 AND 3"),
        _check("dispatch_link", "read_pair", "num_nulls(first_read_at, read_until) IN (0, 2)"),
        _check("dispatch_link", "read_is_dated", "(readings > 0) = (first_read_at IS NOT NULL)"),
        _check(
            "dispatch_link",
            "read_in_time",
            "first_read_at < expires_at AND read_until <= first_read_at + interval '10 minutes'",
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_dispatch_link_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["dose_session_id", "patient_id"],
            ["dose_session.id", "dose_session.patient_id"],
            name=op.f("fk_dispatch_link_dose_session_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_dispatch_link_made_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch_link")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_dispatch_link_code_hash")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_dispatch_link_id_patient_id")),
    )
    op.create_index("ix_dispatch_link_patient", "dispatch_link", ["patient_id", "made_at"])


def _make_reading() -> None:
    op.create_table(
        "dispatch_reading",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("dispatch_link_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("packet", sa.LargeBinary(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _check("dispatch_reading", "few_readings", "number BETWEEN 1 AND 3"),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_dispatch_reading_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["dispatch_link_id", "patient_id"],
            ["dispatch_link.id", "dispatch_link.patient_id"],
            name=op.f("fk_dispatch_reading_dispatch_link_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch_reading")),
        sa.UniqueConstraint(
            "dispatch_link_id", "number", name=op.f("uq_dispatch_reading_dispatch_link_id_number")
        ),
    )
    op.create_index("ix_dispatch_reading_patient", "dispatch_reading", ["patient_id", "read_at"])


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _bound(column: str) -> str:
    return (
        f"substr({column}, 1, 1) = '\\x01'::bytea OR substr({column}, 1, 1) = '\\x02'::bytea"
        f" AND octet_length({column}) >= 61"
        f" AND substr({column}, 18, 16) = uuid_send(id)"
    )
