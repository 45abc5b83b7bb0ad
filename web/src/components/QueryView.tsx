import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { ErrorView } from "./ErrorView";
import { Loading } from "./Loading";

/** What was asked for, or that it is on its way, or why it is not there. `what` as in "Loading tokens…". */
export function QueryView<T>({ query, what, children }: { query: UseQueryResult<T>; what: string; children: (data: T) => ReactNode }) {
  if (query.isPending) return <Loading what={what} />;
  if (query.isError && query.data === undefined) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return children(query.data as T);
}
