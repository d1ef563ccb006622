import type { Fact } from "../fact.ts";
import { LOST_SEGMENTS, Port } from "./traffic.ts";
import type { Json } from "./watching-agent.ts";

/** What agents are to tell of the traffic, held against what this one told. */
export function factsOf(records: readonly Json[], status: Json): Fact[] {
  const ends = records.filter(({ kind, report }) => kind === "connection" && report === "end");
  /** The last of a port. */
  const end = (port: number): Json => ends.filter(({ serverPort }) => serverPort === port).at(-1) ?? {};
  const called = records.filter(({ kind }) => kind === "call").map(({ target }) => target);
  const [plain, refused, filtered, lossy, dns] = [Port.http, Port.closed, Port.filtered, Port.lossy, Port.dns].map(end);
  const facts: Fact[] = [];
  const say = (...said: Parameters<typeof fact>): void => void facts.push(fact(...said));

  say("packets", "the call over HTTP", called.includes("/plain"), is("true"));
  say("packets", "segments sent again, as seen", lossy?.["clientRetransmissions"], atLeast(LOST_SEGMENTS));
  for (const [name, connection, server] of [
    ["answered", plain, "node"],
    ["refused", refused],
  ] as const) {
    say("kernelSockets", `who opened (${name})`, named(connection, "client"), is("curl kernel"));
    if (server !== undefined)
      say("kernelSockets", `who serves (${name})`, named(connection, "server"), is(`${server} kernel`));
  }
  say("kernelSockets", "errno of the refused", refused?.["connectError"], is("ECONNREFUSED"));
  say("kernelDatagrams", "who asks by DNS", named(dns, "client"), is("node kernel"));
  say("kernelDatagrams", "who answers", named(dns, "server"), is("node kernel"));
  const again = String(lossy?.["clientRetransmissions"]);
  say("kernelRetransmissions", "as many as seen", lossy?.["clientKernelRetransmissions"], is(again));
  say("kernelRetransmissions", "SYNs", filtered?.["clientKernelRetransmissions"], atLeast(1));
  say("kernelDrops", "by a rule: segments", lossy?.["clientDrops"], is(`${LOST_SEGMENTS}`));
  say("kernelDrops", "by a rule: why", filtered?.["dropCauses"], (text) => text.startsWith("firewall "));
  say("kernelDrops", "at a closed port", refused?.["dropCauses"], (text) => text.startsWith("socket "));
  say("listenOverflows", "the full accept queue", end(Port.fullQueue)["dropCauses"], (text) =>
    text.includes("LISTEN_OVERFLOWS"),
  );
  for (const path of ["/curl", "/s_server", "/s_client"])
    say("tlsPlaintext", `the call ${path}`, called.includes(path), is("true"));
  say("packets", "nothing lost", JSON.stringify(lostIn(status)), is("[]"));
  return facts;
}

/** The same of profiles. */
export function profileFactsOf(records: readonly Json[]): Fact[] {
  const stacks = (type: string): string => {
    const ids = new Set(records.filter((each) => each["type"] === type).map(({ stackId }) => stackId));
    return JSON.stringify(records.filter(({ kind, stackId }) => kind === "stack" && ids.has(stackId)));
  };
  const compiled = /hotLoop/.exec(stacks("cpu"))?.[0];
  const kernels = /\b(?:__)?schedule\b/.exec(stacks("off_cpu"))?.[0];
  return [
    fact("cpuProfiles", "a function compiled as it runs", compiled, is("hotLoop")),
    fact("offCpuProfiles", "a function of the kernel", kernels, (text) => text.endsWith("schedule")),
  ];
}

function fact(ability: string, what: string, got: unknown, isSo: (text: string) => boolean): Fact {
  const text = got === undefined ? "nothing" : String(got);
  return { ability, what, got: text, holds: isSo(text) };
}

const is = (wanted: string) => (text: string) => text === wanted;
const atLeast = (least: number) => (text: string) => Number(text) >= least;

/** Name of one end's process, and who told it. */
function named(connection: Json | undefined, side: "client" | "server"): string {
  return `${connection?.[`${side}ProcessName`]} ${connection?.[`${side}ProcessSource`]}`;
}

/** Abilities whose events found no room; of waits more happen than stacks are taken, on purpose. */
function lostIn(status: Json): unknown[] {
  const abilities = (status["abilities"] ?? []) as readonly { name: string; cost?: { lostEvents?: number } }[];
  return abilities
    .filter(({ name, cost }) => name !== "offCpuProfiles" && (cost?.lostEvents ?? 0) > 0)
    .map(({ name, cost }) => [name, cost?.lostEvents]);
}
