import { Table, Text } from "@mantine/core";
import type { ReactNode } from "react";

import classes from "./DataTable.module.css";

export interface DataColumn<Row> {
  /** Empty for a column of buttons. */
  title: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the right. */
  numeric?: boolean;
}

interface DataTableProps<Row> {
  /** Read out as the table's name. */
  label: string;
  columns: DataColumn<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string | number;
  /** In place of a table without rows. */
  empty: ReactNode;
}

/** A table that scrolls by itself where it is wider than its place. */
export function DataTable<Row>({ label, columns, rows, rowKey, empty }: DataTableProps<Row>) {
  if (rows.length === 0) {
    return (
      <Text c="dimmed" className={classes["empty"] ?? ""}>
        {empty}
      </Text>
    );
  }
  return (
    // A region that scrolls must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes["scroll"]} role="region" aria-label={label} tabIndex={0}>
      <Table verticalSpacing="xs" aria-label={label} className={classes["table"] ?? ""}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ title, numeric }, i) =>
              title ? (
                <Table.Th key={title} scope="col" data-numeric={numeric || undefined}>
                  {title}
                </Table.Th>
              ) : (
                // oxlint-disable-next-line react/no-array-index-key
                <Table.Td key={i} />
              ),
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={rowKey(row)}>
              {columns.map(({ title, cell, numeric }, i) => (
                // oxlint-disable-next-line react/no-array-index-key
                <Table.Td key={title || i} data-numeric={numeric || undefined} data-actions={title ? undefined : true}>
                  {cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
