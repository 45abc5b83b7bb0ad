// Everything that `lakeport serve` serves, opened in the order of what stands on what.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/identity.h"
#include "lakeport/net/router.h"
#include "lakeport/partners/hub.h"
#include "lakeport/platform/platform.h"

#include "data_folder.h"

namespace lakeport::cli {

struct WorkspaceOptions {
  std::string store;        // of store::Metadata::open
  std::string host_url;     // "https://host:port"
  std::string sealing_key;  // 32 bytes
  std::string admin_email;  // of the first start
  std::int64_t memory_limit_bytes = 0;
  int threads = 1;
  // seal_key, host_url and received_files are the workspace's own.
  platform::PlatformOptions platform;
  partners::HubOptions hub;  // host_url is the workspace's own
};

// What the first start tells once.
struct FirstStart {
  std::string admin_password;
  std::string admin_token;  // for a day
};

class Workspace {
 public:
  // Makes what is missing (account, workspace, admin, catalogs, a warehouse) and repairs what a crash left.
  static Result<std::unique_ptr<Workspace>> open(const DataLayout& layout, const WorkspaceOptions& options);
  virtual ~Workspace() = default;

  virtual const lakehouse::Bootstrap& bootstrap() const = 0;
  virtual const std::optional<FirstStart>& first_start() const = 0;
  virtual const std::string& http_path() const = 0;  // of the first warehouse; empty when there is none
  // The workspace must outlive the router.
  virtual void add_routes(net::Router& router) = 0;
  // kUnavailable when the metadata store does not answer.
  virtual Status check_health() = 0;
  // Who may see numbers of the whole server. kPermission.
  virtual Status require_admin(std::string_view authorization) = 0;
  virtual std::vector<partners::PartnerMetrics> partner_metrics() const = 0;
  // Ends all statements, sessions and syncs for good: requests that wait for one are answered.
  virtual void end_statements() = 0;
};

}  // namespace lakeport::cli
