import { formatDurationNs } from "@weir/base";
import type { Connection, SlowVerdict } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { TreeNode } from "../contract.ts";
import { becauseOf } from "../grade-words.ts";
import { dataSegments, isClosedAtEnd, zeroWindowNs } from "../measures.ts";
import { chain, type Question } from "../tree.ts";
import { lossQuestion } from "./loss-question.ts";
import { mtuQuestion } from "./mtu-question.ts";
import { bloatQuestion, congestionQuestion, marksQuestion, pathQuestion } from "./path-questions.ts";
import { smallWindowQuestion } from "./small-window-question.ts";
import { idleQuestion, pauseQuestion, thinkQuestion, tlsQuestion } from "./waiting-questions.ts";

type Asked = Question<Connection, SlowVerdict>;

/**
 * What slowed a connection down. The surest cause first: a closed window is announced by the receiver itself; loss leaves proof; a path
 * that is long or fills up can be measured; only then is a wait the application's.
 */
export function slowTree(config: AnalysisConfig): TreeNode<Connection, SlowVerdict> {
  return {
    question: "Did it carry data?",
    test: (connection) => dataSegments(connection) > 0,
    measured: ({ clientPayloadBytes, serverPayloadBytes }) =>
      `${clientPayloadBytes} bytes of the client, ${serverPayloadBytes} of the server`,
    threshold: "any",
    yes: chain<Connection, SlowVerdict>(
      [
        windowQuestion(config),
        mtuQuestion(config),
        lossQuestion(config),
        marksQuestion(config),
        bloatQuestion(config),
        congestionQuestion(config),
        smallWindowQuestion(config),
        pathQuestion(config),
        tlsQuestion(config),
        thinkQuestion(config),
        pauseQuestion(config),
        idleQuestion(config),
      ],
      WHOLE,
    ),
    no: "noData",
  };
}

/** Nothing was found: is that because there is nothing? */
const WHOLE: TreeNode<Connection, SlowVerdict> = {
  question: "Was enough captured to call it healthy?",
  test: (connection) => (becauseOf(connection, "oneDirection") === undefined ? true : undefined),
  measured: ({ clientPackets, serverPackets }) =>
    `${clientPackets} packets of the client, ${serverPackets} of the server`,
  threshold: "both directions",
  because: (connection) => becauseOf(connection, "oneDirection"),
  yes: "healthy",
  no: "notMeasured",
  unknown: "notMeasured",
};

function windowQuestion(config: AnalysisConfig): Asked {
  return {
    question: "Did a receive window stand at zero?",
    test: (connection) => {
      if (zeroWindowNs(connection) > config.zeroWindowNs) return true;
      return isClosedAtEnd(connection) ? undefined : false;
    },
    measured: ({ clientZeroWindowNs, serverZeroWindowNs, clientZeroWindowProbes, serverZeroWindowProbes }) =>
      `${formatDurationNs(serverZeroWindowNs)} at the server, ${formatDurationNs(clientZeroWindowNs)} at the client, ${clientZeroWindowProbes + serverZeroWindowProbes} probes`,
    threshold: `more than ${formatDurationNs(config.zeroWindowNs)}`,
    because: () => "a window was closed when the capture ended: how long it stayed so is not known",
    yes: {
      question: "Is it the server that does not read?",
      test: (connection) => connection.serverZeroWindowNs >= connection.clientZeroWindowNs,
      measured: ({ clientZeroWindows, serverZeroWindows }) =>
        `${serverZeroWindows} zero windows of the server, ${clientZeroWindows} of the client`,
      threshold: "the side whose window stood at zero for longer",
      yes: "serverNotReading",
      no: "clientNotReading",
    },
    unknown: "windowClosedAtEnd",
  };
}
