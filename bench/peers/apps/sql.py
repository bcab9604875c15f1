"""The statements of the peers that write their SQL themselves; see also fastify_app.js."""

PATIENT = "SELECT * FROM patient WHERE id = $1"
SESSION = "SELECT * FROM session WHERE id = $1"
PLAN = "SELECT * FROM plan WHERE patient_id = $1 AND is_active"
LAST = "SELECT * FROM session WHERE patient_id = $1 AND number < $2 ORDER BY number DESC LIMIT 3"
HOLDS = "SELECT * FROM hold WHERE patient_id = $1 AND is_open"
HARMS = "SELECT * FROM harm WHERE patient_id = $1 AND is_open"
DECIDED = (
    "INSERT INTO decision (patient_id, session_id, outcome, findings, answers)"
    " VALUES ($1, $2, $3, $4, $5) RETURNING id, decided_at"
)
AUDIT = "INSERT INTO audit (actor, action, subject, detail) VALUES ($1, $2, $3, $4)"
OUTBOX = "INSERT INTO outbox (topic, key, payload) VALUES ($1, $2, $3)"
CHECKIN = (
    "INSERT INTO checkin"
    " (patient_id, session_id, systolic, diastolic, pulse, oxygen, sedation, is_alarm)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id"
)
SHOWN = "SELECT id, given_name, family_name, born_on FROM patient WHERE id = $1"
TIMELINE = (
    "SELECT id, at, kind, about, outcome FROM entry WHERE patient_id = $1"
    " ORDER BY at DESC, id DESC LIMIT 20"
)
CASELOAD = (
    "SELECT p.id, p.given_name, p.family_name, p.born_on, s.scheduled_at AS next_at,"
    " (SELECT count(*)::int FROM hold h WHERE h.patient_id = p.id AND h.is_open) AS holds,"
    " (SELECT count(*)::int FROM harm m WHERE m.patient_id = p.id AND m.is_open) AS harms"
    " FROM patient p LEFT JOIN LATERAL (SELECT scheduled_at FROM session"
    " WHERE patient_id = p.id AND state = 'open' ORDER BY number LIMIT 1) s ON true"
    " WHERE p.coach_id = $1 ORDER BY p.id LIMIT 50"
)
