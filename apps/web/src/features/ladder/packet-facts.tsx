import { formatBytes, formatCount, formatDurationNs } from "@weir/base";
import type { Rung } from "./ladder-layout.ts";
import { noteMeaning, noteWord } from "./note-words.ts";

interface PacketFactsProps {
  readonly rung: Rung | undefined;
  readonly client: string;
  readonly server: string;
}

/** One packet in detail, beside the ladder. */
export function PacketFacts({ rung, client, server }: PacketFactsProps) {
  if (rung === undefined) {
    return (
      <aside className="packet-facts dim" aria-label="Packet">
        Point at a packet for its details. Click keeps it; ↑ and ↓ go on from there.
      </aside>
    );
  }
  const { packet, sinceNs } = rung;
  const [from, to] = packet.fromClient ? [client, server] : [server, client];
  const isTcp = packet.flags !== "";
  return (
    <aside className="packet-facts" aria-label="Packet" aria-live="polite">
      <h3>Packet {packet.number}</h3>
      <p>
        {from} → {to}
      </p>
      <dl>
        <Fact name="at" value={formatDurationNs(packet.offsetNs)} />
        <Fact name="since the last" value={sinceNs === undefined ? "–" : formatDurationNs(sinceNs)} />
        {isTcp ? <Fact name="flags" value={packet.flags} /> : null}
        {isTcp ? <Fact name="sequence" value={formatCount(packet.sequence)} /> : null}
        {isTcp ? <Fact name="acknowledges" value={formatCount(packet.acknowledgment)} /> : null}
        <Fact name="payload" value={formatBytes(packet.payloadBytes)} />
        {isTcp ? <Fact name="window" value={formatBytes(packet.windowBytes)} /> : null}
      </dl>
      {packet.notes.map((note) => (
        <p key={note} className="packet-note">
          <strong>{noteWord(note)}</strong>
          {noteMeaning(note) === undefined ? "" : `: ${noteMeaning(note)}`}
        </p>
      ))}
    </aside>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
