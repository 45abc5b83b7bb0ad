// First, so that our styles come after Mantine's.
import { Theme } from "./theme/Theme";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createBrowserRouter, RouterProvider } from "react-router";

import { ApiError } from "./api/errors";
import { routes } from "./routes";
import { followSessionEnd } from "./session/session";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What the server has refused it refuses again; what got no answer may get one.
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status > 0 && error.status < 500),
      staleTime: 5_000,
    },
  },
});
followSessionEnd(queries);

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Theme>
        <RouterProvider router={createBrowserRouter(routes)} />
      </Theme>
    </QueryClientProvider>
  </StrictMode>,
);
