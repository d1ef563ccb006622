import { WeirError } from "@weir/base";
import { ConntrackSocket, loadNative } from "@weir/capture";
import { parseConntrackEvents, type Translation } from "@weir/identity";

/** Translations that are remembered; beyond it the one that began first is forgotten. */
const MAX_KNOWN = 100_000;
/** One that is over is remembered for so long: its connection is told no later than that. */
const REMEMBERED_MS = 30_000;
const READ_EVERY_MS = 100;

/** Gives the datagrams that have come. */
export interface EventSource {
  readonly overruns: number;
  read(take: (datagram: Uint8Array) => void): void;
  close(): void;
}

/** Translations as the kernel tells them when they begin: also of connections that have left its table before anybody looks. */
export class TranslationEvents {
  readonly #source: EventSource;
  readonly #nowMs: () => number;
  readonly #timer: NodeJS.Timeout;
  readonly #answering = new Map<string, string>();
  /** Those that are over, in order, and until when they are remembered. */
  readonly #over = new Map<string, number>();

  /** Begins to listen; says why not where the kernel does not let us. */
  static open(): TranslationEvents | Error {
    const native = loadNative();
    if (native instanceof Error) return native;
    try {
      return new TranslationEvents(new ConntrackSocket(native));
    } catch (error) {
      if (!(error instanceof WeirError)) throw error;
      return error;
    }
  }

  constructor(source: EventSource, nowMs: () => number = () => performance.now()) {
    this.#source = source;
    this.#nowMs = nowMs;
    this.#timer = setInterval(() => this.#read(), READ_EVERY_MS);
    this.#timer.unref();
  }

  /** How often events were lost, because too many came at once. */
  get overruns(): number {
    return this.#source.overruns;
  }

  /** The address that answers; undefined where none was told. */
  find(key: string): string | undefined {
    if (!this.#answering.has(key)) this.#read();
    return this.#answering.get(key);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#source.close();
  }

  #read(): void {
    const nowMs = this.#nowMs();
    this.#source.read((datagram) => {
      for (const { kind, translation } of parseConntrackEvents(datagram)) {
        const key = translationKey(translation);
        if (kind === "begins") this.#begin(key, translation.answeringAddress);
        else if (this.#answering.has(key)) this.#over.set(key, nowMs + REMEMBERED_MS);
      }
    });
    for (const [key, untilMs] of this.#over) {
      if (untilMs > nowMs) break;
      this.#forget(key);
    }
  }

  #begin(key: string, address: string): void {
    // The ends of one that is over may be used again: what was said of the one before is nothing then.
    this.#forget(key);
    this.#answering.set(key, address);
    for (const oldest of this.#answering.keys()) {
      if (this.#answering.size <= MAX_KNOWN) break;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    this.#answering.delete(key);
    this.#over.delete(key);
  }
}

/** What tells translations apart: the ends as the client sees them. */
export function translationKey({
  transport,
  clientAddress,
  clientPort,
  askedAddress,
  askedPort,
}: Pick<Translation, "clientAddress" | "clientPort" | "askedAddress" | "askedPort"> & {
  readonly transport: string;
}): string {
  return `${transport} ${clientAddress} ${clientPort} ${askedAddress} ${askedPort}`;
}
