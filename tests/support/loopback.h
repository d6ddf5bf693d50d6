/** What programs that try a part of the media worker by itself need of UDP on this machine. */
#ifndef SURVEILLANCE_TESTS_LOOPBACK_H
#define SURVEILLANCE_TESTS_LOOPBACK_H

#include <uv.h>

/** Binds a socket to a free port. @returns its address */
inline sockaddr_in bindTo(uv_loop_t& loop, uv_udp_t* socket)
{
	sockaddr_in address{};
	int size{ sizeof(address) };

	uv_ip4_addr("127.0.0.1", 0, &address);
	uv_udp_init(&loop, socket);
	uv_udp_bind(socket, reinterpret_cast<const sockaddr*>(&address), 0);
	uv_udp_getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);

	return address;
}

#endif
