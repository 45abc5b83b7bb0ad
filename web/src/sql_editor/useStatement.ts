// One statement at a time: started, followed, cancelled.
import { useRef, useState } from "react";

import { cancelStatement, runStatement, type Statement, type StatementWishes } from "../api/statements";

export const kMostRows = 1_000;

export type Progress =
  | { state: "nothing" }
  | { state: "running"; since: number }
  | { state: "over"; statement: Statement; took: number }
  /** It never became a statement. */
  | { state: "refused"; error: unknown };

export function useStatement(onEnd: () => void) {
  const [progress, setProgress] = useState<Progress>({ state: "nothing" });
  const [cancelling, setCancelling] = useState(false);
  const id = useRef<string | null>(null);
  const cancelWanted = useRef(false);

  const follow = async (wishes: Omit<StatementWishes, "row_limit">) => {
    const since = Date.now();
    id.current = null;
    cancelWanted.current = false;
    setCancelling(false);
    setProgress({ state: "running", since });
    try {
      const statement = await runStatement({ ...wishes, row_limit: kMostRows }, (started) => {
        id.current = started;
        if (cancelWanted.current) void cancelStatement(started);
      });
      setProgress({ state: "over", statement, took: Date.now() - since });
    } catch (error) {
      setProgress({ state: "refused", error });
    }
    setCancelling(false);
    onEnd();
  };
  return {
    progress,
    cancelling,
    run: (wishes: Omit<StatementWishes, "row_limit">) => void follow(wishes),
    cancel: () => {
      setCancelling(true);
      cancelWanted.current = true;
      // Without an id yet, the start above cancels.
      if (id.current) cancelStatement(id.current).catch(() => setCancelling(false));
    },
  };
}
