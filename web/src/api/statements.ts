// The statement execution API.
import { api, path } from "./client";

export interface ResultColumn {
  name: string;
  type_text: string;
  type_name: string;
}

export interface Statement {
  statement_id: string;
  status: {
    state: "PENDING" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELED" | "CLOSED";
    error?: { error_code: string; message: string };
    sql_state?: string;
  };
  manifest?: {
    schema: { columns: ResultColumn[] };
    total_row_count: number;
    truncated: boolean;
  };
  result?: { data_array?: (string | null)[][] };
}

export interface StatementWishes {
  warehouse_id: string;
  statement: string;
  catalog?: string;
  schema?: string;
  row_limit: number;
}

export function isOver(statement: Statement): boolean {
  return statement.status.state !== "PENDING" && statement.status.state !== "RUNNING";
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Starts a statement and follows it to its end. `onStart` gets its id at once, with which it can be cancelled. */
export async function runStatement(wishes: StatementWishes, onStart: (id: string) => void): Promise<Statement> {
  const body = { ...wishes, wait_timeout: "0s", on_wait_timeout: "CONTINUE" };
  let statement = await api.post<Statement>("/api/2.0/sql/statements", body);
  onStart(statement.statement_id);
  for (let wait = 30; !isOver(statement); wait = Math.min(wait * 1.6, 1_000)) {
    await pause(wait);
    statement = await api.get<Statement>(path`/api/2.0/sql/statements/${statement.statement_id}`);
  }
  return statement;
}

export function cancelStatement(id: string): Promise<unknown> {
  return api.post(path`/api/2.0/sql/statements/${id}/cancel`);
}
