// The PartnerConfig document (contract partner-connect.md) and the hub's settings as fields of a form.

export type Document = Record<string, unknown>;

export interface Option {
  value: string;
  label: string;
}

export interface ConfigField {
  /** In the document: "endpoints.connect_path". Settings of the hub begin with "settings.". */
  path: string;
  label: string;
  help?: string;
  kind: "text" | "long_text" | "choice" | "choices" | "words" | "permissions" | "switch";
  options?: Option[];
  required?: boolean;
}

export interface ConfigSection {
  title: string;
  fields: ConfigField[];
}

const plain = (...values: string[]): Option[] => values.map((value) => ({ value, label: value }));

export function valueAt(document: Document, path: string): unknown {
  return path.split(".").reduce<unknown>((at, name) => (at as Document | undefined)?.[name], document);
}

/** A copy of `document` with `value` at `path`; undefined takes the field out. */
export function withValue(document: Document, path: string, value: unknown): Document {
  const [name = "", ...rest] = path.split(".");
  const copy = { ...document };
  if (rest.length > 0) copy[name] = withValue((document[name] as Document | undefined) ?? {}, rest.join("."), value);
  else if (value === undefined) delete copy[name];
  else copy[name] = value;
  return copy;
}

export interface Problem {
  path: string;
  what: string;
}

/** What is wrong with the field or with a part of it ("hostnames[2]"). */
export function problemAt(problems: Problem[], path: string): string | undefined {
  const own = problems.filter((one) => one.path === path || one.path.startsWith(`${path}[`) || one.path.startsWith(`${path}.`));
  return own.length > 0 ? own.map((one) => (one.path === path ? one.what : `${one.path.slice(path.length)}: ${one.what}`)).join("; ") : undefined;
}

export function newDocument(): Document {
  return {
    api_version: "2.1.0",
    category: "INGEST",
    endpoints: { connect_path: "/connect" },
    allow_editable_email: false,
    supported_clouds: ["aws", "azure", "gcp"],
    hostnames: [],
    resources_to_provision: [{ resource_type: "PAT" }, { resource_type: "SqlEndpoint" }],
    data_permissions: [],
    object_permissions: [{ name: "SQL_Endpoint", level: "CAN_USE" }],
    new_user_action: "invite",
    require_manual_signup: false,
    trial_type: "user",
    supports_demo: false,
    auth_options: ["AUTH_PAT"],
    is_published_app: false,
    settings: {
      integration_type: "WAREHOUSE_WRITE",
      unity_catalog: true,
      warehouse_types: ["CLASSIC", "PRO", "SERVERLESS"],
      external_location: false,
      non_admin: false,
      regions: [],
    },
  };
}

export function sections(categories: Option[], integrations: Option[]): ConfigSection[] {
  return [
    {
      title: "About",
      fields: [
        { path: "name", label: "Name", kind: "text", required: true },
        { path: "description_blurb", label: "Description", kind: "long_text", required: true },
        { path: "category", label: "Category", kind: "choice", options: categories },
        { path: "sign_up_page", label: "Sign-up page", kind: "text", required: true },
        { path: "privacy_policy", label: "Privacy policy", kind: "text", required: true },
        { path: "terms_of_service", label: "Terms of service", kind: "text", required: true },
      ],
    },
    {
      title: "Partner's API",
      fields: [
        { path: "api_version", label: "API version", kind: "text", required: true },
        { path: "base_url", label: "Base address", help: "https://… to which the paths are added.", kind: "text", required: true },
        { path: "endpoints.connect_path", label: "Connect path", kind: "text", required: true },
        { path: "endpoints.test_connection_path", label: "Test connection path", kind: "text" },
        { path: "endpoints.delete_connection_path", label: "Delete connection path", kind: "text" },
        { path: "endpoints.get_connectors_path", label: "Connectors path", kind: "text" },
        { path: "endpoints.delete_account_path", label: "Delete account path (tests)", kind: "text" },
        { path: "endpoints.expire_account_path", label: "Expire account path (tests)", kind: "text" },
        {
          path: "hostnames",
          label: "Redirect hosts",
          help: "Hosts that users may be sent to, beside the base address's own.",
          kind: "words",
        },
      ],
    },
    {
      title: "What it gets",
      fields: [
        { path: "settings.integration_type", label: "Integration", kind: "choice", options: integrations },
        {
          path: "auth_options",
          label: "Signs in with",
          kind: "choices",
          options: [
            { value: "AUTH_PAT", label: "Personal access token" },
            { value: "AUTH_OAUTH_M2M", label: "OAuth secret (M2M)" },
            { value: "AUTH_OAUTH_U2M", label: "OAuth app (U2M)" },
          ],
        },
        {
          path: "resources_to_provision",
          label: "Resources",
          kind: "choices",
          options: [
            { value: "PAT", label: "Personal access token" },
            { value: "SqlEndpoint", label: "SQL warehouse" },
            { value: "InteractiveCluster", label: "Cluster" },
            { value: "DestLocation", label: "Destination location" },
          ],
        },
        {
          path: "data_permissions",
          label: "Rights on data",
          kind: "choices",
          options: plain(
            "SELECT", "CREATE", "MODIFY", "USAGE", "READ_METADATA", "CREATE_NAMED_FUNCTION", "MODIFY_CLASSPATH",
            "ALL PRIVILEGES", "USE_CATALOG", "USE_SCHEMA", "CREATE_SCHEMA", "CREATE_TABLE",
          ),
        },
        {
          path: "object_permissions",
          label: "Rights on objects",
          help: "Object and level with a space between: SQL_Endpoint CAN_USE",
          kind: "permissions",
        },
        { path: "is_published_app", label: "Its OAuth app is published (no app is made for each workspace)", kind: "switch" },
        { path: "allow_editable_email", label: "Users may change the e-mail that is sent", kind: "switch" },
      ],
    },
    {
      title: "How it behaves",
      fields: [
        {
          path: "new_user_action",
          label: "Another user of a connected workspace",
          kind: "choice",
          options: [
            { value: "auto_add", label: "is added" },
            { value: "invite", label: "must be invited" },
            { value: "not_found", label: "is not found (404)" },
            { value: "error", label: "gets an error (500)" },
          ],
        },
        {
          path: "trial_type",
          label: "A trial belongs to",
          kind: "choice",
          options: [
            { value: "user", label: "a user" },
            { value: "account", label: "an account" },
          ],
        },
        { path: "require_manual_signup", label: "Users must finish signing up before they can sign in", kind: "switch" },
        { path: "supports_demo", label: "Knows demo workspaces", kind: "switch" },
      ],
    },
    {
      title: "In this hub",
      fields: [
        { path: "supported_clouds", label: "Clouds", kind: "choices", options: plain("aws", "azure", "gcp") },
        {
          path: "settings.warehouse_types",
          label: "Warehouses",
          kind: "choices",
          options: [
            { value: "CLASSIC", label: "Classic" },
            { value: "PRO", label: "Pro" },
            { value: "SERVERLESS", label: "Serverless" },
          ],
        },
        { path: "settings.regions", label: "Only in these regions", help: "Empty: everywhere.", kind: "words" },
        { path: "settings.unity_catalog", label: "Users choose a catalog (otherwise hive_metastore)", kind: "switch" },
        { path: "settings.external_location", label: "Users may choose a destination location", kind: "switch" },
        { path: "settings.non_admin", label: "Users who are no admins may connect", kind: "switch" },
      ],
    },
  ];
}
