// The hub's REST shapes, /api/2.1/partner-connect. Times are milliseconds since 1970.

export type Category =
  | "INGEST"
  | "DATA_PREP_AND_TRANSFORM"
  | "SECURITY_AND_GOVERNANCE"
  | "BI_AND_VIZ"
  | "ML"
  | "DATA_QUALITY"
  | "REVERSE_ETL"
  | "SEMANTIC_LAYER"
  | "DATA_GOVERNANCE";

export type IntegrationType =
  | "WAREHOUSE_READ"
  | "WAREHOUSE_WRITE"
  | "WAREHOUSE_READ_WRITE"
  | "CLUSTER_COMPUTE"
  | "DESKTOP"
  | "WORKSPACE_MANAGEMENT"
  | "NO_INTEGRATION";

export interface HubSettings {
  unity_catalog: boolean;
  warehouse_types: string[];
  external_location: boolean;
  non_admin: boolean;
  regions: string[];
  only_workspace?: number;
  integration_type?: IntegrationType;
  connection_file?: string;
}

export interface Partner {
  id: string;
  name: string;
  description: string;
  category: Category;
  integration_type: IntegrationType;
  origin: "built_in" | "registered" | "self_test";
  retired: boolean;
  /** The hub has a credential for it, or needs none. */
  usable: boolean;
  logo_url?: string;
  icon_url: string;
  sign_up_page: string;
  privacy_policy: string;
  terms_of_service: string;
  auth_options: string[];
  hostnames: string[];
  allow_editable_email: boolean;
  /** Desktop products: the file they open. */
  connection_file?: "power_bi" | "tableau" | "dbeaver" | "jdbc" | "odbc";
  connected: boolean;
  connection_id?: string;
  settings: HubSettings;
  /** The PartnerConfig document; admins only, and only of one partner. */
  config?: Record<string, unknown>;
}

export interface SchemaChoice {
  catalog: string;
  schema: string;
}

export interface Choice {
  write_catalog?: string;
  read_schemas?: SchemaChoice[];
  warehouse_id?: string;
  new_warehouse?: { name: string; size: string };
  cluster_id?: string;
  destination_location?: string;
  email?: string;
}

export interface Resource {
  kind: string;
  id: string;
  label: string;
  /** False: it was there before and stays. */
  created: boolean;
}

export interface Connection {
  id: string;
  partner_id: string;
  partner_name: string;
  partner_connection_id: string;
  created_by: string;
  created: number;
  last_used?: number;
  token_rotated?: number;
  choice: Choice;
  resources: Resource[];
  will_be_lost: string[];
}

export interface Plan {
  will_create: string[];
  needs: { write_catalog: boolean; read_schemas: boolean; warehouse: boolean; cluster: boolean };
  offers_location: boolean;
  email_editable: boolean;
  email: string;
  warehouse_types: string[];
  may_connect: boolean;
  why_not: string;
  existing?: Connection;
}

export type StepState = "waiting" | "running" | "done" | "failed" | "undone";

export interface Step {
  name: string;
  label: string;
  state: StepState;
}

export type FailureReason =
  | "bad_request"
  | "unauthorized"
  | "connection_not_found"
  | "account_not_found"
  | "general_error"
  | "unreachable"
  | "timeout"
  | "refused_redirect"
  | "broken_answer"
  | "refused_address"
  | "provisioning_failed";

export type FailureAction = "sign_in" | "delete_and_reconnect" | "retry" | "ask_admin" | "contact_partner";

export interface Failure {
  reason: FailureReason;
  http_status: number;
  title: string;
  text: string;
  /** The partner's own words. */
  display_message?: string;
  /** What exactly happened; admins only. */
  detail?: string;
  actions: FailureAction[];
  sign_up_page?: string;
}

export interface Attempt {
  id: string;
  partner_id: string;
  state: "running" | "connected" | "failed";
  steps: Step[];
  started: number;
  ended?: number;
  connection_id?: string;
  connected?: {
    redirect_uri: string;
    redirect_value: string;
    user_status: string;
    account_status: string;
    configured_resources: boolean;
  };
  failure?: Failure;
  error?: { message: string };
  /** The resources that were kept after a failure, in plain words. */
  left: string[];
}

export interface TestReport {
  passed: boolean;
  results: { test_name: string; status: "PASS" | "FAIL" | "UNKNOWN"; message: string }[];
  failure?: Failure;
}
