"""Each sealed value is bound to its row, and each person has a key of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

RUNTIME, READER = "vigil_runtime", "vigil_reader"
SEALED = {
    "adverse_event": (
        "own_words",
        "report",
    ),
    "adverse_event_addition": ("content",),
    "adverse_event_assessment": ("content",),
    "appointment": ("video_link",),
    "approval": (
        "conditions",
        "rationale",
        "signature",
    ),
    "assessment": (
        "answers",
        "result",
    ),
    "break_glass": (
        "words",
        "review_words",
    ),
    "coaching_note": ("summary",),
    "consent": ("signature",),
    "credential": ("number",),
    "dose_change": ("rationale",),
    "dose_taken": ("deviation",),
    "emergency_call": ("words",),
    "evaluation": (
        "diagnoses",
        "findings",
    ),
    "follow_up_answer": ("answers",),
    "gate_decision": (
        "findings",
        "facts",
    ),
    "goal": (
        "words",
        "practices",
    ),
    "goal_change": ("was",),
    "hold": (
        "words",
        "release_rationale",
    ),
    "home_check": ("answers",),
    "intake": ("answers",),
    "intention": ("words",),
    "invitation": (
        "email",
        "display_name",
    ),
    "login_session": ("device",),
    "module_completion": ("answers",),
    "monitoring_check": (
        "answers",
        "symptoms",
    ),
    "monitoring_form": ("content",),
    "notification": ("secret",),
    "office_session": (
        "pre_checks",
        "discharge",
    ),
    "override": ("rationale",),
    "parameter_signature": ("statement",),
    "passkey": ("name",),
    "patient": (
        "given_name",
        "family_name",
        "born_on",
        "sex_at_birth",
        "contact",
    ),
    "predose_check": ("answers",),
    "private_note": ("body",),
    "refresh_token": ("successor_sealed",),
    "release_check": ("answers",),
    "rems_enrolment": ("reference",),
    "risk_assessment": ("words",),
    "second_factor": ("secret",),
    "sitter": (
        "name",
        "phone",
        "born_on",
    ),
    "sitter_attestation": ("answers",),
    "sitter_concern": ("words",),
    "sitter_contact_code": ("code",),
    "treatment_plan": (
        "titration",
        "dose_rationale",
        "end_condition",
        "benzodiazepine_plan",
    ),
    "user_account": (
        "email",
        "display_name",
        "phone",
    ),
    "vital_signs": ("cuff_serial",),
}
CHECKS = {
    "gone": "(wrapped IS NULL) = (erased_at IS NOT NULL)",
    "asked": "num_nulls(asked_at, asked_by, ground) IN (0, 3)",
    "erased": "num_nulls(erased_at, erased_by) IN (0, 2)",
    "order": "erased_at IS NULL OR asked_at IS NOT NULL AND asked_at <= erased_at",
    "two_people": "erased_by <> asked_by",
    "house_stays": "erased_at IS NULL OR id <> '00000000-0000-0000-0000-000000000000'",
}
REFUSED = """
            RAISE EXCEPTION '% on % is refused: it is never changed', TG_OP, TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = 'never_changed';
"""
REFUSE_CHANGE = """
        CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger
        LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
        BEGIN{renewal}{refused}        END $$
"""
REFUSE_REWRITE = """
        CREATE OR REPLACE FUNCTION refuse_rewrite() RETURNS trigger
        LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
        DECLARE
            free text[] := string_to_array(TG_ARGV[0], ',');
            once text;
        BEGIN{renewal}
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
# The same words in a newer seal: nothing but form 1 may become form 2, and only by the owner.
RENEWAL = """
            IF TG_OP = 'UPDATE' THEN
                IF only_renews(TG_RELID, to_jsonb(OLD), to_jsonb(NEW)) THEN
                    RETURN NEW;
                END IF;
            END IF;"""


def upgrade() -> None:
    """Make room for the keys, bind every sealed column, and let the owner renew old seals."""
    _keys()
    for table, columns in SEALED.items():
        for column in columns:
            op.create_check_constraint(f"{column}_sealed", table, _bound(column))
    op.execute(
        r"""
        CREATE FUNCTION only_renews(kind oid, before jsonb, after jsonb) RETURNS boolean
        LANGUAGE sql STABLE SET search_path = public, pg_temp SET bytea_output = 'hex' AS $$
            SELECT (SELECT pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class
                    WHERE oid = kind)
                AND before <> after
                AND NOT EXISTS (
                    SELECT 1 FROM jsonb_each_text(before) was
                    WHERE was.value IS DISTINCT FROM after ->> was.key
                        AND NOT (was.value LIKE '\\x01%' AND after ->> was.key LIKE '\\x02%'
                            AND EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = kind
                                AND attname = was.key AND atttypid = 'bytea'::regtype)))
        $$
        """
    )
    op.execute(REFUSE_CHANGE.format(renewal=RENEWAL, refused=REFUSED))
    op.execute(REFUSE_REWRITE.format(renewal=RENEWAL))


def downgrade() -> None:
    """Take the binding away; what is sealed in form 2 is readable by the newer code only."""
    op.execute(REFUSE_CHANGE.format(renewal="", refused=REFUSED))
    op.execute(REFUSE_REWRITE.format(renewal=""))
    op.execute("DROP FUNCTION only_renews(oid, jsonb, jsonb)")
    for table, columns in SEALED.items():
        for column in columns:
            op.drop_constraint(op.f(f"ck_{table}_{column}_sealed"), table)
    op.drop_table("data_key")
    op.execute("DROP FUNCTION refuse_key_back()")


def _bound(column: str) -> str:
    return (
        f"substr({column}, 1, 1) = '\\x01'::bytea OR substr({column}, 1, 1) = '\\x02'::bytea"
        f" AND octet_length({column}) >= 61"
        f" AND substr({column}, 18, 16) = uuid_send(id)"
    )


def _keys() -> None:
    op.create_table(
        "data_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("wrapped_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_by", sa.Uuid(), nullable=True),
        *(
            sa.CheckConstraint(holds, name=op.f(f"ck_data_key_{name}"))
            for name, holds in CHECKS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_key")),
    )
    op.create_index("ix_data_key_wrapped_by", "data_key", ["wrapped_by", "id"])
    op.execute(
        """
        CREATE FUNCTION refuse_key_back() RETURNS trigger
        LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
        BEGIN
            IF OLD.erased_at IS NOT NULL OR NEW.id <> OLD.id
                OR (NEW.erased_at IS NOT NULL AND (OLD.asked_at IS NULL
                    OR (NEW.asked_at, NEW.asked_by) IS DISTINCT FROM (OLD.asked_at, OLD.asked_by)))
            THEN
                RAISE EXCEPTION 'a key is asked for, then destroyed, and never comes back'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'never_changed';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER never_back BEFORE UPDATE ON data_key FOR EACH ROW"
        " EXECUTE FUNCTION refuse_key_back()"
    )
    op.execute(
        "CREATE TRIGGER never_deleted BEFORE DELETE ON data_key"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON data_key"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON data_key TO {RUNTIME}")
    op.execute(f"GRANT SELECT ON data_key TO {READER}")
