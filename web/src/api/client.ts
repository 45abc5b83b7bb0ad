// Calls of Lakeport's REST API with the session's cookie. `T` is what the caller knows the answer to be.
import { ApiError, type FieldProblem } from "./errors";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
type QueryValue = string | number | boolean | null | undefined;

export interface CallOptions {
  /** Left out: null, undefined. */
  query?: Record<string, QueryValue>;
  body?: unknown;
  signal?: AbortSignal;
}

let onSessionEnded: () => void = () => {};

/** What happens when the server no longer knows the session; set once, by the session's provider. */
export function whenSessionEnds(handler: () => void): void {
  onSessionEnded = handler;
}

/** `path` as a template: path`/api/2.0/things/${name}` with each value escaped. */
export function path(parts: TemplateStringsArray, ...values: (string | number)[]): string {
  return parts.reduce((text, part, i) => text + part + (i < values.length ? encodeURIComponent(values[i] ?? "") : ""), "");
}

function address(target: string, query: CallOptions["query"]): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `${target}?${text}` : target;
}

async function send(method: Method, target: string, options: CallOptions): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  // Another site's page cannot send this header, which is how the server knows that it is us.
  if (method !== "GET") headers["X-Lakeport-CSRF"] = "1";
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  const request: RequestInit = { method, headers, credentials: "same-origin", redirect: "error" };
  if (options.body !== undefined) request.body = JSON.stringify(options.body);
  if (options.signal) request.signal = options.signal;
  try {
    return await fetch(address(target, options.query), request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "UNREACHABLE", "Lakeport does not answer. Check the connection, then try again.");
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  let code = "";
  let message = "";
  let details: FieldProblem[] = [];
  try {
    const body = (await response.json()) as Record<string, unknown>;
    code = String(body["error_code"] ?? body["scimType"] ?? "");
    message = String(body["message"] ?? body["detail"] ?? "");
    if (Array.isArray(body["details"])) details = body["details"] as FieldProblem[];
  } catch {
    // A body that is no JSON tells nothing.
  }
  return new ApiError(response.status, code, message || `The server answered with status ${response.status}.`, details);
}

async function call<T>(method: Method, target: string, options: CallOptions): Promise<T> {
  const response = await send(method, target, options);
  if (!response.ok) {
    const error = await errorOf(response);
    if (response.status === 401) onSessionEnded();
    throw error;
  }
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export const api = {
  get: <T>(target: string, query?: CallOptions["query"], signal?: AbortSignal) =>
    call<T>("GET", target, { ...(query && { query }), ...(signal && { signal }) }),
  post: <T = unknown>(target: string, body: unknown = {}, options: CallOptions = {}) =>
    call<T>("POST", target, { ...options, body }),
  put: <T = unknown>(target: string, body: unknown = {}) => call<T>("PUT", target, { body }),
  patch: <T = unknown>(target: string, body: unknown = {}) => call<T>("PATCH", target, { body }),
  delete: <T = unknown>(target: string, query?: CallOptions["query"]) =>
    call<T>("DELETE", target, query ? { query } : {}),
};
