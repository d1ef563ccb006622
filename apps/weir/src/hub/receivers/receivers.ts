import { setTimeout as sleep } from "node:timers/promises";
import { WeirError } from "@weir/base";
import type { ReceiverState, ReceiversView } from "@weir/http-contract";
import { Batcher, type Store } from "@weir/storage";
import { type Scraper, startScraping } from "../scrape/scraper.ts";
import type { ScrapeTarget } from "../scrape/targets.ts";
import type { SenderDoor } from "./door.ts";
import { BodyRoom } from "./http/body-room.ts";
import { Intake } from "./intake.ts";
import { RECEIVERS } from "./list.ts";
import { hostAndPort } from "./listen-on.ts";
import { takeSpansFile } from "./otlp/spans-file.ts";
import { placeOf, type ReceiverPlaces } from "./place.ts";
import { ReadingPool } from "./reading/reading-pool.ts";
import type { OpenReceiver, Place, Receiver } from "./receiver.ts";
import { sampledRows, startSampling } from "./sampling/sampled-rows.ts";
import type { TailSamplingOptions } from "./sampling/tail-sampler.ts";

/** Which receivers listen, and where. */
export interface ReceiverOptions {
  /** False: nothing is received. */
  readonly isEnabled: boolean;
  /** Ports by receivers' names; the standard ones where absent. A named port that cannot be had is an error, a standard one is not: another program may have it. */
  readonly ports: ReadonlyMap<string, number>;
  /** Free ports where none is named. */
  readonly takesFreePorts: boolean;
  readonly places: ReceiverPlaces;
  /** Whom the hub asks for metrics. */
  readonly scraped: readonly ScrapeTarget[];
  /** Which traces are kept; all where absent. */
  readonly sampling?: TailSamplingOptions | undefined;
}

/** How long a stopping hub decides on traces before it looks to its store. */
const SAMPLING_CLOSE_LIMIT_MS = 5_000;

/** One receiver with its counts, and why it does not listen where it does not. */
interface Slot {
  readonly receiver: Receiver;
  readonly intake: Intake;
  readonly host: string;
  readonly open?: OpenReceiver;
  readonly problem?: string;
}

/** The hub's receivers. */
export interface Receivers {
  view(): Omit<ReceiversView, "exports">;
  /** Takes spans from a file as if they had been sent; see {@link takeSpansFile}. */
  takeSpans(path: string): Promise<void>;
  close(): Promise<void>;
}

export interface ReceiversStart {
  readonly store: Store;
  readonly options: ReceiverOptions;
  readonly door: SenderDoor;
  /** Script of the thread that reads large bodies. */
  readonly workerEntry: URL;
  /** Where spans wait until it is decided whether they are kept. */
  readonly samplingDir: string;
  readonly log: (line: string) => void;
}

/** Starts everything of {@link RECEIVERS} that may listen. */
export async function startReceivers(start: ReceiversStart): Promise<Receivers> {
  const { store, options, door, workerEntry, samplingDir, log } = start;
  const batcher = new Batcher(store);
  const { sampling } = options;
  const sampler = await startSampling(samplingDir, sampling, store, batcher);
  const sink = sampling === undefined || sampler === undefined ? batcher : sampledRows(batcher, sampler);
  const pool = new ReadingPool(workerEntry);
  const room = new BodyRoom();
  const newIntake = (name: string) => new Intake(name, sink, door, pool, room);
  const slots: Slot[] = [];
  const scrapeIntake = newIntake("scrape");
  const scraper = startScraping(options.scraped, scrapeIntake);
  const close = async () => {
    await Promise.all([...slots.map(({ open }) => open?.close()), scraper.close()]);
    const sampled = sampler?.close();
    // Where the store does not answer, the batcher gives up for both.
    await Promise.race([sampled, sleep(SAMPLING_CLOSE_LIMIT_MS, undefined, { ref: false })]);
    await batcher.close();
    await sampled;
    await pool.close();
  };
  for (const receiver of options.isEnabled ? RECEIVERS : []) {
    try {
      slots.push(await openSlot(receiver, newIntake(receiver.name), options, log));
    } catch (error) {
      await close();
      throw error;
    }
  }
  return {
    view: () => ({
      items: [...slots.map(stateOf), ...scrapeState(options.scraped, scraper, scrapeIntake)],
      queue: batcher.state,
      ...(sampling === undefined || sampler === undefined ? {} : { sampling: sampler.state }),
    }),
    takeSpans: (path) => takeSpansFile(path, new Intake("file", batcher, door, pool, room)),
    close,
  };
}

async function openSlot(
  receiver: Receiver,
  intake: Intake,
  options: ReceiverOptions,
  log: (line: string) => void,
): Promise<Slot> {
  const { ports, takesFreePorts } = options;
  const named = ports.get(receiver.name);
  const port = named ?? (takesFreePorts ? 0 : receiver.standardPort);
  const place = { ...placeOf(receiver, options.places), port };
  const { host } = place;
  if (receiver.transport === "tls" && place.tls === undefined)
    return { receiver, intake, host, problem: "it needs a certificate: give --tls-cert and --tls-key" };
  try {
    const open = await receiver.open(place, intake);
    log(`${receiver.title}: ${hostAndPort(host, open.port)}`);
    return { receiver, intake, host, open };
  } catch (error) {
    const problem = problemOf(error, place);
    if (problem === undefined) throw error;
    const hint = `${problem.hint}, or take another port with --${receiver.name}-port`;
    if (named !== undefined && named !== 0) throw new WeirError("PORT_IN_USE", problem.what, hint, { cause: error });
    log(`${receiver.title} is not received: ${problem.what}. ${hint}`);
    return { receiver, intake, host, problem: `${problem.what}. ${hint}` };
  }
}

/** Why a port cannot be had; undefined where that is another failure. */
function problemOf(
  error: unknown,
  { host, port }: Place,
): { readonly what: string; readonly hint: string } | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return { what: `port ${port} is taken on ${host}`, hint: "Stop what listens there" };
  if (code !== "EACCES") return undefined;
  return { what: `port ${port} is not for everybody`, hint: "Give the hub CAP_NET_BIND_SERVICE" };
}

function stateOf({ receiver, intake, host, open, problem }: Slot): ReceiverState {
  const { name, title, transport } = receiver;
  return {
    name,
    title,
    transport,
    ...(open === undefined ? {} : { address: hostAndPort(host, open.port) }),
    ...(problem === undefined ? {} : { problem }),
    ...intake.counts.view(),
  };
}

/** Scraping beside the receivers: one line, where there is anything to scrape. */
function scrapeState(targets: readonly ScrapeTarget[], scraper: Scraper, { counts }: Intake): ReceiverState[] {
  if (targets.length === 0) return [];
  const title = targets.length === 1 ? "Scraping of one target" : `Scraping of ${targets.length} targets`;
  const problems = scraper.problems();
  const asked = targets.map(({ url }) => url.href).join(", ");
  const place = problems.length === 0 ? { address: asked } : { problem: problems.join("; ") };
  return [{ name: "scrape", title, transport: "http", ...place, ...counts.view() }];
}
