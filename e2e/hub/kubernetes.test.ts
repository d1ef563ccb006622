import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubernetesApiServer, nodeObject, podObject } from "@weir/kubernetes/testing";
import { ScriptedCapture } from "@weir/wire/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";

/** When the scripts' captures begin: the pods of that time had their addresses then. */
const CAPTURED_AT_MS = 1_700_000_000_000;
const at = (seconds: number) => new Date(CAPTURED_AT_MS + seconds * 1_000).toISOString();
const folder = mkdtempSync(join(tmpdir(), "weir-hub-kubernetes-"));
let api: KubernetesApiServer;
let hub: RunningHub;

beforeAll(async () => {
  api = await KubernetesApiServer.start();
  api.put("nodes", nodeObject("node-1", "192.168.0.1", "zone-a", "10.0.0.0/16"));
  api.put("pods", podObject("import-1", "10.0.0.1", { startedAt: at(-60), finishedAt: at(60) }));
  api.put("pods", podObject("orders-1", "10.0.0.1", { startedAt: at(120) }));
  hub = await runHub(join(folder, "data"), "--kubernetes", api.kubeconfig());
});

afterAll(async () => {
  await hub?.stop();
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

it("a hub that follows a cluster names the pods of an imported capture as they were when it was taken", async () => {
  const capture = new ScriptedCapture();
  capture.tcp("10.0.0.1:40000", "10.0.9.9:5432").handshake().close();
  const body = capture.toPcap() as Uint8Array<ArrayBuffer>;
  await fetch(`${hub.url}/api/captures?name=shop.pcap`, { method: "POST", body });
  const first = async (path: string) =>
    ((await (await fetch(`${hub.url}${path}`)).json()) as { items: Record<string, unknown>[] }).items[0];
  await expect.poll(async () => (await first("/api/imports"))?.["state"], { timeout: 30_000 }).toBe("done");
  expect(await first("/api/connections")).toMatchObject({
    clientK8sPodName: "import-1",
    clientK8sNamespaceName: "shop",
    clientCloudAvailabilityZone: "zone-a",
    serverK8sPodUnknown: "notYetKnown",
  });
});
