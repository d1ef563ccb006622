import { formatBytes, formatCount, formatDurationNs, formatRatio } from "@weir/base";
import { connectionRecord, type Field } from "@weir/model";
import type { ConnectionJson } from "../../lib/api.ts";

/** Groups of numbers, by the words in their names; the definitions are the model's. */
const GROUPS: readonly (readonly [string, RegExp])[] = [
  ["Time", /^(handshake|firstByte|rtt|longestStall|durationNs|synRetr|synAckRetr)/],
  ["Loss and order", /(etransmi|OutOfOrder|LostSegments|UnseenAcked|DuplicateAcks|DataSegments)/],
  ["Windows", /(Window|KeepAlive|Mss)/],
  ["Volume", /(Packets|Bytes)$/],
  ["Ending", /(Fins|Resets|Ttl|resetTtl|unreachable|completeness|closeReason)/],
];
/** Numbers that are only worth a look where they are not zero. */
const TROUBLE = /(etransmi|OutOfOrder|LostSegments|UnseenAcked|DuplicateAcks|ZeroWindow|WindowFull|Resets)/;

/** The connection's health: each number with its definition at hand. */
export function HealthNumbers({ connection }: { readonly connection: ConnectionJson }) {
  const used = new Set<string>();
  return (
    <div className="health">
      {GROUPS.map(([title, pattern]) => {
        const fields = (connectionRecord.fields as readonly Field[]).filter(
          ({ name }) => pattern.test(name) && !used.has(name) && !/^(first|last)(Packet|File)|^evidence/.test(name),
        );
        for (const { name } of fields) used.add(name);
        return (
          <section key={title}>
            <h2>{title}</h2>
            <dl>
              {fields.map((field) => (
                <HealthNumber
                  key={field.name}
                  field={field}
                  value={(connection as unknown as Record<string, unknown>)[field.name]}
                />
              ))}
            </dl>
          </section>
        );
      })}
    </div>
  );
}

function HealthNumber({ field, value }: { readonly field: Field; readonly value: unknown }) {
  if (value === undefined || value === "") return null;
  const isTrouble = TROUBLE.test(field.name) && typeof value === "number" && value > 0;
  const definition = `${field.meaning}${field.wireshark === undefined ? "" : ` (Wireshark: ${field.wireshark})`}`;
  return (
    <div className={isTrouble ? "trouble" : value === 0 ? "zero" : ""} title={definition}>
      <dt>{words(field.name)}</dt>
      <dd>{shown(field, value)}</dd>
    </div>
  );
}

function shown({ unit }: Field, value: unknown): string {
  if (typeof value !== "number") return String(value);
  if (unit === "ns") return formatDurationNs(value);
  if (unit === "bytes") return formatBytes(value);
  return unit === "ratio" ? formatRatio(value) : formatCount(value);
}

/** `serverZeroWindowNs` → `server zero window`. */
export function words(name: string): string {
  return name.replace(/Ns$/, "").replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
}
