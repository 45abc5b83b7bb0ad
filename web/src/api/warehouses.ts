// SQL warehouses and the statements that run on them.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, path } from "./client";

export interface Warehouse {
  id: string;
  name: string;
  cluster_size: string;
  warehouse_type: string;
  state: "STARTING" | "RUNNING" | "STOPPING" | "STOPPED" | "DELETED";
  auto_stop_mins: number;
  num_active_sessions: number;
  creator_name: string;
  odbc_params: { hostname: string; path: string; protocol: string; port: number };
}

export interface QueryRecord {
  query_id: string;
  warehouse_id: string;
  status: "QUEUED" | "RUNNING" | "FINISHED" | "CANCELED" | "FAILED";
  query_text: string;
  query_start_time_ms: number;
  query_end_time_ms?: number;
  duration?: number;
  user_id: number;
  user_name: string;
  rows_produced: number;
  error_message?: string;
}

/** How often what moves by itself is asked for, in milliseconds. */
const kFollow = 3_000;

export function useWarehouses(follow = false) {
  return useQuery({
    queryKey: ["warehouses"],
    refetchInterval: follow ? kFollow : false,
    queryFn: async ({ signal }) =>
      (await api.get<{ warehouses?: Warehouse[] }>("/api/2.0/sql/warehouses", undefined, signal)).warehouses ?? [],
  });
}

export function useWarehouseChanges() {
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: ["warehouses"] });
  return {
    start: useMutation({ mutationFn: (id: string) => api.post(path`/api/2.0/sql/warehouses/${id}/start`), onSettled }),
    stop: useMutation({ mutationFn: (id: string) => api.post(path`/api/2.0/sql/warehouses/${id}/stop`), onSettled }),
  };
}

interface QueryList {
  res?: QueryRecord[];
}

/** What waits or runs, one's own and where one may monitor everybody's; followed while it is shown. */
export function useOpenQueries() {
  return useQuery({
    queryKey: ["queries", "open"],
    refetchInterval: kFollow,
    queryFn: async ({ signal }) => {
      const list = async (status: string) =>
        (await api.get<QueryList>("/api/2.0/sql/history/queries", { "filter_by.statuses": status }, signal)).res ?? [];
      const [running, queued] = await Promise.all([list("RUNNING"), list("QUEUED")]);
      const all = new Map([...queued, ...running].map((one) => [one.query_id, one]));
      return [...all.values()].sort((one, other) => other.query_start_time_ms - one.query_start_time_ms);
    },
  });
}

/** The last statements of a user. */
export function useQueryHistory(userId: number) {
  return useQuery({
    queryKey: ["queries", "of", userId],
    queryFn: async ({ signal }) => {
      const query = { "filter_by.user_ids": userId, max_results: 50 };
      return (await api.get<QueryList>("/api/2.0/sql/history/queries", query, signal)).res ?? [];
    },
  });
}

export function useCancelQuery() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post(path`/api/2.0/lakeport/queries/${id}/cancel`),
    onSettled: () => queries.invalidateQueries({ queryKey: ["queries"] }),
  });
}
