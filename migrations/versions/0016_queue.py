"""The queue of jobs, in the same database, so that a job commits with the act that needs it."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the queue as its library defines it."""
    # Handed over without parameters, so that the percent signs in it stay what they are.
    op.get_bind().connection.cursor().execute(SchemaManager.get_schema())


def downgrade() -> None:
    """Drop the queue and everything in it."""
    op.execute(
        """
        DO $$
        DECLARE found record;
        BEGIN
            FOR found IN SELECT c.relname FROM pg_class c
                WHERE c.relkind = 'r' AND c.relname LIKE 'procrastinate\\_%'
                AND c.relnamespace = 'public'::regnamespace
            LOOP EXECUTE format('DROP TABLE %I CASCADE', found.relname); END LOOP;
            FOR found IN SELECT p.oid::regprocedure AS name FROM pg_proc p
                WHERE p.proname LIKE 'procrastinate\\_%' AND p.pronamespace = 'public'::regnamespace
            LOOP EXECUTE format('DROP FUNCTION %s CASCADE', found.name); END LOOP;
            FOR found IN SELECT t.typname FROM pg_type t
                WHERE t.typname LIKE 'procrastinate\\_%' AND t.typtype IN ('e', 'c')
                AND t.typnamespace = 'public'::regnamespace
            LOOP EXECUTE format('DROP TYPE %I CASCADE', found.typname); END LOOP;
        END $$
        """
    )
