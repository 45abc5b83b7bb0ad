// Syncing now, and what came of earlier syncs.
import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { api, path } from "../api/client";
import { ErrorView } from "../components/ErrorView";
import { Loading } from "../components/Loading";
import classes from "./Platform.module.css";
import { hasEnded, keys, useRunningSync, useSyncs } from "./queries";
import { SyncHistory } from "./SyncHistory";
import { SyncProgress } from "./SyncProgress";
import type { Connection, Sync } from "./types";

/** When the sync that is followed has ended, the rest of the page learns of it. */
function useEnd(id: string, followed: Sync | undefined) {
  const queries = useQueryClient();
  const ended = followed !== undefined && hasEnded(followed);
  useEffect(() => {
    if (!ended) return;
    void queries.invalidateQueries({ queryKey: keys.syncs(id) });
    void queries.invalidateQueries({ queryKey: keys.connection(id), exact: true });
    void queries.invalidateQueries({ queryKey: keys.connections });
  }, [ended, id, queries]);
}

export function SyncsTab({ connection }: { connection: Connection }) {
  const queries = useQueryClient();
  const history = useSyncs(connection.id);
  const newest = history.data?.[0];
  const running = newest && !hasEnded(newest) ? newest : undefined;
  const followed = useRunningSync(connection.id, running);
  const shown = running ? (followed.data ?? running) : undefined;
  useEnd(connection.id, followed.data);

  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: keys.syncs(connection.id) }),
      queries.invalidateQueries({ queryKey: keys.connection(connection.id), exact: true }),
    ]);
  const start = useMutation({
    mutationFn: () => api.post<Sync>(path`/api/2.1/connector-platform/connections/${connection.id}/sync`),
    onSettled: refresh,
  });
  const cancel = useMutation({
    mutationFn: () => api.post(path`/api/2.1/connector-platform/connections/${connection.id}/cancel`),
    onSettled: refresh,
  });
  const busy = shown !== undefined && !hasEnded(shown);
  return (
    <Stack gap="xl">
      <section className={classes["card"]} aria-labelledby="now">
        <Group justify="space-between" mb={busy ? "md" : 0}>
          <div>
            <Title order={2} size="h5" id="now">
              {busy ? "Syncing" : "Sync now"}
            </Title>
            {!busy && (
              <Text size="sm" c="dimmed">
                The first sync reads everything; later ones only what has changed, where the source can tell.
              </Text>
            )}
          </div>
          {busy ? (
            <Button variant="default" onClick={() => cancel.mutate()} loading={cancel.isPending}>
              Cancel the sync
            </Button>
          ) : (
            <Button onClick={() => start.mutate()} loading={start.isPending}>
              Sync now
            </Button>
          )}
        </Group>
        {busy && <SyncProgress sync={shown} />}
        {start.isError && <ErrorView error={start.error} title="Could not start" />}
        {cancel.isError && <ErrorView error={cancel.error} title="Could not cancel" />}
      </section>
      <section aria-labelledby="history">
        <Title order={2} size="h5" mb="sm" id="history">
          History
        </Title>
        {history.isPending && <Loading what="the history" />}
        {history.isError && <ErrorView error={history.error} onRetry={() => void history.refetch()} />}
        {history.isSuccess && <SyncHistory syncs={history.data.filter(hasEnded)} />}
      </section>
    </Stack>
  );
}
