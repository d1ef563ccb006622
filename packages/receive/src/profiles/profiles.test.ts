import { gzipSync } from "node:zlib";
import { encodeUtf8 } from "@weir/base";
import type { ProfileSample, Stack } from "@weir/model";
import fc from "fast-check";
import { Function as Func, Label, Line, Location, Profile, Sample, StringTable, ValueType } from "pprof-format";
import { describe, expect, it } from "vitest";
import { encode } from "../message/encode.ts";
import { readOtlp } from "../otlp/index.ts";
import { readPprof } from "../pprof/index.ts";
import { parseApplicationName, pushRequest, readPyroscopePush } from "../pyroscope/index.ts";
import type { Reading } from "../received.ts";

const NOW = 1_700_000_000_000_000_000n;
const TRACE = "5b8efff798038103d269b633813fc60c";
const ORIGIN = { service: "orders", startedAt: NOW, attributes: { region: "eu" } };

function rowsOf(reading: Reading): { samples: ProfileSample[]; stacks: Stack[] } {
  const of = (table: string) =>
    reading.kind === "received"
      ? reading.tables.filter((each) => each.table.table === table).flatMap(({ rows }) => rows)
      : [];
  return { samples: of("profile_samples") as ProfileSample[], stacks: of("profile_stacks") as Stack[] };
}

/** `main` calls `query`; of the two samples the second is at the same place. */
function pprof(values: readonly number[] = [3, 5]): Profile {
  const strings = new StringTable();
  const text = (word: string) => strings.dedup(word);
  const functions = ["query", "main"].map(
    (name, at) => new Func({ id: at + 1, name: text(name), filename: text(`${name}.js`) }),
  );
  const location = functions.map(
    ({ id }) => new Location({ id, line: [new Line({ functionId: id, line: Number(id) * 10 })] }),
  );
  const label = [new Label({ key: text("trace_id"), str: text(TRACE) }), new Label({ key: text("pid"), num: 7 })];
  return new Profile({
    sampleType: [
      new ValueType({ type: text("samples"), unit: text("count") }),
      new ValueType({ type: text("cpu"), unit: text("nanoseconds") }),
    ],
    sample: values.map((value) => new Sample({ locationId: [1, 2], value: [1, value], label })),
    location,
    function: functions,
    stringTable: strings,
    timeNanos: NOW + 5n,
    durationNanos: 10_000_000_000n,
  });
}

describe("a profile of pprof", () => {
  it("becomes one row per sample and type, and one per stack", () => {
    const { samples, stacks } = rowsOf(readPprof(gzipSync(pprof().encode()), ORIGIN));
    expect(stacks).toEqual([
      {
        stackId: expect.stringMatching(/^[0-9a-f]{32}$/),
        frames: ["main", "query"],
        files: ["main.js", "query.js"],
        lines: [20, 10],
      },
    ]);
    expect(samples.map(({ type, unit, value }) => `${value} ${unit} of ${type}`)).toEqual([
      "1 count of samples",
      "3 nanoseconds of cpu",
      "1 count of samples",
      "5 nanoseconds of cpu",
    ]);
    expect(samples[1]).toMatchObject({
      ...{ at: NOW + 5n, service: "orders", stackId: stacks[0]?.stackId, profileDurationNs: 10_000_000_000 },
      ...{ traceId: TRACE, processId: 7, attributes: { region: "eu", pid: "7" } },
    });
  });

  it("names the same stack the same wherever it comes from", () => {
    const [first, second] = [pprof([1]), pprof([2, 3])].map((each) => rowsOf(readPprof(each.encode(), ORIGIN)).stacks);
    expect(first).toEqual(second);
  });

  it("loses a sample whose place is nowhere, not the others", () => {
    const profile = pprof();
    profile.sample[0] = new Sample({ locationId: [9], value: [1, 1] });
    const read = readPprof(profile.encode(), ORIGIN);
    expect(rowsOf(read).samples).toHaveLength(2);
    expect(read).toMatchObject({
      rejections: [{ reason: "unreadable", items: 2, example: expect.stringContaining("no location 9") }],
    });
  });

  it("may be short and stand for much: what would not end is refused", () => {
    const profile = pprof([1]);
    profile.location[0] = new Location({
      id: 1,
      line: Array.from({ length: 50_000 }, () => new Line({ functionId: 1 })),
    });
    profile.sample[0] = new Sample({ locationId: Array.from({ length: 50_000 }, () => 1), value: [1, 1] });
    expect(readPprof(profile.encode(), ORIGIN)).toMatchObject({
      rejections: [{ example: expect.stringContaining("frames") }],
    });
    expect(readPprof(gzipSync(new Uint8Array(100 << 20)), ORIGIN)).toMatchObject({
      kind: "malformed",
      reason: expect.stringContaining("longer than"),
    });
  });

  it("is none without types, and may be any bytes: reading never throws", () => {
    expect(readPprof(new Uint8Array(0), ORIGIN)).toMatchObject({ kind: "malformed" });
    const bytes = pprof().encode();
    for (let length = 0; length < bytes.length; length += 1) readPprof(bytes.subarray(0, length), ORIGIN);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (any) => void readPprof(any, ORIGIN)));
  });
});

