#include "host/http/text_frames.hpp"

#include "host/http/ws_frames.hpp"

#include <boost/beast/zlib/deflate_stream.hpp>

#include <charconv>

namespace cedar::host::http {
namespace {

namespace zlib = boost::beast::zlib;

constexpr int kLevel = 1;  // an event must leave at once; the higher levels save a tenth of its size
constexpr int kMemory = 8;
constexpr std::size_t kMarker = 4;  // 00 00 ff ff, which each message ends with and nobody sends

// Empty: it could not be compressed. One compressor a thread does for all its connections.
std::string deflated(std::string_view text, int window_bits) {
    thread_local zlib::deflate_stream stream;
    stream.reset(kLevel, window_bits, kMemory, zlib::Strategy::normal);
    std::string out(stream.upper_bound(text.size()) + 64, '\0');
    zlib::z_params place;
    place.next_in = text.data();
    place.avail_in = text.size();
    place.next_out = out.data();
    place.avail_out = out.size();
    boost::system::error_code error;
    stream.write(place, zlib::Flush::sync, error);
    if (error || place.avail_in > 0 || place.avail_out == 0 || place.total_out < kMarker) return {};
    out.resize(place.total_out - kMarker);
    return out;
}

}  // namespace

TextFrames::TextFrames(std::string_view accepted, std::size_t from_bytes) {
    if (accepted.find("permessage-deflate") == std::string_view::npos) return;
    from_bytes_ = from_bytes;
    constexpr std::string_view bits = "server_max_window_bits=";
    const auto at = accepted.find(bits);
    if (at == std::string_view::npos) return;
    const auto* const digits = accepted.data() + at + bits.size();
    std::from_chars(digits, accepted.data() + accepted.size(), window_bits_);
}

void TextFrames::append(std::string& out, std::string_view text) const {
    if (from_bytes_ == 0 || text.size() < from_bytes_) return append_text_frame(out, text);
    const auto packed = deflated(text, window_bits_);
    if (packed.empty() || packed.size() >= text.size()) return append_text_frame(out, text);
    append_deflated_text_frame(out, packed);
}

}  // namespace cedar::host::http
