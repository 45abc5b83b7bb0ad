import type { SecurableKind } from "../../api/catalogs";

const onTables = ["ALL_PRIVILEGES", "SELECT", "MODIFY", "MANAGE", "APPLY_TAG"];
const onSchemas = [
  ...onTables,
  "USE_SCHEMA",
  "CREATE_TABLE",
  "CREATE_FUNCTION",
  "CREATE_VOLUME",
  "EXECUTE",
  "READ_VOLUME",
  "WRITE_VOLUME",
];
const onCatalogs = [...onSchemas, "USE_CATALOG", "CREATE_SCHEMA", "BROWSE"];

const hiveOnTables = ["ALL_PRIVILEGES", "SELECT", "MODIFY", "READ_METADATA"];
const hiveOnSchemas = [...hiveOnTables, "USAGE", "CREATE"];

/** What may be granted; hive_metastore has the older rights. */
export function grantable(kind: SecurableKind, catalog: string): string[] {
  const hive = catalog.toLowerCase() === "hive_metastore";
  if (kind === "table") return hive ? hiveOnTables : onTables;
  if (kind === "schema") return hive ? hiveOnSchemas : onSchemas;
  return hive ? hiveOnSchemas : onCatalogs;
}

/** "USE_CATALOG" reads "USE CATALOG", as in SQL. */
export function privilegeText(privilege: string): string {
  return privilege === "READ_METADATA" ? privilege : privilege.replaceAll("_", " ");
}
