import type { Dissector } from "../contract.ts";
import { mongodbRecord } from "./record.ts";
import { MAX_PENDING, MongodbSession } from "./session.ts";
import { MAX_SHAPE_CHARS } from "./shape.ts";
import { asks, beginsMessage, KEPT_BYTES } from "./wire.ts";

/** MongoDB's wire protocol: OP_MSG, OP_COMPRESSED and what came before them. */
export const mongodb: Dissector<(typeof mongodbRecord)["id"]> = {
  id: mongodbRecord.id,
  transports: ["tcp"],
  ports: [27017, 27018, 27019],
  specs: [
    "https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/",
    "https://github.com/mongodb/specifications/blob/master/source/message/OP_MSG.md",
    "https://bsonspec.org/spec.html",
  ],
  limits: { pendingCalls: MAX_PENDING, bufferedBytes: 4 * KEPT_BYTES, bodyBytes: MAX_SHAPE_CHARS },
  probe: (_direction, bytes) => beginsMessage(bytes),
  asks,
  open: (context) => new MongodbSession(context),
};
