import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ExportState } from "@weir/http-contract";
import { expect, it, onTestFinished } from "vitest";
import { AgentProcess } from "./agent-process.ts";
import { describeOnKernel } from "./kernel.ts";

/** A server of HTTP on this machine that answers everything; its port, and how often it was asked. */
async function answering() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    request.resume().on("end", () => response.end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, asked };
}

describeOnKernel("what an agent sends to others", () => {
  it("is told in its status, and is none of what it sees", async () => {
    const [shop, receiver] = [await answering(), await answering()];
    const collector = createSocket("udp4");
    collector.bind(0, "127.0.0.1");
    await once(collector, "listening");
    onTestFinished(() => void collector.close());
    const flowPort = collector.address().port;
    const otlp = ["--otlp", `http://127.0.0.1:${receiver.port}`, "--otlp-seconds", "1"];
    const flows = ["--ipfix", `127.0.0.1:${flowPort}`];
    const agent = await AgentProcess.start(["--interface", "lo", "--no-kernel", "--no-processes", ...otlp, ...flows]);
    await fetch(`http://127.0.0.1:${shop.port}/prices`, { headers: { connection: "close" } });
    const sent = async (name: string) => {
      const { exports } = (await agent.status()) as { exports: ExportState[] };
      return exports.find((state) => state.name === name)?.sent;
    };
    for (const name of ["otlp-traces", "otlp-logs", "otlp-metrics", "ipfix"])
      await expect.poll(() => sent(name), { timeout: 20_000 }).toBeGreaterThan(0);
    const live = await agent.stop();
    expect(new Set(receiver.asked)).toEqual(new Set(["/v1/traces", "/v1/logs", "/v1/metrics"]));
    const ports = live.filter(({ kind }) => kind === "connection").map(({ serverPort }) => serverPort);
    expect(ports).toContain(shop.port);
    expect(ports).not.toContain(receiver.port);
    expect(ports).not.toContain(flowPort);
  });
});
