"""What patients ask of their record, the end of the programme in one step, and legal holds."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

RUNTIME, READER = "vigil_runtime", "vigil_reader"
SUBJECTS = (
    *("patient", "intake", "approval", "treatment_plan", "dose_session", "office_session"),
    *("adverse_event", "follow_up", "assessment", "escalation", "audit_checkpoint", "break_glass"),
)
WITH_SUBJECTS = ("gate_decision", "override", "escalation", "hold")
ENROLMENT = (
    *("prospect", "intake_in_progress", "intake_submitted", "screened_out", "pending_review"),
    *("approved_home", "approved_in_office_only", "declined", "more_information", "consented"),
    *("rx_active", "course_active", "mid_course_review", "paused", "course_complete"),
    *("maintenance_review", "suspended", "discharged", "withdrawn", "deceased"),
)
# Guarded by triggers; the first two have been since 0033.
APPEND_ONLY = ("record_export", "disclosure", "account_closure")
NEVER_DELETED = ("rights_request", "legal_hold")
EXTENSION = ("extended_at", "extended_by", "extension_reason")
ANSWER = ("answered_at", "answered_by", "outcome", "reason")
STATEMENT = ("disagreed_at", "disagreement")
LIFT = ("lift_asked_at", "lift_asked_by", "lift_reason", "lifted_at", "lifted_by")
# What is still written on a row of each after it was made, and of that, what is written once.
LATER = {
    "rights_request": ("due_at", *EXTENSION, *ANSWER, *STATEMENT),
    "legal_hold": LIFT,
}
SEALED = {
    "rights_request": (
        "words",
        "extension_reason",
        "reason",
        "disagreement",
    ),
    "legal_hold": (
        "matter",
        "lift_reason",
    ),
}


def upgrade() -> None:
    """Make the tables, and what keeps them."""
    _subjects(*SUBJECTS, "rights_request")
    _requests()
    _closures()
    _holds()
    for table in (*NEVER_DELETED, "account_closure"):
        _keep(table)
    for table, columns in SEALED.items():
        for column in columns:
            op.create_check_constraint(f"{column}_sealed", table, _bound(column))


def downgrade() -> None:
    """Take them away again, while they are empty."""
    for table in ("legal_hold", "account_closure", "rights_request"):
        op.drop_table(table)
    _subjects(*SUBJECTS)


def _subjects(*kinds: str) -> None:
    for table in WITH_SUBJECTS:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_subject_type")
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_subject_type"
            f" CHECK (subject_type IN {kinds})"
        )


def _requests() -> None:
    table = "rights_request"
    op.create_table(
        table,
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        _word("kind", ("access", "amendment")),
        sa.Column("subject_type", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extended_by", sa.Uuid(), nullable=True),
        sa.Column("extension_reason", sa.LargeBinary(), nullable=True),
        _word("outcome", ("given", "accepted", "denied"), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("disagreement", sa.LargeBinary(), nullable=True),
        sa.Column("disagreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _check(table, "kind", "kind IN ('access', 'amendment')"),
        _check(table, "outcome", "outcome IN ('given', 'accepted', 'denied')"),
        _check(
            table,
            "what_is_wrong",
            "(kind = 'amendment') = (num_nulls(subject_type, subject_id, words) = 0)"
            " AND num_nulls(subject_type, subject_id) IN (0, 2)",
        ),
        _check(table, "extension", _together(EXTENSION)),
        _check(table, "answer_whole", _together(("answered_at", "answered_by", "outcome"))),
        _check(table, "denial_says_why", "outcome <> 'denied' OR reason IS NOT NULL"),
        _check(table, "answer_fits", "(kind = 'access') = (outcome = 'given') OR outcome IS NULL"),
        _check(table, "statement", _together(STATEMENT)),
        _check(table, "denied_first", "disagreed_at IS NULL OR outcome = 'denied'"),
        *_of_patient(table),
    )
    op.create_index("ix_rights_request_patient", table, ["patient_id", "asked_at"])
    is_open = sa.text("outcome IS NULL")
    op.create_index("ix_rights_request_open", table, ["due_at"], postgresql_where=is_open)
    op.create_index(
        "uq_rights_request_access",
        table,
        ["patient_id"],
        unique=True,
        postgresql_where=sa.text("outcome IS NULL AND kind = 'access'"),
    )


def _closures() -> None:
    table = "account_closure"
    op.create_table(
        table,
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        _word("was", ENROLMENT),
        sa.Column("closed_by", sa.Uuid(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _check(table, "was", f"was IN ({', '.join(repr(word) for word in ENROLMENT)})"),
        *_of_patient(table),
        sa.UniqueConstraint("patient_id", name=op.f("uq_account_closure_patient_id")),
    )


def _holds() -> None:
    table = "legal_hold"
    op.create_table(
        table,
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("matter", sa.LargeBinary(), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lift_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lift_asked_by", sa.Uuid(), nullable=True),
        sa.Column("lift_reason", sa.LargeBinary(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _check(table, "lift_asked", _together(LIFT[:3])),
        _check(table, "lifted_pair", _together(LIFT[3:])),
        _check(table, "asked_first", "lifted_at IS NULL OR lift_asked_at IS NOT NULL"),
        _check(table, "two_people", "lifted_by <> lift_asked_by"),
        *_of_patient(table),
    )
    op.create_index("ix_legal_hold_patient", table, ["patient_id", "placed_at"])


def _word(name: str, words: Iterable[str], *, nullable: bool = False) -> sa.Column[str]:
    kind = sa.Enum(*words, name=name, native_enum=False, create_constraint=False, length=32)
    return sa.Column(name, kind, nullable=nullable)


def _check(table: str, name: str, holds: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(holds, name=op.f(f"ck_{table}_{name}"))


def _together(columns: tuple[str, ...]) -> str:
    return f"num_nulls({', '.join(columns)}) IN (0, {len(columns)})"


def _of_patient(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f(f"fk_{table}_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _keep(table: str) -> None:
    """Nobody deletes or empties it; what was written stays, and what comes later comes once."""
    later = LATER.get(table)
    if later is None:
        guard = "never_changed BEFORE UPDATE OR DELETE", "refuse_change()"
    else:
        once = ",".join(name for name in later if name != "due_at")
        guard = "never_rewritten BEFORE UPDATE", f"refuse_rewrite('{','.join(later)}', '{once}')"
        op.execute(
            f"CREATE TRIGGER never_deleted BEFORE DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute(f"CREATE TRIGGER {guard[0]} ON {table} FOR EACH ROW EXECUTE FUNCTION {guard[1]}")
    op.execute(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(f"GRANT SELECT, INSERT{', UPDATE' if later else ''} ON {table} TO {RUNTIME}")
    op.execute(f"GRANT SELECT ON {table} TO {READER}")


def _bound(column: str) -> str:
    return (
        f"substr({column}, 1, 1) = '\\x01'::bytea OR substr({column}, 1, 1) = '\\x02'::bytea"
        f" AND octet_length({column}) >= 61"
        f" AND substr({column}, 18, 16) = uuid_send(id)"
    )
