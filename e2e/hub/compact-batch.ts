import { TBufferedTransport, TCompactProtocol, Thrift, type TProtocol } from "thrift";

/** A datagram to Jaeger's agent in Thrift's compact protocol, written by Thrift's own library: one span of a service. */
export function compactBatch(service: string, operation: string, traceId: number, startUnixUs: number): Buffer {
  const pieces: Buffer[] = [];
  const transport = new TBufferedTransport(undefined, (bytes) => bytes !== undefined && pieces.push(bytes));
  const to = new TCompactProtocol(transport);
  to.writeMessageBegin("emitBatch", Thrift.MessageType.ONEWAY, 1);
  struct(to, () => {
    field(to, Thrift.Type.STRUCT, 1, () =>
      struct(to, () => {
        field(to, Thrift.Type.STRUCT, 1, () =>
          struct(to, () => field(to, Thrift.Type.STRING, 1, () => to.writeString(service))),
        );
        field(to, Thrift.Type.LIST, 2, () => {
          to.writeListBegin(Thrift.Type.STRUCT, 1);
          struct(to, () => span(to, operation, traceId, startUnixUs));
          to.writeListEnd();
        });
      }),
    );
  });
  to.writeMessageEnd();
  to.flush();
  return Buffer.concat(pieces);
}

function span(to: TProtocol, operation: string, traceId: number, startUnixUs: number): void {
  const numbers = [
    [1, traceId],
    [2, 0],
    [3, traceId],
    [4, 0],
  ] as const;
  for (const [id, value] of numbers) field(to, Thrift.Type.I64, id, () => to.writeI64(value));
  field(to, Thrift.Type.STRING, 5, () => to.writeString(operation));
  field(to, Thrift.Type.I64, 8, () => to.writeI64(startUnixUs));
  field(to, Thrift.Type.I64, 9, () => to.writeI64(1500));
  field(to, Thrift.Type.LIST, 10, () => {
    to.writeListBegin(Thrift.Type.STRUCT, 1);
    struct(to, () => {
      field(to, Thrift.Type.STRING, 1, () => to.writeString("whole"));
      field(to, Thrift.Type.I32, 2, () => to.writeI32(2));
      field(to, Thrift.Type.BOOL, 5, () => to.writeBool(true));
    });
    to.writeListEnd();
  });
}

function struct(to: TProtocol, write: () => void): void {
  to.writeStructBegin("");
  write();
  to.writeFieldStop();
  to.writeStructEnd();
}

function field(to: TProtocol, type: Thrift.Type, id: number, write: () => void): void {
  to.writeFieldBegin("", type, id);
  write();
  to.writeFieldEnd();
}
