#include "host/http/ws_inflate.hpp"

#include <boost/beast/zlib/inflate_stream.hpp>

#include <algorithm>

namespace cedar::host::http {
namespace {

namespace zlib = boost::beast::zlib;

constexpr std::string_view marker("\x00\x00\xff\xff", 4);  // which each message ends with and nobody sends
constexpr std::size_t first_room = 1024;

Error broken(const char* what) {
    return {ErrorCode::invalid_argument, std::string("compressed message: ") + what, ""};
}

// True: all of `part` was read. Errors as inflate_message().
Result<bool> inflate(zlib::inflate_stream& stream, std::string_view part, std::size_t most, std::string& out) {
    zlib::z_params place;
    place.next_in = part.data();
    place.avail_in = part.size();
    for (;;) {
        const auto made = out.size();
        out.resize(std::min(most + 1, std::max(first_room, 2 * made)));
        place.next_out = out.data() + made;
        place.avail_out = out.size() - made;
        boost::system::error_code error;
        stream.write(place, zlib::Flush::sync, error);
        out.resize(out.size() - place.avail_out);
        if (out.size() > most)
            return Error{ErrorCode::limit, "message: expected at most " + std::to_string(most) + " octets", ""};
        if (error == zlib::error::end_of_stream) return place.avail_in == 0;
        if (error && error != zlib::error::need_buffers) return broken(error.message().c_str());
        if (place.avail_out > 0) return place.avail_in == 0;
    }
}

}  // namespace

Result<std::string> inflate_message(std::string_view packed, std::size_t most) {
    thread_local zlib::inflate_stream stream;
    stream.reset();
    std::string out;
    const auto all = inflate(stream, packed, most, out);
    if (!all) return all.error();
    const auto end = inflate(stream, marker, most, out);
    if (!end) return end.error();
    if (!*all) return broken("octets after its end");
    return out;
}

}  // namespace cedar::host::http
