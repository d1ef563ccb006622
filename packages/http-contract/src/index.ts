export type { Answer, AnswerColumn, AnswerHead } from "./questions.ts";
export {
  callSchema,
  captureSchema,
  connectionSchema,
  findingSchema,
  type Json,
  recordSchema,
} from "./records.ts";
export { ROUTES, type Route, type RouteName } from "./routes.ts";
export type { ConnectionVerdict, CountedOutcome } from "./verdicts.ts";
export {
  type FilterField,
  type ImportState,
  type Ladder,
  type LadderPacket,
  type MapEdge,
  type MapService,
  type Problem,
  problemSchema,
  type ServiceMap,
} from "./views.ts";
