import type { GradeReason } from "@weir/model";
import type { Ended } from "./close-reason.ts";
import type { FlowConnection } from "./connection.ts";
import { DirectionScore } from "./direction.ts";
import { hasSuperFrames } from "./loss-numbers.ts";
import { CLIENT, ConnectionFlag, SERVER, SideInt } from "./memory/connection-record.ts";
import { TROUBLE_CLIENT, TROUBLE_SERVER, TroubleInt } from "./memory/trouble-record.ts";
import { Complete } from "./tcp/completeness.ts";

/** Share of copies from which the capture holds packets twice; below it the network made them. */
const MANY_COPIES = 0.1;

/** Why a connection's numbers are not to be trusted wholly. */
export function gradeReasonsOf(connection: FlowConnection, ended: Ended): GradeReason[] {
  const reasons: GradeReason[] = [];
  const clientPackets = connection.int(CLIENT + SideInt.packets);
  const serverPackets = connection.int(SERVER + SideInt.packets);
  if (connection.isReliable) addReliableReasons(connection, ended, clientPackets, serverPackets, reasons);
  const copies =
    connection.trouble(TROUBLE_CLIENT + TroubleInt.copies) + connection.trouble(TROUBLE_SERVER + TroubleInt.copies);
  if (copies > 0 && copies >= (clientPackets + serverPackets) * MANY_COPIES) reasons.push("duplicateVantage");
  if (connection.has(ConnectionFlag.cutPayload)) reasons.push("snapLength");
  if (connection.has(ConnectionFlag.clockStep)) reasons.push("clockStep");
  const hitLimit = connection.clientAssembler?.hitLimit === true || connection.serverAssembler?.hitLimit === true;
  if (hitLimit || ended === "limit") reasons.push("limitReached");
  return reasons;
}

function addReliableReasons(
  connection: FlowConnection,
  ended: Ended,
  clientPackets: number,
  serverPackets: number,
  reasons: GradeReason[],
): void {
  const unseenAcked =
    connection.trouble(TROUBLE_CLIENT + TroubleInt.unseenAcked) +
    connection.trouble(TROUBLE_SERVER + TroubleInt.unseenAcked);
  if (connection.midStream) reasons.push("midStreamStart");
  if (ended === "captureEnd" && !connection.isOver && serverPackets > 0) reasons.push("captureEnded");
  if (unseenAcked > 0) reasons.push("missingSegments");
  if (connection.transport === "tcp" && hasSuperFrames(connection)) reasons.push("superFrames");
  if (connection.directionScore < DirectionScore.sure) reasons.push("directionGuessed");
  const clientWentOn = (connection.completeness & (Complete.ack | Complete.data)) !== 0;
  if (clientPackets === 0 || (serverPackets === 0 && clientWentOn)) reasons.push("oneDirection");
}
