// What of the workspace a user can share: catalogs, schemas, warehouses, clusters, locations.
import { useQuery } from "@tanstack/react-query";

import { api } from "../api/client";

async function allPages<T>(target: string, field: string, query: Record<string, string> = {}): Promise<T[]> {
  const found: T[] = [];
  for (let token = ""; ; ) {
    const page = await api.get<Record<string, unknown>>(target, { ...query, page_token: token || null });
    found.push(...((page[field] as T[] | undefined) ?? []));
    token = String(page["next_page_token"] ?? "");
    if (!token) return found;
  }
}

interface Named {
  name: string;
  comment?: string;
}

export function useCatalogs(enabled = true) {
  return useQuery({
    queryKey: ["workspace", "catalogs"],
    queryFn: () => allPages<Named>("/api/2.1/unity-catalog/catalogs", "catalogs"),
    enabled,
  });
}

export function useSchemas(catalog: string | null) {
  return useQuery({
    queryKey: ["workspace", "schemas", catalog],
    queryFn: () => allPages<Named>("/api/2.1/unity-catalog/schemas", "schemas", { catalog_name: catalog ?? "" }),
    enabled: catalog !== null,
  });
}

export function useLocations(enabled: boolean) {
  return useQuery({
    queryKey: ["workspace", "locations"],
    queryFn: () => allPages<Named & { url: string }>("/api/2.1/unity-catalog/external-locations", "external_locations"),
    enabled,
  });
}

export interface Warehouse {
  id: string;
  name: string;
  cluster_size: string;
  warehouse_type: string;
  enable_serverless_compute: boolean;
  state: string;
}

/** "CLASSIC", "PRO" or "SERVERLESS": what a partner may be limited to. */
export function warehouseKind(warehouse: Warehouse): string {
  return warehouse.enable_serverless_compute ? "SERVERLESS" : warehouse.warehouse_type;
}

export function useWarehouses(enabled: boolean) {
  return useQuery({
    queryKey: ["workspace", "warehouses"],
    queryFn: async () =>
      (await api.get<{ warehouses?: Warehouse[] }>("/api/2.0/sql/warehouses")).warehouses ?? [],
    enabled,
  });
}

export interface Cluster {
  cluster_id: string;
  cluster_name: string;
  state: string;
}

export function useClusters(enabled: boolean) {
  return useQuery({
    queryKey: ["workspace", "clusters"],
    queryFn: async () => (await api.get<{ clusters?: Cluster[] }>("/api/2.1/clusters/list")).clusters ?? [],
    enabled,
  });
}
