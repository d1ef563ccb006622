import { styleText } from "node:util";
import type { Severity } from "@weir/model";

/** Colours text for a terminal, or leaves it alone. */
export interface Paint {
  readonly heading: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly severity: (severity: Severity, text: string) => string;
}

type Style = Parameters<typeof styleText>[0];

/** `coloured` false gives plain text: pipes, files and NO_COLOR. */
export function createPaint(coloured: boolean): Paint {
  const with_ = (style: Style) => (text: string) => (coloured ? styleText(style, text) : text);
  const bad = with_("red");
  const warn = with_("yellow");
  const dim = with_("dim");
  return {
    heading: with_("bold"),
    dim,
    strong: with_("bold"),
    good: with_("green"),
    bad,
    warn,
    severity: (severity, text) => ({ critical: bad, warning: warn, info: dim })[severity](text),
  };
}
