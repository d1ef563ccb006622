import { Answer, call, serveShop } from "./service.mjs";

const ORDERS_TIMEOUT_MS = 2000;

/** Forwards to the services behind it, trace context and all; a service that takes too long is answered with 504. It makes no spans, as many proxies. */
async function forward(method, target, trace, body) {
  const answer = await call(method, target, trace, { body, timeoutMs: ORDERS_TIMEOUT_MS, forwards: true }).catch(
    (error) => {
      throw new Answer(error.message === "timeout" ? 504 : 502, { error: `upstream: ${error.message}` });
    },
  );
  if (answer.status !== 200) throw new Answer(answer.status, answer.body);
  return answer.body;
}

serveShop("gateway", 8080, {
  "GET /api/products": (_, trace, url) => forward("GET", `http://inventory:8080/stock${url.search}`, trace),
  "POST /api/orders": (body, trace) => forward("POST", "http://orders:8080/orders", trace, body),
});
