// Takes the place of uv_udp_try_send() in the worker. It sends each datagram with a system call of its own. An outbox
// keeps what a socket sends while the event loop handles what has come, and then hands it all to the kernel:
// many datagrams in a call (sendmmsg(2)), and those of one length to one viewer as a single message, which the
// kernel takes apart as late as it can (UDP_SEGMENT, udp(7)). What the network sees is the same, for each viewer
// in the same order (docs/performance.md).
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
		// Answers like uv_udp_try_send(): with the number of bytes, or an error.
		static int Send(uv_udp_t* socket, const uv_buf_t* buffer, unsigned int count, const sockaddr* to)
		{
			Sent()++;

			// While the kernel takes no more, libuv has a queue of its own, which nothing may overtake.
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

		// Before the socket is closed: sends what waits.
		static void Close(uv_udp_t* socket)
		{
			if (const auto entry = All().find(socket); entry != All().end())
			{
				entry->second->Flush();
				All().erase(entry);
			}
		}

		// How many datagrams have been sent so far, or kept to be sent.
		static uint64_t& Sent()
		{
			static thread_local uint64_t sent{ 0 };

			return sent;
		}

		// While it is set, what waits goes on waiting for more to the same viewers.
		static bool& Holding()
		{
			static thread_local bool holding{ false };

			return holding;
		}

		// Sends what waits for those for whom nothing waited when so many had been sent.
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
		static constexpr size_t MaxDatagrams{ 1024 };     // kept at a time; the first then waits about 2 ms
		static constexpr size_t MaxDestinations{ 16384 }; // remembered

		struct Waiting
		{
			Datagram* first{ nullptr };
			Datagram* last{ nullptr };
			uint64_t number{ 0 }; // of the first, of all that were sent
		};

		using Destinations = std::unordered_map<Address, Waiting, Address::Hash>;

		// A worker is one thread; linked into a program, each has its own.
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

		// @param sent those for whom something has waited since before so many were sent have to wait longer
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

		// Large, but not in memory before it is used.
		const std::unique_ptr<uint8_t[]> bytes{ new uint8_t[MaxDatagrams * MaxSize] };
		const std::unique_ptr<Datagram[]> datagrams{ new Datagram[MaxDatagrams] };
		size_t kept{ 0 };
		size_t keptBytes{ 0 };
		Destinations destinations;
		std::vector<Destinations::value_type*> due;
	};
} // namespace surveillance
