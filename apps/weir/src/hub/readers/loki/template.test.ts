import { describe, expect, it } from "vitest";
import { readTemplate } from "./template.ts";

describe("a template of line_format", () => {
  const labels = { status: "500", method: "get", host: " web-1 " };
  const fill = (template: string) => readTemplate(template, 7)("the line", labels);

  it.each([
    ["no braces", "no braces"],
    ["{{.status}} {{ .method | ToUpper }}", "500 GET"],
    ["{{__line__}} on {{.host | trim | upper}}", "the line on WEB-1"],
    ["{{.nobody}}|{{.status}}{{.status}}", "|500500"],
    ["a {{- .status -}} b", "a500b"],
    ["", ""],
  ])("%s", (template, text) => {
    expect(fill(template)).toBe(text);
  });

  it("refuses what it does not know, with the place", () => {
    expect(() => fill("{{ if .status }}x{{ end }}")).toThrow(/is not known here/);
    expect(() => fill("{{.status | sha256}}")).toThrow(/do not know "sha256"/);
    expect(() => fill("{{.status | }}")).toThrow(expect.objectContaining({ position: 7 }));
  });
});
