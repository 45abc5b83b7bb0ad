import { NavLink } from "react-router";

import classes from "./PlacesNav.module.css";

/** The pages of one part, side by side. */
export function PlacesNav({ label, places }: { label: string; places: { label: string; to: string }[] }) {
  return (
    <nav aria-label={label} className={classes["nav"]}>
      {places.map((place) => (
        <NavLink key={place.to} to={place.to} className={classes["place"] ?? ""}>
          {place.label}
        </NavLink>
      ))}
    </nav>
  );
}
