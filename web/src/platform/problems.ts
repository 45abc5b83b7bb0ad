// What the server says is wrong with single fields.
import { ApiError } from "../api/errors";

export function fieldProblems(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  return Object.fromEntries(error.details.map(({ field, what }) => [field ?? "", what ?? ""]));
}

/** `problems` without that of `name`, which has been changed since. */
export function withoutProblem(problems: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(problems).filter(([field]) => field !== name));
}
