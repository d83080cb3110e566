#pragma once
#include "host/http/context.hpp"
#include "host/http/socket.hpp"
#include "host/http/sse_request.hpp"

namespace cedar::host::http {

// Answers with an event stream and lives as that until either side ends it. Call on the socket's strand.
void open_sse_session(Socket socket, StreamRequest asked, ServerContextPtr context, Connections::Ticket ticket);

}  // namespace cedar::host::http
