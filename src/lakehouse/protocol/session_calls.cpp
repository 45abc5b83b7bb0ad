// Opening and closing sessions, and what clients ask about the server.
#include <algorithm>
#include <array>

#include "lakeport/lakehouse/clusters.h"

#include "info_values.h"
#include "thrift_service.h"
#include "thrift_status.h"

namespace lakeport::lakehouse {
namespace {

using tcli::TProtocolVersion;

// The newest version of the client's own family that this server speaks.
std::int32_t negotiated_version(const tcli::TOpenSessionReq& request) {
  std::int64_t wanted = TProtocolVersion::HIVE_CLI_SERVICE_PROTOCOL_V8;
  if (request.__isset.client_protocol) wanted = request.client_protocol;
  if (request.__isset.client_protocol_i64) wanted = std::max(wanted, request.client_protocol_i64);
  if (wanted >= TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V1) {
    return static_cast<std::int32_t>(
        std::min<std::int64_t>(wanted, TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V9));
  }
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(wanted,
                                                            TProtocolVersion::HIVE_CLI_SERVICE_PROTOCOL_V1,
                                                            TProtocolVersion::HIVE_CLI_SERVICE_PROTOCOL_V10));
}

// Hive's drivers send settings as "set:hiveconf:NAME" and the first database as "use:database".
SessionOptions session_options(const tcli::TOpenSessionReq& request, const std::string& client) {
  SessionOptions options;
  options.client = client;
  options.catalog = request.initialNamespace.catalogName;
  options.schema = request.initialNamespace.schemaName;
  for (const auto& [name, value] : request.configuration) {
    if (name == "use:database") {
      if (options.schema.empty()) options.schema = value;
    } else if (!name.starts_with("set:")) {
      options.configuration.emplace_back(name, value);
    }
  }
  return options;
}

}  // namespace

void ThriftService::OpenSession(tcli::TOpenSessionResp& response, const tcli::TOpenSessionReq& request) {
  Status reachable;
  if (call_.cluster) {
    if (const auto found = server_.warehouses.clusters().get(call_.caller, call_.compute_id); !found) {
      reachable = fail(found.error());
    }
  } else if (const auto found = server_.warehouses.get(call_.caller, call_.compute_id); !found) {
    reachable = fail(found.error());
  }
  if (!reachable) {
    http_failure_ = reachable.error();
    return;
  }
  const auto options = session_options(request, call_.client);
  const auto session = call_.cluster
                           ? server_.warehouses.open_cluster_session(call_.caller, call_.compute_id, options)
                           : server_.warehouses.open_session(call_.caller, call_.compute_id, options);
  const auto version = negotiated_version(request);
  response.__set_serverProtocolVersion(version);
  if (!session) {
    if (session.error().kind() == ErrorKind::kUnavailable) http_failure_ = session.error();
    response.__set_status(failure(session.error()));
    return;
  }
  response.__set_status(success());
  tcli::TSessionHandle handle;
  handle.__set_sessionId(server_.handles.wire(HandleKind::kSession, (*session)->id()));
  handle.__set_serverProtocolVersion(version);
  response.__set_sessionHandle(handle);
  response.__set_configuration({});
  response.__set_canUseMultipleCatalogs(true);
  tcli::TNamespace current;
  current.__set_catalogName((*session)->current_catalog());
  current.__set_schemaName((*session)->current_schema());
  response.__set_initialNamespace(current);
  if (request.__isset.getInfos) {
    std::vector<tcli::TGetInfoValue> infos;
    for (const auto type : request.getInfos) {
      infos.push_back(info_value(type, call_.caller.principal.name).value_or(tcli::TGetInfoValue()));
    }
    response.__set_getInfos(infos);
  }
}

void ThriftService::CloseSession(tcli::TCloseSessionResp& response, const tcli::TCloseSessionReq& request) {
  tcli::TStatus status = success();
  if (const auto session = session_of(request.sessionHandle, status)) {
    server_.operations.remove_session(session->id());
    if (const auto closed = server_.warehouses.close_session(call_.caller, session->id()); !closed) {
      status = failure(closed.error());
    }
  }
  response.__set_status(status);
}

void ThriftService::GetInfo(tcli::TGetInfoResp& response, const tcli::TGetInfoReq& request) {
  tcli::TStatus status = success();
  if (session_of(request.sessionHandle, status)) {
    if (const auto value = info_value(request.infoType, call_.caller.principal.name)) {
      response.__set_infoValue(*value);
    } else {
      status = failure(Error(ErrorKind::kUnsupported, "GetInfo does not know the information type " +
                                                          std::to_string(request.infoType)));
    }
  }
  response.__set_status(status);
}

void ThriftService::GetDelegationToken(tcli::TGetDelegationTokenResp& response,
                                       const tcli::TGetDelegationTokenReq&) {
  response.__set_status(failure(Error(ErrorKind::kUnsupported, "delegation tokens are not supported")));
}

void ThriftService::CancelDelegationToken(tcli::TCancelDelegationTokenResp& response,
                                          const tcli::TCancelDelegationTokenReq&) {
  response.__set_status(failure(Error(ErrorKind::kUnsupported, "delegation tokens are not supported")));
}

void ThriftService::RenewDelegationToken(tcli::TRenewDelegationTokenResp& response,
                                         const tcli::TRenewDelegationTokenReq&) {
  response.__set_status(failure(Error(ErrorKind::kUnsupported, "delegation tokens are not supported")));
}

}  // namespace lakeport::lakehouse
