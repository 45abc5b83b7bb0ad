// Work on a worker thread whose outcome a coroutine awaits.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "worker_pool.h"

namespace lakeport::net {

// Starts at once; its outcome may be awaited later, once, on the executor's one thread.
template <class T>
class Job {
 public:
  template <class Work>
  Job(const boost::asio::any_io_executor& executor, WorkerPool& workers, Work work)
      : state_(std::make_shared<State>(executor)) {
    auto shared_work = std::make_shared<Work>(std::move(work));
    workers.submit([state = state_, shared_work]() mutable {
      auto outcome = std::make_shared<T>((*shared_work)());
      shared_work.reset();
      boost::asio::post(state->done.get_executor(), [state, outcome] {
        state->outcome = std::move(*outcome);
        state->done.cancel();
      });
    });
  }

  boost::asio::awaitable<T> outcome() {
    const auto state = state_;
    if (!state->outcome) {
      boost::system::error_code cancelled;
      co_await state->done.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
    }
    co_return std::move(*state->outcome);
  }

 private:
  struct State {
    explicit State(const boost::asio::any_io_executor& executor)
        : done(executor, boost::asio::steady_timer::time_point::max()) {}
    boost::asio::steady_timer done;
    std::optional<T> outcome;
  };
  std::shared_ptr<State> state_;
};

}  // namespace lakeport::net
