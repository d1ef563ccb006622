import { useQuery } from "@tanstack/react-query";
import { formatCount } from "@weir/base";
import type { ProfileKindJson } from "@weir/http-contract";
import { api } from "../../lib/api.ts";
import { changePlace, useParameter } from "../../lib/location.ts";
import { dayText } from "../../lib/time-text.ts";
import { Field } from "../../widgets/field.tsx";
import { FailureNotice, Loading, Nothing } from "../../widgets/notice.tsx";
import { FlameGraph } from "./flame-graph.tsx";
import { measureText } from "./measure-text.ts";
import "./profiles.css";

/** Where programs spent what was measured: one service, one kind of measure, one time. */
export function ProfilesPage() {
  const [from] = useParameter("from");
  const [to] = useParameter("to");
  const { data, error, refetch } = useQuery({
    queryKey: ["profiles", from, to],
    queryFn: () => api.profiles({ from, to }),
    placeholderData: (kept) => kept,
  });
  const kinds = data?.items ?? [];
  const kind = useChosenKind(kinds);
  return (
    <section aria-label="Profiles">
      <div className="section-head">
        <h1>Profiles</h1>
        <span className="dim">where programs spent their time and memory; times are UTC</span>
      </div>
      <div className="fields">
        <KindChoice kinds={kinds} chosen={kind} />
        <Field label="From" parameter="from" />
        <Field label="To" parameter="to" />
        <Field label="Trace" parameter="traceId" />
        <Field label="Process id" parameter="processId" inputMode="numeric" />
        <Field label="Find a function" parameter="find" />
      </div>
      {error !== null ? <FailureNotice error={error} onRetry={() => void refetch()} /> : null}
      {data === undefined && error === null ? <Loading what="profiles" rows={8} /> : null}
      {data !== undefined && kind === undefined ? (
        <div className="card">
          <Nothing>
            No profile was sent of this time. Profilers send to the receivers of OTLP and Pyroscope; agents take
            profiles with <code>--profile</code>.
          </Nothing>
        </div>
      ) : null}
      {kind === undefined ? null : <KindFlame kind={kind} from={from} to={to} />}
    </section>
  );
}

/** The kind that the URL names; else the first one. */
function useChosenKind(kinds: readonly ProfileKindJson[]): ProfileKindJson | undefined {
  const [service] = useParameter("service");
  const [type] = useParameter("type");
  return kinds.find((kind) => kind.service === service && kind.type === type) ?? kinds[0];
}

function KindChoice({
  kinds,
  chosen,
}: {
  readonly kinds: readonly ProfileKindJson[];
  readonly chosen: ProfileKindJson | undefined;
}) {
  const choose = (place: string) => {
    const kind = kinds[Number(place)];
    if (kind !== undefined) changePlace({ service: kind.service, type: kind.type, zoom: undefined });
  };
  return (
    <label className="field">
      <span>Of what</span>
      <select
        value={chosen === undefined ? "" : kinds.indexOf(chosen)}
        onChange={(event) => choose(event.target.value)}
        disabled={kinds.length === 0}
      >
        {kinds.map(({ service, type }, place) => (
          <option key={`${service} ${type}`} value={place}>
            {service === "" ? "unnamed" : service}: {type}
          </option>
        ))}
      </select>
    </label>
  );
}

interface KindFlameProps {
  readonly kind: ProfileKindJson;
  readonly from: string;
  readonly to: string;
}

function KindFlame({ kind: { service, type, firstAt, lastAt }, from, to }: KindFlameProps) {
  const [traceId] = useParameter("traceId");
  const [processId] = useParameter("processId");
  const query = { service, type, from, to, traceId, ...(processId !== "" && { processId: Number(processId) }) };
  const { data, error, refetch } = useQuery({
    queryKey: ["flame", query],
    queryFn: () => api.flame(query),
    placeholderData: (kept) => kept,
  });
  if (error !== null) return <FailureNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading what="the flame graph" rows={8} />;
  if (data.nodes.length === 0)
    return (
      <div className="card">
        <Nothing>Nothing was measured here.</Nothing>
      </div>
    );
  return (
    <>
      <p className="dim">
        {formatCount(data.samples)} samples, {measureText(data.value, data.unit)} in all, from {dayText(firstAt)} to{" "}
        {dayText(lastAt)}. Enter or a click shows one function alone, Escape all; arrows walk.
      </p>
      <FlameGraph flame={data} />
    </>
  );
}
