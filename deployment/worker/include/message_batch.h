// Makes datagrams into messages for the kernel, and sends many of them by one system call.
#pragma once

#include "address.h"
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <uv.h>
#include <vector>

namespace surveillance
{
	struct Datagram
	{
		iovec part;
		Datagram* next; // for the same destination
	};

	class MessageBatch
	{
	public:
		explicit MessageBatch(uv_udp_t* socket) : socket(socket)
		{
			// Kernels before 4.18 do not know UDP_SEGMENT.
			const int unset{ 0 };

			this->segments = setsockopt(Descriptor(), IPPROTO_UDP, UDP_SEGMENT, std::addressof(unset), sizeof(unset)) == 0;
		}

		// Adds a list of datagrams for one address. List and address must stay valid until the next call of Send().
		void Add(const Address& address, const Datagram* datagram)
		{
			while (datagram != nullptr)
			{
				if (this->messageCount == MaxMessages || this->partCount + MaxSegments > MaxParts)
				{
					Send();
				}

				const size_t segment = datagram->part.iov_len;
				iovec* const parts   = this->parts.data() + this->partCount;
				size_t count{ 0 };
				size_t size{ 0 };
				bool whole{ true }; // all segments are of full length: a shorter one has to be the last

				do
				{
					parts[count++] = datagram->part;
					size += datagram->part.iov_len;
					whole    = datagram->part.iov_len == segment;
					datagram = datagram->next;
				} while (datagram != nullptr && whole && this->segments && count < MaxSegments &&
				         datagram->part.iov_len <= segment && size + segment <= MaxMessageSize);

				this->partCount += count;
				Write(address, parts, count, segment);
			}
		}

		void Send()
		{
			for (size_t done{ 0 }; done < this->messageCount;)
			{
				mmsghdr* const messages = this->messages.data() + done;
				const bool queued       = uv_udp_get_send_queue_count(this->socket) > 0;
				const int sent          = queued ? 0 : sendmmsg(Descriptor(), messages, this->messageCount - done, 0);

				if (sent > 0)
				{
					done += sent;
					continue;
				}
				// UDP_SEGMENT fails with EIO where the network card does not compute checksums.
				if (sent < 0 && errno == EIO)
				{
					this->segments = false;
				}

				SendOneByOne(messages->msg_hdr);
				done++;
			}

			this->messageCount = 0;
			this->partCount    = 0;
		}

	private:
		static constexpr size_t MaxSegments{ 64 };       // of a message: the kernel's UDP_MAX_SEGMENTS
		static constexpr size_t MaxMessageSize{ 64000 }; // bytes: an IP packet's length has 16 bits
		static constexpr size_t MaxMessages{ 64 };       // of a system call
		static constexpr size_t MaxParts{ 512 };         // of a system call

		// Memory for the control message with the size of the segments.
		union Control
		{
			cmsghdr header;
			char space[CMSG_SPACE(sizeof(uint16_t))];
		};

		int Descriptor() const
		{
			uv_os_fd_t descriptor{ -1 };

			uv_fileno(reinterpret_cast<const uv_handle_t*>(this->socket), std::addressof(descriptor));

			return descriptor;
		}

		void Write(const Address& address, iovec* parts, size_t count, size_t segmentSize)
		{
			Control& control = this->controls[this->messageCount];
			msghdr& message  = this->messages[this->messageCount++].msg_hdr;

			message             = {};
			message.msg_name    = const_cast<uint64_t*>(address.words.data());
			message.msg_namelen = address.size;
			message.msg_iov     = parts;
			message.msg_iovlen  = count;

			if (count > 1)
			{
				message.msg_control       = std::addressof(control);
				message.msg_controllen    = sizeof(control.space);
				control.header.cmsg_level = IPPROTO_UDP;
				control.header.cmsg_type  = UDP_SEGMENT;
				control.header.cmsg_len   = CMSG_LEN(sizeof(uint16_t));

				const auto size = static_cast<uint16_t>(segmentSize);

				std::memcpy(CMSG_DATA(std::addressof(control.header)), std::addressof(size), sizeof(size));
			}
		}

		// For a message that the kernel did not accept: when its buffer is full, the datagrams wait in libuv's queue. After
		// any other error the datagram is lost, as it could be in the network.
		void SendOneByOne(const msghdr& message)
		{
			struct Queued
			{
				uv_udp_send_t request;
				std::vector<char> bytes;
			};

			const auto* address = static_cast<const sockaddr*>(message.msg_name);

			for (size_t index{ 0 }; index < message.msg_iovlen; index++)
			{
				auto* bytes     = static_cast<char*>(message.msg_iov[index].iov_base);
				const auto size = message.msg_iov[index].iov_len;
				uv_buf_t buffer = uv_buf_init(bytes, size);

				if (uv_udp_try_send(this->socket, std::addressof(buffer), 1, address) != UV_EAGAIN)
				{
					continue;
				}

				auto* queued = new Queued{ {}, { bytes, bytes + size } };

				queued->request.data = queued;
				buffer.base          = queued->bytes.data();

				const auto sent = [](uv_udp_send_t* request, int) { delete static_cast<Queued*>(request->data); };

				if (uv_udp_send(std::addressof(queued->request), this->socket, std::addressof(buffer), 1, address, sent) != 0)
				{
					delete queued;
				}
			}
		}

		uv_udp_t* const socket;
		bool segments; // whether UDP_SEGMENT can be used
		std::array<mmsghdr, MaxMessages> messages;
		std::array<Control, MaxMessages> controls;
		std::array<iovec, MaxParts> parts;
		size_t messageCount{ 0 };
		size_t partCount{ 0 };
	};
} // namespace surveillance
