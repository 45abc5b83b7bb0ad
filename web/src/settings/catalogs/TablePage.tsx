import { useParams } from "react-router";

import { type Column, fullName, useTable } from "../../api/catalogs";
import { Breadcrumbs } from "../../components/Breadcrumbs";
import { type DataColumn, DataTable } from "../../components/DataTable";
import { Page } from "../../components/Page";
import { QueryView } from "../../components/QueryView";
import { Section } from "../../components/Section";
import { Grants } from "./Grants";
import { placesAbove } from "./places";

const columns: DataColumn<Column>[] = [
  { title: "Column", cell: (column) => column.name },
  { title: "Type", cell: (column) => <code>{column.type_text}</code> },
  { title: "May be NULL", cell: (column) => (column.nullable ? "Yes" : "No") },
  { title: "Comment", cell: (column) => column.comment ?? "" },
];

export function TablePage() {
  const { catalog = "", schema = "", table = "" } = useParams();
  const query = useTable(catalog, schema, table);
  return (
    <Page above={<Breadcrumbs places={placesAbove(catalog, schema, table)} />} title={table}>
      <Section title="Columns">
        <QueryView query={query} what="columns">
          {(found) => <DataTable label="Columns" columns={columns} rows={found.columns ?? []} rowKey={(one) => one.name} empty="It has no columns." />}
        </QueryView>
      </Section>
      <Grants kind="table" fullName={fullName(catalog, schema, table)} catalog={catalog} />
    </Page>
  );
}
