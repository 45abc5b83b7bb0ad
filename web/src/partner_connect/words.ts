// What the contract's words are called on the page.
import type { Category, IntegrationType } from "./types";

export const categories: { value: Category; label: string }[] = [
  { value: "INGEST", label: "Data ingestion" },
  { value: "DATA_PREP_AND_TRANSFORM", label: "Data preparation" },
  { value: "BI_AND_VIZ", label: "BI and visualisation" },
  { value: "ML", label: "Machine learning" },
  { value: "DATA_QUALITY", label: "Data quality" },
  { value: "REVERSE_ETL", label: "Reverse ETL" },
  { value: "SEMANTIC_LAYER", label: "Semantic layer" },
  { value: "DATA_GOVERNANCE", label: "Data governance" },
  { value: "SECURITY_AND_GOVERNANCE", label: "Security" },
];

export function categoryLabel(category: string): string {
  return categories.find(({ value }) => value === category)?.label ?? category;
}

export const integrations: { value: IntegrationType; label: string; gets: string }[] = [
  { value: "WAREHOUSE_READ", label: "Reads", gets: "reads the schemas that you choose" },
  { value: "WAREHOUSE_WRITE", label: "Writes", gets: "makes schemas and tables in the catalog that you choose" },
  {
    value: "WAREHOUSE_READ_WRITE",
    label: "Reads and writes",
    gets: "reads the schemas that you choose and makes tables in the catalog that you choose",
  },
  { value: "CLUSTER_COMPUTE", label: "Notebooks", gets: "runs notebooks on a cluster" },
  { value: "DESKTOP", label: "Desktop app", gets: "opens a connection file on your computer" },
  { value: "WORKSPACE_MANAGEMENT", label: "Manages the workspace", gets: "manages jobs and clusters" },
  { value: "NO_INTEGRATION", label: "Link only", gets: "gets no access to this workspace" },
];

export function integrationOf(type: IntegrationType) {
  return integrations.find(({ value }) => value === type) ?? { value: type, label: type, gets: "is connected" };
}

const files: Record<string, { product: string; open: string }> = {
  power_bi: { product: "Power BI Desktop", open: "Open the .pbids file with Power BI Desktop." },
  tableau: { product: "Tableau Desktop", open: "Open the .tds file with Tableau Desktop." },
  dbeaver: { product: "DBeaver", open: "In DBeaver choose File → Import → DBeaver → Project, or open the file in your workspace." },
  jdbc: { product: "any JDBC program", open: "Copy the lines of the file into your program's JDBC settings." },
  odbc: { product: "any ODBC program", open: "Add the section of the file to your odbc.ini." },
};

export function connectionFileWords(kind: string) {
  return files[kind] ?? { product: "your program", open: "Open the file with your program." };
}
