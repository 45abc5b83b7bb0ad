import { Alert, Badge, Button, List, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";

import { api, path } from "../api/client";
import { ErrorView } from "../components/ErrorView";
import type { Connection, TestReport } from "./types";

const verdicts = {
  PASS: { color: "green", word: "passed" },
  FAIL: { color: "red", word: "failed" },
  UNKNOWN: { color: "gray", word: "not known" },
} as const;

function Report({ report }: { report: TestReport }) {
  return (
    <Alert
      variant="default"
      color={report.passed ? "green" : "red"}
      title={report.failure ? report.failure.title : report.passed ? "The connection works" : "The connection does not work"}
    >
      {report.failure && <Text size="sm">{report.failure.display_message ?? report.failure.text}</Text>}
      <List size="sm" listStyleType="none">
        {report.results.map((result) => (
          <List.Item key={result.test_name}>
            <Badge size="sm" color={verdicts[result.status].color} variant="light" mr={8}>
              {verdicts[result.status].word}
            </Badge>
            {result.test_name}
            {result.message && `: ${result.message}`}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

/** Lets the partner try the connection. */
export function TestConnection({ connection }: { connection: Connection }) {
  const test = useMutation({
    mutationFn: () => api.post<TestReport>(path`/api/2.1/partner-connect/connections/${connection.id}/test`),
  });
  return (
    <Stack gap="sm" align="flex-start">
      <Button variant="default" onClick={() => test.mutate()} loading={test.isPending}>
        Test the connection
      </Button>
      <div role="status">{test.isSuccess && <Report report={test.data} />}</div>
      {test.isError && <ErrorView error={test.error} title="Could not test it" />}
    </Stack>
  );
}
