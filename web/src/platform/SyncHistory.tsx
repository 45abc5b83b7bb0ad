import { Alert, Badge, Code, List, Stack, Table, Text, UnstyledButton } from "@mantine/core";
import { Fragment, useState } from "react";

import { durationText, momentText } from "../components/moments";
import classes from "./Platform.module.css";
import type { Sync } from "./types";
import { count, outcomeWords, rows } from "./words";

function Details({ sync }: { sync: Sync }) {
  return (
    <Stack gap="sm" p="xs">
      {sync.error && (
        <Alert color="red" title="What went wrong">
          <Text size="sm">{sync.error.message}</Text>
          {sync.error.where && <Code>{sync.error.where}</Code>}
          {sync.error.next_step && <Text size="sm">{sync.error.next_step}</Text>}
        </Alert>
      )}
      {sync.warnings.length > 0 && (
        <Alert color="yellow" title={sync.warnings.length === 1 ? "One warning" : `${sync.warnings.length} warnings`}>
          <List size="sm">
            {sync.warnings.map((warning) => (
              <List.Item key={warning}>{warning}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {sync.tables.length > 0 && (
        <div className={classes["wide"]}>
          <Table aria-label={`Tables of the sync of ${momentText(sync.started)}`}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Table</Table.Th>
                <Table.Th className={classes["number"] ?? ""}>Upserted</Table.Th>
                <Table.Th className={classes["number"] ?? ""}>Updated</Table.Th>
                <Table.Th className={classes["number"] ?? ""}>Deleted</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {sync.tables.map((table) => (
                <Table.Tr key={`${table.schema}.${table.table}`}>
                  <Table.Td>
                    {table.schema}.{table.table}{" "}
                    {table.created && (
                      <Badge size="sm" color="gray" variant="light">
                        New
                      </Badge>
                    )}
                  </Table.Td>
                  <Table.Td className={classes["number"] ?? ""}>{count(table.upserted)}</Table.Td>
                  <Table.Td className={classes["number"] ?? ""}>{count(table.updated)}</Table.Td>
                  <Table.Td className={classes["number"] ?? ""}>{count(table.deleted)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {!sync.error && sync.tables.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing had changed.
        </Text>
      )}
    </Stack>
  );
}

/** Syncs that have ended, the newest first; each opens to its tables, warnings and error. */
export function SyncHistory({ syncs }: { syncs: Sync[] }) {
  const [chosen, setChosen] = useState<number | null | undefined>(undefined);
  // The newest is open until somebody chooses.
  const open = chosen === undefined ? syncs[0]?.id : chosen;
  if (syncs.length === 0) return <Text c="dimmed">No sync has ended yet.</Text>;
  return (
    <div className={classes["wide"]}>
      <Table verticalSpacing="sm" aria-label="History">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Started</Table.Th>
            <Table.Th>Outcome</Table.Th>
            <Table.Th>Took</Table.Th>
            <Table.Th className={classes["number"] ?? ""}>Rows</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {syncs.map((sync) => {
            const words = outcomeWords(sync.outcome);
            const isOpen = sync.id === open;
            return (
              <Fragment key={sync.id}>
                <Table.Tr>
                  <Table.Td>
                    <UnstyledButton
                      className={classes["opener"] ?? ""}
                      aria-expanded={isOpen}
                      onClick={() => setChosen(isOpen ? null : sync.id)}
                    >
                      <span aria-hidden>{isOpen ? "▾" : "▸"}</span> {momentText(sync.started)}
                    </UnstyledButton>
                  </Table.Td>
                  <Table.Td>
                    <Badge color={words.color} variant="light">
                      {words.label}
                    </Badge>
                  </Table.Td>
                  <Table.Td>{durationText((sync.ended ?? sync.started) - sync.started)}</Table.Td>
                  <Table.Td className={classes["number"] ?? ""}>{rows(sync.rows_written)}</Table.Td>
                </Table.Tr>
                {isOpen && (
                  <Table.Tr>
                    <Table.Td colSpan={4}>
                      <Details sync={sync} />
                    </Table.Td>
                  </Table.Tr>
                )}
              </Fragment>
            );
          })}
        </Table.Tbody>
      </Table>
    </div>
  );
}
