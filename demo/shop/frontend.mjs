import { Answer, call, serveShop } from "./service.mjs";

/** What customers see: pages made of the gateway's answers. */
async function page(method, path, trace, body) {
  const { status, body: answer } = await call(method, `http://gateway:8080${path}`, trace, { body });
  if (status !== 200) throw new Answer(status, answer);
  return answer;
}

serveShop("frontend", 8080, {
  "GET /healthz": () => ({ ok: true }),
  "GET /products": (_, trace, url) => page("GET", `/api/products${url.search}`, trace),
  "POST /checkout": (body, trace) => page("POST", "/api/orders", trace, body),
});
