// The hub's calls as queries.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { api, path } from "../api/client";
import type { Attempt, Connection, Partner, Plan } from "./types";

export const kHub = "/api/2.1/partner-connect";

export const keys = {
  partners: ["partners"] as const,
  partner: (id: string) => ["partner", id] as const,
  plan: (id: string) => ["partner", id, "plan"] as const,
  connection: (id: string) => ["hub-connection", id] as const,
  attempt: (id: string) => ["attempt", id] as const,
};

export function usePartners(category: string | null, search: string) {
  return useInfiniteQuery({
    queryKey: [...keys.partners, category, search],
    queryFn: ({ pageParam, signal }) =>
      api.get<{ partners: Partner[]; next_page_token?: string }>(
        `${kHub}/partners`,
        { category, search: search || null, page_token: pageParam || null },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
    placeholderData: keepPreviousData,
  });
}

export function usePartner(id: string) {
  return useQuery({
    queryKey: keys.partner(id),
    queryFn: ({ signal }) => api.get<Partner>(path`/api/2.1/partner-connect/partners/${id}`, undefined, signal),
  });
}

export function usePlan(id: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.plan(id),
    queryFn: ({ signal }) => api.get<Plan>(path`/api/2.1/partner-connect/partners/${id}/plan`, undefined, signal),
    enabled,
  });
}

export function useConnection(id: string) {
  return useQuery({
    queryKey: keys.connection(id),
    queryFn: ({ signal }) => api.get<Connection>(path`/api/2.1/partner-connect/connections/${id}`, undefined, signal),
  });
}

/** Follows an attempt until it has ended. The server holds each call back while nothing is decided. */
export function useAttempt(id: string | null) {
  return useQuery({
    queryKey: keys.attempt(id ?? ""),
    queryFn: ({ signal, client }) =>
      api.get<Attempt>(
        path`/api/2.1/partner-connect/attempts/${id ?? ""}`,
        // The first call shows the steps at once.
        { wait_ms: client.getQueryData(keys.attempt(id ?? "")) ? 700 : 0 },
        signal,
      ),
    enabled: id !== null,
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data && state.data.state !== "running" ? false : 100),
    refetchIntervalInBackground: true,
  });
}
