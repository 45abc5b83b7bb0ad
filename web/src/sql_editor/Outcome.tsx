import { Alert, Text } from "@mantine/core";

import type { ResultColumn, Statement } from "../api/statements";
import { ErrorView } from "../components/ErrorView";
import { Loading } from "../components/Loading";
import { durationText } from "../components/moments";
import { Section } from "../components/Section";
import classes from "./Outcome.module.css";
import { kMostRows, type Progress } from "./useStatement";

const kNumeric = /^(TINYINT|SMALLINT|INT|BIGINT|FLOAT|DOUBLE|DECIMAL)/;

function ResultTable({ columns, rows }: { columns: ResultColumn[]; rows: (string | null)[][] }) {
  return (
    // A region that scrolls must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes["scroll"]} role="region" aria-label="Result" tabIndex={0}>
      <table className={classes["table"]} aria-label="Result">
        <thead>
          <tr>
            {columns.map(({ name, type_text }, i) => (
              // Names may come twice.
              // oxlint-disable-next-line react/no-array-index-key
              <th key={i} scope="col" data-numeric={kNumeric.test(type_text) || undefined}>
                {name}
                <span className={classes["type"]}>{type_text.toLowerCase()}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            // oxlint-disable-next-line react/no-array-index-key
            <tr key={at}>
              {row.map((value, i) => (
                // oxlint-disable-next-line react/no-array-index-key
                <td key={i} data-numeric={kNumeric.test(columns[i]?.type_text ?? "") || undefined}>
                  {value === null ? <span className={classes["null"]}>NULL</span> : value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function rowsText(statement: Statement): string {
  const count = statement.manifest?.total_row_count ?? 0;
  if (statement.manifest?.truncated) return `The first ${kMostRows.toLocaleString()} rows; there are more`;
  return count === 1 ? "1 row" : `${count.toLocaleString()} rows`;
}

function Ended({ statement, took }: { statement: Statement; took: number }) {
  const { state, error, sql_state } = statement.status;
  if (state === "FAILED") {
    return (
      <Alert color="red" role="alert" title={sql_state ? `The statement failed (SQLSTATE ${sql_state})` : "The statement failed"}>
        <pre className={classes["error"]}>{error?.message ?? "The server gave no reason."}</pre>
      </Alert>
    );
  }
  if (state !== "SUCCEEDED") {
    return (
      <Alert color="gray" role="status">
        The statement was cancelled after {durationText(took)}.
      </Alert>
    );
  }
  const columns = statement.manifest?.schema.columns ?? [];
  return (
    <>
      <Text size="sm" c="dimmed" mb="xs" role="status">
        {columns.length > 0 ? rowsText(statement) : "Done"} · {durationText(took)}
      </Text>
      {columns.length > 0 && <ResultTable columns={columns} rows={statement.result?.data_array ?? []} />}
    </>
  );
}

export function Outcome({ progress }: { progress: Progress }) {
  if (progress.state === "nothing") return null;
  return (
    <Section title="Result">
      {progress.state === "running" && <Loading what="the result" />}
      {progress.state === "refused" && <ErrorView error={progress.error} title="The statement could not be started" />}
      {progress.state === "over" && <Ended statement={progress.statement} took={progress.took} />}
    </Section>
  );
}
