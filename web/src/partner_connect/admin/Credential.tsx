import { Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { api, path } from "../../api/client";
import { ErrorView } from "../../components/ErrorView";
import { keys } from "../queries";
import type { Partner } from "../types";

/** The credential with which the hub calls the partner; a new one works beside the old one until that is dropped. */
export function Credential({ partner }: { partner: Partner }) {
  const queries = useQueryClient();
  const [value, setValue] = useState("");
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: keys.partners }),
      queries.invalidateQueries({ queryKey: keys.partner(partner.id) }),
    ]);
  const set = useMutation({
    mutationFn: () =>
      api.post(path`/api/2.1/partner-connect/partners/${partner.id}/credentials`, { authorization: value }),
    onSuccess: async () => {
      setValue("");
      await refresh();
    },
  });
  const finish = useMutation({
    mutationFn: () => api.post(path`/api/2.1/partner-connect/partners/${partner.id}/credentials/finish`),
    onSuccess: refresh,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (value && !set.isPending) set.mutate();
  };
  return (
    <form onSubmit={submit} aria-label="Credential">
      <Stack gap="sm">
        <PasswordInput
          label={partner.usable ? "New credential" : "Credential"}
          description="The value of the Authorization header: Basic … Calls try the new one first, and the old one while the partner does not know the new one yet."
          autoComplete="off"
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
        <Group gap="sm">
          <Button type="submit" variant="default" disabled={!value} loading={set.isPending}>
            {partner.usable ? "Rotate the credential" : "Set the credential"}
          </Button>
          {partner.usable && (
            <Button variant="subtle" onClick={() => finish.mutate()} loading={finish.isPending}>
              Drop the old one
            </Button>
          )}
        </Group>
        <div role="status">
          {set.isSuccess && <Text size="sm">The credential is kept. Nobody can read it back.</Text>}
          {finish.isSuccess && <Text size="sm">Only the newest credential is used now.</Text>}
        </div>
        {set.isError && <ErrorView error={set.error} />}
        {finish.isError && <ErrorView error={finish.error} />}
      </Stack>
    </form>
  );
}
