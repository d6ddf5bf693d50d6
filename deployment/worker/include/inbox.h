// Receives datagrams in place of uv_udp_recv_start(). The worker alone handles them in the order of arrival, so that
// packets of a camera with few viewers, and requests of viewers, wait until all frames before them have been sent to
// hundreds of viewers. An inbox first reads all that has arrived, and then hands it to the worker by fair turns
// (fair_queue.h, docs/decisions/fair-turns.md).
#pragma once

#include "address.h"
#include "fair_queue.h"
#include "known_senders.h"
#include "outbox.h"
#include <cstdint>
#include <cstring>
#include <memory>
#include <unordered_map>
#include <uv.h>

namespace surveillance
{
	class Inbox
	{
	public:
		// Like uv_udp_recv_start(); each datagram is handed to `receive` in a buffer from `allocate`.
		static int Start(uv_udp_t* socket, uv_alloc_cb allocate, uv_udp_recv_cb receive)
		{
			if (Current() == nullptr)
			{
				Current() = new Inbox(socket->loop);
			}

			Current()->sockets.insert_or_assign(socket, Socket{ allocate, receive, LocalAddress(socket) });

			return uv_udp_recv_start(socket, ProvideBuffer, Receive);
		}

		// To be called before the socket is closed: drops what it has received.
		static void Close(uv_udp_t* socket)
		{
			Inbox* const inbox = Current();

			if (inbox == nullptr)
			{
				return;
			}

			inbox->queue.Forget(socket);
			inbox->sockets.erase(socket);

			if (inbox->sockets.empty())
			{
				Current() = nullptr;
				inbox->DeleteLater();
			}
		}

	private:
		static constexpr size_t MostRead{ 32 };     // datagrams that libuv reads from a socket in one round of the event loop
		static constexpr size_t MaxWaiting{ 1024 }; // datagrams; more stay in the kernel's buffer, which drops when full
		static constexpr size_t MaxOfOne{ 512 };    // of one transport: more than any camera sends at once
		static constexpr size_t MaxOfStrangers{ 64 };
		static constexpr uint64_t LittleWork{ 64 }; // up to this, what results is sent at once

		struct Socket
		{
			uv_alloc_cb allocate;
			uv_udp_recv_cb receive;
			Address local;
		};

		// One per thread: workers that are linked into one program are threads of it.
		static Inbox*& Current()
		{
			static thread_local Inbox* current{ nullptr };

			return current;
		}

		explicit Inbox(uv_loop_t* loop)
		{
			uv_check_init(loop, std::addressof(this->afterReading));
			uv_idle_init(loop, std::addressof(this->keepPolling));
			this->afterReading.data = this;
			this->keepPolling.data  = this;
			uv_check_start(
			  std::addressof(this->afterReading),
			  [](uv_check_t* handle) { static_cast<Inbox*>(handle->data)->TakeTurns(); });
			uv_unref(reinterpret_cast<uv_handle_t*>(std::addressof(this->afterReading)));
		}

		// Deleted when libuv has closed its handles, since it may be in the middle of handing over. Both are closed at
		// once: whoever ends the event loop closes what is still open in it.
		void DeleteLater()
		{
			const auto closed = [](uv_handle_t* handle)
			{
				auto* inbox = static_cast<Inbox*>(handle->data);

				if (--inbox->open == 0)
				{
					delete inbox;
				}
			};

			uv_close(reinterpret_cast<uv_handle_t*>(std::addressof(this->afterReading)), closed);
			uv_close(reinterpret_cast<uv_handle_t*>(std::addressof(this->keepPolling)), closed);
		}

		static void ProvideBuffer(uv_handle_t* handle, size_t size, uv_buf_t* buffer)
		{
			auto& inbox = *Current();

			if (inbox.queue.Size() < MaxWaiting)
			{
				inbox.sockets.at(reinterpret_cast<uv_udp_t*>(handle)).allocate(handle, size, buffer);
			}
		}

