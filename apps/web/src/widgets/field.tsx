import { useEffect, useState } from "react";
import { changePlace, useParameter } from "../lib/location.ts";

interface FieldProps {
  readonly label: string;
  /** Parameter of the URL that holds the text. */
  readonly parameter: string;
  readonly inputMode?: "numeric" | "text";
}

/** A text in the URL that a list asks by: taken on Enter and when the field is left. */
export function Field({ label, parameter, inputMode = "text" }: FieldProps) {
  const [value] = useParameter(parameter);
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  const take = () => {
    if (draft !== value) changePlace({ [parameter]: draft.trim(), page: undefined });
  };
  return (
    <label className="field">
      <span>{label}</span>
      <input
        type="text"
        name={parameter}
        inputMode={inputMode}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={take}
        onKeyDown={(event) => {
          if (event.key === "Enter") take();
        }}
      />
    </label>
  );
}
