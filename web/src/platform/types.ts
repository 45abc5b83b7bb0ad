// The connector platform's REST shapes, /api/2.1/connector-platform. Times are milliseconds since 1970.

export interface ConnectorType {
  id: string;
  name: string;
  description: string;
}

export interface Destination {
  id: string;
  workspace_id: number;
  workspace_url: string;
  http_path: string;
  catalog: string;
  created_by: string;
  created: number;
}

export type FieldKind =
  | "text"
  | "password"
  | "hidden"
  | "dropdown"
  | "toggle"
  | "upload"
  | "descriptive_dropdown"
  | "conditional";

export interface FormField {
  name: string;
  label: string;
  description?: string;
  required: boolean;
  default?: string;
  placeholder?: string;
  kind: FieldKind;
  options?: { value: string; label?: string; description?: string }[];
  upload?: { extensions: string[]; max_bytes: number };
  condition?: { field: string; equals?: string | boolean; has_value?: boolean };
  /** Of a conditional field. */
  fields?: FormField[];
}

export interface Form {
  schema_selection_supported: boolean;
  table_selection_supported: boolean;
  fields: FormField[];
  tests: { name: string; label: string }[];
}

export interface Connection {
  id: string;
  destination_id: string;
  name: string;
  connector: string;
  connector_name: string;
  schema: string;
  created_by: string;
  created: number;
  running: boolean;
  last_outcome?: string;
  last_sync?: number;
}

export type Configuration = Record<string, string>;

export interface TestOutcome {
  name: string;
  label: string;
  passed: boolean;
  message?: string;
}

export interface SourceColumn {
  name: string;
  type: string;
  primary_key: boolean;
  selected: boolean;
}

export interface SourceTable {
  schema: string;
  name: string;
  selected: boolean;
  columns: SourceColumn[];
}

export interface SourceSchema {
  selection_supported: boolean;
  tables: SourceTable[];
}

export interface Sync {
  id: number;
  started: number;
  ended?: number;
  outcome: string;
  rows_received: number;
  rows_written: number;
  bytes: number;
  checkpoints: number;
  step: string;
  rows_per_second: number;
  tables: { schema: string; table: string; upserted: number; updated: number; deleted: number; created: boolean }[];
  warnings: string[];
  error?: { message: string; where?: string; next_step?: string };
}
