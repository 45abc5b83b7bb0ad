// Logos and icons: drawings and pictures, and what is none.
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <png.h>

#include "lakeport/partners/partner.h"

namespace lakeport::partners {
namespace {

using ::testing::HasSubstr;

std::string png(std::uint32_t width, std::uint32_t height) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = width;
  image.height = height;
  image.format = PNG_FORMAT_RGB;
  const std::vector<png_byte> pixels(PNG_IMAGE_SIZE(image), 0x7f);
  png_alloc_size_t size = 0;
  EXPECT_NE(png_image_write_get_memory_size(image, size, 0, pixels.data(), 0, nullptr), 0);
  std::string bytes(size, '\0');
  EXPECT_NE(png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels.data(), 0, nullptr), 0);
  bytes.resize(size);
  return bytes;
}

std::string svg(const std::string& attributes, const std::string& inside = R"(<path d="M0 0h9v9z"/>)") {
  return R"(<?xml version="1.0" encoding="UTF-8"?><svg xmlns="http://www.w3.org/2000/svg" )"
         R"(xmlns:xlink="http://www.w3.org/1999/xlink" )" +
         attributes + ">" + inside + "</svg>";
}
std::string icon(const std::string& inside) { return svg(R"(viewBox="0 0 64 64")", inside); }

void expect_refused(const std::string& bytes, ImageRole role, const std::string& part) {
  const auto type = check_image(bytes, role);
  ASSERT_FALSE(type) << "not refused: " << part;
  EXPECT_EQ(type.error().kind(), ErrorKind::kInvalidInput);
  EXPECT_THAT(type.error().to_string(), HasSubstr(part)) << bytes.substr(0, 300);
}

TEST(Images, PngsHaveTheRightShape) {
  EXPECT_EQ(check_image(png(128, 128), ImageRole::kIcon).value_or("?"), "image/png");
  EXPECT_EQ(check_image(png(440, 100), ImageRole::kLogo).value_or("?"), "image/png");
  EXPECT_EQ(check_image(png(400, 100), ImageRole::kLogo).value_or("?"), "image/png");
  EXPECT_EQ(check_image(png(450, 100), ImageRole::kLogo).value_or("?"), "image/png");
  expect_refused(png(399, 100), ImageRole::kLogo, "4.0 to 4.5 times as wide as high; this one is 399 × 100");
  expect_refused(png(451, 100), ImageRole::kLogo, "451 × 100");
  expect_refused(png(127, 127), ImageRole::kIcon, "at least 128 × 128 pixels; this one has 127");
  expect_refused(png(256, 128), ImageRole::kIcon, "an icon is square; this one is 256 × 128");
  expect_refused(png(4'097, 4'097), ImageRole::kIcon, "at most 4,096");
}

TEST(Images, AreWhatTheirBytesAre) {
  const std::string good = png(128, 128);
  expect_refused("", ImageRole::kIcon, "missing");
  expect_refused(std::string((1 << 20) + 1, 'x'), ImageRole::kIcon, "larger than 1 MB");
  expect_refused("GIF89a", ImageRole::kIcon, "neither PNG nor SVG");
  expect_refused("\xff\xd8\xff\xe0 a JPEG", ImageRole::kIcon, "neither PNG nor SVG");
  expect_refused("<html><script>alert(1)</script></html>", ImageRole::kIcon, "foreign element html");
  expect_refused(good.substr(0, 33), ImageRole::kIcon, "no good PNG");
  expect_refused(good.substr(0, good.size() / 2), ImageRole::kIcon, "no good PNG");
  expect_refused(good + "<script>", ImageRole::kIcon, "after the PNG's end");
  std::string damaged = good;
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
  expect_refused(damaged, ImageRole::kIcon, "no good PNG");
}

TEST(Images, SvgsHaveTheRightShape) {
  EXPECT_EQ(check_image(svg(R"(width="64" height="64px")"), ImageRole::kIcon).value_or("?"), "image/svg+xml");
  EXPECT_EQ(check_image(svg(R"(viewBox="0,0 44 10")"), ImageRole::kLogo).value_or("?"), "image/svg+xml");
  EXPECT_EQ(
      check_image(svg(R"(width="100%" height="100%" viewBox="-1 -1 10 10")"), ImageRole::kIcon).value_or("?"),
      "image/svg+xml");
  EXPECT_EQ(check_image(svg(R"(width="4.4in" height="1in")"), ImageRole::kLogo).value_or("?"),
            "image/svg+xml");
  expect_refused(svg(R"(viewBox="0 0 64 64")"), ImageRole::kLogo, "this one is 64 × 64");
  expect_refused(svg(R"(width="64" height="32" viewBox="0 0 64 64")"), ImageRole::kIcon,
                 "this one is 64 × 32");
  expect_refused(svg(""), ImageRole::kIcon, "no size");
  expect_refused(svg(R"(viewBox="0 0 0 0")"), ImageRole::kIcon, "no size");
  expect_refused(svg(R"(viewBox="0 0 nan nan")"), ImageRole::kIcon, "no size");
  expect_refused(svg(R"(viewBox="0 0 1e999 1")"), ImageRole::kIcon, "no size");
}

