import { Anchor } from "@mantine/core";
import { Link, useParams } from "react-router";

import { fullName, type Schema, useSchemas } from "../../api/catalogs";
import { Breadcrumbs } from "../../components/Breadcrumbs";
import { type DataColumn, DataTable } from "../../components/DataTable";
import { Page } from "../../components/Page";
import { QueryView } from "../../components/QueryView";
import { Section } from "../../components/Section";
import { Grants } from "./Grants";
import { placeOf, placesAbove } from "./places";

const columns: DataColumn<Schema>[] = [
  {
    title: "Schema",
    cell: (schema) => (
      <Anchor component={Link} to={placeOf(schema.catalog_name, schema.name)} size="sm">
        {schema.name}
      </Anchor>
    ),
  },
  { title: "Owner", cell: (schema) => schema.owner },
  { title: "Comment", cell: (schema) => schema.comment ?? "" },
];

export function CatalogPage() {
  const catalog = useParams()["catalog"] ?? "";
  const schemas = useSchemas(catalog);
  return (
    <Page above={<Breadcrumbs places={placesAbove(catalog)} />} title={catalog}>
      <Section title="Schemas">
        <QueryView query={schemas} what="schemas">
          {(rows) => <DataTable label="Schemas" columns={columns} rows={rows} rowKey={(one) => one.name} empty="There are no schemas that you may see." />}
        </QueryView>
      </Section>
      <Grants kind="catalog" fullName={fullName(catalog)} catalog={catalog} />
    </Page>
  );
}
