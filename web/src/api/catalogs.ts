// Catalogs, schemas, tables and what is granted on them.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, path } from "./client";

const kUnity = "/api/2.1/unity-catalog";

export interface Catalog {
  name: string;
  owner: string;
  comment?: string;
  catalog_type: string;
}

export interface Schema {
  name: string;
  catalog_name: string;
  owner: string;
  comment?: string;
}

export interface Column {
  name: string;
  type_text: string;
  nullable: boolean;
  comment?: string;
}

export interface Table {
  name: string;
  catalog_name: string;
  schema_name: string;
  owner: string;
  table_type: string;
  data_source_format?: string;
  comment?: string;
  columns?: Column[];
}

export type SecurableKind = "catalog" | "schema" | "table";

export interface PrivilegeAssignment {
  principal: string;
  privileges: string[];
}

/** "a.b.c", with backticks around parts that are more than letters, digits and underscores. */
export function fullName(...parts: string[]): string {
  return parts.map((part) => (/^\w+$/.test(part) ? part : "`" + part.replaceAll("`", "``") + "`")).join(".");
}

export function useCatalogs() {
  return useQuery({
    queryKey: ["catalogs"],
    queryFn: async ({ signal }) =>
      (await api.get<{ catalogs?: Catalog[] }>(`${kUnity}/catalogs`, undefined, signal)).catalogs ?? [],
  });
}

/** `catalog` null: nothing is asked. */
export function useSchemas(catalog: string | null) {
  return useQuery({
    queryKey: ["schemas", catalog],
    enabled: catalog !== null,
    queryFn: async ({ signal }) =>
      (await api.get<{ schemas?: Schema[] }>(`${kUnity}/schemas`, { catalog_name: catalog }, signal)).schemas ?? [],
  });
}

export function useTables(catalog: string, schema: string) {
  return useQuery({
    queryKey: ["tables", catalog, schema],
    queryFn: async ({ signal }) => {
      const query = { catalog_name: catalog, schema_name: schema, omit_columns: true };
      return (await api.get<{ tables?: Table[] }>(`${kUnity}/tables`, query, signal)).tables ?? [];
    },
  });
}

export function useTable(catalog: string, schema: string, table: string) {
  return useQuery({
    queryKey: ["tables", catalog, schema, table],
    queryFn: ({ signal }) =>
      api.get<Table>(kUnity + path`/tables/${fullName(catalog, schema, table)}`, undefined, signal),
  });
}

const permissionsPath = (kind: SecurableKind, name: string) => kUnity + path`/permissions/${kind}/${name}`;

export function useGrants(kind: SecurableKind, name: string) {
  return useQuery({
    queryKey: ["grants", kind, name],
    queryFn: async ({ signal }) =>
      (await api.get<{ privilege_assignments?: PrivilegeAssignment[] }>(permissionsPath(kind, name), undefined, signal))
        .privilege_assignments ?? [],
  });
}

export interface GrantChange {
  principal: string;
  add?: string[];
  remove?: string[];
}

export function useChangeGrants(kind: SecurableKind, name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: GrantChange) => api.patch(permissionsPath(kind, name), { changes: [change] }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["grants", kind, name] }),
  });
}
