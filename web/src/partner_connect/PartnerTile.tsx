import { Badge, Text } from "@mantine/core";
import { useId } from "react";
import { Link } from "react-router";

import classes from "./Tiles.module.css";
import type { Partner } from "./types";
import { integrationOf } from "./words";

export function PartnerMarks({ partner }: { partner: Partner }) {
  return (
    <>
      {partner.connected && (
        <Badge color="green" variant="light">
          Connected
        </Badge>
      )}
      {partner.integration_type === "DESKTOP" && (
        <Badge color="gray" variant="light">
          Desktop app
        </Badge>
      )}
      {partner.origin === "self_test" && (
        <Badge color="yellow" variant="light">
          Self-test
        </Badge>
      )}
      {partner.retired && (
        <Badge color="gray" variant="light">
          Retired
        </Badge>
      )}
      {!partner.usable && (
        <Badge color="yellow" variant="light">
          No credential yet
        </Badge>
      )}
    </>
  );
}

/** One partner to click: its name is the link, which reaches over the whole tile. */
export function PartnerTile({ partner }: { partner: Partner }) {
  const id = useId();
  return (
    <article className={classes["tile"]}>
      <img className={classes["icon"]} src={partner.icon_url} alt="" width={44} height={44} loading="lazy" />
      <div className={classes["text"]}>
        <Link
          to={`/partner-connect/partners/${encodeURIComponent(partner.id)}`}
          className={classes["name"] ?? ""}
          aria-describedby={id}
        >
          {partner.name}
        </Link>
        <div id={id}>
          <Text size="sm" c="dimmed" lineClamp={2}>
            {partner.description}
          </Text>
          <div className={classes["marks"]}>
            <PartnerMarks partner={partner} />
            {!partner.connected && partner.integration_type !== "DESKTOP" && (
              <Text size="xs" c="dimmed">
                {integrationOf(partner.integration_type).label}
              </Text>
            )}
          </div>
        </div>
      </div>
    </article>
  );
}
