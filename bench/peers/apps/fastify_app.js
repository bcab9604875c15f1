// Fastify and pg with statements of its own, as they are usually joined; two processes.
const cluster = require("node:cluster");
if (cluster.isPrimary) {
  for (let n = 0; n < Number(process.env.PEER_WORKERS); n++) cluster.fork();
} else {
  serve();
}

function serve() {
  const { createVerifier } = require("fast-jwt");
  const pg = require("pg");
  const { decide, isAlarm, checklistSchema } = require("./checklist.js");
  pg.types.setTypeParser(20, Number);
  pg.types.setTypeParser(1082, String);
  const pool = new pg.Pool({
    host: process.env.PEER_HOST,
    user: process.env.PEER_USER,
    database: process.env.PEER_DATABASE,
    max: 8,
  });
  const verify = createVerifier({ key: process.env.PEER_SECRET, algorithms: ["HS256"] });
  const app = require("fastify")();
  const preHandler = async (request, reply) => {
    try {
      request.claims = verify((request.headers.authorization || "").slice(7));
    } catch {
      await reply.code(401).send({});
    }
  };
  const whole = (minimum, maximum) => ({ type: "integer", minimum, maximum });
  const span = {
    systolic: whole(50, 260),
    diastolic: whole(30, 160),
    pulse: whole(30, 220),
    oxygen: whole(60, 100),
    sedation: whole(0, 5),
  };
  const checkinSchema = {
    type: "object",
    additionalProperties: false,
    required: Object.keys(span),
    properties: span,
  };
  const one = async (line, text, values) => (await line.query(text, values)).rows[0];
  const all = async (line, text, values) => (await line.query(text, values)).rows;

  async function inTransaction(act) {
    const line = await pool.connect();
    try {
      await line.query("BEGIN");
      const made = await act(line);
      await line.query("COMMIT");
      return made;
    } catch (error) {
      await line.query("ROLLBACK");
      throw error;
    } finally {
      line.release();
    }
  }

  async function trace(line, request, action, detail) {
    const subject = `session:${request.params.id}`;
    const told = [request.claims.sub, action, subject, detail];
    await line.query(
      "INSERT INTO audit (actor, action, subject, detail) VALUES ($1, $2, $3, $4)",
      told,
    );
  }

  async function tell(line, topic, key, payload) {
    const told = [topic, key, payload];
    await line.query("INSERT INTO outbox (topic, key, payload) VALUES ($1, $2, $3)", told);
  }

  const session = (line, id) => one(line, "SELECT * FROM session WHERE id = $1", [id]);
  const planOf = (line, own) =>
    one(line, "SELECT * FROM plan WHERE patient_id = $1 AND is_active", own);

  app.get("/v1/me", { preHandler }, async (request) => ({ sub: request.claims.sub }));

  app.post(
    "/v1/sessions/:id/checklist",
    { preHandler, schema: { body: checklistSchema } },
    async (request, reply) => {
      const made = await inTransaction(async (line) => {
        const tonight = await session(line, request.params.id);
        const own = [tonight.patient_id];
        const patient = await one(line, "SELECT * FROM patient WHERE id = $1", own);
        const plan = await planOf(line, own);
        const last = await all(
          line,
          "SELECT * FROM session WHERE patient_id = $1 AND number < $2 ORDER BY number DESC LIMIT 3",
          [...own, tonight.number],
        );
        const holds = await all(line, "SELECT * FROM hold WHERE patient_id = $1 AND is_open", own);
        const harms = await all(line, "SELECT * FROM harm WHERE patient_id = $1 AND is_open", own);
        const [outcome, findings] = decide(
          request.body, patient, plan, tonight, last, holds, harms,
        );
        const kept = await one(
          line,
          "INSERT INTO decision (patient_id, session_id, outcome, findings, answers)" +
            " VALUES ($1, $2, $3, $4, $5) RETURNING id, decided_at",
          [...own, tonight.id, outcome, JSON.stringify(findings), request.body],
        );
        const detail = { decision: kept.id, outcome };
        await trace(line, request, "checklist.decided", detail);
        await tell(line, "decision", String(tonight.id), detail);
        const { id, decided_at } = kept;
        return { id, patient_id: own[0], session_id: tonight.id, outcome, findings, decided_at };
      });
      return reply.code(201).send(made);
    },
  );

  app.post(
    "/v1/sessions/:id/checkins",
    { preHandler, schema: { body: checkinSchema } },
    async (request, reply) => {
      const told = request.body;
      const made = await inTransaction(async (line) => {
        const tonight = await session(line, request.params.id);
        const plan = await planOf(line, [tonight.patient_id]);
        const alarm = isAlarm(told, plan);
        const read = Object.keys(span).map((name) => told[name]);
        const { id } = await one(
          line,
          "INSERT INTO checkin" +
            " (patient_id, session_id, systolic, diastolic, pulse, oxygen, sedation, is_alarm)" +
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
          [tonight.patient_id, tonight.id, ...read, alarm],
        );
        await trace(line, request, "checkin.kept", { checkin: id });
        if (alarm) await tell(line, "alarm", String(tonight.id), { checkin: id });
        return { id, session_id: tonight.id, is_alarm: alarm, ...told };
      });
      return reply.code(201).send(made);
    },
  );

  app.get("/v1/patients/:id/timeline", { preHandler }, async (request) => {
    const own = [request.params.id];
    const patient = await one(
      pool,
      "SELECT id, given_name, family_name, born_on FROM patient WHERE id = $1",
      own,
    );
    const items = await all(
      pool,
      "SELECT id, at, kind, about, outcome FROM entry WHERE patient_id = $1" +
        " ORDER BY at DESC, id DESC LIMIT 20",
      own,
    );
    return { patient, items };
  });

  app.get("/v1/coaches/:id/caseload", { preHandler }, async (request) => ({
    items: await all(
      pool,
      "SELECT p.id, p.given_name, p.family_name, p.born_on, s.scheduled_at AS next_at," +
        " (SELECT count(*)::int FROM hold h WHERE h.patient_id = p.id AND h.is_open) AS holds," +
        " (SELECT count(*)::int FROM harm m WHERE m.patient_id = p.id AND m.is_open) AS harms" +
        " FROM patient p LEFT JOIN LATERAL (SELECT scheduled_at FROM session" +
        " WHERE patient_id = p.id AND state = 'open' ORDER BY number LIMIT 1) s ON true" +
        " WHERE p.coach_id = $1 ORDER BY p.id LIMIT 50",
      [request.params.id],
    ),
  }));

  app.listen({ port: Number(process.env.PEER_PORT), host: "127.0.0.1" });
}
