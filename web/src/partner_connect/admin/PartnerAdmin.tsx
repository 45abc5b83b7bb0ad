// What admins do with a partner: change it, rotate its credential, retire it.
import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";

import { api, path } from "../../api/client";
import { ErrorView } from "../../components/ErrorView";
import classes from "../Partner.module.css";
import { keys } from "../queries";
import type { Partner } from "../types";
import { Credential } from "./Credential";

function Retire({ partner }: { partner: Partner }) {
  const queries = useQueryClient();
  const retire = useMutation({
    mutationFn: () =>
      api.post(path`/api/2.1/partner-connect/partners/${partner.id}/retire`, { retired: !partner.retired }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keys.partners });
      await queries.invalidateQueries({ queryKey: keys.partner(partner.id) });
    },
  });
  return (
    <>
      <Button variant="default" onClick={() => retire.mutate()} loading={retire.isPending}>
        {partner.retired ? "Bring it back" : "Retire it"}
      </Button>
      {retire.isError && <ErrorView error={retire.error} />}
    </>
  );
}

export function PartnerAdmin({ partner }: { partner: Partner }) {
  // Built-in partners need no care; self-test partners are changed by the self-testing API.
  if (partner.origin !== "registered") return null;
  return (
    <section className={classes["card"]} aria-labelledby="partner-admin">
      <Stack gap="md">
        <div>
          <Title order={2} size="h5" id="partner-admin">
            Manage this partner
          </Title>
          <Text size="sm" c="dimmed">
            For admins. {partner.retired ? "It is retired: nobody can connect it anew." : "Retired partners take no new connections; those that are there stay."}
          </Text>
        </div>
        <Group gap="sm">
          <Button
            component={Link}
            to={`/partner-connect/partners/${encodeURIComponent(partner.id)}/edit`}
            variant="default"
          >
            Change it
          </Button>
          <Retire partner={partner} />
        </Group>
        <Credential partner={partner} />
      </Stack>
    </section>
  );
}
