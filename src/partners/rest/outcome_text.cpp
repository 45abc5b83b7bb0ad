#include "outcome_text.h"

namespace lakeport::partners {

OutcomeText provisioning_text(const std::string& partner_name) {
  return {"Something could not be created",
          "Not everything that " + partner_name +
              " needs could be created. What had been created before was "
              "removed again.",
          {"retry", "ask_admin"}};
}

OutcomeText outcome_text(FailureReason reason, const std::string& name, bool established) {
  const std::string left =
      established ? " The connection stays as it is." : " Nothing of it is left in this workspace.";
  switch (reason) {
    case FailureReason::kBadRequest:
      return {name + " did not understand the request",
              "This is no mistake of yours. An admin can ask " + name + " about it." + left,
              {"ask_admin", "contact_partner"}};
    case FailureReason::kUnauthorized:
      return {name + " asks you to sign in",
              name + " did not accept this workspace's credential. You can sign in at " + name +
                  ", and an admin can renew the credential." + left,
              {"sign_in", "ask_admin"}};
    case FailureReason::kConnectionNotFound:
      return {"The connection is gone at " + name,
              "This workspace has a connection, but " + name +
                  " has none: somebody has deleted it there. Delete the connection here, then connect again.",
              {"delete_and_reconnect"}};
    case FailureReason::kAccountNotFound:
      return {
          "You have no account at " + name,
          "This workspace is connected, but " + name + " does not know you. Ask whoever manages " + name +
              " at your company to invite you. Deleting the connection and connecting again ends the access "
              "of everybody who uses it now.",
          {"ask_admin", "delete_and_reconnect"}};
    case FailureReason::kGeneralError:
      return {name + " had a problem",
              "Lakeport tried several times, and " + name + " failed each time. You can sign in at " + name +
                  " and finish there, or try again later.",
              {"sign_in", "retry", "contact_partner"}};
    case FailureReason::kUnreachable:
      return {name + " cannot be reached",
              "Nobody answered at its address. Try again in some minutes." + left,
              {"retry", "ask_admin"}};
    case FailureReason::kTimeout:
      return {name + " did not answer in time", "Try again in some minutes." + left, {"retry", "ask_admin"}};
    case FailureReason::kRefusedRedirect:
      return {name + " wanted to send you to an unknown place",
              "The address is not on the list of this partner's hosts, so Lakeport does not open it." + left,
              {"ask_admin", "contact_partner"}};
    case FailureReason::kBrokenAnswer:
      return {name + " gave an answer that nobody understands",
              "It is not what the Partner Connect contract asks for. An admin can ask " + name +
                  " about it." + left,
              {"ask_admin", "contact_partner"}};
    case FailureReason::kRefusedAddress:
      return {
          "Lakeport may not call " + name,
          "Its address is one that this server is not allowed to call. The operator of this server can allow "
          "private addresses." +
              left,
          {"ask_admin"}};
  }
  return {};
}

}  // namespace lakeport::partners
