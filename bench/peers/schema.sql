-- The small house of the others: what the same requests need, and nothing else.
CREATE TABLE patient (
    id integer PRIMARY KEY, coach_id integer NOT NULL, is_active boolean NOT NULL,
    given_name text NOT NULL, family_name text NOT NULL, born_on date NOT NULL,
    weight_kg double precision NOT NULL, hypertension boolean NOT NULL, on_maoi boolean NOT NULL,
    pregnant boolean NOT NULL, consent_until timestamptz NOT NULL
);
CREATE TABLE plan (
    id integer PRIMARY KEY, patient_id integer NOT NULL, is_active boolean NOT NULL,
    dose_mg double precision NOT NULL, most_mg double precision NOT NULL,
    interval_hours integer NOT NULL, sessions integer NOT NULL, systolic_limit integer NOT NULL,
    diastolic_limit integer NOT NULL, pulse_limit integer NOT NULL, until timestamptz NOT NULL
);
CREATE TABLE session (
    id integer PRIMARY KEY, patient_id integer NOT NULL, number integer NOT NULL,
    state text NOT NULL, scheduled_at timestamptz NOT NULL, dosed_at timestamptz
);
CREATE TABLE hold (
    id integer PRIMARY KEY, patient_id integer NOT NULL, code text NOT NULL, is_open boolean NOT NULL
);
CREATE TABLE harm (
    id integer PRIMARY KEY, patient_id integer NOT NULL, severity integer NOT NULL,
    is_open boolean NOT NULL
);
CREATE TABLE entry (
    id bigint PRIMARY KEY, patient_id integer NOT NULL, at timestamptz NOT NULL,
    kind text NOT NULL, about text, outcome text
);
CREATE TABLE decision (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, patient_id integer NOT NULL,
    session_id integer NOT NULL, outcome text NOT NULL, findings jsonb NOT NULL,
    answers jsonb NOT NULL, decided_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE checkin (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, patient_id integer NOT NULL,
    session_id integer NOT NULL, systolic integer NOT NULL, diastolic integer NOT NULL,
    pulse integer NOT NULL, oxygen integer NOT NULL, sedation integer NOT NULL,
    is_alarm boolean NOT NULL, received_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, actor text NOT NULL, action text NOT NULL,
    subject text NOT NULL, detail jsonb NOT NULL, at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, topic text NOT NULL, key text NOT NULL,
    payload jsonb NOT NULL, made_at timestamptz NOT NULL DEFAULT now()
);
