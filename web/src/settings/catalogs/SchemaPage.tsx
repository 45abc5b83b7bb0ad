import { Anchor } from "@mantine/core";
import { Link, useParams } from "react-router";

import { fullName, type Table, useTables } from "../../api/catalogs";
import { Breadcrumbs } from "../../components/Breadcrumbs";
import { type DataColumn, DataTable } from "../../components/DataTable";
import { Page } from "../../components/Page";
import { QueryView } from "../../components/QueryView";
import { Section } from "../../components/Section";
import { Grants } from "./Grants";
import { placeOf, placesAbove } from "./places";

const columns: DataColumn<Table>[] = [
  {
    title: "Table",
    cell: (table) => (
      <Anchor component={Link} to={placeOf(table.catalog_name, table.schema_name, table.name)} size="sm">
        {table.name}
      </Anchor>
    ),
  },
  { title: "Kind", cell: (table) => table.table_type.slice(0, 1) + table.table_type.slice(1).toLowerCase() },
  { title: "Owner", cell: (table) => table.owner },
  { title: "Comment", cell: (table) => table.comment ?? "" },
];

export function SchemaPage() {
  const { catalog = "", schema = "" } = useParams();
  const tables = useTables(catalog, schema);
  return (
    <Page above={<Breadcrumbs places={placesAbove(catalog, schema)} />} title={schema}>
      <Section title="Tables and views">
        <QueryView query={tables} what="tables">
          {(rows) => (
            <DataTable label="Tables and views" columns={columns} rows={rows} rowKey={(one) => one.name} empty="There are no tables that you may see." />
          )}
        </QueryView>
      </Section>
      <Grants kind="schema" fullName={fullName(catalog, schema)} catalog={catalog} />
    </Page>
  );
}
