import type { Decoded } from "../message/message.ts";
import { BrokenMessage } from "../message/reader.ts";
import { type ProfileOrigin, ProfileTables } from "../profiles/samples.ts";
import { type Frame, unnamedFrame } from "../profiles/stack-table.ts";
import type { Received, Rejections } from "../received.ts";
import { isSpanId, isTraceId } from "../spans/identified.ts";
import { attributesOf, serviceNameOf, valueText } from "./attributes.ts";
import type { exportProfilesServiceRequest, OtlpProfile, OtlpSample, ProfilesDictionary } from "./profiles-messages.ts";

/** Profiles as samples and stacks. */
export function profileTables(
  request: Decoded<typeof exportProfilesServiceRequest>,
  rejections: Rejections,
): Received["tables"] {
  const tables = new ProfileTables(rejections);
  const { dictionary } = request;
  if (dictionary === undefined) {
    if (request.resourceProfiles.length > 0) throw new BrokenMessage("profiles without a dictionary");
    return [];
  }
  const words = new Dictionary(dictionary);
  for (const { resource, scopeProfiles } of request.resourceProfiles) {
    const service = serviceNameOf(resource);
    const said = attributesOf(resource?.attributes ?? []);
    for (const { profiles } of scopeProfiles) {
      for (const profile of profiles) {
        const attributes = { ...said, ...words.attributes(profile.attributeIndices) };
        addProfile(profile, { service, ...timesOf(profile), attributes }, words, tables);
      }
    }
  }
  return tables.list();
}

function timesOf({ timeUnixNano, durationNano, profileId }: OtlpProfile) {
  return {
    startedAt: timeUnixNano,
    durationNs: durationNano,
    profileId: /[^0]/.test(profileId) ? profileId : undefined,
  };
}

function addProfile(profile: OtlpProfile, origin: ProfileOrigin, words: Dictionary, tables: ProfileTables): void {
  const type = words.text(profile.sampleType?.typeStrindex ?? 0n);
  const unit = words.text(profile.sampleType?.unitStrindex ?? 0n);
  for (const sample of profile.samples) {
    const { traceId = "", spanId = "" } = words.link(sample.linkIndex) ?? {};
    tables.add(origin, {
      ...{ type, unit, value: totalOf(sample) },
      stackKey: String(sample.stackIndex),
      frames: () => words.framesOf(sample.stackIndex),
      at: sample.timestampsUnixNano[0],
      traceId: isTraceId(traceId) ? traceId : undefined,
      spanId: isSpanId(spanId) ? spanId : undefined,
      attributes: words.attributes(sample.attributeIndices),
    });
  }
}

/** Values of one place are added up; where there are only times, each of them counts once. */
function totalOf({ values, timestampsUnixNano }: OtlpSample): bigint {
  return values.length === 0 ? BigInt(timestampsUnixNano.length) : values.reduce((sum, value) => sum + value, 0n);
}

/** What places in the tables stand for. */
class Dictionary {
  readonly #tables: ProfilesDictionary;

  constructor(tables: ProfilesDictionary) {
    this.#tables = tables;
  }

  text(place: bigint): string {
    return this.#tables.stringTable[Number(place)] ?? "";
  }

  link(place: bigint) {
    return this.#tables.linkTable[Number(place)];
  }

  attributes(places: readonly bigint[]): Readonly<Record<string, string>> {
    const known = places.flatMap((place) => this.#tables.attributeTable[Number(place)] ?? []);
    return Object.fromEntries(known.map(({ keyStrindex, value }) => [this.text(keyStrindex), valueText(value)]));
  }

  /** Innermost first. Throws {@link BrokenMessage} where a table has no such place. */
  *framesOf(stackPlace: bigint): Iterable<Frame> {
    for (const place of at(this.#tables.stackTable, stackPlace, "stack").locationIndices) {
      const { mappingIndex, address, lines } = at(this.#tables.locationTable, place, "location");
      const binary = this.text(this.#tables.mappingTable[Number(mappingIndex)]?.filenameStrindex ?? 0n);
      if (lines.length === 0) yield { name: unnamedFrame(address, binary), file: binary, line: 0 };
      for (const { functionIndex, line } of lines) {
        const { nameStrindex, systemNameStrindex, filenameStrindex } = at(
          this.#tables.functionTable,
          functionIndex,
          "function",
        );
        const name = this.text(nameStrindex) || this.text(systemNameStrindex);
        yield { name: name === "" ? "unnamed" : name, file: this.text(filenameStrindex), line: Number(line) };
      }
    }
  }
}

function at<T>(table: readonly T[], place: bigint, what: string): T {
  const found = table[Number(place)];
  if (found === undefined) throw new BrokenMessage(`there is no ${what} ${place}`);
  return found;
}
