// The values of a connector's form: which fields are shown, what they begin with, what is wrong with them.
import type { Configuration, FormField } from "../types";

/** Values by field name; toggles are "true" and "false", uploads base64. */
export type Values = Configuration;

export function isShown(field: FormField, values: Values): boolean {
  const { condition } = field;
  if (!condition) return true;
  const value = values[condition.field] ?? "";
  if (condition.equals !== undefined) return value === String(condition.equals);
  if (condition.has_value !== undefined) return (value !== "") === condition.has_value;
  return true;
}

/** The fields that count with these values: those of a condition that does not hold are left out. */
export function shownFields(fields: FormField[], values: Values): FormField[] {
  return fields.flatMap((field) => {
    if (field.kind !== "conditional") return [field];
    return isShown(field, values) ? shownFields(field.fields ?? [], values) : [];
  });
}

function everyField(fields: FormField[]): FormField[] {
  return fields.flatMap((field) => (field.kind === "conditional" ? everyField(field.fields ?? []) : [field]));
}

export function initialValues(fields: FormField[], given: Values = {}): Values {
  const values: Values = {};
  for (const field of everyField(fields)) {
    if (field.default !== undefined && field.default !== "") values[field.name] = field.default;
    else if (field.kind === "toggle") values[field.name] = "false";
  }
  return { ...values, ...given };
}

/** What is to be sent: the values of the fields that count. `keep`: secrets that stay when nothing new is written. */
export function valuesToSend(fields: FormField[], values: Values, keep: string[] = []): Values {
  const sent: Values = {};
  for (const { name } of shownFields(fields, values)) {
    const value = values[name] ?? "";
    if (value !== "" || !keep.includes(name)) sent[name] = value;
  }
  return sent;
}

export function missing(fields: FormField[], values: Values, keep: string[] = []): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const field of shownFields(fields, values)) {
    const empty = (values[field.name] ?? "").trim() === "";
    if (field.required && field.kind !== "hidden" && empty && !keep.includes(field.name))
      problems[field.name] = `${field.label} is needed.`;
  }
  return problems;
}
