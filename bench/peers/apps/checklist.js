// The 33 fields and 39 rules that every peer has, read from one file; see also checklist.py.
const { fields, rules } = JSON.parse(
  require("node:fs").readFileSync(`${__dirname}/../checklist.json`, "utf8"),
);
const LEVELS = ["note", "hold", "stop"];
const OUTCOMES = ["clear", "clear", "held", "stopped"];
const IS = {
  "=": (a, b) => a === b,
  ">": (a, b) => a > b,
  "<": (a, b) => a < b,
  ">=": (a, b) => a >= b,
};
const hours = (later, earlier) => (later - earlier) / 3600e3;

function decide(answers, patient, plan, session, last, holds, harms) {
  const now = new Date();
  const doses = last.filter((row) => row.dosed_at).map((row) => row.dosed_at.getTime());
  const seen = {
    is_untreated: patient.hypertension && !answers.pressure_pill_taken,
    consent_hours: hours(patient.consent_until, now),
    plan_hours: hours(plan.until, now),
    weight_change: Math.abs(answers.weight_kg - patient.weight_kg) / patient.weight_kg,
    hours_since_dose: doses.length ? hours(now, Math.max(...doses)) : 1e9,
    holds: holds.length,
    harms: harms.length,
    worst_harm: Math.max(0, ...harms.map((harm) => harm.severity)),
    reading_hours: hours(now, new Date(answers.measured_at)),
  };
  const rows = { answers, patient, plan, session, seen };
  const value = (of) => {
    if (typeof of !== "string") return of;
    const [where, name] = of.split(".");
    return rows[where][name];
  };
  const found = rules
    .filter(([, , left, is, right]) => IS[is](value(left), value(right)))
    .map(([code, level]) => ({ code, level }));
  const worst = Math.max(0, ...found.map((one) => LEVELS.indexOf(one.level) + 1));
  return [OUTCOMES[worst], found];
}

const isAlarm = (told, plan) =>
  told.systolic > plan.systolic_limit + 20 || told.oxygen < 92 || told.sedation < 3;

function schemaOf(told) {
  const span = { minimum: told.least, maximum: told.most };
  return {
    truth: { type: "boolean" },
    whole: { type: "integer", ...span },
    number: { type: "number", ...span },
    choice: { type: "string", enum: told.choices },
    instant: { type: "string", format: "date-time" },
    text: { type: "string", maxLength: told.longest },
  }[told.kind];
}

const properties = Object.fromEntries(
  Object.entries(fields).map(([name, told]) => [name, JSON.parse(JSON.stringify(schemaOf(told)))]),
);
const checklistSchema = {
  type: "object",
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
};

module.exports = { decide, isAlarm, checklistSchema };
