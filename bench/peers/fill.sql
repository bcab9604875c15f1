-- :patients patients, fifty of each coach, with six sessions and :entries dated things each.
INSERT INTO patient
SELECT n, 1 + (n - 1) / 50, n % 10 > 0, 'Given' || n, 'Family' || n, date '1985-01-01' + n % 9000,
       60 + n % 40, n % 4 = 0, false, false, now() + interval '1 year'
FROM generate_series(1, :patients) AS n;
INSERT INTO plan
SELECT n, n, true, 100, 200, 160, 6, 155, 95, 110, now() + interval '1 year'
FROM generate_series(1, :patients) AS n;
INSERT INTO session
SELECT n * 10 + k, n, k, CASE WHEN k < 6 THEN 'closed' ELSE 'open' END,
       now() - (6 - k) * interval '7 days',
       CASE WHEN k < 6 THEN now() - (6 - k) * interval '7 days' END
FROM generate_series(1, :patients) AS n, generate_series(1, 6) AS k;
INSERT INTO hold
SELECT n, n, 'clinic_asks', n % 50 = 0 FROM generate_series(1, :patients, 5) AS n;
INSERT INTO harm
SELECT n, n, 1 + n % 3, n % 70 = 0 FROM generate_series(1, :patients, 7) AS n;
INSERT INTO entry
SELECT n::bigint * 100 + k, n, now() - k * interval '7 hours',
       (ARRAY['dose_taken', 'vital_signs', 'gate_decision', 'monitoring_check'])[1 + k % 4],
       CASE WHEN k % 4 = 1 THEN 'during' END, CASE WHEN k % 4 = 2 THEN 'clear' END
FROM generate_series(1, :patients) AS n, generate_series(1, :entries) AS k;
CREATE INDEX ON patient (coach_id, id);
CREATE INDEX ON plan (patient_id) WHERE is_active;
CREATE INDEX ON session (patient_id, number DESC);
CREATE INDEX ON hold (patient_id) WHERE is_open;
CREATE INDEX ON harm (patient_id) WHERE is_open;
CREATE INDEX ON entry (patient_id, at DESC, id DESC);
CREATE INDEX ON decision (session_id, id DESC);
ANALYZE;
