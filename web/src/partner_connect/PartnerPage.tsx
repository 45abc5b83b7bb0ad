import { Anchor, Button, Group, Text, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useParams, useSearchParams } from "react-router";

import { Breadcrumbs } from "../components/Breadcrumbs";
import { ErrorView } from "../components/ErrorView";
import { Loading } from "../components/Loading";
import { useTitle } from "../components/useTitle";
import { useSession } from "../session/session";
import { PartnerAdmin } from "./admin/PartnerAdmin";
import { AttemptView } from "./AttemptView";
import { ConnectForm } from "./ConnectForm";
import { ConnectionFileForm } from "./ConnectionFileForm";
import { ConnectionPanel } from "./ConnectionPanel";
import classes from "./Partner.module.css";
import { PartnerMarks } from "./PartnerTile";
import { keys, usePartner, usePlan } from "./queries";
import { webAddress } from "./webAddress";
import type { Partner } from "./types";
import { categoryLabel, integrationOf } from "./words";

function OutsideLink({ to, children }: { to: string; children: ReactNode }) {
  const address = webAddress(to);
  return address ? (
    <Anchor href={address} target="_blank" rel="noopener noreferrer" size="sm" underline="always">
      {children}
    </Anchor>
  ) : null;
}

function Heading({ partner }: { partner: Partner }) {
  useTitle(partner.name);
  return (
    <header className={classes["heading"]}>
      <img src={partner.icon_url} alt="" width={64} height={64} className={classes["icon"]} />
      <div>
        <Group gap="xs">
          <Title order={1} size="h2">
            {partner.name}
          </Title>
          <PartnerMarks partner={partner} />
        </Group>
        <Text c="dimmed">{partner.description}</Text>
        <Group gap="md" mt={6}>
          <Text size="sm" c="dimmed">
            {categoryLabel(partner.category)} · {partner.name} {integrationOf(partner.integration_type).gets}
          </Text>
          <OutsideLink to={partner.privacy_policy}>Privacy policy</OutsideLink>
          <OutsideLink to={partner.terms_of_service}>Terms of service</OutsideLink>
        </Group>
      </div>
    </header>
  );
}

/** What can be done with the partner now: follow an attempt, manage the connection, or connect. */
function PartnerBody({ partner }: { partner: Partner }) {
  const queries = useQueryClient();
  const [parameters, setParameters] = useSearchParams();
  const attempt = parameters.get("attempt");
  const desktop = partner.integration_type === "DESKTOP";
  const plan = usePlan(partner.id, !desktop);

  const follow = (id: string) => setParameters({ attempt: id });
  const leave = async () => {
    setParameters({}, { replace: true });
    await Promise.all([
      queries.invalidateQueries({ queryKey: keys.partner(partner.id) }),
      queries.invalidateQueries({ queryKey: keys.partners }),
    ]);
  };

  if (desktop) return <ConnectionFileForm partner={partner} />;
  if (attempt) return <AttemptView partner={partner} id={attempt} onLeave={() => void leave()} onAgain={follow} />;
  if (plan.isPending) return <Loading what="what will be created" />;
  if (plan.isError) return <ErrorView error={plan.error} onRetry={() => void plan.refetch()} />;
  if (plan.data.existing)
    return <ConnectionPanel partner={partner} plan={plan.data} connection={plan.data.existing} onAttempt={follow} />;
  return <ConnectForm partner={partner} plan={plan.data} onAttempt={follow} />;
}

export function PartnerPage() {
  const { id = "" } = useParams();
  const { user } = useSession();
  const partner = usePartner(id);
  return (
    <div className={classes["page"]}>
      <Breadcrumbs places={[{ label: "Partner Connect", to: "/partner-connect" }]} />
      {partner.isPending && <Loading what="the partner" />}
      {partner.isError && (
        <>
          <ErrorView error={partner.error} onRetry={() => void partner.refetch()} />
          <Button component={Link} to="/partner-connect" variant="default" mt="md">
            All partners
          </Button>
        </>
      )}
      {partner.isSuccess && (
        <>
          <Heading partner={partner.data} />
          <PartnerBody key={partner.data.id} partner={partner.data} />
          {user.admin && <PartnerAdmin partner={partner.data} />}
        </>
      )}
    </div>
  );
}
