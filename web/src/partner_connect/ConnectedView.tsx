import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useEffect, useRef } from "react";

import classes from "./Partner.module.css";
import type { Attempt, Partner } from "./types";
import { webAddress } from "./webAddress";

/** What waits for the user behind the link, by the partner's redirect_value. */
function next(partner: Partner, attempt: Attempt): string {
  switch (attempt.connected?.redirect_value) {
    case "create_trial":
      return `${partner.name} has a trial for you: set a password there and start.`;
    case "purchase_product":
      return attempt.connected.account_status === "expired"
        ? `Your trial of ${partner.name} has ended. You can choose a plan there.`
        : `You can choose a plan at ${partner.name}.`;
    case "sign_in":
      return `Sign in at ${partner.name} with your account there.`;
    case "contact_admin":
      return `Your company uses ${partner.name} already. Ask its admin there to invite you.`;
    default:
      return `Go on at ${partner.name}.`;
  }
}

export function ConnectedView({
  partner,
  attempt,
  onManage,
}: {
  partner: Partner;
  attempt: Attempt;
  onManage: () => void;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const address = webAddress(attempt.connected?.redirect_uri);
  const kept = attempt.connection_id !== undefined;
  return (
    <section className={classes["card"]} aria-labelledby="connected">
      <Stack gap="md" align="flex-start">
        <div>
          <Title order={2} size="h4" id="connected" ref={heading} tabIndex={-1}>
            {kept ? `Connected to ${partner.name}` : `${partner.name} is ready for you`}
          </Title>
          <Text c="dimmed">{next(partner, attempt)}</Text>
          {!kept && (
            <Text c="dimmed">
              {partner.name} has set up nothing yet, so nothing was kept in this workspace.
            </Text>
          )}
        </div>
        <Group gap="sm">
          {address && (
            <Button component="a" href={address} target="_blank" rel="noopener noreferrer">
              Connect to {partner.name}
            </Button>
          )}
          <Button variant="default" onClick={onManage}>
            {kept ? "Manage the connection" : `Back to ${partner.name}`}
          </Button>
        </Group>
        {address && (
          <Text size="sm" c="dimmed">
            Opens {new URL(address).host} in a new tab.
          </Text>
        )}
      </Stack>
    </section>
  );
}
