const kMoment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const kExact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** "21 Nov 2026, 14:05", in the reader's own zone and language. */
export function momentText(moment: number | string): string {
  return kMoment.format(new Date(moment));
}

export function momentOrNever(moment: number | undefined): string {
  return moment ? momentText(moment) : "Never";
}

/** With seconds. */
export function exactMomentText(moment: number | string): string {
  return kExact.format(new Date(moment));
}

/** "850 ms", "12.3 s", "4 min 10 s", "2 h 5 min". */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((milliseconds % 60_000) / 1_000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
