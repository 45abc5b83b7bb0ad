import { Button, Group, List, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { api, path } from "../api/client";
import { Dialog } from "../components/Dialog";
import { ErrorView } from "../components/ErrorView";
import { keys } from "./queries";
import type { Connection, Partner } from "./types";

interface DeleteConnectionProps {
  partner: Partner;
  connection: Connection;
  opened: boolean;
  onClose: () => void;
  onDeleted: () => void;
}

/** Says what will be lost, and deletes once the partner's name has been typed. */
export function DeleteConnection({ partner, connection, opened, onClose, onDeleted }: DeleteConnectionProps) {
  const queries = useQueryClient();
  const [typed, setTyped] = useState("");
  const fits = typed.trim().toLowerCase() === partner.name.toLowerCase();
  const remove = useMutation({
    mutationFn: () => api.delete(path`/api/2.1/partner-connect/connections/${connection.id}`),
    onSuccess: async () => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: keys.partners }),
        queries.invalidateQueries({ queryKey: keys.partner(partner.id) }),
        queries.invalidateQueries({ queryKey: ["workspace"] }),
      ]);
      onDeleted();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (fits && !remove.isPending) remove.mutate();
  };
  const close = () => {
    setTyped("");
    remove.reset();
    onClose();
  };
  return (
    <Dialog
      opened={opened}
      onClose={close}
      title={`Delete the connection with ${partner.name}?`}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          {connection.will_be_lost.length > 0 && (
            <div>
              <Text size="sm" mb={4}>
                This cannot be undone. You will lose:
              </Text>
              <List size="sm">
                {connection.will_be_lost.map((line) => (
                  <List.Item key={line}>{line}</List.Item>
                ))}
              </List>
            </div>
          )}
          <Text size="sm">{partner.name} is told that the connection is gone. Your data in this workspace stay.</Text>
          <TextInput
            label={`Type ${partner.name} to confirm`}
            value={typed}
            autoComplete="off"
            data-autofocus
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          {remove.isError && <ErrorView error={remove.error} title="Could not delete it" />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Keep it
            </Button>
            <Button type="submit" color="red" disabled={!fits} loading={remove.isPending}>
              Delete
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
