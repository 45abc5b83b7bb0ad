// Who is signed in.
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";

import { api, whenSessionEnds } from "../api/client";

const kPath = "/api/2.0/lakeport/session";
const kKey = ["session"] as const;

export interface User {
  id: number;
  /** The e-mail, by which grants name the user. */
  name: string;
  display_name: string;
  admin: boolean;
}

export interface Session {
  signed_in: true;
  user: User;
  workspace: { id: number; name?: string; cloud?: string };
}

type Answer = Session | { signed_in: false };

export function useSessionQuery() {
  return useQuery({ queryKey: kKey, queryFn: ({ signal }) => api.get<Answer>(kPath, undefined, signal), staleTime: Infinity });
}

export const SessionContext = createContext<Session | null>(null);

/** The session of a signed-in page (everything inside of the shell). */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession() outside of a signed-in page");
  return session;
}

/** Functions that sign in and out. */
export function useSessionChange() {
  const queries = useQueryClient();
  return {
    signIn: async (email: string, password: string) => {
      const session = await api.post<Answer>(kPath, { email, password });
      queries.clear();
      queries.setQueryData(kKey, session);
    },
    signOut: async () => {
      await api.delete(kPath);
      forgetSession(queries);
    },
  };
}

function forgetSession(queries: QueryClient): void {
  queries.removeQueries({ predicate: (query) => query.queryKey[0] !== kKey[0] });
  queries.setQueryData<Answer>(kKey, { signed_in: false });
}

/** A call that is refused with 401 means that the session has ended. */
export function followSessionEnd(queries: QueryClient): void {
  whenSessionEnds(() => {
    const known = queries.getQueryData<Answer>(kKey);
    if (known?.signed_in) forgetSession(queries);
  });
}
