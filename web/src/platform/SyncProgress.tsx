import { Loader, Text, VisuallyHidden } from "@mantine/core";
import { useEffect, useState } from "react";

import { durationText } from "../components/moments";
import classes from "./Platform.module.css";
import type { Sync } from "./types";
import { bytes, count, rows } from "./words";

/** The words for screen readers change every few seconds only, so that they can be listened to. */
function useCalm(text: string): string {
  const kEvery = 5_000;
  const [calm, setCalm] = useState({ text, at: 0 });
  useEffect(() => {
    const wait = Math.max(0, calm.at + kEvery - Date.now());
    const timer = setTimeout(() => setCalm({ text, at: Date.now() }), wait);
    return () => clearTimeout(timer);
  }, [text, calm.at]);
  return calm.text;
}

/** What a running sync has done so far. */
export function SyncProgress({ sync }: { sync: Sync }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const spoken = useCalm(`${sync.step || "Working"}: ${rows(sync.rows_received)} received`);
  return (
    <div data-testid="progress">
      <VisuallyHidden role="status">{spoken}</VisuallyHidden>
      <Text size="sm" mb="md">
        <Loader size={14} mr={8} aria-hidden />
        {sync.step || "Working"}…
      </Text>
      <dl className={classes["numbers"]}>
        <div>
          <dt>rows received</dt>
          <dd>{count(sync.rows_received)}</dd>
        </div>
        <div>
          <dt>rows a second</dt>
          <dd>{count(Math.round(sync.rows_per_second))}</dd>
        </div>
        <div>
          <dt>rows written</dt>
          <dd>{count(sync.rows_written)}</dd>
        </div>
        <div>
          <dt>read</dt>
          <dd>{bytes(sync.bytes)}</dd>
        </div>
        <div>
          <dt>time</dt>
          <dd>{durationText(Math.max(0, now - sync.started))}</dd>
        </div>
      </dl>
    </div>
  );
}
