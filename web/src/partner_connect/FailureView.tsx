// Connecting failed: what happened, whose fault it is, and what to do next.
import { Alert, Blockquote, Button, Group, List, Stack, Text, Title } from "@mantine/core";
import { useEffect, useRef, useState } from "react";

import { useSession } from "../session/session";
import { DeleteConnection } from "./DeleteConnection";
import { failureColor, failureOf, nextStep } from "./failures";
import classes from "./Partner.module.css";
import { useConnection } from "./queries";
import type { Attempt, Partner } from "./types";
import { webAddress } from "./webAddress";

interface FailureViewProps {
  partner: Partner;
  attempt: Attempt;
  /** Back to the partner's choices. */
  onLeave: () => void;
  /** The same once more, for a connection that is there. */
  onRetry?: () => void;
}

function DeleteAndReconnect({ partner, id, onDeleted }: { partner: Partner; id: string; onDeleted: () => void }) {
  const [open, setOpen] = useState(false);
  const connection = useConnection(id);
  return (
    <>
      <Button color="red" variant="outline" disabled={!connection.isSuccess} onClick={() => setOpen(true)}>
        Delete the connection…
      </Button>
      {connection.isSuccess && (
        <DeleteConnection
          partner={partner}
          connection={connection.data}
          opened={open}
          onClose={() => setOpen(false)}
          onDeleted={onDeleted}
        />
      )}
    </>
  );
}

export function FailureView({ partner, attempt, onLeave, onRetry }: FailureViewProps) {
  const { user } = useSession();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const failure = failureOf(attempt, partner);
  const signUp = webAddress(failure.sign_up_page ?? partner.sign_up_page);
  const does = (action: (typeof failure.actions)[number]) => failure.actions.includes(action);
  const wrong = attempt.error?.message;
  return (
    <section className={classes["card"]} aria-labelledby="failure" data-reason={failure.reason}>
      <Stack gap="md">
        <Alert color={failureColor(failure.reason)} role="alert">
          <Title order={2} size="h4" id="failure" ref={heading} tabIndex={-1}>
            {failure.title}
          </Title>
          <Text size="sm">{failure.text}</Text>
        </Alert>
        {failure.display_message && (
          <div>
            <Text size="sm" c="dimmed" mb={4}>
              {partner.name} says:
            </Text>
            <Blockquote p="sm" m={0}>
              {failure.display_message}
            </Blockquote>
          </div>
        )}
        {wrong && <Text>{wrong}</Text>}
        {attempt.left.length > 0 && (
          <div>
            <Title order={3} size="h6" mb={4}>
              What was created and kept
            </Title>
            <List size="sm">
              {attempt.left.map((resource) => (
                <List.Item key={resource}>{resource}</List.Item>
              ))}
            </List>
          </div>
        )}
        <div>
          <Title order={3} size="h6" mb={4}>
            What to do next
          </Title>
          <List size="sm">
            {failure.actions.map((action) => (
              <List.Item key={action}>{nextStep(action, failure.reason, partner.name, user.admin)}</List.Item>
            ))}
          </List>
        </div>
        <Group gap="sm">
          {does("sign_in") && signUp && (
            <Button component="a" href={signUp} target="_blank" rel="noopener noreferrer">
              Go to {partner.name}
            </Button>
          )}
          {does("retry") && (
            <Button variant={does("sign_in") ? "default" : "filled"} onClick={onRetry ?? onLeave}>
              Try again
            </Button>
          )}
          {does("delete_and_reconnect") && attempt.connection_id && (
            <DeleteAndReconnect partner={partner} id={attempt.connection_id} onDeleted={onLeave} />
          )}
          {!does("retry") && (
            <Button variant="default" onClick={onLeave}>
              Back to {partner.name}
            </Button>
          )}
        </Group>
        {user.admin && failure.detail && (
          <div>
            <Text size="sm" c="dimmed" mb={4}>
              For admins{failure.http_status > 0 && ` (HTTP status ${failure.http_status})`}:
            </Text>
            <code className={classes["token"]}>{failure.detail}</code>
          </div>
        )}
      </Stack>
    </section>
  );
}
