-- What the checklist needs, in two round trips and one durable commit: nothing can be faster here.
\set patient random(1, :patients)
\set tonight :patient * 10 + 6
BEGIN;
SELECT s.number, p.is_active, p.weight_kg, p.hypertension, p.on_maoi, p.pregnant, p.consent_until, l.*, ARRAY(SELECT z.dosed_at FROM session z WHERE z.patient_id = s.patient_id AND z.number < s.number ORDER BY z.number DESC LIMIT 3) AS doses, ARRAY(SELECT h.code FROM hold h WHERE h.patient_id = s.patient_id AND h.is_open) AS holds, ARRAY(SELECT m.severity FROM harm m WHERE m.patient_id = s.patient_id AND m.is_open) AS harms FROM session s JOIN patient p ON p.id = s.patient_id JOIN plan l ON l.patient_id = p.id AND l.is_active WHERE s.id = :tonight;
WITH made AS (INSERT INTO decision (patient_id, session_id, outcome, findings, answers) VALUES (:patient, :tonight, 'clear', '[]', '{"systolic": 124, "diastolic": 79, "pulse": 70, "oxygen": 98, "notes": "As many words as the others write down, so that the row is as long as one of theirs is, which is some hundred letters."}') RETURNING id), traced AS (INSERT INTO audit (actor, action, subject, detail) SELECT 'coach:1', 'checklist.decided', 'session', jsonb_build_object('decision', id) FROM made), told AS (INSERT INTO outbox (topic, key, payload) SELECT 'decision', 'session', jsonb_build_object('decision', id) FROM made) SELECT id FROM made;
COMMIT;
