// The audit log; for admins.
import { useInfiniteQuery } from "@tanstack/react-query";

import { api } from "./client";

export interface AuditEvent {
  id: number;
  time: number;
  principal: string;
  principal_id: number;
  credential: string;
  service: string;
  action: string;
  object: string;
  outcome: "ok" | "denied" | "failed";
  detail: Record<string, unknown>;
}

export interface AuditFilter {
  service?: string;
  action?: string;
  principal?: string;
  outcome?: string;
}

interface AuditPage {
  events: AuditEvent[];
  next_page_token?: string;
}

export function useAuditLog(filter: AuditFilter) {
  return useInfiniteQuery({
    queryKey: ["audit-log", filter],
    initialPageParam: "",
    queryFn: ({ signal, pageParam }) =>
      api.get<AuditPage>("/api/2.0/lakeport/audit-log", { ...filter, max_results: 50, page_token: pageParam || null }, signal),
    getNextPageParam: (page) => page.next_page_token,
  });
}
