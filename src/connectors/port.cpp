#include "port.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <system_error>
#include <unordered_set>

#include <netinet/in.h>
#include <sys/socket.h>

#include <unistd.h>

#include "file_descriptor.h"

namespace lakeport::connectors {

namespace {

constexpr int kFirstPort = 20000;

// The first port that the kernel gives to outgoing connections.
int first_ephemeral_port() {
  std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
  int first = 0;
  return file >> first && first > kFirstPort + 1000 ? first : 32768;
}

// Linux's number of a socket, by which /proc names it.
using SocketNumber = std::string;

void add_listeners(const char* table, std::uint16_t port, std::unordered_set<SocketNumber>& out) {
  std::ifstream file(table);
  std::string line;
  std::getline(file, line);  // the heading
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string index, local, remote, state, queues, timer, retransmits, user, timeout;
    SocketNumber number;
    fields >> index >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >>
        number;
    const auto colon = local.rfind(':');
    if (state != "0A" || colon == std::string::npos) continue;  // 0A: LISTEN
    int local_port = 0;
    std::from_chars(local.data() + colon + 1, local.data() + local.size(), local_port, 16);
    if (local_port == port) out.insert(number);
  }
}

bool is_in_group(const std::filesystem::path& process, pid_t group) {
  std::ifstream file(process / "stat");
  std::string text;
  std::getline(file, text);
  // PID (NAME) STATE PARENT GROUP …: the name may hold anything.
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos) return false;
  std::istringstream fields(text.substr(name_end + 1));
  std::string state;
  pid_t parent = 0, of_process = 0;
  return fields >> state >> parent >> of_process && of_process == group;
}

// Leaves out the sockets that the process has open; false when we may not look.
bool remove_sockets_of(const std::filesystem::path& process, std::unordered_set<SocketNumber>& sockets) {
  std::error_code error;
  std::filesystem::directory_iterator descriptors(process / "fd", error);
  if (error) return false;
  for (; descriptors != std::filesystem::directory_iterator(); descriptors.increment(error)) {
    std::error_code gone;
    const std::string target = std::filesystem::read_symlink(descriptors->path(), gone).string();
    if (target.starts_with("socket:[")) sockets.erase(target.substr(8, target.size() - 9));
    if (error) break;
  }
  return true;
}

}  // namespace

bool is_listened_to(std::uint16_t port) {
  const FileDescriptor probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(probe.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool is_free(std::uint16_t port) {
  FileDescriptor listener(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (listener.is_open()) {
    const int no = 0;
    ::setsockopt(listener.number(), IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    return ::bind(listener.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  listener = FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  return ::bind(listener.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

Result<std::uint16_t> free_port() {
  std::random_device random;
  std::uniform_int_distribution<int> any(kFirstPort, first_ephemeral_port() - 1);
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const auto port = static_cast<std::uint16_t>(any(random));
    if (is_free(port)) return port;
  }
  return fail(ErrorKind::kIo, "no free port was found", "", "End programs that listen on very many ports.");
}

Listener who_listens(std::uint16_t port, pid_t group) {
  std::unordered_set<SocketNumber> sockets;
  add_listeners("/proc/net/tcp", port, sockets);
  add_listeners("/proc/net/tcp6", port, sockets);
  if (sockets.empty()) return Listener::kNobody;
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc", error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos || !is_in_group(entry->path(), group))
      continue;
    if (!remove_sockets_of(entry->path(), sockets)) return Listener::kGroup;
  }
  return sockets.empty() ? Listener::kGroup : Listener::kSomebodyElse;
}

}  // namespace lakeport::connectors
