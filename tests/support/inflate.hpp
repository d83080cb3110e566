#pragma once
#include <boost/beast/zlib/inflate_stream.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace cedar::host {

// The message of one compressed WebSocket message (RFC 7692). What is broken throws. Thread: any.
inline std::string inflated(std::string_view packed, int window_bits = 15) {
    namespace zlib = boost::beast::zlib;
    const std::string in = std::string(packed) + std::string("\x00\x00\xff\xff", 4);
    std::string out;
    std::string part(65536, '\0');
    zlib::inflate_stream stream;
    stream.reset(window_bits);
    zlib::z_params place;
    place.next_in = in.data();
    place.avail_in = in.size();
    do {
        place.next_out = part.data();
        place.avail_out = part.size();
        boost::system::error_code error;
        stream.write(place, zlib::Flush::sync, error);
        out.append(part, 0, part.size() - place.avail_out);
        if (error == zlib::error::need_buffers) break;
        if (error) throw std::runtime_error("no compressed message: " + error.message());
    } while (place.avail_in > 0 || place.avail_out == 0);
    return out;
}

}  // namespace cedar::host
