import { Route, Routes } from "react-router";

import { NotFoundPage } from "../components/NotFoundPage";
import { EditPartnerPage, NewPartnerPage } from "./admin/PartnerEditorPages";
import { PartnerPage } from "./PartnerPage";
import { TilesPage } from "./TilesPage";

export default function PartnerConnect() {
  return (
    <Routes>
      <Route index element={<TilesPage />} />
      <Route path="new" element={<NewPartnerPage />} />
      <Route path="partners/:id" element={<PartnerPage />} />
      <Route path="partners/:id/edit" element={<EditPartnerPage />} />
      <Route path="*" element={<NotFoundPage />} />
    </Routes>
  );
}
