import { Redis } from "ioredis";
import { Answer, serveShop } from "./service.mjs";

const redis = new Redis({ host: "redis", lazyConnect: false });
const PRODUCTS = 20;

serveShop("inventory", 8080, {
  async "GET /stock"(_, __, url) {
    const product = url.searchParams.get("product") ?? "1";
    if (Number(product) > PRODUCTS) throw new Answer(404, { error: "no such product" });
    return { product, left: Number((await redis.get(`stock:${product}`)) ?? 1000) };
  },
  async "POST /reserve"({ product }) {
    if (product === 13) throw new Answer(409, { error: "sold out" });
    await redis.set(`stock:${product}`, 1000, "NX");
    return { product, left: await redis.decr(`stock:${product}`) };
  },
});
