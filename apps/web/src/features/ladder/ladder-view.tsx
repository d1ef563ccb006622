import { useQuery } from "@tanstack/react-query";
import { formatCount } from "@weir/base";
import { type KeyboardEvent, useCallback, useEffect, useMemo, useState } from "react";
import { api, type ConnectionJson } from "../../lib/api.ts";
import { changePlace, useParameter } from "../../lib/location.ts";
import { FailureNotice, Loading, Nothing } from "../../widgets/notice.tsx";
import { layoutLadder, type Rung, type RungKind } from "./ladder-layout.ts";
import { LadderPicture } from "./ladder-picture.tsx";
import { KIND_WORDS } from "./note-words.ts";
import { PacketFacts } from "./packet-facts.tsx";
import { RungSign } from "./rung-sign.tsx";
import "./ladder.css";

/** Packets shown at first, and the most that the hub gives. */
const FIRST_LIMIT = 200;
const WHOLE_LIMIT = 1000;

const choose = (packet: number | undefined) => changePlace({ packet: packet?.toString() }, true);

/** The packets of a connection as a sequence diagram: time downwards, an arrow per packet, each side's window beside it. */
export function LadderView({ connection }: { readonly connection: ConnectionJson }) {
  const { connectionId, clientService: client, serverService: server } = connection;
  const [packetText] = useParameter("packet");
  const [shown, setShown] = useParameter("packets");
  const [hovered, setHovered] = useState<number>();
  const limit = shown === "" ? FIRST_LIMIT : WHOLE_LIMIT;
  const { data, error, refetch } = useQuery({
    queryKey: ["ladder", connectionId, limit],
    queryFn: () => api.ladder(connectionId, limit),
    placeholderData: (kept) => kept,
  });
  const layout = useMemo(() => layoutLadder(data?.packets ?? []), [data]);
  const onChoose = useCallback((packet: number) => choose(packet), []);
  const chosen = packetText === "" ? undefined : Number(packetText);
  const active = hovered ?? chosen;
  const rung = layout.rungs.find(({ packet }) => packet.number === active);
  useChosenInView(chosen, data !== undefined);
  return (
    <section aria-label="Packets">
      <div className="section-head">
        <h2>Packets</h2>
        <Legend rungs={layout.rungs} />
      </div>
      <EvidencePackets connection={connection} chosen={chosen} />
      {error === null ? null : <FailureNotice error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null ? <Loading what="packets" rows={8} /> : null}
      {data?.packets.length === 0 ? <Nothing>The capture no longer holds these packets.</Nothing> : null}
      {layout.rungs.length === 0 ? null : (
        <div className="card ladder">
          <div
            className="ladder-frame"
            role="group"
            aria-label="Ladder; up and down choose packets"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys walk through its packets
            tabIndex={0}
            onKeyDown={(event) => stepOn(event, layout.rungs, chosen)}
          >
            <div className="ladder-ends">
              <span>packet, time</span>
              <strong className="client-end" title={connection.clientAddress}>
                {client}
              </strong>
              <strong className="server-end" title={connection.serverAddress}>
                {server}
              </strong>
            </div>
            <LadderPicture
              layout={layout}
              label={`Packets between ${client} and ${server}`}
              active={active}
              onHover={setHovered}
              onChoose={onChoose}
            />
          </div>
          <PacketFacts rung={rung} client={client} server={server} />
        </div>
      )}
      {data?.truncated === true ? (
        <p className="ladder-limit dim">
          The first {formatCount(limit)} of {formatCount(connection.clientPackets + connection.serverPackets)} packets
          are shown; the download has all of them.{" "}
          {limit === WHOLE_LIMIT ? null : (
            <button type="button" className="small" onClick={() => setShown("more")}>
              Show up to {formatCount(WHOLE_LIMIT)}
            </button>
          )}
        </p>
      ) : null}
    </section>
  );
}

/** Brings the packet that the URL names into view, once its ladder is there. */
function useChosenInView(chosen: number | undefined, isThere: boolean): void {
  useEffect(() => {
    if (chosen === undefined || !isThere) return;
    document.querySelector(`[data-packet="${chosen}"]`)?.scrollIntoView({ block: "nearest" });
  }, [chosen, isThere]);
}

function stepOn(event: KeyboardEvent, rungs: readonly Rung[], chosen: number | undefined): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const at = rungs.findIndex(({ packet }) => packet.number === chosen);
  const next = rungs[Math.max(0, Math.min(rungs.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)))];
  choose(next?.packet.number);
}

/** The signs that this ladder uses, with how often. */
function Legend({ rungs }: { readonly rungs: readonly Rung[] }) {
  const counts = new Map<RungKind, number>();
  for (const { kind } of rungs) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const kinds = (Object.keys(KIND_WORDS) as (keyof typeof KIND_WORDS)[]).filter((kind) => counts.has(kind));
  return (
    <p className="legend dim">
      {kinds.map((kind) => (
        <span key={kind} className={`rung ${kind}`}>
          <svg viewBox="-7 -7 14 14" width="14" height="14" aria-hidden="true">
            <RungSign kind={kind} x={0} y={0} />
          </svg>
          {KIND_WORDS[kind]} {counts.get(kind)}
        </span>
      ))}
      <span>
        <i className="window-key" /> window that the side offers
      </span>
      <span>
        <i className="window-key closed" /> window at zero
      </span>
    </p>
  );
}

/** The packets that show the connection's trouble, each a jump into the ladder. */
function EvidencePackets({
  connection,
  chosen,
}: {
  readonly connection: ConnectionJson;
  readonly chosen: number | undefined;
}) {
  const { evidencePackets } = connection;
  if (evidencePackets.length === 0) return null;
  return (
    <p className="evidence-packets">
      <span className="dim">Packets that show trouble:</span>
      {evidencePackets.map((packet) => (
        <button
          key={packet}
          type="button"
          className="chip"
          aria-pressed={packet === chosen}
          onClick={() => choose(packet)}
        >
          {packet}
        </button>
      ))}
    </p>
  );
}