describe("a push to Pyroscope", () => {
  const labels = [
    { name: "service_name", value: "shop" },
    { name: "__name__", value: "process_cpu" },
    { name: "region", value: "eu" },
  ];

  it("holds profiles with labels; one that is none is counted alone", () => {
    const samples = [{ rawProfile: gzipSync(pprof([4]).encode()) }, { rawProfile: encodeUtf8("nothing") }];
    const read = readPyroscopePush("protobuf", encode(pushRequest, { series: [{ labels, samples }] }), NOW);
    expect(rowsOf(read).samples).toMatchObject([{ service: "shop", attributes: { region: "eu" } }, { value: 4 }]);
    expect(read).toMatchObject({ rejections: [{ reason: "unreadable", items: 1 }] });
    const json = {
      series: [{ labels, samples: [{ rawProfile: Buffer.from(pprof([4]).encode()).toString("base64") }] }],
    };
    expect(rowsOf(readPyroscopePush("json", encodeUtf8(JSON.stringify(json)), NOW)).samples).toHaveLength(2);
  });

  it("names applications with labels", () => {
    expect(parseApplicationName('shop.api{region=eu, tier="web"}')).toEqual({
      service: "shop.api",
      labels: { region: "eu", tier: "web" },
    });
    expect(parseApplicationName("shop")).toEqual({ service: "shop", labels: {} });
  });
});

describe("profiles of OTLP", () => {
  const dictionary = {
    stringTable: ["", "cpu", "nanoseconds", "query", "main", "app.py", "thread.name", "libc.so"],
    mappingTable: [{}, { filenameStrindex: 7 }],
    functionTable: [{}, { nameStrindex: 3, filenameStrindex: 5 }, { nameStrindex: 4, filenameStrindex: 5 }],
    locationTable: [
      {},
      { lines: [{ functionIndex: 1, line: "12" }] },
      { lines: [{ functionIndex: 2, line: "3" }] },
      { mappingIndex: 1, address: "4096" },
    ],
    stackTable: [{}, { locationIndices: [3, 1, 2] }],
    linkTable: [{}, { traceId: TRACE, spanId: "eee19b7ec3c1b174" }],
    attributeTable: [{}, { keyStrindex: 6, value: { stringValue: "worker-1" } }],
  };
  const sample = {
    stackIndex: 1,
    linkIndex: 1,
    attributeIndices: [1],
    values: ["30", "12"],
    timestampsUnixNano: ["7", "9"],
  };
  const request = (...samples: object[]) => ({
    resourceProfiles: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] },
        scopeProfiles: [
          {
            profiles: [
              { sampleType: { typeStrindex: 1, unitStrindex: 2 }, timeUnixNano: "5", durationNano: "10", samples },
            ],
          },
        ],
      },
    ],
    dictionary,
  });
  const read = (json: object) => readOtlp("profiles", "json", encodeUtf8(JSON.stringify(json)));

  it("name everything by its place in a dictionary", () => {
    const { samples, stacks } = rowsOf(read(request(sample)));
    expect(stacks).toMatchObject([
      { frames: ["main", "query", "libc.so 0x1000"], files: ["app.py", "app.py", "libc.so"], lines: [3, 12, 0] },
    ]);
    expect(samples).toMatchObject([
      {
        ...{ at: 7n, service: "shop", type: "cpu", unit: "nanoseconds", value: 42, thread: "worker-1" },
        ...{ traceId: TRACE, spanId: "eee19b7ec3c1b174", profileDurationNs: 10 },
      },
    ]);
  });

  it("count each time once where there are only times", () => {
    expect(rowsOf(read(request({ ...sample, values: [] }))).samples).toMatchObject([{ value: 2 }]);
  });

  it("lose what names a place that is not there, not the others", () => {
    const reading = read(request(sample, { ...sample, stackIndex: 8 }, { ...sample, stackIndex: -1 }));
    expect(rowsOf(reading).samples).toHaveLength(1);
    expect(reading).toMatchObject({ rejections: [{ reason: "unreadable", items: 2 }] });
    expect(read({ ...request(sample), dictionary: undefined })).toMatchObject({ kind: "malformed" });
  });
});
