import { Button, Group, NativeSelect, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { type AuditEvent, type AuditFilter, useAuditLog } from "../api/audit";
import { type DataColumn, DataTable } from "../components/DataTable";
import { ErrorView } from "../components/ErrorView";
import { Loading } from "../components/Loading";
import { exactMomentText } from "../components/moments";
import { Page } from "../components/Page";
import { StateBadge } from "../components/StateBadge";
import classes from "./AuditLogPage.module.css";

function detailText(detail: Record<string, unknown>): string {
  return Object.entries(detail)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}

const columns: DataColumn<AuditEvent>[] = [
  { title: "When", cell: (event) => <span className={classes["when"]}>{exactMomentText(event.time)}</span> },
  { title: "Who", cell: (event) => event.principal || "Unknown" },
  {
    title: "Action",
    cell: (event) => (
      <>
        {event.action}
        <span className={classes["service"]}>{event.service}</span>
      </>
    ),
  },
  { title: "On", cell: (event) => <span className={classes["object"]} title={event.object}>{event.object}</span> },
  { title: "Outcome", cell: (event) => <StateBadge state={event.outcome} /> },
  {
    title: "Detail",
    cell: (event) => <span className={classes["detail"]}>{detailText(event.detail)}</span>,
  },
];

const outcomes = [
  { value: "", label: "Every outcome" },
  { value: "ok", label: "Ok" },
  { value: "denied", label: "Denied" },
  { value: "failed", label: "Failed" },
];

interface Wishes {
  principal: string;
  action: string;
  outcome: string;
}

function filterOf({ principal, action, outcome }: Wishes): AuditFilter {
  return {
    ...(principal.trim() && { principal: principal.trim() }),
    ...(action.trim() && { action: action.trim() }),
    ...(outcome && { outcome }),
  };
}

export function AuditLogPage() {
  const [wishes, setWishes] = useState<Wishes>({ principal: "", action: "", outcome: "" });
  const [filter, setFilter] = useState<AuditFilter>({});
  const log = useAuditLog(filter);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setFilter(filterOf(wishes));
  };
  return (
    <Page title="Audit log" description="Every change, sign-in and refused access, the newest first.">
      <form onSubmit={submit} className={classes["filter"]}>
        <TextInput
          label="Who"
          placeholder="ann@example.com"
          value={wishes.principal}
          onChange={(event) => setWishes({ ...wishes, principal: event.currentTarget.value })}
        />
        <TextInput
          label="Action"
          placeholder="createTable"
          value={wishes.action}
          onChange={(event) => setWishes({ ...wishes, action: event.currentTarget.value })}
        />
        <NativeSelect
          label="Outcome"
          data={outcomes}
          value={wishes.outcome}
          onChange={(event) => setWishes({ ...wishes, outcome: event.currentTarget.value })}
        />
        <Button type="submit" variant="default">
          Show
        </Button>
      </form>
      {log.isPending && <Loading what="the audit log" />}
      {log.isError && <ErrorView error={log.error} onRetry={() => void log.refetch()} />}
      {log.data && (
        <>
          <DataTable
            label="Audit log"
            columns={columns}
            rows={log.data.pages.flatMap((page) => page.events)}
            rowKey={(event) => event.id}
            empty="Nothing like that was recorded."
          />
          {log.hasNextPage && (
            <Group justify="center" mt="md">
              <Button variant="default" loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
                Show older ones
              </Button>
            </Group>
          )}
        </>
      )}
    </Page>
  );
}
