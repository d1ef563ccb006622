import type { AnalysisConfig } from "@weir/analysis";
import { unixNsAt } from "@weir/base";
import { type Capture, type GradeReason, gradeOf } from "@weir/model";
import { Pipeline, type PipelineOptions } from "@weir/pipeline";
import { ProbeMemory } from "@weir/protocols";
import { type LiveFrame, LiveReader, type Packet, Verdict } from "@weir/wire";
import { namesFrom } from "../read/names-option.ts";
import type { KeptEnds } from "./control/kept-edges.ts";
import { LateAddressNames } from "./identity/late-address-names.ts";
import { LiveGrades } from "./live-grades.ts";
import { LiveJudge, type LiveSink } from "./live-judge.ts";
import type { LearnedName, PlainText, WorkerShare } from "./messages.ts";
import { PlainTexts } from "./plain-texts.ts";
import { Sampling } from "./sampling.ts";
import type { ShedLevel } from "./shedding.ts";
import { SharedNames, ToldNames } from "./workers/shared-names.ts";

export interface LiveEngineOptions {
  readonly captureId: string;
  /** Name of the host, for people. */
  readonly name: string;
  readonly names: ReadonlyMap<string, string>;
  readonly config: AnalysisConfig;
  readonly sink: LiveSink;
  /** False reads headers only. */
  readonly dissect: boolean;
  /** Whether texts from inside of TLS come as well, later than the packets that carry them. */
  readonly awaitsPlainText: () => boolean;
  /** Where packets are seen, by their `interfaceId`; absent where all are seen at one place. */
  readonly vantages?: PipelineOptions["vantages"];
  /** Which of several workers it is: then it judges nothing, and tells what names it learns. */
  readonly share?: Pick<WorkerShare, "index" | "count"> | undefined;
  /** Sees every packet, also those that are left out. */
  readonly keep?: ((packet: Packet) => void) | undefined;
}

/** Time goes on without packets this far behind the clock: those on their way through the ring must not come late. */
const BEHIND_NS = 1_000_000_000n;
const END_OF_TIME = 1n << 62n;
/** What is counted where somebody else judges. */
const NOT_JUDGED = { connections: 0, calls: 0, vantage: "unknown" } as const;
/** A connection that is over stays less long than in a file: whoever watches waits for it. What is quiet takes as little memory as can be. */
const LIMITS = { tcpLingerNs: 3e9, rememberedConversations: 100_000, restNs: 5e9 } as const;

/** The engine as it runs live: frames in, records out as soon as they are finished, time going on when nothing comes. */
export class LiveEngine {
  readonly #options: LiveEngineOptions;
  readonly #reader = new LiveReader();
  readonly #names: LateAddressNames;
  readonly #pipeline: Pipeline;
  readonly #grades: LiveGrades;
  /** Absent where somebody else judges, who has the records of all workers. */
  readonly #judge: LiveJudge | undefined;
  readonly #sharedNames = new SharedNames();
  readonly #texts = new PlainTexts();
  readonly #take = (packet: Packet) => this.#packet(packet);
  readonly #sampling = new Sampling();
  /** Packets that were left out, and those of them that were because there were too many. */
  skipped = 0;
  #skippedByOverload = 0;
  checksumPending = 0;
  superFrames = 0;

