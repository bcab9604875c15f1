\set patient random(1, :patients)
SELECT id, at, kind, about, outcome FROM entry WHERE patient_id = :patient ORDER BY at DESC, id DESC LIMIT 20;
