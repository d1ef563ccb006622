import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { credentials, Metadata } from "@grpc/grpc-js";
import { OTLPTraceExporter as GrpcExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as HttpExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import type { ReceiverState, ReceiversView } from "@weir/http-contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";
import { askTls, type Certificates, makeCertificates } from "./certificates.ts";
import { sendOrder } from "./telemetry.ts";

const TOKEN = "weir_editor-token";
const AUTHORIZATION = { authorization: `Bearer ${TOKEN}` };
/** An address of this host whose messages nobody asked for. */
const STRANGER = "127.0.0.9";

describe("receivers on another address than 127.0.0.1", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-open-"));
  let certificates: Certificates;
  let hub: RunningHub;
  const get = async <T>(path: string) =>
    JSON.parse((await askTls(hub.url + path, certificates.authority, { headers: AUTHORIZATION })).body) as T;
  const state = async (name: string): Promise<ReceiverState> => {
    const { items } = await get<ReceiversView>("/api/receivers");
    const found = items.find((item) => item.name === name);
    if (found === undefined) throw new Error(`the hub knows no receiver ${name}`);
    return found;
  };
  const portOf = async (name: string) => Number((await state(name)).address?.split(":").at(-1));
  const logs = async (text: string) =>
    (await get<{ items: Record<string, unknown>[] }>(`/api/logs?text=${encodeURIComponent(text)}`)).items;

  beforeAll(async () => {
    certificates = makeCertificates(folder);
    const access = join(folder, "access.json");
    const sha256 = createHash("sha256").update(TOKEN).digest("hex");
    writeFileSync(access, JSON.stringify({ tokens: [{ name: "shop", role: "editor", sha256 }] }));
    const { server, authority } = certificates;
    hub = await runHub(
      join(folder, "data"),
      ...["--free-receiver-ports", "--receivers-host", "0.0.0.0", "--access", access],
      ...["--tls-cert", server.cert, "--tls-key", server.key, "--syslog-client-ca", authority],
      ...["--open-receivers", "syslog-udp", "syslog-tcp", "--senders", "127.0.0.1/32", "10.0.0.0/8"],
    );
  });

  afterAll(async () => {
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("listen there where they can ask who sends, or were named; all others stay", async () => {
    const { items } = await get<ReceiversView>("/api/receivers");
    const local = items.filter(({ address }) => address?.startsWith("127.0.0.1:")).map(({ name }) => name);
    expect(local).toEqual(["jaeger-compact", "jaeger-binary", "netflow", "ipfix", "sflow"]);
    expect(items.filter(({ address }) => address?.startsWith("0.0.0.0:"))).toHaveLength(items.length - local.length);
  });

  it("take spans of OpenTelemetry's SDK over TLS, with a token", async () => {
    const authority = readFileSync(certificates.authority);
    const overHttp = new HttpExporter({
      url: `https://127.0.0.1:${await portOf("otlp-http")}/v1/traces`,
      headers: AUTHORIZATION,
      httpAgentOptions: { ca: authority },
    });
    const metadata = new Metadata();
    metadata.set("authorization", AUTHORIZATION.authorization);
    const overGrpc = new GrpcExporter({
      url: `https://127.0.0.1:${await portOf("otlp-grpc")}`,
      credentials: credentials.createSsl(authority),
      metadata,
    });
    for (const exporter of [overHttp, overGrpc]) {
      const traceId = await sendOrder("orders", exporter);
      expect((await get<{ spans: object[] }>(`/api/traces/${traceId}`)).spans).toHaveLength(2);
    }
  });

  it("say nothing without TLS, and refuse who has no token", async () => {
    const port = await portOf("loki");
    await expect(fetch(`http://127.0.0.1:${port}/loki/api/v1/push`, { method: "POST", body: "{}" })).rejects.toThrow();
    const url = `https://127.0.0.1:${port}/loki/api/v1/push`;
    const headers = { "content-type": "application/json" };
    expect((await askTls(url, certificates.authority, { body: "{}", headers })).status).toBe(401);
  });

  it("take syslog of the networks that were named alone", async () => {
    for (const [from, text] of [
      ["127.0.0.1", "a neighbour by UDP"],
      [STRANGER, "a stranger by UDP"],
    ] as const) {
      const socket = createSocket("udp4");
      await new Promise<void>((resolve) => socket.bind(0, from, resolve));
      const port = await portOf("syslog-udp");
      await new Promise((resolve) => socket.send(`<14>shop: ${text}`, port, "127.0.0.1", resolve));
      socket.close();
    }
    const stranger = connect({ host: "127.0.0.1", port: await portOf("syslog-tcp"), localAddress: STRANGER });
    stranger.on("error", () => undefined);
    stranger.write("<14>shop: a stranger by TCP\n");
    await new Promise((resolve) => stranger.once("close", resolve));
    await expect.poll(() => logs("a neighbour"), { timeout: 10_000 }).toHaveLength(1);
    expect(await logs("a stranger")).toEqual([]);
    for (const name of ["syslog-udp", "syslog-tcp"])
      expect((await state(name)).turnedAway).toMatchObject([
        { reason: "forbidden", requests: 1, example: `${STRANGER} is in no network of --senders` },
      ]);
  });

  it("take syslog over TLS from who has a certificate, and from nobody else", async () => {
    const port = await portOf("syslog-tls");
    const ca = readFileSync(certificates.authority);
    const options = { port, host: "127.0.0.1", ca };
    const stranger = connectTls(options);
    stranger.on("error", () => undefined);
    stranger.write("<14>shop: a stranger by TLS\n");
    await new Promise((resolve) => stranger.once("close", resolve));
    const { cert, key } = certificates.client;
    const known = connectTls({ ...options, cert: readFileSync(cert), key: readFileSync(key) });
    known.end("29 <14>shop: a partner by TLS, 1");
    await expect.poll(() => logs("partner by TLS"), { timeout: 10_000 }).toHaveLength(1);
    expect(await logs("a stranger")).toEqual([]);
    expect((await state("syslog-tls")).turnedAway).toMatchObject([
      { reason: "unauthenticated", requests: 1, example: expect.stringContaining("certificate") },
    ]);
  });

  it("take what rsyslog forwards by UDP, TCP and TLS", async () => {
    const socket = join(folder, "log.sock");
    const configuration = join(folder, "rsyslog.conf");
    const target = async (name: string) => `type="omfwd" target="127.0.0.1" port="${await portOf(name)}"`;
    const format = 'template="RSYSLOG_SyslogProtocol23Format"';
    const tls =
      'StreamDriver="ossl" StreamDriverMode="1" StreamDriverAuthMode="x509/name" StreamDriverPermittedPeers="server.test"';
    writeFileSync(
      configuration,
      [
        `global(workDirectory="${folder}" DefaultNetstreamDriverCAFile="${certificates.authority}"`,
        `  DefaultNetstreamDriverCertFile="${certificates.client.cert}" DefaultNetstreamDriverKeyFile="${certificates.client.key}")`,
        `module(load="imuxsock" SysSock.Name="${socket}")`,
        `action(${await target("syslog-udp")} protocol="udp" ${format})`,
        `action(${await target("syslog-tcp")} protocol="tcp" TCP_Framing="octet-counted" ${format})`,
        `action(${await target("syslog-tls")} protocol="tcp" ${tls} ${format})`,
        "",
      ].join("\n"),
    );
    const pidFile = join(folder, "rsyslog.pid");
    const rsyslogd = spawn("rsyslogd", ["-n", "-f", configuration, "-i", pidFile], { stdio: "ignore" });
    try {
      await expect.poll(() => existsSync(socket), { timeout: 10_000 }).toBe(true);
      execFileSync("logger", ["-u", socket, "-t", "shop", "-p", "local3.err", "no stock, says rsyslog"]);
      await expect.poll(() => logs("says rsyslog"), { timeout: 20_000 }).toHaveLength(3);
      for (const record of await logs("says rsyslog"))
        expect(record).toMatchObject({
          service: "shop",
          severityText: "err",
          attributes: { "syslog.facility": "local3" },
        });
    } finally {
      rsyslogd.kill();
      await once(rsyslogd, "exit");
    }
  });
});

describe("a hub whose receivers others could reach", () => {
  it.each([
    [["--receivers-host", "0.0.0.0"], "receivers would listen on 0.0.0.0"],
    [["--open-receivers", "netflow"], "what anybody sends"],
    [["--open-receivers", "otlp-http", "--senders", "10.0.0.0/8"], "knows no otlp-http"],
    [["--open-receivers", "netflow", "--senders", "everybody"], "is no network"],
  ])("does not start with %s", async (options, problem) => {
    const folder = mkdtempSync(join(tmpdir(), "weir-refused-"));
    await expect(runHub(folder, "--free-receiver-ports", ...options)).rejects.toThrow(problem);
    rmSync(folder, { recursive: true, force: true });
  });
});
