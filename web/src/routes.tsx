// Which part of the page is where. Each part is loaded when it is first opened, and has its own <Routes> inside.
import { lazy } from "react";
import { Navigate, type RouteObject } from "react-router";

import { NotFoundPage } from "./components/NotFoundPage";
import { SessionGate } from "./session/SessionGate";
import { SignInPage } from "./session/SignInPage";
import { Shell } from "./shell/Shell";

const PartnerConnect = lazy(() => import("./partner_connect"));
const Platform = lazy(() => import("./platform"));
const SqlEditor = lazy(() => import("./sql_editor"));
const Settings = lazy(() => import("./settings"));

export const routes: RouteObject[] = [
  { path: "/sign-in", element: <SignInPage /> },
  {
    element: <SessionGate />,
    children: [
      {
        element: <Shell />,
        children: [
          { path: "/", element: <Navigate to="/partner-connect" replace /> },
          { path: "/partner-connect/*", element: <PartnerConnect /> },
          { path: "/platform/*", element: <Platform /> },
          { path: "/sql-editor/*", element: <SqlEditor /> },
          { path: "/settings/*", element: <Settings /> },
          { path: "*", element: <NotFoundPage /> },
        ],
      },
    ],
  },
];
