import { Button } from "@mantine/core";

import { type QueryRecord, useQueryHistory } from "../api/warehouses";
import { type DataColumn, DataTable } from "../components/DataTable";
import { durationText, momentText } from "../components/moments";
import { QueryView } from "../components/QueryView";
import { Section } from "../components/Section";
import { StateBadge } from "../components/StateBadge";
import classes from "./SqlEditor.module.css";

/** The user's last statements, of every program. */
export function History({ userId, onPick }: { userId: number; onPick: (text: string) => void }) {
  const history = useQueryHistory(userId);
  const columns: DataColumn<QueryRecord>[] = [
    { title: "Statement", cell: (query) => <code className={classes["past"]}>{query.query_text}</code> },
    { title: "Outcome", cell: (query) => <StateBadge state={query.status} /> },
    { title: "Rows", numeric: true, cell: (query) => query.rows_produced.toLocaleString() },
    { title: "Took", numeric: true, cell: (query) => (query.duration === undefined ? "" : durationText(query.duration)) },
    { title: "When", cell: (query) => momentText(query.query_start_time_ms) },
    {
      title: "",
      cell: (query) => (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            onPick(query.query_text);
            window.scrollTo({ top: 0 });
          }}
        >
          Use again
        </Button>
      ),
    },
  ];
  return (
    <Section title="History" description="Your last statements, of every program that acts as you.">
      <QueryView query={history} what="the history">
        {(rows) => <DataTable label="History" columns={columns} rows={rows} rowKey={(one) => one.query_id} empty="You have run nothing yet." />}
      </QueryView>
    </Section>
  );
}
