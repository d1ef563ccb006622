import { type Field, type FieldType, field } from "../field.ts";

type Options = Partial<Omit<Field, "name" | "type" | "meaning">>;
type SideField<Side extends string, Name extends string, Type extends FieldType, O extends Options> = Field<
  `${Side}${Name}`,
  Type
> &
  O;

/**
 * Declares a fact that each direction has: `clientName` and `serverName`. In `meaning` and `otel`, `{side}` is whose fact it is and `{other}` is the one across.
 */
export function bothSides<const Name extends string, const Type extends FieldType, const O extends Options>(
  name: Name,
  type: Type,
  meaning: string,
  options: O = {} as O,
): readonly [SideField<"client", Name, Type, O>, SideField<"server", Name, Type, O>] {
  return [
    field(`client${name}`, type, worded(meaning, "client", "server"), sided(options, "client")) as never,
    field(`server${name}`, type, worded(meaning, "server", "client"), sided(options, "server")) as never,
  ];
}

function sided(options: Options, side: string): Options {
  return options.otel === undefined ? options : { ...options, otel: options.otel.replace("{side}", side) };
}

function worded(meaning: string, side: string, other: string): string {
  const text = meaning.replaceAll("{side}", side).replaceAll("{other}", other);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
