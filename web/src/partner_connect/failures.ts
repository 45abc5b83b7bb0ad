// What each way to fail means for the user, and what to do next (contract partner-connect.md, failures).
import type { Attempt, Failure, FailureReason, Partner } from "./types";

interface FailureWords {
  title: (partner: string) => string;
  text: (partner: string) => string;
  next: (partner: string) => string;
  color: "red" | "yellow";
}

const words: Record<FailureReason, FailureWords> = {
  bad_request: {
    title: (partner) => `${partner} did not understand the request`,
    text: () => "Nothing was connected, and nothing of it is left in this workspace.",
    next: (partner) => `This is no mistake of yours. Tell an admin, who can ask ${partner}.`,
    color: "red",
  },
  unauthorized: {
    title: (partner) => `${partner} asks you to sign in`,
    text: (partner) => `${partner} did not accept this workspace's credential.`,
    next: (partner) => `Sign in or sign up at ${partner} and connect from there, or ask an admin to renew the credential.`,
    color: "yellow",
  },
  connection_not_found: {
    title: (partner) => `The connection is gone at ${partner}`,
    text: (partner) => `This workspace has a connection, but ${partner} has none: somebody has deleted it there.`,
    next: () => "Delete the connection here, then connect again.",
    color: "yellow",
  },
  account_not_found: {
    title: (partner) => `You have no account at ${partner}`,
    text: (partner) => `The workspace is connected, but ${partner} does not know you.`,
    next: (partner) =>
      `Ask whoever manages ${partner} at your company to invite you. Deleting the connection and connecting again ends the access of everybody who uses it now.`,
    color: "yellow",
  },
  general_error: {
    title: (partner) => `${partner} had a problem`,
    text: (partner) => `Lakeport tried several times, and ${partner} failed each time.`,
    next: (partner) => `Sign in at ${partner} and finish there with what was kept here, or try again later.`,
    color: "red",
  },
  unreachable: {
    title: (partner) => `${partner} cannot be reached`,
    text: () => "Nobody answered at its address. Nothing is left in this workspace.",
    next: () => "Try again in some minutes. If it stays like this, tell an admin.",
    color: "red",
  },
  timeout: {
    title: (partner) => `${partner} did not answer in time`,
    text: () => "Nothing is left in this workspace.",
    next: () => "Try again in some minutes.",
    color: "red",
  },
  refused_redirect: {
    title: (partner) => `${partner} wanted to send you to an unknown place`,
    text: () => "The address is not on the list of this partner's hosts, so Lakeport does not open it.",
    next: (partner) => `Tell an admin. If ${partner} has moved, its hosts can be changed on this page.`,
    color: "red",
  },
  broken_answer: {
    title: (partner) => `${partner} gave an answer that nobody understands`,
    text: () => "It is not what the Partner Connect contract asks for. Nothing is left in this workspace.",
    next: (partner) => `Tell an admin, who can ask ${partner}.`,
    color: "red",
  },
  refused_address: {
    title: (partner) => `Lakeport may not call ${partner}`,
    text: () => "Its address belongs to a private network, which this server is not allowed to call.",
    next: () => "The operator of this server can allow it: lakeport serve --allow-private-addresses.",
    color: "red",
  },
  provisioning_failed: {
    title: () => "Something could not be created",
    text: () => "What had been created before was removed again.",
    next: () => "Read what went wrong below, correct it, and try again.",
    color: "red",
  },
};

export interface FailureStory {
  reason: FailureReason;
  title: string;
  text: string;
  next: string;
  color: "red" | "yellow";
}

export function failureStory(failure: Pick<Failure, "reason" | "title" | "text">, partner: string): FailureStory {
  const ours = words[failure.reason] ?? words.general_error;
  return {
    reason: failure.reason,
    title: failure.title || ours.title(partner),
    text: failure.text || ours.text(partner),
    next: ours.next(partner),
    color: ours.color,
  };
}

/** The failure of an attempt that has failed; provisioning's errors have one too. */
export function failureOf(attempt: Attempt, partner: Partner): Failure {
  return (
    attempt.failure ?? {
      reason: "provisioning_failed",
      http_status: 0,
      title: "",
      text: "",
      actions: ["retry"],
      sign_up_page: partner.sign_up_page,
    }
  );
}
