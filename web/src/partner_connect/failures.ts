// What a user can do when connecting has failed. The server says what happened (contract partner-connect.md, failures).
import type { Attempt, Failure, FailureAction, FailureReason, Partner } from "./types";

/** Failures that are nobody's fault: something is to be done before it can work. */
const kSteps: readonly FailureReason[] = ["unauthorized", "connection_not_found", "account_not_found"];

export function failureColor(reason: FailureReason): "yellow" | "red" {
  return kSteps.includes(reason) ? "yellow" : "red";
}

export function nextStep(action: FailureAction, reason: FailureReason, partner: string, admin: boolean): string {
  switch (action) {
    case "sign_in":
      return `Sign in or sign up at ${partner}.`;
    case "retry":
      return reason === "provisioning_failed" ? "Correct what is said above, then try again." : "Try again in some minutes.";
    case "delete_and_reconnect":
      return "Delete the connection here, then connect again. That ends the access of everybody who uses it now.";
    case "contact_partner":
      return `Ask the support of ${partner}.`;
    case "ask_admin":
      if (reason === "account_not_found") return `Ask whoever manages ${partner} at your company to invite you.`;
      return admin ? "As an admin, see the details below." : "Tell an admin of this workspace.";
  }
}

/** The failure of an attempt that has failed; one that never came to the partner has one too. */
export function failureOf(attempt: Attempt, partner: Partner): Failure {
  return (
    attempt.failure ?? {
      reason: "provisioning_failed",
      http_status: 0,
      title: "Something could not be created",
      text: "What had been created before was removed again.",
      actions: ["retry", "ask_admin"],
      sign_up_page: partner.sign_up_page,
    }
  );
}
