import { useEffect } from "react";

/** The title of the browser's tab: what screen readers read first on a new page. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} – Lakeport`;
  }, [title]);
}
