import { Badge } from "@mantine/core";

const colors: Record<string, string> = {
  RUNNING: "green",
  FINISHED: "green",
  SUCCEEDED: "green",
  ACTIVE: "green",
  ok: "green",
  STARTING: "yellow",
  STOPPING: "yellow",
  QUEUED: "yellow",
  PENDING: "yellow",
  denied: "yellow",
  FAILED: "red",
  failed: "red",
};

/** A state in words, with a colour that helps but is not needed. */
export function StateBadge({ state }: { state: string }) {
  const words = state.toLowerCase().replaceAll("_", " ");
  return (
    <Badge variant="light" color={colors[state] ?? "gray"} w="max-content" maw="none">
      {words.slice(0, 1).toUpperCase() + words.slice(1)}
    </Badge>
  );
}
