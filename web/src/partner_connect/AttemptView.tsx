// Connecting, step by step, and what came of it.
import { Button, Group, Text, Title, VisuallyHidden } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";

import { api } from "../api/client";
import { ErrorView } from "../components/ErrorView";
import { Loading } from "../components/Loading";
import { ConnectedView } from "./ConnectedView";
import { FailureView } from "./FailureView";
import classes from "./Partner.module.css";
import { kHub, useAttempt } from "./queries";
import type { Attempt, Partner, Step, StepState } from "./types";

const marks: Record<StepState, { sign: string; word: string }> = {
  waiting: { sign: "·", word: "waiting" },
  running: { sign: "…", word: "in progress" },
  done: { sign: "✓", word: "done" },
  failed: { sign: "!", word: "failed" },
  undone: { sign: "↺", word: "undone" },
};

export function Steps({ steps }: { steps: Step[] }) {
  return (
    <ol className={classes["steps"]} aria-label="Steps">
      {steps.map((step) => (
        <li key={step.name} className={classes["step"]} data-state={step.state}>
          <span className={classes["mark"]} aria-hidden>
            {marks[step.state].sign}
          </span>
          <span>
            {step.label}
            <VisuallyHidden> ({marks[step.state].word})</VisuallyHidden>
          </span>
        </li>
      ))}
    </ol>
  );
}

interface AttemptViewProps {
  partner: Partner;
  id: string;
  /** Back to what can be done with the partner. */
  onLeave: () => void;
  /** Another attempt has been started. */
  onAgain: (id: string) => void;
}

function announcement(attempt: Attempt, partner: Partner): string {
  if (attempt.state === "connected") return `Connected to ${partner.name}.`;
  if (attempt.state === "failed") return "";
  return attempt.steps.find(({ state }) => state === "running")?.label ?? "";
}

export function AttemptView({ partner, id, onLeave, onAgain }: AttemptViewProps) {
  const query = useAttempt(id);
  // For a connection that is there: its choice stays.
  const again = useMutation({
    mutationFn: () => api.post<Attempt>(`${kHub}/connections`, { partner_id: partner.id, choice: {} }),
    onSuccess: (attempt) => onAgain(attempt.id),
  });

  if (query.isPending) return <Loading what="the progress" />;
  if (query.isError && !query.data) {
    return (
      <>
        <ErrorView error={query.error} title="This attempt cannot be shown" />
        <Button variant="default" mt="md" onClick={onLeave}>
          Back to {partner.name}
        </Button>
      </>
    );
  }
  const attempt = query.data;
  return (
    <>
      <VisuallyHidden role="status" aria-live="polite">
        {announcement(attempt, partner)}
      </VisuallyHidden>
      {attempt.state === "connected" && <ConnectedView partner={partner} attempt={attempt} onManage={onLeave} />}
      {attempt.state === "failed" && (
        <FailureView
          partner={partner}
          attempt={attempt}
          onLeave={onLeave}
          {...(attempt.connection_id && { onRetry: () => again.mutate() })}
        />
      )}
      {again.isError && <ErrorView error={again.error} title="Could not start again" />}
      <section className={classes["card"]} aria-labelledby="steps">
        <Group justify="space-between" mb="xs">
          <Title order={2} size="h5" id="steps">
            {attempt.state === "running" ? `Connecting to ${partner.name}…` : "Steps"}
          </Title>
        </Group>
        <Steps steps={attempt.steps} />
        {attempt.state === "running" && (
          <Text size="sm" c="dimmed" mt="sm">
            You may leave this page: the connecting goes on.
          </Text>
        )}
      </section>
    </>
  );
}
