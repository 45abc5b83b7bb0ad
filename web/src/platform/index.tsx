import { Route, Routes } from "react-router";

import { NotFoundPage } from "../components/NotFoundPage";
import { ConnectionPage } from "./ConnectionPage";
import { ConnectionsPage } from "./ConnectionsPage";
import { NewConnectionPage } from "./NewConnectionPage";

export default function Platform() {
  return (
    <Routes>
      <Route index element={<ConnectionsPage />} />
      <Route path="new" element={<NewConnectionPage />} />
      <Route path="connections/:id" element={<ConnectionPage />} />
      <Route path="*" element={<NotFoundPage />} />
    </Routes>
  );
}
