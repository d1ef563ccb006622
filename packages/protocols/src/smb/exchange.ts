import type { CallStatus, GradeReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { callOf, type Passage, present } from "../common/passage.ts";
import type { Subject } from "./bodies.ts";

/** A request that waits for its response. */
export interface Request {
  readonly version: 1 | 2;
  readonly command: number;
  readonly operation: string;
  passage: Passage;
  readonly messageId: number | undefined;
  readonly subject: Subject;
  /** Path of the share, and name of the file in it, where they are known. */
  readonly share: string | undefined;
  readonly file: string | undefined;
  readonly isSigned: boolean;
  /** The server said that it takes longer. */
  isAsync: boolean;
}

/** How an exchange ended. */
export interface Outcome {
  readonly status: CallStatus;
  readonly statusCode?: string;
  readonly gradeReasons?: readonly GradeReason[];
  /** Beside what the request says. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A request with its response as a call; of a response alone the operation is known. `unasked` is what a server says by itself. */
export function draftOf(
  request: Request | undefined,
  response: Passage | undefined,
  operation: string,
  { attributes, ...outcome }: Outcome,
  unasked?: Passage,
): CallDraft {
  return callOf(request?.passage ?? unasked, response, {
    operation,
    target: targetOf(request),
    ...outcome,
    attributes: {
      ...present({
        "weir.smb.version": request?.version,
        "weir.smb.message_id": request?.messageId,
        "weir.smb.share": request?.share === "" ? undefined : request?.share,
        "weir.smb.file": request?.file === "" ? undefined : request?.file,
        "weir.smb.length": request?.subject.length,
        "weir.smb.offset": request?.subject.offset,
        "weir.smb.control": request?.subject.control,
        "weir.smb.signed": request?.isSigned === true ? true : undefined,
        "weir.smb.async": request?.isAsync === true ? true : undefined,
      }),
      ...attributes,
      ...(unasked !== undefined && { "weir.call.initiator": "server" }),
    },
  });
}

/** `\\server\share\folder\file`, as far as it is known. */
function targetOf(request: Request | undefined): string {
  if (request === undefined) return "";
  const { share, file } = request;
  if (file === undefined || file === "") return share ?? "";
  return share === undefined ? file : `${share}\\${file.replace(/^\\/, "")}`;
}
