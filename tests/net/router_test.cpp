#include "lakeport/net/router.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace lakeport::net {
namespace {

Handler say(const std::string& text) {
  return [text](const Request& request) {
    std::string body = text;
    for (const auto& [name, value] : request.path_parameters) body += " " + name + "=" + value;
    return json_response(200, body);
  };
}

Response ask(const Router& router, const std::string& method, const std::string& path) {
  Request request;
  request.method = method;
  request.path = path;
  return router.route(std::move(request));
}

std::string body_of(const Router& router, const std::string& method, const std::string& path) {
  return std::get<std::string>(ask(router, method, path).body);
}

TEST(Router, LiteralPartsWinOverParametersAndThoseOverTheRest) {
  Router router;
  router.add("GET", "/a/{rest...}", say("rest"));
  router.add("GET", "/a/{id}", say("id"));
  router.add("GET", "/a/list", say("list"));
  router.add("GET", "/a/{id}/start", say("start"));
  router.add("GET", "/a/list/{name}", say("name"));
  EXPECT_EQ(body_of(router, "GET", "/a/list"), "list");
  EXPECT_EQ(body_of(router, "GET", "/a/7"), "id id=7");
  EXPECT_EQ(body_of(router, "GET", "/a/7/start"), "start id=7");
  EXPECT_EQ(body_of(router, "GET", "/a/list/start"), "name name=start");
  EXPECT_EQ(body_of(router, "GET", "/a/7/stop/x"), "rest rest=7/stop/x");
  EXPECT_EQ(body_of(router, "GET", "/a/list/x/y"), "rest rest=list/x/y");
  EXPECT_EQ(ask(router, "GET", "/a/7/start").route, "/a/{id}/start");
}

TEST(Router, ParametersAreDecodedAfterThePathWasSplit) {
  Router router;
  router.add("GET", "/t/{name}/x", say("t"));
  EXPECT_EQ(body_of(router, "GET", "/t/a%2Fb%20c/x"), "t name=a/b c");
  EXPECT_EQ(body_of(router, "GET", "/%74/a/%78"), "t name=a");
  EXPECT_EQ(ask(router, "GET", "/t/%zz/x").status, 400);
  EXPECT_EQ(ask(router, "GET", "/t//x").status, 404);
}

TEST(Router, TellsUnknownPathsFromWrongMethods) {
  Router router;
  router.on_not_found([](const Request& request) {
    return json_response(404, request.other_methods.empty() ? "nothing" : "other");
  });
  router.add("GET", "/a", say("get"));
  router.add("DELETE", "/a", say("delete"));
  EXPECT_EQ(ask(router, "GET", "/b").status, 404);
  EXPECT_EQ(ask(router, "GET", "/a/").status, 404);
  EXPECT_EQ(ask(router, "GET", "/").status, 404);
  const Response wrong = ask(router, "POST", "/a");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers.get("Allow"), "DELETE, GET");
  EXPECT_EQ(std::get<std::string>(wrong.body), "other");
  EXPECT_EQ(body_of(router, "HEAD", "/a"), "get");
}

TEST(Router, MiddlewaresWrapWhatIsAddedAfterThem) {
  Router router;
  const auto around = [](const std::string& name) {
    return [name](const Request& request, const Handler& next) {
      Response response = next(request);
      response.headers.add("By", name + ":" + request.route);
      return response;
    };
  };
  router.add("GET", "/before", say("x"));
  router.use(around("outer"));
  router.use(around("inner"));
  router.add("GET", "/after", say("x"));
  EXPECT_TRUE(ask(router, "GET", "/before").headers.fields().size() == 1);
  const Response after = ask(router, "GET", "/after");
  ASSERT_EQ(after.headers.fields().size(), 3U);
  EXPECT_EQ(after.headers.fields()[1].second, "inner:/after");
  EXPECT_EQ(after.headers.fields()[2].second, "outer:/after");
}

}  // namespace
}  // namespace lakeport::net
