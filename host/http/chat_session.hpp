#pragma once
#include "host/http/context.hpp"
#include "host/http/socket.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstdint>
#include <string>

namespace cedar::host::http {

using Handshake = boost::beast::http::request<boost::beast::http::string_body>;

// Answers the handshake and lives as the chat socket of an existing project until it closes.
// `early`: octets that came after the handshake. Call on the socket's strand.
void open_chat_session(Socket socket, std::string early, const Handshake& handshake, std::int64_t project_id,
                       ServerContextPtr context, Connections::Ticket ticket);

}  // namespace cedar::host::http
