// The connector's own tests of its configuration.
import { Badge, Button, Group, List, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

import { api, path } from "../api/client";
import { ErrorView } from "../components/ErrorView";
import classes from "./Platform.module.css";
import type { Connection, TestOutcome } from "./types";

function summary(tests: TestOutcome[]): string {
  const failed = tests.filter(({ passed }) => !passed).length;
  if (tests.length === 0) return "This source has no tests.";
  if (failed === 0) return "All tests passed. Choose its tables, or sync now.";
  return `${failed} of ${tests.length} tests failed. Correct the set-up, then test again.`;
}

export function TestsCard({ connection, runAtOnce = false }: { connection: Connection; runAtOnce?: boolean }) {
  const { mutate, ...test } = useMutation({
    mutationFn: async () =>
      (await api.post<{ tests: TestOutcome[] }>(path`/api/2.1/connector-platform/connections/${connection.id}/test`)).tests,
  });
  const begun = useRef(false);
  useEffect(() => {
    if (runAtOnce && !begun.current) mutate();
    begun.current = true;
  }, [runAtOnce, mutate]);
  return (
    <section className={classes["card"]} aria-labelledby="tests" data-testid="tests">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5" id="tests">
          Tests
        </Title>
        <Button variant="default" size="xs" onClick={() => mutate()} loading={test.isPending}>
          {test.isSuccess || test.isError ? "Test again" : "Test"}
        </Button>
      </Group>
      <div role="status">
        {test.isPending && (
          <Text size="sm" c="dimmed">
            Testing…
          </Text>
        )}
        {test.isSuccess && <Text size="sm">{summary(test.data)}</Text>}
      </div>
      {test.isSuccess && (
        <List listStyleType="none" spacing="xs" mt="xs" size="sm">
          {test.data.map((one) => (
            <List.Item key={one.name}>
              <Badge size="sm" color={one.passed ? "green" : "red"} variant="light" mr={8}>
                {one.passed ? "passed" : "failed"}
              </Badge>
              {one.label || one.name}
              {one.message && (
                <Text size="sm" c="dimmed">
                  {one.message}
                </Text>
              )}
            </List.Item>
          ))}
        </List>
      )}
      {test.isError && <ErrorView error={test.error} title="The tests could not run" />}
    </section>
  );
}
