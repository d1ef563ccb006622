import { formatDurationNs } from "@weir/base";
import { JOIN_REASON_WORDS, type JoinedExchangeJson } from "@weir/http-contract";
import type { CSSProperties } from "react";
import { pageAddress } from "../../../lib/location.ts";
import { Link } from "../../../widgets/link.tsx";
import { disagreementText } from "./join-words.ts";
import "./joined.css";

type Split = NonNullable<JoinedExchangeJson["split"]>;

/** What the wire says of the exchange that a span took part in. */
export function ExchangeDetail({ exchange }: { readonly exchange: JoinedExchangeJson }) {
  const { reason, disagreements, split, hops, connectionIds, hints } = exchange;
  return (
    <section aria-label="On the wire" className="exchange">
      <h2>On the wire</h2>
      {reason === "" ? null : <p>{JOIN_REASON_WORDS[reason]}.</p>}
      {disagreements.map((one) => (
        <p key={`${one.subject} ${one.end}`} className="notice failure">
          {disagreementText(one)}
        </p>
      ))}
      {hops.map((hop) => (
        <p key={hop.callIds[0]}>
          {`${hop.clientService} → ${hop.serverService}, ${hop.protocol} ${hop.operation} ${hop.target}: ${hop.status} ${hop.statusCode} `}
          {hop.callIds.map((callId, index) => (
            <Link key={callId} to={pageAddress(`/calls/${encodeURIComponent(callId)}`)}>
              {hop.callIds.length === 1 ? "the call" : `seen ${index === 0 ? "near the client" : "near the server"} `}
            </Link>
          ))}
        </p>
      ))}
      {split === undefined ? null : <SplitBar split={split} />}
      {connectionIds.length === 0 ? null : (
        <p>
          {connectionIds.map((id, index) => (
            <Link
              key={id}
              to={pageAddress(`/connections/${encodeURIComponent(id)}`)}
            >{`connection ${index + 1} `}</Link>
          ))}
        </p>
      )}
      {hints.map(({ callId, probability }) => (
        <p key={callId} className="dim">
          Perhaps <Link to={pageAddress(`/calls/${encodeURIComponent(callId)}`)}>this call</Link>
          {`, as likely as ${Math.round(1 / probability)} in all`}
        </p>
      ))}
    </section>
  );
}

const PARTS: readonly (readonly [keyof Split & `${string}Ns`, string])[] = [
  ["clientQueueNs", "client, before it sent"],
  ["networkOutNs", "network there"],
  ["serverNs", "server"],
  ["networkBackNs", "network back"],
  ["clientReadNs", "client, reading"],
];

/** Where the time of the client's span went, and the clocks that say so. */
function SplitBar({ split }: { readonly split: Split }) {
  const wholeNs = PARTS.reduce((sum, [part]) => sum + Math.max(0, split[part] ?? 0), 0);
  return (
    <>
      <div
        className="split-bar"
        role="img"
        aria-label={PARTS.map(([part, word]) => `${word} ${formatDurationNs(split[part] ?? 0)}`).join(", ")}
      >
        {PARTS.map(([part, word]) => (
          <span
            key={part}
            className={part}
            title={word}
            style={{ "--share": Math.max(0, split[part] ?? 0) / wholeNs } as CSSProperties}
          />
        ))}
      </div>
      <dl className="split-parts">
        {PARTS.map(([part, word]) => (
          <div key={part}>
            <dt className={part}>{word}</dt>
            <dd>{formatDurationNs(split[part] ?? 0)}</dd>
          </div>
        ))}
      </dl>
      <p className="dim">
        {NETWORK_WORDS[split.networkBy]}
        {split.serverSpanNs === undefined ? "" : ` The server's span knows of ${formatDurationNs(split.serverSpanNs)}.`}
      </p>
      <ul className="dim">
        {split.clocks.map(({ of, against, offsetNs, uncertaintyNs }) => (
          <li key={`${of} ${against}`}>
            {`Clock of ${of} against ${against}: ${offsetNs === 0 ? "no difference seen" : signed(offsetNs)}, within ${formatDurationNs(uncertaintyNs)}`}
          </li>
        ))}
      </ul>
    </>
  );
}

const NETWORK_WORDS: Readonly<Record<Split["networkBy"], string>> = {
  twoVantages: "The network's share is the difference between two vantages, taken as equal both ways.",
  roundTrip: "The network's share is the smallest round trip of the connection, taken as equal both ways.",
  unknown: "The network's share is not known: it is part of the server's.",
};

function signed(ns: number): string {
  return `${ns < 0 ? "behind by" : "ahead by"} ${formatDurationNs(Math.abs(ns))}`;
}
