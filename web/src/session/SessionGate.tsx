// Shows what is inside to signed-in users; sends others to the sign-in page and brings them back.
import { Navigate, Outlet, useLocation } from "react-router";

import { ErrorView } from "../components/ErrorView";
import { Loading } from "../components/Loading";
import { SessionContext, useSessionQuery } from "./session";

export function SessionGate() {
  const session = useSessionQuery();
  const location = useLocation();
  if (session.isPending) return <Loading what="Lakeport" />;
  if (session.isError) return <ErrorView error={session.error} onRetry={() => void session.refetch()} />;
  if (!session.data.signed_in) {
    const next = location.pathname + location.search;
    return <Navigate to={next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`} replace />;
  }
  return (
    <SessionContext value={session.data}>
      <Outlet />
    </SessionContext>
  );
}
