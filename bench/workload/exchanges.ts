/** One request with its response, as bytes. They are made once and sent many times. */
export interface Exchange {
  readonly request: Buffer;
  readonly response: Buffer;
}

const ITEM = '{"id":48213,"name":"blue kettle","price":2390,"stock":17},';

/** GET or POST with JSON answers of the given sizes; each twentieth answer is an error. */
export function httpExchanges(host: string, bodyBytes: readonly number[]): Exchange[] {
  return bodyBytes.map((size, index) => {
    const method = index % 5 === 4 ? "POST" : "GET";
    const body = method === "POST" ? '{"items":[48213,48214],"coupon":"none"}' : "";
    const request = [
      `${method} /api/v1/items/${48_000 + index}?page=${index} HTTP/1.1`,
      `Host: ${host}`,
      "User-Agent: shop-client/2.1",
      "Accept: application/json",
      `X-Request-Id: 5f0c7d1e-${1000 + index}-4a7b-9d3c-0242ac120002`,
      ...(body === "" ? [] : ["Content-Type: application/json", `Content-Length: ${body.length}`]),
    ];
    const status = index % 20 === 19 ? "500 Internal Server Error" : "200 OK";
    const response = [`HTTP/1.1 ${status}`, "Content-Type: application/json", `Content-Length: ${size}`];
    return { request: httpMessage(request, Buffer.from(body)), response: httpMessage(response, text(size)) };
  });
}

function httpMessage(lines: readonly string[], body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), body]);
}

/** Simple queries of PostgreSQL's protocol (version 3) with rows of the given sizes. */
export function postgresExchanges(rowBytes: readonly number[]): Exchange[] {
  return rowBytes.map((size, index) => ({
    request: postgresMessage("Q", Buffer.from(`SELECT * FROM items WHERE id = ${48_000 + index} AND stock > 0\0`)),
    response: Buffer.concat([
      postgresMessage("T", Buffer.from("\0\u0001item\0\0\0\0\0\0\0\0\0\0\u0019\0\u0001\0\0\0\0\0\0", "latin1")),
      postgresMessage("D", Buffer.concat([Buffer.from([0, 1, 0, 0, size >> 8, size & 0xff]), text(size)])),
      postgresMessage("C", Buffer.from("SELECT 1\0")),
      postgresMessage("Z", Buffer.from("I")),
    ]),
  }));
}

function postgresMessage(type: string, body: Buffer): Buffer {
  const head = Buffer.from(`${type}\0\0\0\0`);
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** Pipelines of Redis commands: as many GETs at once as given, and their values. */
export function redisExchanges(commands: readonly number[]): Exchange[] {
  return commands.map((count, index) => {
    const key = `item:${48_000 + index}`;
    const value = text(20 + ((index * 37) % 200)).toString();
    return {
      request: Buffer.from(`*2\r\n$3\r\nGET\r\n$${key.length}\r\n${key}\r\n`.repeat(count)),
      response: Buffer.from(`$${value.length}\r\n${value}\r\n`.repeat(count)),
    };
  });
}

/** A few bytes both ways, for connections that are opened and left alone. */
export function greetings(): Exchange[] {
  return [{ request: Buffer.from("HELLO 3\r\n"), response: Buffer.from("+OK ready\r\n") }];
}

function text(bytes: number): Buffer {
  return Buffer.alloc(bytes, ITEM);
}
