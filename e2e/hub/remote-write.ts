/** A series as a sender of remote-write has it. `ended`: the sample that says that there is none any more. */
export interface SentSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly { readonly atMs: number; readonly value: number | "ended" }[];
}

/** model/value/value.go: StaleNaN. */
const STALE_NAN = 0x7ff0000000000002n;

export const REMOTE_WRITE_HEADERS = {
  "content-type": "application/x-protobuf",
  "content-encoding": "snappy",
  "x-prometheus-remote-write-version": "0.1.0",
} as const;

/** Series as a request of remote-write 1.0. */
export function remoteWriteBody(series: readonly SentSeries[]): Uint8Array<ArrayBuffer> {
  return snappy(Buffer.concat(series.map((one) => counted(1, timeSeries(one)))));
}

/** Writes series to a receiver of remote-write 1.0 (prometheus.io/docs/specs/prw/remote_write_spec). */
export async function remoteWrite(url: string, series: readonly SentSeries[]): Promise<void> {
  const answer = await fetch(url, { method: "POST", headers: REMOTE_WRITE_HEADERS, body: remoteWriteBody(series) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
}

function timeSeries({ labels, samples }: SentSeries): Buffer {
  const names = Object.keys(labels).sort();
  return Buffer.concat([
    ...names.map((name) => counted(1, Buffer.concat([text(1, name), text(2, labels[name] ?? "")]))),
    ...samples.map(({ atMs, value }) => {
      const bytes = Buffer.alloc(9);
      bytes[0] = 0x09;
      if (value === "ended") bytes.writeBigUInt64LE(STALE_NAN, 1);
      else bytes.writeDoubleLE(value, 1);
      return counted(2, Buffer.concat([bytes, Buffer.from([0x10]), varint(atMs)]));
    }),
  ]);
}

function text(field: number, value: string): Buffer {
  return counted(field, Buffer.from(value));
}

function counted(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([field * 8 + 2]), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return Buffer.from([...bytes, rest]);
}

/** Snappy's block format without any compression: literals of up to 64 KiB. */
function snappy(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const parts = [varint(bytes.length)];
  for (let at = 0; at < bytes.length; at += 0x10000) {
    const part = bytes.subarray(at, at + 0x10000);
    const head = Buffer.from([61 << 2, 0, 0]);
    head.writeUInt16LE(part.length - 1, 1);
    parts.push(head, part);
  }
  return new Uint8Array(Buffer.concat(parts));
}