  constructor(options: LiveEngineOptions) {
    this.#options = options;
    const { captureId, names, config, sink, dissect, awaitsPlainText, vantages, share } = options;
    this.#judge = share === undefined ? new LiveJudge(captureId, config, sink) : undefined;
    this.#grades = new LiveGrades(this.#judge ?? sink, (connection) =>
      this.#sampling.keepsWhole(connection, connection.startedAt),
    );
    const learned = new ToldNames(share === undefined ? undefined : this.#sharedNames);
    namesFrom(names, learned);
    this.#names = new LateAddressNames((...name) => learned.learnFromOthers(...name));
    this.#pipeline = new Pipeline({
      captureId,
      names: learned,
      probeMemory: new ProbeMemory(),
      sink: this.#grades,
      dissect,
      vantages,
      get awaitsPlainText() {
        return awaitsPlainText();
      },
      numbering: share && { first: share.index, step: share.count },
      limits: LIMITS,
    });
  }

  /** Takes one frame, seen at the vantage of that number; it is borrowed. */
  frame(
    frame: LiveFrame & { readonly isChecksumPending: boolean; readonly isSuperFrame: boolean },
    vantage: number,
  ): void {
    if (frame.isChecksumPending) this.checksumPending += 1;
    if (frame.isSuperFrame) this.superFrames += 1;
    this.#reader.frame(frame, vantage, this.#take);
  }

  /** Takes names of addresses, as they are learned. */
  learn(names: readonly LearnedName[]): void {
    this.#names.learn(names, this.#reader.summary.packets === 0 ? undefined : this.#reader.startUnixNs);
  }

  /** Names that the packets have told since they were asked for last, where others want to know them. */
  learned(): readonly LearnedName[] {
    return this.#sharedNames.take(this.#reader.startUnixNs);
  }

  /** Takes what processes wrote and read inside of TLS. */
  texts(texts: readonly PlainText[]): void {
    this.#texts.add(texts);
  }

  /** Reads those texts whose packets have come by this time. */
  deliverTexts(unixNs: bigint): void {
    this.#texts.deliver(this.#pipeline, this.#reader.startUnixNs, unixNs);
  }

  /** Time goes on, with packets or without: what is over or idle leaves, and findings are made when their time has come. */
  tick(unixNs: bigint): void {
    const { startUnixNs, summary } = this.#reader;
    if (summary.packets === 0) return;
    const sinceNs = Number(unixNs - BEHIND_NS - startUnixNs);
    if (sinceNs > summary.lastNs) this.#pipeline.tick(sinceNs);
    this.#judge?.tick(unixNs);
  }

  /** Leaves out what the level says. */
  shed(level: ShedLevel, unixNs: bigint): void {
    this.#grades.shedsBodies = level !== "nothing";
    this.#pipeline.shedsCalls = level === "calls" || level === "connections";
    this.#sampling.isOverloaded = level === "connections";
    this.#grades.overloads.note(this.#sampling.isOverloaded, unixNs);
  }

  /** Reads one of so many connections whole from now on, and of the others beginnings and ends. */
  sample(oneOf: number, unixNs: bigint): void {
    this.#sampling.oneOf = oneOf;
    this.#grades.choices.note(this.#sampling.isChosen, unixNs);
  }

  /** Reads what these hosts say to each other whole, whatever is sampled. */
  keepWhole(ends: readonly KeptEnds[], unixNs: bigint): void {
    this.#sampling.keep(ends, unixNs);
  }

  /** The kernel has lost packets between these moments. */
  noteLoss(from: bigint, to: bigint): void {
    this.#grades.losses.add(from, to);
  }

  /** Closes what is open, with its numbers so far. */
  finish(): void {
    this.#texts.deliver(this.#pipeline, this.#reader.startUnixNs, END_OF_TIME);
    this.#pipeline.finish();
    this.#judge?.finish();
  }

  /** What is open and what was counted. */
  get counts() {
    const { packets, wireBytes, capturedBytes, cutPackets } = this.#reader.summary;
    const { connections: open, bytes: heldBytes } = this.#pipeline.held;
    const { connections, calls } = this.#judge?.counts ?? NOT_JUDGED;
    const { skipped, checksumPending, superFrames } = this;
    return {
      packets,
      wireBytes,
      capturedBytes,
      cutPackets,
      undecodedPackets: this.#undecoded(),
      skipped,
      checksumPending,
      superFrames,
      open,
      heldBytes,
      connections,
      calls,
      copies: this.#pipeline.copies,
      droppedTexts: this.#texts.dropped,
    };
  }

  /** The capture that this run is, so far. */
  capture(interfaces: readonly string[], droppedPackets: number): Capture {
    const { summary, startUnixNs } = this.#reader;
    const hasPackets = summary.packets > 0;
    const reasons: GradeReason[] = [];
    if (droppedPackets > 0) reasons.push("captureLoss");
    if (this.skipped > 0) reasons.push("sampled");
    if (this.#skippedByOverload > 0) reasons.push("overload");
    if (summary.cutPackets > 0) reasons.push("snapLength");
    const { captureId, name } = this.#options;
    return {
      captureId,
      name,
      format: "live",
      fileBytes: 0,
      startedAt: hasPackets ? startUnixNs : undefined,
      endedAt: hasPackets ? unixNsAt(startUnixNs, summary.lastNs) : undefined,
      packets: summary.packets,
      wireBytes: summary.wireBytes,
      capturedBytes: summary.capturedBytes,
      cutPackets: summary.cutPackets,
      droppedPackets,
      latePackets: this.#pipeline.latePackets,
      undecodedPackets: this.#undecoded(),
      interfaces,
      ...(this.#judge?.counts ?? NOT_JUDGED),
      problem: undefined,
      grade: gradeOf(reasons),
      gradeReasons: reasons,
    };
  }

  #packet(packet: Packet): void {
    if (this.#names.isWaiting) this.#names.learn([], this.#reader.startUnixNs);
    this.#options.keep?.(packet);
    if (!this.#sampling.takes(packet)) {
      this.skipped += 1;
      if (this.#sampling.isOverloaded) this.#skippedByOverload += 1;
      this.#pipeline.otherPacket(packet.atNs);
    } else this.#pipeline.packet(packet, this.#reader.startUnixNs);
  }

  #undecoded(): number {
    const fine: readonly Verdict[] = [Verdict.ok, Verdict.notIp, Verdict.fragmentPending, Verdict.unknownTransport];
    return this.#reader.summary.verdicts.reduce(
      (sum, count, verdict) => sum + (fine.includes(verdict as Verdict) ? 0 : count),
      0,
    );
  }
}
