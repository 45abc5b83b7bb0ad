import { Alert } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "react-router";

import { api, path } from "../../api/client";
import { ErrorView } from "../../components/ErrorView";
import { Loading } from "../../components/Loading";
import { Page } from "../../components/Page";
import { useSession } from "../../session/session";
import { keys, kHub, usePartner } from "../queries";
import type { Partner } from "../types";
import { newDocument } from "./configFields";
import { PartnerEditor } from "./PartnerEditor";

const place = (id: string) => `/partner-connect/partners/${encodeURIComponent(id)}`;

function OnlyAdmins() {
  return <Alert color="yellow">Only admins of this workspace can add and change partners.</Alert>;
}

export function NewPartnerPage() {
  const { user } = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  return (
    <Page title="Add a partner" description="Describe the product as the Partner Connect contract asks for.">
      {user.admin ? (
        <PartnerEditor
          fresh
          initial={newDocument()}
          onCancel={() => void navigate("/partner-connect")}
          onSave={async (draft) => {
            const made = await api.post<Partner>(`${kHub}/partners`, draft);
            await queries.invalidateQueries({ queryKey: keys.partners });
            await navigate(place(made.id));
          }}
        />
      ) : (
        <OnlyAdmins />
      )}
    </Page>
  );
}

export function EditPartnerPage() {
  const { id = "" } = useParams();
  const { user } = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const partner = usePartner(id);
  return (
    <Page title={`Change ${partner.data?.name ?? "the partner"}`}>
      {!user.admin && <OnlyAdmins />}
      {partner.isPending && <Loading what="the partner" />}
      {partner.isError && <ErrorView error={partner.error} />}
      {user.admin && partner.isSuccess && (
        <PartnerEditor
          fresh={false}
          initial={{
            ...partner.data.config,
            settings: { integration_type: partner.data.integration_type, ...partner.data.settings },
          }}
          onCancel={() => void navigate(place(id))}
          onSave={async (draft) => {
            await api.put(path`/api/2.1/partner-connect/partners/${id}`, draft);
            await queries.invalidateQueries({ queryKey: keys.partners });
            await queries.invalidateQueries({ queryKey: keys.partner(id) });
            await navigate(place(id));
          }}
        />
      )}
    </Page>
  );
}
