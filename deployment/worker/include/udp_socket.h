// Connects a UDP socket of the worker to inbox and outbox, in place of libuv's functions
// (fast/UdpSocketHandle.cpp.patch).
#pragma once

#include "inbox.h"
#include "outbox.h"
#include "parts.h"
#include <uv.h>

namespace surveillance
{
	inline const bool batchesTold   = Parts::Add("batches");
	inline const bool fairTurnsTold = Parts::Add("fair-turns");

	inline void CloseUdpSocket(uv_udp_t* socket, uv_close_cb closed)
	{
		Inbox::Close(socket);
		Outbox::Close(socket);
		uv_close(reinterpret_cast<uv_handle_t*>(socket), closed);
	}
} // namespace surveillance
