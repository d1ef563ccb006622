import pg from "pg";
import { Answer, call, clientSpan, serveShop } from "./service.mjs";

const PAYMENTS_TIMEOUT_MS = 1200;
const ATTEMPTS = 2;
const pool = new pg.Pool({ host: "postgres", user: "postgres", database: "postgres", max: 4, ssl: false });

/** Signals for the fraud check: large on purpose, as such documents are. */
const signals = Array.from({ length: 500 }, (_, index) => ({
  signal: `device-${index}`,
  score: (index * 37) % 100,
  note: "collected from the customer's session",
}));

async function charge(order, trace) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { status, body } = await call("POST", "http://payments:8080/charge", trace, {
        body: { ...order, signals },
        timeoutMs: PAYMENTS_TIMEOUT_MS,
      });
      if (status !== 200) throw new Answer(502, body);
      return body;
    } catch (error) {
      if (error instanceof Answer || attempt === ATTEMPTS)
        throw error instanceof Answer ? error : new Answer(503, { error: `payments: ${error.message}` });
    }
  }
}

/** A statement with its span. PostgreSQL's protocol has no place for a trace context. */
async function query(trace, text, values) {
  const [operation] = text.split(" ");
  const span = clientSpan(trace, `${operation} orders`, {
    "db.system.name": "postgresql",
    "db.operation.name": operation,
    "server.address": "postgres",
    "server.port": 5432,
  });
  try {
    const { rows } = await pool.query(text, values);
    span.end();
    return rows;
  } catch (error) {
    span.end({ "db.response.status_code": error.code }, error.message);
    throw error;
  }
}

const PRICES_MS = 10_000;
const prices = new Map();

/** What a product costs, asked once in a while. Its span is made whether or not the answer is at hand, as by caches below the instrumentation. */
async function priceOf(product, trace) {
  const known = prices.get(product);
  const target = `http://inventory:8080/stock?product=${product}`;
  if (known === undefined || known.until < Date.now()) {
    await call("GET", target, trace);
    prices.set(product, { until: Date.now() + PRICES_MS });
    return;
  }
  clientSpan(trace, "GET", {
    "http.request.method": "GET",
    "url.full": target,
    "server.address": "inventory",
    "server.port": 8080,
  }).end({ "http.response.status_code": 200 });
}

async function placeOrder(body, trace) {
  await priceOf(body.product, trace);
  const reserved = await call("POST", "http://inventory:8080/reserve", trace, { body: { product: body.product } });
  if (reserved.status === 409) throw new Answer(409, reserved.body);
  const rows = await query(trace, "INSERT INTO orders (product, customer) VALUES ($1, $2) RETURNING id", [
    body.product,
    body.customer,
  ]);
  const payment = await charge({ order: rows[0].id, amount: body.amount }, trace);
  await query(trace, "UPDATE orders SET paid = true WHERE id = $1", [rows[0].id]);
  return { order: rows[0].id, payment: payment.payment };
}

serveShop("orders", 8080, { "POST /orders": placeOrder });
