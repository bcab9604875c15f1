"""Three roles: the owner migrates, the run-time role works and owns nothing, the reader reads."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

RUNTIME = "vigil_runtime"
READER = "vigil_reader"
# Seeded or loaded by the owner, read by everybody else.
REFERENCE = (
    "product",
    "product_setting",
    "blocked_substance",
    "certified_site",
    "jurisdiction",
    "federal_authority",
    "consent_text",
    "alembic_version",
    "audit_head",
)
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


def upgrade() -> None:
    """Give each role what it needs and nothing more."""
    for role, kind in ((RUNTIME, "NOLOGIN"), (READER, "NOLOGIN")):
        op.execute(
            f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{role}')"
            f" THEN CREATE ROLE {role} {kind}; END IF; END $$"
        )
    op.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    op.execute(f"GRANT USAGE ON SCHEMA public TO {RUNTIME}, {READER}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {RUNTIME}")
    op.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {RUNTIME}")
    op.execute(f"REVOKE INSERT, UPDATE ON {', '.join(REFERENCE)} FROM {RUNTIME}")
    op.execute(f"REVOKE UPDATE ON {', '.join(APPEND_ONLY)} FROM {RUNTIME}")
    op.execute(f"GRANT DELETE ON idempotency_key TO {RUNTIME}")
    op.execute(
        f"""
        DO $$ DECLARE found record; BEGIN
            FOR found IN SELECT relname FROM pg_class WHERE relkind = 'r'
                AND relname LIKE 'procrastinate\\_%' AND relnamespace = 'public'::regnamespace
            LOOP EXECUTE format('GRANT DELETE ON %I TO {RUNTIME}', found.relname); END LOOP;
        END $$
        """
    )
    op.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER}")


def downgrade() -> None:
    """Take the rights back; the roles belong to the server and stay."""
    op.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {RUNTIME}, {READER}")
    op.execute(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {RUNTIME}")
    op.execute(f"REVOKE USAGE ON SCHEMA public FROM {RUNTIME}, {READER}")