TEST(Images, SvgsAreDrawingsOnly) {
  EXPECT_TRUE(check_image(
      icon(R"x(<defs><linearGradient id="g"><stop stop-color="#fff" offset="1"/></linearGradient></defs>
    <style>.a { fill: url(#g); stroke: #333 }</style><title>one &amp; two</title>
    <g class="a" style="opacity:.5; fill:url('#g')"><use xlink:href="#p"/><use href="#p"/><text>Acme</text></g>
    <image width="1" height="1" href="data:image/png;base64,AAAA"/>)x"),
      ImageRole::kIcon));
  struct Hostile {
    const char* inside;
    const char* what;
  };
  for (const auto& [inside, what] : std::vector<Hostile>{
           {"<script>alert(1)</script>", "the element script"},
           {"<g onclick='alert(1)'/>", "the event attribute onclick"},
           {"<g OnLoad='alert(1)'/>", "the event attribute OnLoad"},
           {"<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>",
            "the element foreignObject"},
           {"<iframe xmlns='http://www.w3.org/1999/xhtml' src='x'/>", "the foreign element iframe"},
           {"<x:script xmlns:x='http://www.w3.org/2000/svg'/>", "the element script"},
           {"<a href='https://evil.example'/>", "the element a,"},
           {"<use href='https://evil.example/x.svg#a'/>", "a reference out of the drawing"},
           {"<use xlink:href='data:image/svg+xml;base64,AAAA'/>", "a reference out of the drawing"},
           {"<use href=' #a'/>", "a reference out of the drawing"},
           {"<image href='https://evil.example/pixel.png'/>", "a reference out of the drawing"},
           {"<image href='data:image/svg+xml,x'/>", "a reference out of the drawing"},
           {"<image href='data:text/html,x'/>", "a reference out of the drawing"},
           {"<feImage href='//evil.example/x'/>", "a reference out of the drawing"},
           {"<rect fill='url(https://evil.example/#a)'/>", "a url() that leads out"},
           {"<rect style='fill: URL( \"//evil.example\" )'/>", "a url() that leads out"},
           {"<rect style='fill: u\\72l(//evil.example)'/>", "a backslash in a style"},
           {"<rect style='fill: ur/**/l(//evil.example)'/>", "a comment in a style"},
           {"<style>@import 'https://evil.example/a.css';</style>", "@import"},
           {"<style>@im<![CDATA[port 'x']]></style>", "@import"},
           {"<style>a { background: image-set('x' 1x) }</style>", "image-set("},
           {"<style>@font-face { src: local(a) }</style>", "@font-face"},
           {"<animate attributeName='href' to='javascript:alert(1)'/>", "the element animate"},
           {"<set attributeName='onclick' to='alert(1)'/>", "the element set"},
           {"<g xml:base='https://evil.example/'/>", "xml:base"},
           {"<?xml-stylesheet href='https://evil.example/a.css'?>", "processing instruction xml-stylesheet"},
           {"<handler/>", "the element handler"}}) {
    expect_refused(icon(inside), ImageRole::kIcon, what);
  }
}

TEST(Images, SvgsAreXmlOfBoundedSize) {
  const std::string body = R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">)";
  expect_refused(R"(<!DOCTYPE svg [<!ENTITY a "aaaa">]>)" + body + "&a;</svg>", ImageRole::kIcon,
                 "a DOCTYPE");
  expect_refused(R"(<!DOCTYPE svg SYSTEM "file:///etc/passwd">)" + body + "</svg>", ImageRole::kIcon,
                 "a DOCTYPE");
  expect_refused(body, ImageRole::kIcon, "neither PNG nor SVG: no element found in line 1");
  expect_refused(body + "</svg><svg/>", ImageRole::kIcon, "junk after document element");
  expect_refused(body + "&a;</svg>", ImageRole::kIcon, "undefined entity");
  expect_refused(R"(<svg viewBox="0 0 9 9"/>)", ImageRole::kIcon, "foreign element svg");
  expect_refused(R"(<g xmlns="http://www.w3.org/2000/svg"/>)", ImageRole::kIcon, "no svg element");
  std::string deep = body;
  for (int i = 0; i < 200; ++i) deep += "<g>";
  expect_refused(deep, ImageRole::kIcon, "more than 100 deep");
  std::string many = body;
  for (int i = 0; i < 20'001; ++i) many += "<g/>";
  expect_refused(many + "</svg>", ImageRole::kIcon, "more than 20,000 elements");
}

}  // namespace
}  // namespace lakeport::partners
