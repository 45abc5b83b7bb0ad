// One field of a connector's form, by its kind.
import { PasswordInput, Radio, Select, Stack, Switch, TextInput } from "@mantine/core";

import type { FormField } from "../types";
import { UploadInput } from "./UploadInput";

export interface FieldInputProps {
  field: FormField;
  value: string;
  error: string | undefined;
  /** A secret is kept at the server already; it is never shown. */
  kept: boolean;
  onChange: (value: string) => void;
  onProblem: (problem: string) => void;
}

export function FieldInput({ field, value, error, kept, onChange, onProblem }: FieldInputProps) {
  const common = {
    name: field.name,
    label: field.label || field.name,
    description: field.description,
    required: field.required && !kept,
    ...(error !== undefined && { error }),
  };
  const placeholder = kept && value === "" ? "Kept as it is" : field.placeholder;
  switch (field.kind) {
    case "password":
      return (
        <PasswordInput
          {...common}
          placeholder={placeholder}
          autoComplete="new-password"
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "toggle":
      return (
        <Switch
          {...common}
          required={false}
          checked={value === "true"}
          onChange={(event) => onChange(String(event.currentTarget.checked))}
        />
      );
    case "dropdown":
      return (
        <Select
          {...common}
          placeholder={field.placeholder ?? "Choose"}
          data={(field.options ?? []).map((option) => ({ value: option.value, label: option.label || option.value }))}
          value={value || null}
          comboboxProps={{ withinPortal: false }}
          searchable={(field.options?.length ?? 0) > 10}
          clearable={!field.required}
          onChange={(chosen) => onChange(chosen ?? "")}
        />
      );
    case "descriptive_dropdown":
      return (
        <Radio.Group {...common} value={value} onChange={onChange}>
          <Stack gap="xs" mt={8}>
            {(field.options ?? []).map((option) => (
              <Radio
                key={option.value}
                value={option.value}
                label={option.label || option.value}
                description={option.description}
              />
            ))}
          </Stack>
        </Radio.Group>
      );
    case "upload":
      return <UploadInput {...common} field={field} kept={kept} filled={value !== ""} onChange={onChange} onProblem={onProblem} />;
    case "hidden":
    case "conditional":
      return null;
    default:
      return (
        <TextInput
          {...common}
          placeholder={placeholder}
          autoComplete="off"
          spellCheck={false}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}
