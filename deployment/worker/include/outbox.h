// Sends datagrams in place of uv_udp_try_send(), which makes a system call for each. An outbox collects what a socket
// sends during one round of the event loop, and then hands all of it to the kernel: many datagrams in a call
// (sendmmsg(2)), and datagrams of equal length to one viewer as a single message, which the kernel splits as late as it
// can (UDP_SEGMENT, udp(7)). The network sees the same datagrams, for each viewer in the same order
// (docs/decisions/batches.md).
#pragma once

#include "message_batch.h"
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <unordered_map>
#include <uv.h>
#include <vector>

namespace surveillance
{
	class Outbox
	{
	public:
		// Returns what uv_udp_try_send() returns: the number of bytes, or an error.
		static int Send(uv_udp_t* socket, const uv_buf_t* buffer, unsigned int count, const sockaddr* to)
		{
			Sent()++;

			// While the kernel's buffer is full, libuv queues datagrams, and later ones must not overtake them.
			if (uv_udp_get_send_queue_count(socket) > 0)
			{
				return UV_EAGAIN;
			}

			auto& outbox = All()[socket];

			if (!outbox)
			{
				outbox.reset(new Outbox(socket));
			}
			if (to == nullptr || count != 1 || buffer->len > MaxSize)
			{
				outbox->Flush();

				return uv_udp_try_send(socket, buffer, count, to);
			}

			outbox->Keep(*buffer, to);

			return static_cast<int>(buffer->len);
		}

		// To be called before the socket is closed: sends what was collected.
		static void Close(uv_udp_t* socket)
		{
			if (const auto entry = All().find(socket); entry != All().end())
			{
				entry->second->Flush();
				All().erase(entry);
			}
		}

		// How many datagrams were passed to Send() so far, by all sockets.
		static uint64_t& Sent()
		{
			static thread_local uint64_t sent{ 0 };

			return sent;
		}

		// While set, collected datagrams are held back at the end of a round, to go together with more for the same viewers.
		static bool& Holding()
		{
			static thread_local bool holding{ false };

			return holding;
		}

		// Sends to those destinations whose first collected datagram came after Sent() was `sent`.
		static void FlushSince(uint64_t sent)
		{
			for (auto& [socket, outbox] : All())
			{
				outbox->Flush(sent);
			}
		}

		~Outbox()
		{
			uv_close(
			  reinterpret_cast<uv_handle_t*>(this->beforeWaiting),
			  [](uv_handle_t* handle) { delete reinterpret_cast<uv_prepare_t*>(handle); });
		}

	private:
		static constexpr size_t MaxSize{ 1500 };          // bytes of a datagram
		static constexpr size_t MaxDatagrams{ 1024 };     // collected at a time; the first of them then waits about 2 ms
		static constexpr size_t MaxDestinations{ 16384 }; // then all are forgotten, once nothing waits

		struct Waiting
		{
			Datagram* first{ nullptr };
			Datagram* last{ nullptr };
			uint64_t number{ 0 }; // what Sent() was with the first
		};

		using Destinations = std::unordered_map<Address, Waiting, Address::Hash>;

		// One per thread: workers that are linked into one program are threads of it.
		static std::unordered_map<uv_udp_t*, std::unique_ptr<Outbox>>& All()
		{
			static thread_local std::unordered_map<uv_udp_t*, std::unique_ptr<Outbox>> all;

			return all;
		}

		explicit Outbox(uv_udp_t* socket) : batch(socket)
		{
			uv_prepare_init(socket->loop, this->beforeWaiting);
			this->beforeWaiting->data = this;
			uv_prepare_start(
			  this->beforeWaiting,
			  [](uv_prepare_t* handle)
			  {
				  if (!Holding())
				  {
					  static_cast<Outbox*>(handle->data)->Flush();
				  }
			  });
			uv_unref(reinterpret_cast<uv_handle_t*>(this->beforeWaiting));
		}

		void Keep(const uv_buf_t& buffer, const sockaddr* to)
		{
			if (this->kept == MaxDatagrams)
			{
				Flush();
			}

			uint8_t* const bytes     = this->bytes.get() + this->keptBytes;
			Datagram* const datagram = this->datagrams.get() + this->kept;

			std::memcpy(bytes, buffer.base, buffer.len);
			*datagram = { { bytes, buffer.len }, nullptr };
			this->keptBytes += buffer.len;
			this->kept++;

			auto& destination = *this->destinations.try_emplace(Address(to)).first;
			auto& waiting     = destination.second;

			if (waiting.first == nullptr)
			{
				waiting.first  = datagram;
				waiting.number = Sent();
				this->due.push_back(std::addressof(destination));
			}
			else
			{
				waiting.last->next = datagram;
			}

			waiting.last = datagram;
		}

		// @param sent destinations whose first datagram was collected before Sent() was more than this are left out
		void Flush(uint64_t sent = 0)
		{
			auto first = this->due.end();

			while (first != this->due.begin() && (*std::prev(first))->second.number > sent)
			{
				--first;
			}
			for (auto destination = first; destination != this->due.end(); ++destination)
			{
				auto& [address, waiting] = **destination;

				this->batch.Add(address, waiting.first);
				waiting = {};
			}

			this->batch.Send();
			this->due.erase(first, this->due.end());

			if (!this->due.empty())
			{
				return;
			}

			this->kept      = 0;
			this->keptBytes = 0;

			if (this->destinations.size() > MaxDestinations)
			{
				this->destinations.clear();
			}
		}

		MessageBatch batch;
		uv_prepare_t* const beforeWaiting{ new uv_prepare_t };

		// Large, but the system gives memory only to what is used.
		const std::unique_ptr<uint8_t[]> bytes{ new uint8_t[MaxDatagrams * MaxSize] };
		const std::unique_ptr<Datagram[]> datagrams{ new Datagram[MaxDatagrams] };
		size_t kept{ 0 };
		size_t keptBytes{ 0 };
		Destinations destinations;
		std::vector<Destinations::value_type*> due;
	};
} // namespace surveillance
