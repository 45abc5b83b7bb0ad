#include "thrift_message.h"

#include <memory>

#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/protocol/TVirtualProtocol.h>
#include <thrift/transport/TBufferTransports.h>
#include <thrift/transport/TVirtualTransport.h>

#include "TCLIService.h"

namespace lakeport::lakehouse {
namespace {

namespace protocol = apache::thrift::protocol;
namespace transport = apache::thrift::transport;

// Thrift allocates a whole list before it reads the first element, and a byte can stand for a struct of a
// hundred bytes; so all containers of a message share one allowance.
class LimitedProtocol : public protocol::TVirtualProtocol<LimitedProtocol, protocol::TBinaryProtocol> {
 public:
  explicit LimitedProtocol(const std::shared_ptr<transport::TTransport>& transport)
      : TVirtualProtocol<LimitedProtocol, protocol::TBinaryProtocol>(transport) {
    setStrict(true, true);
    setStringSizeLimit(static_cast<std::int32_t>(kLongestMessage));
    setContainerSizeLimit(kLargestContainers);
  }

  std::uint32_t readListBegin(protocol::TType& type, std::uint32_t& size) {
    const auto bytes = protocol::TBinaryProtocol::readListBegin(type, size);
    take(size);
    return bytes;
  }
  std::uint32_t readSetBegin(protocol::TType& type, std::uint32_t& size) {
    const auto bytes = protocol::TBinaryProtocol::readSetBegin(type, size);
    take(size);
    return bytes;
  }
  std::uint32_t readMapBegin(protocol::TType& key, protocol::TType& value, std::uint32_t& size) {
    const auto bytes = protocol::TBinaryProtocol::readMapBegin(key, value, size);
    take(size);
    return bytes;
  }

 private:
  void take(std::uint32_t elements) {
    if (elements > left_) throw protocol::TProtocolException(protocol::TProtocolException::SIZE_LIMIT);
    left_ -= elements;
  }
  std::uint32_t left_ = kLargestContainers;
};

// Writes into the string that becomes the body of the response.
class StringTransport : public transport::TVirtualTransport<StringTransport> {
 public:
  bool isOpen() const override { return true; }
  void write(const std::uint8_t* bytes, std::uint32_t size) {
    text_.append(static_cast<const char*>(static_cast<const void*>(bytes)), size);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

// Lends its service for one message.
std::shared_ptr<tcli::TCLIServiceIf> borrowed(tcli::TCLIServiceIf& service) {
  return {&service, [](tcli::TCLIServiceIf*) {}};
}

}  // namespace

Result<std::string> answer_message(std::string_view message, tcli::TCLIServiceIf& service) {
  if (message.size() > kLongestMessage) {
    return fail(ErrorKind::kInvalidInput,
                "the Thrift message has more than " + std::to_string(kLongestMessage) + " bytes");
  }
  try {
    auto limits = std::make_shared<apache::thrift::TConfiguration>(
        static_cast<int>(std::max<std::size_t>(message.size(), 1)), static_cast<int>(kLongestMessage),
        kDeepestMessage);
    std::string bytes(message);  // the buffer wants to own or to be given writable bytes
    auto in = std::make_shared<transport::TMemoryBuffer>(
        static_cast<std::uint8_t*>(static_cast<void*>(bytes.data())),
        static_cast<std::uint32_t>(bytes.size()), transport::TMemoryBuffer::OBSERVE, limits);
    auto out = std::make_shared<StringTransport>();
    tcli::TCLIServiceProcessor processor(borrowed(service));
    processor.process(std::make_shared<LimitedProtocol>(in),
                      std::make_shared<protocol::TBinaryProtocolT<StringTransport>>(out), nullptr);
    return out->take();
  } catch (const std::exception& exception) {
    return fail(ErrorKind::kInvalidInput, std::string("not a Thrift call: ") + exception.what());
  }
}

}  // namespace lakeport::lakehouse
