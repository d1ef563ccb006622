import { CAPTURE_ATTRIBUTE } from "@weir/model";
import { rowsByIds } from "../id-parts.ts";
import { allOf, asked, type Window, windowCondition } from "../otel/window.ts";
import type { Store } from "../store.ts";

/** Of what there are profiles: one service, one kind of measure. */
export interface ProfileKind {
  readonly service: string;
  readonly type: string;
  readonly unit: string;
  readonly samples: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

/** Which samples are added up. */
export interface ProfileQuery extends Window {
  readonly service: string;
  readonly type: string;
  /** Only samples of this trace, or of this span. */
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
  /** Only samples of this process. */
  readonly processId?: number | undefined;
}

/** A place with all that was measured there. */
export interface WeightedStack {
  readonly value: number;
  /** The outermost first. */
  readonly frames: readonly string[];
  readonly files: readonly string[];
}

/** What was measured in all, and the places where most of it was. */
export interface ProfileSums {
  readonly unit: string;
  readonly samples: number;
  readonly value: number;
  readonly stacks: readonly WeightedStack[];
}

/** Kinds that a list shows at most. */
const MAX_KINDS = 1_000;
/** Places that are looked at; what is left has hardly any share in what was measured. */
const MAX_STACKS = 20_000;

/** Services with what was measured of them, by name. */
export function readProfileKinds(store: Store, window: Window): Promise<readonly ProfileKind[]> {
  const { where, params } = windowCondition("at", window);
  return store.rows<ProfileKind>(
    `SELECT service, type, unit, count() AS samples, min(at) AS firstAt, max(at) AS lastAt
    FROM profile_samples WHERE ${where} GROUP BY service, type, unit ORDER BY service, type LIMIT ${MAX_KINDS}`,
    params,
  );
}

/** A process while it did something. */
export interface ProcessMoment {
  readonly processId: number;
  /** The run of the agent that saw it: its profiles carry that. Those of others are taken for the process' where they name the service as well. */
  readonly captureId: string;
  readonly service: string;
  /** Unix nanoseconds. */
  readonly from: bigint;
  readonly to: bigint;
}

/** Profiles are hardly ever longer: earlier samples are not looked at. */
const LONGEST_PROFILE_NS = 3_600_000_000_000n;

/** What was measured of a process while it did something. */
export function readProcessProfiles(store: Store, moment: ProcessMoment): Promise<readonly ProfileKind[]> {
  const { processId, captureId, service, from, to } = moment;
  const time = (name: string) => `fromUnixTimestamp64Nano({${name}:Int64}, 'UTC')`;
  const own = `attributes['${CAPTURE_ATTRIBUTE}']`;
  return store.rows<ProfileKind>(
    `SELECT service, type, unit, count() AS samples, min(at) AS firstAt, max(at) AS lastAt
    FROM profile_samples WHERE process_id = {processId:Int64} AND at >= ${time("earliest")} AND at <= ${time("to")}
    AND toUnixTimestamp64Nano(at) + ifNull(profile_duration_ns, 0) >= {from:Int64}
    AND (${own} = {captureId:String} OR (${own} = '' AND service = {service:String}))
    GROUP BY service, type, unit ORDER BY service, type LIMIT ${MAX_KINDS}`,
    {
      ...{ captureId, service, processId: String(processId) },
      ...{ earliest: String(from - LONGEST_PROFILE_NS), from: String(from), to: String(to) },
    },
  );
}

/** Samples added up by their places, most first. */
export async function readProfileSums(store: Store, query: ProfileQuery): Promise<ProfileSums> {
  const { service, type, traceId, spanId, processId } = query;
  const { where, params } = allOf([
    windowCondition("at", query),
    { where: "service = {service:String} AND type = {type:String}", params: { service, type } },
    asked("traceId", traceId?.toLowerCase(), "trace_id = {traceId:String}"),
    asked("spanId", spanId?.toLowerCase(), "span_id = {spanId:String}"),
    asked("processId", processId?.toString(), "process_id = {processId:Int64}"),
  ]);
  const [total] = await store.rows<{ unit: string; samples: number; value: number }>(
    `SELECT any(unit) AS unit, count() AS samples, sum(value) AS value FROM profile_samples WHERE ${where}`,
    params,
  );
  const sums = await store.rows<{ stackId: string; value: number }>(
    `SELECT stack_id AS stackId, sum(value) AS value FROM profile_samples WHERE ${where}
    GROUP BY stack_id ORDER BY value DESC, stackId LIMIT ${MAX_STACKS}`,
    params,
  );
  const stacks = await rowsByIds(
    sums.map(({ stackId }) => stackId),
    (ids) =>
      store.rows<{ stackId: string; frames: string[]; files: string[] }>(
        `SELECT stack_id AS stackId, frames, files FROM profile_stacks
        WHERE stack_id IN ({ids:Array(String)}) LIMIT 1 BY stack_id`,
        { ids },
      ),
  );
  const places = new Map(stacks.map(({ stackId, frames, files }) => [stackId, { frames, files }]));
  const weighted = sums.flatMap(({ stackId, value }) => {
    const place = places.get(stackId);
    return place === undefined ? [] : [{ ...place, value }];
  });
  return { ...(total ?? { unit: "", samples: 0, value: 0 }), stacks: weighted };
}
