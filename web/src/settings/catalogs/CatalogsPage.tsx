import { Anchor } from "@mantine/core";
import { Link } from "react-router";

import { type Catalog, useCatalogs } from "../../api/catalogs";
import { type DataColumn, DataTable } from "../../components/DataTable";
import { Page } from "../../components/Page";
import { QueryView } from "../../components/QueryView";
import { placeOf } from "./places";

const columns: DataColumn<Catalog>[] = [
  {
    title: "Catalog",
    cell: (catalog) => (
      <Anchor component={Link} to={placeOf(catalog.name)} size="sm">
        {catalog.name}
      </Anchor>
    ),
  },
  { title: "Owner", cell: (catalog) => catalog.owner },
  { title: "Comment", cell: (catalog) => catalog.comment ?? "" },
];

export function CatalogsPage() {
  const catalogs = useCatalogs();
  return (
    <Page title="Catalogs" description="Who may use what. A right on a catalog or schema also counts for everything in it.">
      <QueryView query={catalogs} what="catalogs">
        {(rows) => <DataTable label="Catalogs" columns={columns} rows={rows} rowKey={(one) => one.name} empty="You may use no catalog." />}
      </QueryView>
    </Page>
  );
}
