import type { FilterField } from "@weir/http-contract";
import { useId, useState } from "react";

interface FieldInputProps {
  readonly label: string;
  readonly name: string;
  readonly placeholder: string;
  readonly fields: readonly FilterField[];
  readonly onName: (name: string) => void;
}

/** A field's name, with all that there are offered by the browser; taken when it is left or chosen. */
export function FieldInput({ label, name, placeholder, fields, onName }: FieldInputProps) {
  const [text, setText] = useState(name);
  const list = useId();
  const settle = () => {
    if (text.trim() !== name) onName(text.trim());
  };
  return (
    <>
      <input
        className="field-input"
        aria-label={label}
        list={list}
        value={text}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        onChange={({ target }) => {
          setText(target.value);
          // Chosen from the list: there is nothing left to write.
          if (fields.some((field) => field.name === target.value)) onName(target.value);
        }}
        onBlur={settle}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          settle();
        }}
      />
      <datalist id={list}>
        {fields.map((field) => (
          <option key={field.name} value={field.name}>
            {field.meaning}
          </option>
        ))}
      </datalist>
    </>
  );
}
