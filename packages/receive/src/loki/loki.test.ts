import { encodeUtf8 } from "@weir/base";
import { describe, expect, it } from "vitest";
import { encode } from "../message/encode.ts";
import { readLoki } from "./index.ts";
import { parseLabels } from "./labels.ts";
import { pushRequest } from "./messages.ts";

const TRACE = "5b8efff798038103d269b633813fc60c";
const json = (request: object) => readLoki("json", encodeUtf8(JSON.stringify(request)));
const rowsOf = (reading: ReturnType<typeof readLoki>) => (reading.kind === "received" ? reading.tables[0]?.rows : []);

describe("a push to Loki", () => {
  it("means the same as JSON and as Protocol Buffers", () => {
    const stream = { app: "shop", level: "error" };
    const read = json({ streams: [{ stream, values: [["1700000000000000005", "no stock", { trace_id: TRACE }]] }] });
    const entry = {
      timestamp: { seconds: 1_700_000_000n, nanos: 5 },
      line: "no stock",
      structuredMetadata: [{ name: "trace_id", value: TRACE }],
    };
    const proto = readLoki(
      "protobuf",
      encode(pushRequest, { streams: [{ labels: '{app="shop", level="error"}', entries: [entry] }] }),
    );
    expect(proto).toEqual(read);
    expect(rowsOf(read)).toMatchObject([
      {
        Timestamp: 1_700_000_000_000_000_005n,
        ServiceName: "shop",
        SeverityText: "error",
        SeverityNumber: 17,
        Body: "no stock",
        TraceId: TRACE,
        ResourceAttributes: { app: "shop", level: "error", "service.name": "shop" },
      },
    ]);
  });

  it("loses an entry that cannot be read, not the others", () => {
    const read = json({
      streams: [
        {
          stream: {},
          values: [
            [5, "no text"],
            ["5", "good"],
          ],
        },
      ],
    });
    expect(rowsOf(read)).toHaveLength(1);
    expect(read).toMatchObject({ rejections: [{ reason: "unreadable", items: 1 }] });
  });
});

describe("labels of a stream", () => {
  it("may hold anything in quotes", () => {
    expect(parseLabels('{a="1",b="x, y=\\"z\\"", c.d="\\\\"}')).toEqual({ a: "1", b: 'x, y="z"', "c.d": "\\" });
    expect(parseLabels("nothing")).toEqual({});
  });
});
