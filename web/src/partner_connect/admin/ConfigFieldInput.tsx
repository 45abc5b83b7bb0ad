import { MultiSelect, NativeSelect, Switch, TagsInput, Textarea, TextInput } from "@mantine/core";

import type { ConfigField } from "./configFields";

interface ConfigFieldInputProps {
  field: ConfigField;
  value: unknown;
  error: string | undefined;
  onChange: (value: unknown) => void;
}

const list = (value: unknown) => (Array.isArray(value) ? (value as unknown[]) : []);

/** {"resource_type": "PAT"} is shown as PAT. */
const resourceWord = (item: unknown) =>
  typeof item === "string" ? item : String((item as Record<string, unknown>)["resource_type"] ?? "");

function permissionText(item: unknown): string {
  const { name, level } = item as Record<string, string>;
  return `${name ?? ""} ${level ?? ""}`.trim();
}

function permissionOf(text: string) {
  const [name = "", level = ""] = text.trim().split(/[\s:]+/, 2);
  return { name, level };
}

/** One field of the document. */
export function ConfigFieldInput({ field, value, error, onChange }: ConfigFieldInputProps) {
  const common = {
    label: field.label,
    description: field.help,
    required: field.required ?? false,
    name: field.path,
    ...(error !== undefined && { error }),
  };
  const text = typeof value === "string" ? value : "";
  const optional = (entered: string) => onChange(entered === "" && !field.required ? undefined : entered);
  switch (field.kind) {
    case "text":
      return <TextInput {...common} value={text} onChange={(event) => optional(event.currentTarget.value)} />;
    case "long_text":
      return (
        <Textarea {...common} rows={2} value={text} onChange={(event) => optional(event.currentTarget.value)} />
      );
    case "choice":
      return (
        <NativeSelect
          {...common}
          data={field.options ?? []}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "choices": {
      const resources = field.path === "resources_to_provision";
      return (
        <MultiSelect
          {...common}
          data={field.options ?? []}
          value={list(value).map(resourceWord)}
          comboboxProps={{ withinPortal: false }}
          clearable={false}
          onChange={(chosen) => onChange(resources ? chosen.map((word) => ({ resource_type: word })) : chosen)}
        />
      );
    }
    case "words":
      return (
        <TagsInput
          {...common}
          value={list(value).map(String)}
          comboboxProps={{ withinPortal: false }}
          acceptValueOnBlur
          onChange={(words) => onChange(words)}
        />
      );
    case "permissions":
      return (
        <TagsInput
          {...common}
          value={list(value).map(permissionText)}
          splitChars={[","]}
          comboboxProps={{ withinPortal: false }}
          acceptValueOnBlur
          onChange={(words) => onChange(words.map(permissionOf))}
        />
      );
    case "switch":
      return (
        <Switch
          label={field.label}
          name={field.path}
          checked={value === true}
          {...(error !== undefined && { error })}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
  }
}
