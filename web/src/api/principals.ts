// Users, groups and service principals, by SCIM.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, path } from "./client";

const kScim = "/api/2.0/preview/scim/v2";

export interface ServicePrincipal {
  id: string;
  applicationId: string;
  displayName: string;
  active: boolean;
}

export interface ServicePrincipalSecret {
  id: string;
  status: "ACTIVE" | "EXPIRED";
  create_time: string;
  expire_time: string;
}

interface ScimList<T> {
  totalResults: number;
  Resources?: T[];
}

const kServicePrincipals = ["service-principals"] as const;

export function useServicePrincipals() {
  return useQuery({
    queryKey: kServicePrincipals,
    queryFn: async ({ signal }) => {
      const query = { sortBy: "displayName", count: 10_000 };
      const list = await api.get<ScimList<ServicePrincipal>>(`${kScim}/ServicePrincipals`, query, signal);
      return list.Resources ?? [];
    },
  });
}

export function useServicePrincipal(id: string) {
  return useQuery({
    queryKey: [...kServicePrincipals, id],
    queryFn: ({ signal }) => api.get<ServicePrincipal>(path`/api/2.0/preview/scim/v2/ServicePrincipals/${id}`, undefined, signal),
  });
}

export function useServicePrincipalChanges() {
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ queryKey: kServicePrincipals });
  return {
    create: useMutation({
      mutationFn: (displayName: string) => api.post<ServicePrincipal>(`${kScim}/ServicePrincipals`, { displayName }),
      onSuccess,
    }),
    setActive: useMutation({
      mutationFn: ({ id, active }: { id: string; active: boolean }) =>
        api.patch(path`/api/2.0/preview/scim/v2/ServicePrincipals/${id}`, {
          schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
          Operations: [{ op: "replace", path: "active", value: active }],
        }),
      onSuccess,
    }),
    remove: useMutation({
      mutationFn: (id: string) => api.delete(path`/api/2.0/preview/scim/v2/ServicePrincipals/${id}`),
      // Not the one that is gone, which would only be answered by a 404.
      onSuccess: () => queries.invalidateQueries({ queryKey: kServicePrincipals, exact: true }),
    }),
  };
}

const secretsPath = (id: string) => path`/api/2.0/accounts/servicePrincipals/${id}/credentials/secrets`;

export function useSecrets(id: string) {
  return useQuery({
    queryKey: [...kServicePrincipals, id, "secrets"],
    queryFn: async ({ signal }) =>
      (await api.get<{ secrets?: ServicePrincipalSecret[] }>(secretsPath(id), undefined, signal)).secrets ?? [],
  });
}

export function useSecretChanges(id: string) {
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ queryKey: [...kServicePrincipals, id, "secrets"] });
  return {
    create: useMutation({
      mutationFn: () => api.post<ServicePrincipalSecret & { secret: string }>(secretsPath(id)),
      onSuccess,
    }),
    remove: useMutation({
      mutationFn: (secret: string) => api.delete(secretsPath(id) + path`/${secret}`),
      onSuccess,
    }),
  };
}

export interface PrincipalName {
  /** As grants name it. */
  name: string;
  label: string;
  kind: "User" | "Group" | "Service principal";
}

/** Everybody to whom something can be granted. */
export function usePrincipalNames() {
  return useQuery({
    queryKey: ["principal-names"],
    staleTime: 60_000,
    queryFn: async ({ signal }): Promise<PrincipalName[]> => {
      const list = <T>(kind: string) =>
        api.get<ScimList<T>>(`${kScim}/${kind}`, { count: 10_000, excludedAttributes: "members,groups" }, signal);
      const [users, groups, robots] = await Promise.all([
        list<{ userName: string; displayName: string }>("Users"),
        list<{ displayName: string }>("Groups"),
        list<ServicePrincipal>("ServicePrincipals"),
      ]);
      return [
        ...(groups.Resources ?? []).map((one) => ({ name: one.displayName, label: one.displayName, kind: "Group" as const })),
        { name: "account users", label: "account users", kind: "Group" as const },
        ...(users.Resources ?? []).map((one) => ({ name: one.userName, label: one.userName, kind: "User" as const })),
        ...(robots.Resources ?? []).map((one) => ({
          name: one.applicationId,
          label: `${one.displayName} (${one.applicationId})`,
          kind: "Service principal" as const,
        })),
      ].filter((one, i, all) => all.findIndex((other) => other.name === one.name) === i);
    },
  });
}
