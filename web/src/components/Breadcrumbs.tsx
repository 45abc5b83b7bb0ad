import { Anchor } from "@mantine/core";
import { Link } from "react-router";

import classes from "./Breadcrumbs.module.css";

/** Where a page is, from the outside in; the page itself is its heading. */
export function Breadcrumbs({ places }: { places: { label: string; to: string }[] }) {
  return (
    <nav aria-label="Breadcrumbs" className={classes["trail"]}>
      <ol>
        {places.map(({ label, to }) => (
          <li key={to}>
            <Anchor component={Link} to={to} size="sm">
              {label}
            </Anchor>
          </li>
        ))}
      </ol>
    </nav>
  );
}
