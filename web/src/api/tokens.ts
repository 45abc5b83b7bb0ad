// Personal access tokens.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, path } from "./client";

export interface Token {
  token_id: string;
  comment: string;
  /** Milliseconds since 1970. */
  creation_time: number;
  /** -1: never. */
  expiry_time: number;
}

export interface ManagedToken extends Token {
  owner_id: number;
  created_by_username?: string;
  last_used_day?: number;
}

export interface NewToken {
  token_value: string;
  token_info: Token;
}

export interface TokenWishes {
  comment: string;
  /** null: without end. */
  lifetime_seconds: number | null;
}

const kOwn = ["tokens", "own"] as const;
const kAll = ["tokens", "all"] as const;

export function useOwnTokens() {
  return useQuery({
    queryKey: kOwn,
    queryFn: async ({ signal }) =>
      (await api.get<{ token_infos?: Token[] }>("/api/2.0/token/list", undefined, signal)).token_infos ?? [],
  });
}

/** Everybody's; for admins. */
export function useAllTokens(enabled: boolean) {
  return useQuery({
    queryKey: kAll,
    enabled,
    queryFn: async ({ signal }) =>
      (await api.get<{ token_infos?: ManagedToken[] }>("/api/2.0/token-management/tokens", undefined, signal)).token_infos ?? [],
  });
}

export function useCreateToken() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (wishes: TokenWishes) => api.post<NewToken>("/api/2.0/token/create", wishes),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["tokens"] }),
  });
}

/** A token of a service principal; for admins. */
export function useCreateTokenFor(applicationId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (wishes: TokenWishes) =>
      api.post<NewToken>("/api/2.0/token-management/on-behalf-of/tokens", { application_id: applicationId, ...wishes }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["tokens"] }),
  });
}

export function useRevokeToken() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete(path`/api/2.0/token-management/tokens/${id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["tokens"] }),
  });
}
