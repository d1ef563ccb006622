import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { call } from "./service.mjs";

/** Customers: browse and check out for `seconds`, at a steady pace, and a load balancer's health probe that hangs up with a reset. */
const [seconds = "40", seed = "7"] = process.argv.slice(2);
const endAtMs = Date.now() + Number(seconds) * 1000;
let state = Number(seed) | 1;
const counts = {};

function random(below) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}

async function visit(method, path, body) {
  const trace = {
    traceId: Array.from({ length: 4 }, () => random(0xffffffff).toString(16).padStart(8, "0")).join(""),
    requestId: `c-${random(1e6)}`,
  };
  const outcome = await call(method, `http://frontend:8080${path}`, trace, { body, timeoutMs: 8000 }).then(
    ({ status }) => status,
    (error) => error.message,
  );
  counts[`${method} ${outcome}`] = (counts[`${method} ${outcome}`] ?? 0) + 1;
}

function probe() {
  const socket = connect(8080, "frontend", () =>
    socket.write("GET /healthz HTTP/1.1\r\nhost: frontend\r\nuser-agent: probe/1\r\n\r\n"),
  );
  socket.once("data", () => socket.resetAndDestroy());
  socket.on("error", () => socket.destroy());
}

while (Date.now() < endAtMs) {
  const product = 1 + random(21);
  void visit("GET", `/products?product=${product}`);
  if (random(3) > 0)
    void visit("POST", "/checkout", {
      product: 1 + random(20),
      customer: `customer-${random(500)}`,
      amount: 10 + random(200),
    });
  if (random(12) === 0) probe();
  await sleep(140 + random(60));
}
await sleep(3000);
process.stdout.write(`${JSON.stringify(counts)}\n`);
process.exit(0);
