import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Client, credentials } from "@grpc/grpc-js";
import type { Flame, ProfileKindJson } from "@weir/http-contract";
import { encode, exportProfilesServiceRequest } from "@weir/receive/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";
import { pprofOf, profileByPyroscope } from "./profiles.ts";
import { receiverAddress, receiverState } from "./telemetry.ts";

describe("profiles, sent to a hub and read back", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-profiles-"));
  let hub: RunningHub;
  let pyroscope = "";
  const get = async <T>(path: string) => (await fetch(hub.url + path)).json() as Promise<T>;
  const kindsOf = async (service: string) =>
    (await get<{ items: ProfileKindJson[] }>("/api/profiles")).items.filter((kind) => kind.service === service);
  const flame = (query: string) => get<Flame>(`/api/profiles/flame?${query}`);
  const post = (url: string, body: Uint8Array<ArrayBuffer> | string | FormData, headers: Record<string, string> = {}) =>
    fetch(url, { method: "POST", body, headers });

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"), "--free-receiver-ports");
    pyroscope = `http://${await receiverAddress(hub.url, "pyroscope")}`;
  });

  afterAll(async () => {
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("Pyroscope: as its own client for Node takes and sends them", async () => {
    await profileByPyroscope(pyroscope, "shop");
    await expect
      .poll(async () => (await kindsOf("shop")).map(({ type }) => type), { timeout: 20_000 })
      .toContain("wall");
    const { nodes, unit, value } = await flame("service=shop&type=wall");
    expect(unit).toBe("nanoseconds");
    expect(value).toBeGreaterThan(0);
    expect(nodes.map(({ name }) => name).join()).toContain("countPrimes");
    expect(await receiverState(hub.url, "pyroscope")).toMatchObject({ drops: [], turnedAway: [] });
  });

  it.each([
    ["with gzip", gzipSync],
    ["without", (bytes: Uint8Array) => bytes],
  ])("pprof: a profile that is uploaded %s", async (name, pack) => {
    const service = `uploads ${name}`;
    const bytes = pack(pprofOf({ "main;query": 30, "main;render": 12 })) as Uint8Array<ArrayBuffer>;
    const url = `${pyroscope}/ingest?format=pprof&name=${encodeURIComponent(`${service}{region=eu}`)}&from=1700000000`;
    expect((await post(url, bytes)).status).toBe(200);
    expect(await kindsOf(service)).toMatchObject([
      { type: "cpu", unit: "nanoseconds", samples: 2, firstAt: "2023-11-14T22:13:20.000000000Z" },
    ]);
    const { value, nodes } = await flame(`service=${encodeURIComponent(service)}&type=cpu`);
    expect([value, nodes.map(({ name: of, depth, value: all, self }) => [of, depth, all, self])]).toEqual([
      42,
      [
        ["main", 0, 42, 0],
        ["query", 1, 30, 30],
        ["render", 1, 12, 12],
      ],
    ]);
  });

  it("pprof: a form with a profile, as older clients send it", async () => {
    const form = new FormData();
    form.append("profile", new Blob([gzipSync(pprofOf({ main: 7 })) as Uint8Array<ArrayBuffer>]), "profile.pprof");
    expect((await post(`${pyroscope}/ingest?name=forms`, form)).status).toBe(200);
    expect((await flame("service=forms&type=cpu")).value).toBe(7);
  });

  it("Pyroscope's push service takes several; one that is none is counted alone", async () => {
    const raw = (bytes: Uint8Array) => ({ rawProfile: Buffer.from(bytes).toString("base64") });
    const labels = [{ name: "service_name", value: "pushed" }];
    const series = [{ labels, samples: [raw(gzipSync(pprofOf({ main: 5 }))), raw(Uint8Array.of(1, 2, 3))] }];
    const headers = { "content-type": "application/json" };
    const answer = await post(`${pyroscope}/push.v1.PusherService/Push`, JSON.stringify({ series }), headers);
    expect([answer.status, await answer.json()]).toEqual([200, {}]);
    expect((await flame("service=pushed&type=cpu")).value).toBe(5);
    expect((await receiverState(hub.url, "pyroscope")).drops).toMatchObject([{ reason: "unreadable", items: 1 }]);
  });

  it("refuses what is no profile, and what is so only after decompression", async () => {
    const ingest = `${pyroscope}/ingest?format=pprof&name=bad`;
    expect((await post(ingest, "nothing")).status).toBe(400);
    expect((await post(ingest, gzipSync(Buffer.alloc(100 << 20)) as Uint8Array<ArrayBuffer>)).status).toBe(400);
    expect((await post(`${pyroscope}/ingest?format=jfr&name=bad`, "nothing")).status).toBe(415);
  });

  const dictionary = {
    stringTable: ["", "cpu", "nanoseconds", "query", "main"],
    functionTable: [{}, { nameStrindex: 3 }, { nameStrindex: 4 }],
    locationTable: [{}, { lines: [{ functionIndex: 1 }] }, { lines: [{ functionIndex: 2 }] }],
    stackTable: [{}, { locationIndices: [1, 2] }],
    linkTable: [{}, { traceId: "5b8efff798038103d269b633813fc60c", spanId: "eee19b7ec3c1b174" }],
  };
  const otlp = (service: string) => ({
    resourceProfiles: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: service } }] },
        scopeProfiles: [
          {
            profiles: [
              {
                sampleType: { typeStrindex: 1, unitStrindex: 2 },
                timeUnixNano: 1_700_000_000_000_000_000n,
                samples: [
                  { stackIndex: 1, linkIndex: 1, values: [30] },
                  { stackIndex: 9, values: [1] },
                ],
              },
            ],
          },
        ],
      },
    ],
    dictionary,
  });

  it("OTLP over HTTP: kept with their trace, and the sender learns what was not", async () => {
    const url = `http://${await receiverAddress(hub.url, "otlp-http")}/v1development/profiles`;
    const json = JSON.stringify(otlp("by http"), (_, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    );
    const answer = await post(url, json, { "content-type": "application/json" });
    expect(await answer.json()).toMatchObject({ partialSuccess: { rejectedProfiles: "1" } });
    const { nodes } = await flame("service=by%20http&type=cpu&traceId=5B8EFFF798038103D269B633813FC60C");
    expect(nodes).toMatchObject([
      { name: "main", value: 30 },
      { name: "query", self: 30 },
    ]);
    expect((await flame("service=by%20http&type=cpu&traceId=00")).nodes).toEqual([]);
  });

  it("OTLP over gRPC", async () => {
    const client = new Client(await receiverAddress(hub.url, "otlp-grpc"), credentials.createInsecure());
    const message = Buffer.from(encode(exportProfilesServiceRequest, otlp("by grpc")));
    const path = "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export";
    const plain = (bytes: Buffer) => bytes;
    const answer = await new Promise<Buffer>((resolve, reject) => {
      client.makeUnaryRequest(path, plain, plain, message, (error, bytes) =>
        error === null ? resolve(bytes ?? Buffer.alloc(0)) : reject(error),
      );
    });
    client.close();
    // partial_success (1) with rejected_profiles (1) of 1.
    expect([...answer.subarray(0, 4)]).toEqual([0x0a, answer.length - 2, 0x08, 1]);
    expect((await flame("service=by%20grpc&type=cpu")).value).toBe(30);
  });

  it("can be asked as any other record", async () => {
    const question = {
      record: "profile",
      groupBy: ["profile.service"],
      measures: ["sum(profile.value)"],
      filter: 'profile.service == "forms"',
    };
    const answer = await post(`${hub.url}/api/query`, JSON.stringify(question), { "content-type": "application/json" });
    expect(await answer.json()).toMatchObject({ rows: [["forms", 7]] });
  });

  it("lists by time", async () => {
    const items = async (query: string) => (await get<{ items: object[] }>(`/api/profiles?${query}`)).items;
    expect(await items("to=2023-01-01T00:00:00Z")).toEqual([]);
    expect((await fetch(`${hub.url}/api/profiles?from=yesterday`)).status).toBe(400);
  });
});
