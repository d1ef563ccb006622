import { useQuery } from "@tanstack/react-query";
import { formatBytes, formatCount } from "@weir/base";
import type { ReceiverState, ReceiversView } from "@weir/http-contract";
import { api } from "../../lib/api.ts";
import { FailureNotice, Loading, Nothing } from "../../widgets/notice.tsx";
import { CountLines } from "./count-lines.tsx";
import { ExportsTable } from "./exports-table.tsx";
import { Losses } from "./losses.tsx";
import { tableWords } from "./reason-words.ts";
import { SamplingCard } from "./sampling-card.tsx";
import "./receivers.css";

const ASK_EVERY_MS = 3_000;

/** What the hub listens to, what came in, and what it did not keep and why. */
export function ReceiversPage() {
  const { data, error, refetch } = useQuery({
    queryKey: ["receivers"],
    queryFn: api.receivers,
    refetchInterval: ASK_EVERY_MS,
  });
  if (error !== null) return <FailureNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading what="the receivers" />;
  return (
    <section aria-label="Receivers">
      <div className="section-head">
        <h1>Receivers</h1>
        <span className="dim">what applications can send here; counts are since the hub started</span>
      </div>
      {data.items.length === 0 ? (
        <div className="card">
          <Nothing>This hub receives nothing: it was started with --no-receivers.</Nothing>
        </div>
      ) : (
        <div className="card scroll">
          <table aria-label="receivers" className="receivers">
            <thead>
              <tr>
                <th scope="col">Protocol</th>
                <th scope="col">Listens on</th>
                <th scope="col" className="number">
                  Requests
                </th>
                <th scope="col" className="number">
                  Bytes
                </th>
                <th scope="col">Kept</th>
                <th scope="col">Not kept</th>
                <th scope="col">Turned away</th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((receiver) => (
                <Row key={receiver.name} receiver={receiver} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Queue queue={data.queue} />
      {data.sampling === undefined ? null : <SamplingCard sampling={data.sampling} />}
      <ExportsTable exports={data.exports} />
    </section>
  );
}

function Row({ receiver }: { readonly receiver: ReceiverState }) {
  const { title, address, problem, requests, repeatedRequests, bytes, kept, drops, turnedAway } = receiver;
  return (
    <tr data-testid="receiver-row">
      <td>{title}</td>
      <td>{address === undefined ? <span className="warn wrapped">{problem}</span> : <code>{address}</code>}</td>
      <td className="number">
        {formatCount(requests)}
        {repeatedRequests === 0 ? null : (
          <span className="dim" title="Sent again although they had been taken; stored once">
            {" "}
            ({formatCount(repeatedRequests)} again)
          </span>
        )}
      </td>
      <td className="number">{formatBytes(bytes)}</td>
      <td>
        <CountLines lines={kept.map(({ table, items }) => ({ words: tableWords(table, items), count: items }))} />
      </td>
      <td className="bad">
        <Losses losses={drops.map(({ items, ...drop }) => ({ ...drop, count: items }))} />
      </td>
      <td className="warn">
        <Losses losses={turnedAway.map(({ requests: count, ...refusal }) => ({ ...refusal, count }))} />
      </td>
    </tr>
  );
}

function Queue({ queue }: { readonly queue: ReceiversView["queue"] }) {
  const { queuedRows, queuedBytes, maxQueuedBytes, problem } = queue;
  return (
    <p className="dim queue">
      {formatCount(queuedRows)} rows ({formatBytes(queuedBytes)}) wait for the store; from {formatBytes(maxQueuedBytes)}{" "}
      on, senders are told to wait.
      {problem === undefined ? null : <span className="bad"> The store does not take rows now: {problem}</span>}
    </p>
  );
}
