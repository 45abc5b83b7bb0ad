import { Navigate, Route, Routes } from "react-router";

import { NotFoundPage } from "../components/NotFoundPage";
import { PlacesNav } from "../components/PlacesNav";
import { useSession } from "../session/session";
import { AuditLogPage } from "./AuditLogPage";
import { CatalogPage } from "./catalogs/CatalogPage";
import { CatalogsPage } from "./catalogs/CatalogsPage";
import { SchemaPage } from "./catalogs/SchemaPage";
import { TablePage } from "./catalogs/TablePage";
import { PasswordPage } from "./PasswordPage";
import { ServicePrincipalPage } from "./ServicePrincipalPage";
import { ServicePrincipalsPage } from "./ServicePrincipalsPage";
import { TokensPage } from "./TokensPage";
import { WarehousesPage } from "./WarehousesPage";

export default function Settings() {
  const { user } = useSession();
  const places = [
    { label: "Tokens", to: "/settings/tokens" },
    { label: "Service principals", to: "/settings/service-principals" },
    { label: "Catalogs", to: "/settings/catalogs" },
    { label: "Warehouses", to: "/settings/warehouses" },
    { label: "Password", to: "/settings/password" },
    ...(user.admin ? [{ label: "Audit log", to: "/settings/audit-log" }] : []),
  ];
  return (
    <>
      <PlacesNav label="Settings" places={places} />
      <Routes>
        <Route index element={<Navigate to="/settings/tokens" replace />} />
        <Route path="tokens" element={<TokensPage />} />
        <Route path="service-principals" element={<ServicePrincipalsPage />} />
        <Route path="service-principals/:id" element={<ServicePrincipalPage />} />
        <Route path="catalogs" element={<CatalogsPage />} />
        <Route path="catalogs/:catalog" element={<CatalogPage />} />
        <Route path="catalogs/:catalog/:schema" element={<SchemaPage />} />
        <Route path="catalogs/:catalog/:schema/:table" element={<TablePage />} />
        <Route path="warehouses" element={<WarehousesPage />} />
        <Route path="password" element={<PasswordPage />} />
        <Route path="audit-log" element={<AuditLogPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Routes>
    </>
  );
}
