import { WeirError } from "@weir/base";
import { captureProgram, type OwnEndpoint } from "@weir/capture";
import type { AgentSettings } from "@weir/http-contract";
import type { CaptureSettings } from "../messages.ts";
import { Masking } from "./masking.ts";

/** What the agent was started with: bounds that its hub cannot widen. */
export interface OwnBounds {
  readonly expression: string | undefined;
  readonly snapBytes: number;
}

/** What is captured: what the agent was started with, narrowed by its hub. */
export function captureSettings(
  own: OwnBounds,
  { filter, snapBytes, sampleOneOf }: AgentSettings,
): Omit<CaptureSettings, "keepsBodies"> {
  const expressions = [own.expression, filter].filter((each) => each !== undefined && each.trim() !== "");
  return {
    expression: expressions.length === 2 ? expressions.map((each) => `(${each})`).join(" and ") : expressions[0],
    snapBytes: Math.min(own.snapBytes, snapBytes ?? own.snapBytes),
    sampleOneOf: sampleOneOf ?? 1,
  };
}

/** Why settings cannot be done here; undefined where they can. `left` are the ends of our own connections. */
export function whyNot(own: OwnBounds, left: readonly OwnEndpoint[], settings: AgentSettings): string | undefined {
  const { filter, masking } = settings;
  try {
    const { expression, snapBytes } = captureSettings(own, settings);
    // By itself first: an expression must not close the brackets that it is put into.
    if (filter !== undefined) captureProgram({ expression: filter, snapBytes, own: [] });
    if (filter !== undefined) captureProgram({ expression, snapBytes, own: left });
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    return error.message;
  }
  try {
    if (masking !== undefined) new Masking(masking);
  } catch (error) {
    return `a masking is no regular expression (RE2): ${(error as Error).message}`;
  }
  return undefined;
}
