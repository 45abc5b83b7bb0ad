import { Alert, Button, CopyButton, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, path } from "../api/client";
import { Dialog } from "../components/Dialog";
import { ErrorView } from "../components/ErrorView";
import classes from "./Partner.module.css";
import { keys } from "./queries";
import type { Connection, Partner } from "./types";

/** A new token for the partner's service principal: shown once. */
export function RotateToken({ partner, connection }: { partner: Partner; connection: Connection }) {
  const queries = useQueryClient();
  const [opened, setOpened] = useState(false);
  const rotate = useMutation({
    mutationFn: () =>
      api.post<{ token: string }>(path`/api/2.1/partner-connect/connections/${connection.id}/rotate-token`),
  });
  const close = () => {
    const changed = rotate.isSuccess;
    setOpened(false);
    rotate.reset();
    if (changed) void queries.invalidateQueries({ queryKey: keys.plan(partner.id) });
  };
  return (
    <Group>
      <Button variant="default" onClick={() => setOpened(true)}>
        Rotate the token…
      </Button>
      <Dialog
        opened={opened}
        onClose={close}
        title={rotate.isSuccess ? "The new token" : "Rotate the token?"}
        closeOnClickOutside={!rotate.isSuccess}
      >
        {rotate.isSuccess ? (
          <Stack gap="md">
            <Alert color="yellow">It is shown this once. The old one no longer works.</Alert>
            <code className={classes["token"]} data-testid="token">
              {rotate.data.token}
            </code>
            <Text size="sm">Put it into the connection&apos;s settings at {partner.name}.</Text>
            <Group justify="flex-end">
              <CopyButton value={rotate.data.token}>
                {({ copied, copy }) => (
                  <Button variant="default" onClick={copy}>
                    {copied ? "Copied" : "Copy"}
                  </Button>
                )}
              </CopyButton>
              <Button onClick={close}>Done</Button>
            </Group>
          </Stack>
        ) : (
          <Stack gap="md">
            <Text size="sm">
              {partner.name} gets a new token, and the old one stops working at once. Until you have given the new one to{" "}
              {partner.name}, it cannot reach this workspace.
            </Text>
            {rotate.isError && <ErrorView error={rotate.error} title="Could not rotate it" />}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                Keep the old one
              </Button>
              <Button onClick={() => rotate.mutate()} loading={rotate.isPending}>
                Rotate
              </Button>
            </Group>
          </Stack>
        )}
      </Dialog>
    </Group>
  );
}
