// Numbers and outcomes as the page says them.
const outcomes: Record<string, { label: string; color: string }> = {
  running: { label: "Running", color: "blue" },
  waiting: { label: "Waiting", color: "blue" },
  succeeded: { label: "Succeeded", color: "green" },
  cancelled: { label: "Cancelled", color: "gray" },
  interrupted: { label: "Interrupted", color: "yellow" },
};

export function outcomeWords(outcome: string | undefined) {
  if (!outcome) return { label: "Never synced", color: "gray" };
  return outcomes[outcome] ?? { label: "Failed", color: "red" };
}

export const count = (value: number) => value.toLocaleString();

export const rows = (value: number) => `${count(value)} ${value === 1 ? "row" : "rows"}`;

export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let at = 0;
  let left = value;
  while (left >= 1000 && at < units.length - 1) {
    left /= 1000;
    at += 1;
  }
  return `${left >= 10 || at === 0 ? Math.round(left) : left.toFixed(1)} ${units[at] ?? "B"}`;
}
