import type { FailedConnect } from "@weir/analysis";
import { isProfileAbility, type KernelAbility, type KernelAbilityName, type ProfileOptions } from "@weir/kernel";
import { withReason } from "../../capture-grades.ts";
import type { LiveRecord, PlainText } from "../messages.ts";
import type { ProcessProfile } from "../profiles/process-profile.ts";
import { Spans } from "../spans.ts";
import { ConnectionDrops } from "./connection-drops.ts";
import { type KernelWorker, startKernel } from "./kernel-worker.ts";
import type { ListenOverflow } from "./listen-overflows.ts";
import type { KernelCounts, KernelFact, SocketFact } from "./messages.ts";
import { SocketHistory } from "./socket-history.ts";
import { UnseenConnects } from "./unseen-connects.ts";

const NS_PER_MS = 1_000_000n;

/** What the kernel tells, kept until records ask for it. */
export class KernelLink {
  readonly sockets = new SocketHistory();
  readonly #drops = new ConnectionDrops();
  /** Absent where nobody watches packets. */
  #unseen: UnseenConnects | undefined;
  /** When the kernel told more than could be read. */
  readonly #losses = new Spans();
  /** Takes what processes wrote and read inside of TLS. */
  onTexts: ((texts: readonly PlainText[]) => void) | undefined;
  /** Takes profiles of processes. */
  onProfiles: ((profiles: readonly ProcessProfile[]) => void) | undefined;
  #counts: KernelCounts = { costs: [], drops: [], homelessTexts: 0 };
  #countedAt = unixNsNow();
  readonly #entry: URL;
  readonly #profiles: ProfileOptions;
  #worker: KernelWorker | undefined;
  #wanted = "";
  /** Changes come one after the other. */
  #changing: Promise<void> = Promise.resolve();

  private constructor(entry: URL, profiles: ProfileOptions) {
    this.#entry = entry;
    this.#profiles = profiles;
  }

  /** Starts the kernel's programs, as far as they are wanted and taken. */
  static async start(
    entry: URL,
    wanted: readonly KernelAbilityName[],
    profiles: ProfileOptions = { leastWaitNs: 0 },
  ): Promise<KernelLink> {
    const link = new KernelLink(entry, profiles);
    await link.change(wanted);
    return link;
  }

  /** Has the kernel tell these things from now on. What it told while its programs were exchanged is missed, and graded so. */
  change(wanted: readonly KernelAbilityName[]): Promise<void> {
    this.#changing = this.#changing.then(async () => {
      const words = wanted.join(" ");
      if (words === this.#wanted) return;
      const from = unixNsNow();
      const isFirst = this.#worker === undefined;
      await this.#worker?.stop();
      this.#worker =
        wanted.length === 0 ? undefined : await startKernel(this.#entry, { wanted, profiles: this.#profiles }, this);
      this.#wanted = words;
      this.#counts = { costs: [], drops: [], homelessTexts: 0 };
      if (!isFirst && wanted.length > 0) this.#losses.add(from, unixNsNow());
    });
    return this.#changing;
  }

  /** Which of those wanted are there, and why. */
  get abilities(): readonly KernelAbility[] {
    return this.#worker?.abilities ?? [];
  }

  /** What the abilities have cost, and what was dropped: last told. */
  get counts(): KernelCounts {
    return this.#counts;
  }

  facts(facts: readonly KernelFact[]): void {
    for (const fact of facts)
      if (fact.kind === "retransmitted" || fact.kind === "dropped") this.#drops.add(fact);
      else {
        this.sockets.add(fact);
        this.#unseen?.failed(fact, unixNsNow());
      }
  }

  texts(texts: readonly PlainText[]): void {
    this.onTexts?.(texts);
  }

  profiles(profiles: readonly ProcessProfile[]): void {
    this.onProfiles?.(profiles);
  }

  overflows(overflows: readonly ListenOverflow[]): void {
    const now = unixNsNow();
    for (const overflow of overflows) this.#drops.overflowed(overflow, this.#countedAt, now);
  }

  count(counts: KernelCounts): void {
    const now = unixNsNow();
    if (lostIn(counts) > lostIn(this.#counts)) this.#losses.add(this.#countedAt, now);
    this.#counts = counts;
    this.#countedAt = now;
  }

  /** The same records, connections with what the kernel told of them. */
  completed(records: readonly LiveRecord[]): readonly LiveRecord[] {
    const has = { retransmissions: this.has("kernelRetransmissions"), drops: this.has("kernelDrops") };
    for (const live of records) {
      if (live.kind !== "connection") continue;
      const { record, report } = live;
      this.#unseen?.seen(record);
      this.#drops.complete(record, report === "end", has);
      const endedAt = record.startedAt + BigInt(Math.round(record.durationNs));
      if (this.#losses.meets(record.startedAt, endedAt)) withReason(record, "kernelLoss");
    }
    return records;
  }

  /** Attempts to connect are compared with packets from now on, in the network namespaces of these inodes. */
  watchConnects(namespaces: ReadonlySet<number>): void {
    this.#unseen = new UnseenConnects(namespaces);
  }

  /** Attempts to connect that failed without a packet that was seen, since it was asked last; all of them where `isLast`. */
  unseenConnects(isLast: boolean): FailedConnect[] {
    const causesOf = ({ ends, atUnixNs }: SocketFact) => this.#drops.causesOf(ends, atUnixNs);
    return this.#unseen?.take(unixNsNow(), isLast, causesOf) ?? [];
  }

  /** Takes the programs out of the kernel. */
  async stop(): Promise<void> {
    await this.#changing;
    await this.#worker?.stop();
  }

  /** True where this was wanted, and is there. */
  has(ability: KernelAbilityName): boolean {
    return this.abilities.some(({ name, has }) => name === ability && has);
  }
}

/** Events that connections may miss; places of profiles are none of theirs. */
function lostIn({ costs }: KernelCounts): number {
  return costs.reduce((sum, { name, lostEvents }) => sum + (isProfileAbility(name) ? 0 : lostEvents), 0);
}

function unixNsNow(): bigint {
  return BigInt(Date.now()) * NS_PER_MS;
}
