import { formatBytes, formatCount } from "@weir/base";
import type { ImportState } from "@weir/http-contract";
import { ApiError, api, uploadCapture } from "../../lib/api.ts";

const POLL_MS = 400;
/** Questions that may go unanswered in a row before the import is given up: the hub may be restarting. */
const MAX_MISSED_POLLS = 25;
/** The part of the bar that stands for the upload; the rest is the import. */
const UPLOAD_SHARE = 0.4;

/** Where one file stands, from the upload to the end of its import. */
export interface Upload {
  readonly name: string;
  readonly text: string;
  /** 0 to 1. */
  readonly ratio: number;
  readonly state: "moving" | "done" | "failed";
}

/** Uploads one file and follows its import to the end. Never fails: a failure is a state that says what to do. */
export async function importFile(file: File, show: (upload: Upload) => void): Promise<void> {
  const { name } = file;
  try {
    const received = await uploadCapture(file, (ratio) =>
      show({
        name,
        text: `uploading, ${formatBytes(ratio * file.size)} of ${formatBytes(file.size)}`,
        ratio: ratio * UPLOAD_SHARE,
        state: "moving",
      }),
    );
    if (received.duplicate && received.state === "done") {
      show({ name, text: "was here already; nothing was added", ratio: 1, state: "done" });
      return;
    }
    show(uploadOf(await followImport(received, (state) => show(uploadOf(state)))));
  } catch (error) {
    const text = error instanceof ApiError ? `${error.message}. ${error.problem.hint}.` : String(error);
    show({ name, text, ratio: 1, state: "failed" });
  }
}

async function followImport(first: ImportState, show: (state: ImportState) => void): Promise<ImportState> {
  let state = first;
  let missed = 0;
  while (state.state === "received" || state.state === "reading") {
    show(state);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    try {
      state = await api.importState(first.captureId);
      missed = 0;
    } catch (error) {
      missed += 1;
      if (missed > MAX_MISSED_POLLS) throw error;
    }
  }
  return state;
}

/** An import's state in words. */
export function uploadOf({ name, state, packets, bytesRead, fileBytes, problem }: ImportState): Upload {
  const read = `${formatCount(packets)} packets`;
  switch (state) {
    case "received":
      return { name, text: "safe on the hub, waiting for its turn", ratio: UPLOAD_SHARE, state: "moving" };
    case "reading": {
      const share = Math.min(1, bytesRead / Math.max(1, fileBytes));
      return { name, text: `reading, ${read}`, ratio: UPLOAD_SHARE + share * (1 - UPLOAD_SHARE), state: "moving" };
    }
    case "done":
      return { name, text: problem === undefined ? read : `${read}; ${problem}`, ratio: 1, state: "done" };
    case "failed":
      return { name, text: problem ?? "it could not be read; see the hub's log", ratio: 1, state: "failed" };
    default:
      return state satisfies never;
  }
}
