import {
  type Call,
  type Capture,
  type Connection,
  callRecord,
  captureRecord,
  connectionRecord,
  type Delivery,
  deliveryRecord,
  type Finding,
  findingRecord,
  jsonMembers,
  type ProfileSample,
  profileRecord,
  type RecordDefinition,
  type Retry,
  retryRecord,
  type Stack,
  stackRecord,
} from "@weir/model";
import type { ConnectionReport } from "@weir/pipeline";

/** Writes records as JSON lines: `{"kind":"connection",…}`. Fields and their order are the model's; new ones are added at the end. */
export class JsonLines {
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  capture(capture: Capture): void {
    this.#line(captureRecord, capture);
  }

  /** `report` says what of a connection this is, where that is asked for. */
  connection(connection: Connection, report?: ConnectionReport | "end"): void {
    this.#line(connectionRecord, connection, report === undefined ? {} : { report });
  }

  call(call: Call): void {
    this.#line(callRecord, call);
  }

  delivery(delivery: Delivery): void {
    this.#line(deliveryRecord, delivery);
  }

  retry(retry: Retry): void {
    this.#line(retryRecord, retry);
  }

  finding(finding: Finding): void {
    this.#line(findingRecord, finding);
  }

  profile(sample: ProfileSample): void {
    this.#line(profileRecord, sample);
  }

  stack(stack: Stack): void {
    this.#line(stackRecord, stack);
  }

  #line(definition: RecordDefinition, record: object, about: object = {}): void {
    const head = JSON.stringify({ kind: definition.name, ...about }).slice(0, -1);
    this.#write(`${head},${jsonMembers(definition, record)}}\n`);
  }
}
