// Which tables and columns of the source are loaded.
import { Alert, Button, Checkbox, Group, Stack, Text, TextInput, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, path } from "../api/client";
import { ErrorView } from "../components/ErrorView";
import { Loading } from "../components/Loading";
import classes from "./Platform.module.css";
import { keys, useSchema } from "./queries";
import type { Connection, SourceColumn, SourceSchema, SourceTable } from "./types";

const nameOf = (table: SourceTable) => `${table.schema}.${table.name}`;

function Columns({ table, onChange }: { table: SourceTable; onChange: (table: SourceTable) => void }) {
  const change = (column: SourceColumn, selected: boolean) =>
    onChange({
      ...table,
      columns: table.columns.map((one) => (one.name === column.name ? { ...one, selected } : one)),
    });
  return (
    <div className={classes["columns"]} role="group" aria-label={`Columns of ${nameOf(table)}`}>
      {table.columns.map((column) => (
        <Checkbox
          key={column.name}
          label={column.name}
          description={column.primary_key ? `${column.type}, key` : column.type}
          checked={column.selected || column.primary_key}
          // Without its key a row could not be found again.
          disabled={column.primary_key || !table.selected}
          onChange={(event) => change(column, event.currentTarget.checked)}
        />
      ))}
    </div>
  );
}

interface TableRowProps {
  table: SourceTable;
  supported: boolean;
  onChange: (table: SourceTable) => void;
}

function TableRow({ table, supported, onChange }: TableRowProps) {
  const [open, setOpen] = useState(false);
  const left = table.columns.filter(({ selected, primary_key }) => !selected && !primary_key).length;
  return (
    <li className={classes["table"]}>
      <div className={classes["tableHead"]}>
        <Checkbox
          label={nameOf(table)}
          checked={table.selected}
          disabled={!supported}
          onChange={(event) => onChange({ ...table, selected: event.currentTarget.checked })}
        />
        {table.columns.length > 0 && (
          <UnstyledButton
            className={classes["opener"] ?? ""}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            <Text size="sm" span>
              {left > 0 ? `${table.columns.length - left} of ${table.columns.length} columns` : `${table.columns.length} columns`}{" "}
              <span aria-hidden>{open ? "▾" : "▸"}</span>
              <VisuallyHidden> of {nameOf(table)}</VisuallyHidden>
            </Text>
          </UnstyledButton>
        )}
      </div>
      {open && <Columns table={table} onChange={onChange} />}
    </li>
  );
}

function Editor({ connection, schema }: { connection: Connection; schema: SourceSchema }) {
  const queries = useQueryClient();
  const [tables, setTables] = useState(schema.tables);
  const [search, setSearch] = useState("");
  const save = useMutation({
    mutationFn: () =>
      api.put(path`/api/2.1/connector-platform/connections/${connection.id}/schema`, { ...schema, tables }),
    onSuccess: () => queries.setQueryData(keys.schema(connection.id), { ...schema, tables }),
  });
  const change = (next: SourceTable[]) => {
    save.reset();
    setTables(next);
  };
  const wanted = search.trim().toLowerCase();
  const isShown = (table: SourceTable) => nameOf(table).toLowerCase().includes(wanted);
  const shown = tables.filter(isShown);
  const chosen = tables.filter(({ selected }) => selected).length;
  const selectShown = (selected: boolean) =>
    change(tables.map((table) => (isShown(table) ? { ...table, selected } : table)));
  const changed = JSON.stringify(tables) !== JSON.stringify(schema.tables);
  return (
    <Stack gap="md">
      {!schema.selection_supported && (
        <Alert color="blue">This source always sends all of its tables; there is nothing to choose.</Alert>
      )}
      <Group gap="sm">
        <TextInput
          type="search"
          aria-label="Search tables"
          placeholder="Search tables"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        {schema.selection_supported && (
          <>
            <Button variant="default" onClick={() => selectShown(true)}>
              Select all
            </Button>
            <Button variant="default" onClick={() => selectShown(false)}>
              Select none
            </Button>
          </>
        )}
        <Text size="sm" c="dimmed" role="status">
          {chosen} of {tables.length} tables selected
        </Text>
      </Group>
      {shown.length === 0 ? (
        <Text c="dimmed">{tables.length === 0 ? "The source has no tables that may be read." : "No table matches."}</Text>
      ) : (
        <ul className={classes["tables"]}>
          {shown.map((table) => (
            <TableRow
              key={nameOf(table)}
              table={table}
              supported={schema.selection_supported}
              onChange={(next) => change(tables.map((one) => (nameOf(one) === nameOf(next) ? next : one)))}
            />
          ))}
        </ul>
      )}
      {save.isError && <ErrorView error={save.error} title="Could not save it" />}
      {schema.selection_supported && (
        <Group justify="flex-end">
          <Text size="sm" role="status">
            {save.isSuccess && !changed && "Saved. The next sync loads this selection."}
          </Text>
          <Button disabled={!changed} loading={save.isPending} onClick={() => save.mutate()}>
            Save the selection
          </Button>
        </Group>
      )}
    </Stack>
  );
}

export function SchemaSelection({ connection }: { connection: Connection }) {
  const schema = useSchema(connection.id);
  if (schema.isPending) return <Loading what="the tables of the source" />;
  if (schema.isError) return <ErrorView error={schema.error} title="The source's tables could not be read" onRetry={() => void schema.refetch()} />;
  return <Editor connection={connection} schema={schema.data} />;
}
