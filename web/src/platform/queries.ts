// The connector platform's calls as queries.
import { useQuery } from "@tanstack/react-query";

import { api, path } from "../api/client";
import type { Configuration, Connection, ConnectorType, Destination, Form, SourceSchema, Sync } from "./types";

export const kPlatform = "/api/2.1/connector-platform";

export const keys = {
  connections: ["platform", "connections"] as const,
  connection: (id: string) => ["platform", "connection", id] as const,
  syncs: (id: string) => ["platform", "connection", id, "syncs"] as const,
  sync: (id: string, sync: number) => ["platform", "connection", id, "sync", sync] as const,
  schema: (id: string) => ["platform", "connection", id, "schema"] as const,
  configuration: (id: string) => ["platform", "connection", id, "configuration"] as const,
};

export function useConnectorTypes() {
  return useQuery({
    queryKey: ["platform", "types"],
    queryFn: async ({ signal }) =>
      (await api.get<{ connector_types: ConnectorType[] }>(`${kPlatform}/connector-types`, undefined, signal)).connector_types,
    staleTime: Infinity,
  });
}

export function useDestinations() {
  return useQuery({
    queryKey: ["platform", "destinations"],
    queryFn: async ({ signal }) =>
      (await api.get<{ destinations: Destination[] }>(`${kPlatform}/destinations`, undefined, signal)).destinations,
  });
}

export function useForm(connector: string | null) {
  return useQuery({
    queryKey: ["platform", "form", connector],
    queryFn: ({ signal }) =>
      api.get<Form>(path`/api/2.1/connector-platform/connector-types/${connector ?? ""}/form`, undefined, signal),
    enabled: connector !== null,
    staleTime: 60_000,
  });
}

export function useConnections() {
  return useQuery({
    queryKey: keys.connections,
    queryFn: async ({ signal }) =>
      (await api.get<{ connections: Connection[] }>(`${kPlatform}/connections`, undefined, signal)).connections,
    refetchInterval: ({ state }) => (state.data?.some(({ running }) => running) ? 2_000 : false),
  });
}

export function useConnection(id: string) {
  return useQuery({
    queryKey: keys.connection(id),
    queryFn: ({ signal }) => api.get<Connection>(path`/api/2.1/connector-platform/connections/${id}`, undefined, signal),
  });
}

export function useConfiguration(id: string) {
  return useQuery({
    queryKey: keys.configuration(id),
    queryFn: ({ signal }) =>
      api.get<{ configuration: Configuration; secret_fields: string[] }>(
        path`/api/2.1/connector-platform/connections/${id}/configuration`,
        undefined,
        signal,
      ),
  });
}

export function useSchema(id: string) {
  return useQuery({
    queryKey: keys.schema(id),
    queryFn: ({ signal }) =>
      api.get<SourceSchema>(path`/api/2.1/connector-platform/connections/${id}/schema`, undefined, signal),
    // Each call starts the connector.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
}

export function useSyncs(id: string) {
  return useQuery({
    queryKey: keys.syncs(id),
    queryFn: async ({ signal }) =>
      (
        await api.get<{ syncs: Sync[] }>(
          path`/api/2.1/connector-platform/connections/${id}/syncs`,
          { limit: 25 },
          signal,
        )
      ).syncs,
  });
}

export const hasEnded = (sync: Sync) => sync.ended !== undefined && sync.ended !== null;

/** Follows a running sync: the server answers when it ends, at the latest after the wait. */
export function useRunningSync(id: string, sync: Sync | undefined) {
  return useQuery({
    queryKey: keys.sync(id, sync?.id ?? 0),
    queryFn: ({ signal }) =>
      api.get<Sync>(
        path`/api/2.1/connector-platform/connections/${id}/syncs/${sync?.id ?? 0}`,
        { wait_ms: 800 },
        signal,
      ),
    enabled: sync !== undefined && !hasEnded(sync),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data && hasEnded(state.data) ? false : 100),
    refetchIntervalInBackground: true,
  });
}
