// Pre-included for UdpSocketHandle.cpp only: what takes the place of libuv's functions there.
#pragma once

#include "inbox.h"
#include "outbox.h"
#include <uv.h>

namespace surveillance
{
	inline void CloseUdpSocket(uv_handle_t* handle, uv_close_cb closed)
	{
		auto* socket = reinterpret_cast<uv_udp_t*>(handle);

		Inbox::Close(socket);
		Outbox::Close(socket);
		uv_close(handle, closed);
	}
} // namespace surveillance

#define uv_udp_recv_start(socket, allocate, receive) surveillance::Inbox::Start(socket, allocate, receive)
#define uv_udp_try_send(socket, buffers, count, to) surveillance::Outbox::Send(socket, buffers, count, to)
#define uv_close(handle, closed) surveillance::CloseUdpSocket(handle, closed)
