import { Button, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";

import { api, path } from "../api/client";
import { Dialog } from "../components/Dialog";
import { ErrorView } from "../components/ErrorView";
import classes from "./Platform.module.css";
import { keys } from "./queries";
import type { Connection } from "./types";

/** Removes a connection once its name has been typed; what it has loaded stays. */
export function RemoveConnection({ connection }: { connection: Connection }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [opened, setOpened] = useState(false);
  const [typed, setTyped] = useState("");
  const fits = typed.trim().toLowerCase() === connection.name.toLowerCase();
  const remove = useMutation({
    mutationFn: () => api.delete(path`/api/2.1/connector-platform/connections/${connection.id}`),
    onSuccess: async () => {
      await navigate("/platform", { replace: true });
      queries.removeQueries({ queryKey: keys.connection(connection.id) });
      await queries.invalidateQueries({ queryKey: keys.connections });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (fits && !remove.isPending) remove.mutate();
  };
  const close = () => {
    setOpened(false);
    setTyped("");
    remove.reset();
  };
  return (
    <section className={classes["card"]} aria-labelledby="remove">
      <Title order={2} size="h5" mb={4} id="remove">
        Remove this connection
      </Title>
      <Text size="sm" mb="md">
        Its configuration, history and progress are deleted. The tables that it has loaded stay.
      </Text>
      <Button color="red" variant="outline" onClick={() => setOpened(true)}>
        Remove…
      </Button>
      <Dialog
        opened={opened}
        onClose={close}
        title={`Remove ${connection.name}?`}
      >
        <form onSubmit={submit}>
          <Stack gap="md">
            <Text size="sm">
              This cannot be undone. To load from this source again, it has to be set up again and read from the start.
            </Text>
            <TextInput
              label={`Type ${connection.name} to confirm`}
              autoComplete="off"
              data-autofocus
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
            {remove.isError && <ErrorView error={remove.error} title="Could not remove it" />}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                Keep it
              </Button>
              <Button type="submit" color="red" disabled={!fits} loading={remove.isPending}>
                Remove
              </Button>
            </Group>
          </Stack>
        </form>
      </Dialog>
    </section>
  );
}
