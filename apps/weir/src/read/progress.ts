import { formatBytes, formatCount, formatDurationNs, NS_PER_MS } from "@weir/base";

const REDRAW_MS = 200;

/** Where reading stands. */
export interface ReadProgress {
  readonly bytesRead: number;
  /** Absent where packets are not counted. */
  readonly packets: number | undefined;
}

/** One line on a terminal that is redrawn in place: bytes, packets per second, time left. Silent when `enabled` is false. */
export class ProgressLine {
  readonly #name: string;
  readonly #fileBytes: number | undefined;
  readonly #enabled: boolean;
  readonly #startedAtMs = performance.now();
  #drawnAtMs = 0;
  #drawn = false;

  constructor(name: string, fileBytes: number | undefined, enabled: boolean) {
    this.#name = name;
    this.#fileBytes = fileBytes;
    this.#enabled = enabled;
  }

  update(progress: ReadProgress): void {
    const nowMs = performance.now();
    if (!this.#enabled || nowMs - this.#drawnAtMs < REDRAW_MS) return;
    this.#drawnAtMs = nowMs;
    this.#drawn = true;
    process.stderr.write(
      `\r\u001b[2K${progressText(this.#name, this.#fileBytes, progress, nowMs - this.#startedAtMs)}`,
    );
  }

  /** Wipes the line. */
  clear(): void {
    if (this.#drawn) process.stderr.write("\r\u001b[2K");
  }
}

/** The text of the line, e.g. `shop.pcap  42 %  1.2 of 2.9 GiB · 1 234 567 packets/s · 3.1 s left`. */
export function progressText(
  name: string,
  fileBytes: number | undefined,
  { bytesRead, packets }: ReadProgress,
  elapsedMs: number,
): string {
  const seconds = Math.max(1, elapsedMs) / 1000;
  const perSecond =
    packets === undefined
      ? `${formatBytes(Math.round(bytesRead / seconds))}/s`
      : `${formatCount(packets / seconds)} packets/s`;
  if (fileBytes === undefined || fileBytes === 0) return `${name}  ${formatBytes(bytesRead)} · ${perSecond}`;
  const share = Math.min(1, bytesRead / fileBytes);
  const left = share > 0.01 ? ` · ${formatDurationNs(((elapsedMs * (1 - share)) / share) * NS_PER_MS)} left` : "";
  return `${name}  ${Math.floor(share * 100)} %  ${formatBytes(bytesRead)} of ${formatBytes(fileBytes)} · ${perSecond}${left}`;
}
