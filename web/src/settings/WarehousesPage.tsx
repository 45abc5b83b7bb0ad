import { Button } from "@mantine/core";
import { useEffect, useState } from "react";

import { type QueryRecord, useCancelQuery, useOpenQueries, useWarehouseChanges, useWarehouses, type Warehouse } from "../api/warehouses";
import { ConfirmButton } from "../components/ConfirmButton";
import { type DataColumn, DataTable } from "../components/DataTable";
import { ErrorView } from "../components/ErrorView";
import { durationText } from "../components/moments";
import { Page } from "../components/Page";
import { QueryView } from "../components/QueryView";
import { Section } from "../components/Section";
import { StateBadge } from "../components/StateBadge";
import classes from "./WarehousesPage.module.css";

function Switch({ warehouse }: { warehouse: Warehouse }) {
  const { start, stop } = useWarehouseChanges();
  if (warehouse.state === "STOPPED" || warehouse.state === "STOPPING") {
    return (
      <>
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Start ${warehouse.name}`}
          loading={start.isPending}
          onClick={() => start.mutate(warehouse.id)}
        >
          Start
        </Button>
        {start.isError && <ErrorView error={start.error} />}
      </>
    );
  }
  return (
    <ConfirmButton
      label="Stop"
      name={`Stop ${warehouse.name}`}
      title={`Stop ${warehouse.name}?`}
      action={() => stop.mutateAsync(warehouse.id)}
    >
      Queries that run on it are cancelled. It starts by itself with the next query.
    </ConfirmButton>
  );
}

const columns: DataColumn<Warehouse>[] = [
  { title: "Warehouse", cell: (warehouse) => warehouse.name },
  { title: "State", cell: (warehouse) => <StateBadge state={warehouse.state} /> },
  { title: "Size", cell: (warehouse) => warehouse.cluster_size },
  { title: "Sessions", numeric: true, cell: (warehouse) => warehouse.num_active_sessions },
  {
    title: "Stops when idle",
    cell: (warehouse) => (warehouse.auto_stop_mins > 0 ? `After ${warehouse.auto_stop_mins} min` : "Never"),
  },
  { title: "HTTP path", cell: (warehouse) => <code>{warehouse.odbc_params.path}</code> },
  { title: "", cell: (warehouse) => <Switch warehouse={warehouse} /> },
];

/** The time of now, every second. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function OpenQueries({ warehouses }: { warehouses: Warehouse[] }) {
  const queries = useOpenQueries();
  const cancel = useCancelQuery();
  const now = useNow();
  const nameOf = (id: string) => warehouses.find((one) => one.id === id)?.name ?? id;
  const queryColumns: DataColumn<QueryRecord>[] = [
    { title: "Query", cell: (query) => <code className={classes["query"]}>{query.query_text}</code> },
    { title: "State", cell: (query) => <StateBadge state={query.status} /> },
    { title: "Of", cell: (query) => query.user_name },
    { title: "On", cell: (query) => nameOf(query.warehouse_id) },
    { title: "Since", numeric: true, cell: (query) => durationText(Math.max(0, now - query.query_start_time_ms)) },
    {
      title: "",
      cell: (query) => (
        <ConfirmButton label="Cancel" title="Cancel this query?" confirm="Cancel the query" action={() => cancel.mutateAsync(query.query_id)}>
          {`It belongs to ${query.user_name}, who gets an error in place of its result.`}
        </ConfirmButton>
      ),
    },
  ];
  return (
    <Section title="Open queries" description="Those that run or wait now.">
      <QueryView query={queries} what="open queries">
        {(rows) => <DataTable label="Open queries" columns={queryColumns} rows={rows} rowKey={(one) => one.query_id} empty="Nothing runs at the moment." />}
      </QueryView>
    </Section>
  );
}

export function WarehousesPage() {
  const warehouses = useWarehouses(true);
  return (
    <Page title="Warehouses" description="Where queries run.">
      <QueryView query={warehouses} what="warehouses">
        {(rows) => (
          <>
            <Section title="Your warehouses">
              <DataTable label="Warehouses" columns={columns} rows={rows} rowKey={(one) => one.id} empty="There is no warehouse that you may use." />
            </Section>
            <OpenQueries warehouses={rows} />
          </>
        )}
      </QueryView>
    </Page>
  );
}
