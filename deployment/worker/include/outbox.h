// Pre-included for UdpSocketHandle.cpp only, where it takes the place of uv_udp_try_send() and uv_close().
// The worker sends each datagram with a system call of its own. An outbox keeps what a socket sends while
// the event loop handles what has come, and then hands it all to the kernel: many datagrams in a call
// (sendmmsg(2)), and those of one length to one viewer as a single message, which the kernel takes apart
// as late as it can (UDP_SEGMENT, udp(7)). What the network sees is the same, for each viewer in the same
// order (docs/performance.md).
#pragma once

#include "message_batch.h"
#include <cstdint>
#include <cstring>
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

		static void Close(uv_handle_t* socket, uv_close_cb closed)
		{
			if (const auto entry = All().find(reinterpret_cast<uv_udp_t*>(socket)); entry != All().end())
			{
				entry->second->Flush();
				All().erase(entry);
			}

			uv_close(socket, closed);
		}

		~Outbox()
		{
			uv_close(reinterpret_cast<uv_handle_t*>(this->beforeWaiting), Delete<uv_prepare_t>);
			uv_close(reinterpret_cast<uv_handle_t*>(this->afterEvents), Delete<uv_check_t>);
		}

	private:
		static constexpr size_t MaxSize{ 1500 };          // bytes of a datagram
		static constexpr size_t MaxDatagrams{ 1024 };     // kept at a time; the first then waits about 2 ms
		static constexpr size_t MaxDestinations{ 16384 }; // remembered

		struct Hash
		{
			size_t operator()(const Address& address) const
			{
				const auto& words = address.words;
				const auto mixed  = (words[0] ^ words[1] ^ words[2]) * 0x9e3779b97f4a7c15;

				return mixed ^ (mixed >> 32);
			}
		};

		struct Waiting
		{
			Datagram* first{ nullptr };
			Datagram* last{ nullptr };
		};

		using Destinations = std::unordered_map<Address, Waiting, Hash>;

		// A worker is one thread; linked into a program, each has its own.
		static std::unordered_map<uv_udp_t*, std::unique_ptr<Outbox>>& All()
		{
			static thread_local std::unordered_map<uv_udp_t*, std::unique_ptr<Outbox>> all;

			return all;
		}

		template<typename Handle>
		static void Delete(uv_handle_t* handle)
		{
			delete reinterpret_cast<Handle*>(handle);
		}

		explicit Outbox(uv_udp_t* socket) : batch(socket)
		{
			uv_prepare_init(socket->loop, this->beforeWaiting);
			uv_check_init(socket->loop, this->afterEvents);
			this->beforeWaiting->data = this;
			this->afterEvents->data   = this;
			// Timers come before the loop waits for events, all else that sends after it.
			uv_prepare_start(
			  this->beforeWaiting, [](uv_prepare_t* handle) { static_cast<Outbox*>(handle->data)->Flush(); });
			uv_check_start(
			  this->afterEvents, [](uv_check_t* handle) { static_cast<Outbox*>(handle->data)->Flush(); });
			uv_unref(reinterpret_cast<uv_handle_t*>(this->beforeWaiting));
			uv_unref(reinterpret_cast<uv_handle_t*>(this->afterEvents));
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
				waiting.first = datagram;
				this->due.push_back(std::addressof(destination));
			}
			else
			{
				waiting.last->next = datagram;
			}

			waiting.last = datagram;
		}

		void Flush()
		{
			if (this->kept == 0)
			{
				return;
			}

			for (auto* destination : this->due)
			{
				this->batch.Add(destination->first, destination->second.first);
				destination->second = {};
			}

			this->batch.Send();
			this->due.clear();
			this->kept      = 0;
			this->keptBytes = 0;

			if (this->destinations.size() > MaxDestinations)
			{
				this->destinations.clear();
			}
		}

		MessageBatch batch;
		uv_prepare_t* const beforeWaiting{ new uv_prepare_t };
		uv_check_t* const afterEvents{ new uv_check_t };

		// Large, but not in memory before it is used.
		const std::unique_ptr<uint8_t[]> bytes{ new uint8_t[MaxDatagrams * MaxSize] };
		const std::unique_ptr<Datagram[]> datagrams{ new Datagram[MaxDatagrams] };
		size_t kept{ 0 };
		size_t keptBytes{ 0 };
		Destinations destinations;
		std::vector<Destinations::value_type*> due;
	};
} // namespace surveillance

#define uv_udp_try_send(socket, buffers, count, to) surveillance::Outbox::Send(socket, buffers, count, to)
#define uv_close(handle, closed) surveillance::Outbox::Close(handle, closed)
