// A connector's form as it describes it: fields under a condition come and go with the value they hang on.
import { Stack } from "@mantine/core";

import classes from "../Platform.module.css";
import type { FormField } from "../types";
import { FieldInput } from "./FieldInput";
import { isShown, type Values } from "./values";

interface ConfigurationFieldsProps {
  fields: FormField[];
  values: Values;
  problems: Record<string, string>;
  /** Secrets that the server keeps already. */
  kept?: string[];
  onChange: (name: string, value: string) => void;
  onProblem: (name: string, problem: string) => void;
}

export function ConfigurationFields({ fields, values, problems, kept = [], onChange, onProblem }: ConfigurationFieldsProps) {
  return (
    <Stack gap="md">
      {fields.map((field, index) => {
        if (field.kind === "hidden") return null;
        if (field.kind === "conditional") {
          if (!isShown(field, values)) return null;
          return (
            <div key={field.name || `conditional-${index}`} className={classes["under"]}>
              <ConfigurationFields
                fields={field.fields ?? []}
                values={values}
                problems={problems}
                kept={kept}
                onChange={onChange}
                onProblem={onProblem}
              />
            </div>
          );
        }
        return (
          <FieldInput
            key={field.name}
            field={field}
            value={values[field.name] ?? ""}
            error={problems[field.name]}
            kept={kept.includes(field.name)}
            onChange={(value) => onChange(field.name, value)}
            onProblem={(problem) => onProblem(field.name, problem)}
          />
        );
      })}
    </Stack>
  );
}