		static void Receive(uv_udp_t* socket, ssize_t size, const uv_buf_t* buffer, const sockaddr* from, unsigned int flags)
		{
			auto& inbox = *Current();

			if (size > 0 && from != nullptr && (flags & UV_UDP_PARTIAL) == 0)
			{
				inbox.came++;
				inbox.Enqueue({ socket, Address(from), { buffer->base, buffer->base + size } });
			}
			// UV_ENOBUFS: the queue is full, so no buffer was provided.
			else if (size != UV_ENOBUFS)
			{
				inbox.sockets.at(socket).receive(socket, size, buffer, from, flags);
			}
		}

		// Adds a datagram to the line of its sender. All unknown senders share one short line, so that somebody who sends
		// from many addresses gets no larger share of the worker, and does not fill the queue for others.
		void Enqueue(Received datagram)
		{
			const Address& local = this->sockets.at(datagram.socket).local;
			Sender sender{ datagram.socket, datagram.from };
			size_t most{ MaxWaiting };

			if (KnownSenders::IsGuarded(local))
			{
				sender = { KnownSenders::Find(local, datagram.from), {} };
				most   = sender.owner == nullptr ? MaxOfStrangers : MaxOfOne;
			}
			if (this->queue.Waiting(sender) < most)
			{
				this->queue.Add(sender, std::move(datagram));
			}
		}

		void TakeTurns()
		{
			this->read += this->came;

			// Dropped datagrams count as read, so that a flood does not put off all turns until its end.
			const bool moreToRead =
			  this->came >= MostRead && this->read < MaxWaiting && this->queue.Size() < MaxWaiting;
			uint64_t done{ 0 };
			bool heavy{ false };

			this->came = 0;
			this->read = moreToRead ? this->read : 0;

			while (!moreToRead && done < FairQueue::MaxWork && !this->queue.Empty())
			{
				const auto sent = Outbox::Sent();
				const auto work = this->queue.TakeTurn([this](const Received& datagram) { return HandOver(datagram); });

				if (work <= LittleWork)
				{
					Outbox::FlushSince(sent);
				}

				heavy = heavy || work > LittleWork;
				done += work;
			}

			// Held back, to be sent together with the frame's next datagram, which goes to the same viewers.
			Outbox::Holding() = heavy || moreToRead;

			if (Outbox::Holding() || !this->queue.Empty())
			{
				uv_idle_start(std::addressof(this->keepPolling), [](uv_idle_t*) {});
			}
			else
			{
				uv_idle_stop(std::addressof(this->keepPolling));
			}
		}

		uint64_t HandOver(const Received& datagram)
		{
			const auto& [socket, from, bytes] = datagram;
			const auto sent                   = Outbox::Sent();
			const auto callbacks              = this->sockets.at(socket);
			const auto* address               = reinterpret_cast<const sockaddr*>(from.words.data());
			uv_buf_t buffer                   = uv_buf_init(nullptr, 0);

			callbacks.allocate(reinterpret_cast<uv_handle_t*>(socket), bytes.size(), std::addressof(buffer));

			if (buffer.len >= bytes.size())
			{
				std::memcpy(buffer.base, bytes.data(), bytes.size());
				callbacks.receive(socket, bytes.size(), std::addressof(buffer), address, 0);
			}

			return 1 + Outbox::Sent() - sent;
		}

		static Address LocalAddress(const uv_udp_t* socket)
		{
			sockaddr_storage address{};
			int size{ sizeof(address) };

			uv_udp_getsockname(socket, reinterpret_cast<sockaddr*>(std::addressof(address)), std::addressof(size));

			return Address(reinterpret_cast<const sockaddr*>(std::addressof(address)));
		}

		uv_check_t afterReading;
		uv_idle_t keepPolling; // while it runs, the event loop polls without blocking
		int open{ 2 };         // of these two
		std::unordered_map<uv_udp_t*, Socket> sockets;
		FairQueue queue;
		size_t came{ 0 }; // datagrams read in this round of the event loop
		size_t read{ 0 }; // datagrams read since the last turns
	};
} // namespace surveillance
