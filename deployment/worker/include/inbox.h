// Takes the place of uv_udp_recv_start() in the worker, which handles datagrams as they come: what a camera with
// few viewers sends, and what viewers ask for, waits until all frames ahead of it have been sent to hundreds of
// viewers. An inbox first takes in what has come, and hands it to the worker by fair turns (fair_queue.h,
// docs/performance.md).
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
		// As uv_udp_recv_start(); each datagram is handed over in a buffer that `allocate` gives.
		static int Start(uv_udp_t* socket, uv_alloc_cb allocate, uv_udp_recv_cb receive)
		{
			if (Current() == nullptr)
			{
				Current() = new Inbox(socket->loop);
			}

			Current()->sockets.insert_or_assign(socket, Socket{ allocate, receive, LocalAddress(socket) });

			return uv_udp_recv_start(socket, Provide, Receive);
		}

		// Before the socket is closed: drops what waits.
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
				inbox->End();
			}
		}

	private:
		static constexpr size_t MostRead{ 32 };     // libuv reads so many of a socket before all else has its turn
		static constexpr size_t MaxWaiting{ 1024 }; // datagrams; the kernel keeps more, and then drops
		static constexpr size_t MaxOfOne{ 512 };    // of a transport: more than any camera sends at once
		static constexpr size_t MaxOfStrangers{ 64 };
		static constexpr uint64_t LittleWork{ 64 }; // what comes of it is sent at once

		struct Socket
		{
			uv_alloc_cb allocate;
			uv_udp_recv_cb receive;
			Address local;
		};

		// A worker is one thread; linked into a program, each has its own.
		static Inbox*& Current()
		{
			static thread_local Inbox* current{ nullptr };

			return current;
		}

		explicit Inbox(uv_loop_t* loop)
		{
			uv_check_init(loop, std::addressof(this->afterReading));
			uv_idle_init(loop, std::addressof(this->notWaiting));
			this->afterReading.data = this;
			this->notWaiting.data   = this;
			uv_check_start(
			  std::addressof(this->afterReading),
			  [](uv_check_t* handle) { static_cast<Inbox*>(handle->data)->TakeTurns(); });
			uv_unref(reinterpret_cast<uv_handle_t*>(std::addressof(this->afterReading)));
		}

		// It may be handing over just now, so it goes when libuv lets its handles go.
		void End()
		{
			const auto closed = [](uv_handle_t* handle)
			{
				auto* inbox = static_cast<Inbox*>(handle->data);

				uv_close(
				  reinterpret_cast<uv_handle_t*>(std::addressof(inbox->notWaiting)),
				  [](uv_handle_t* handle) { delete static_cast<Inbox*>(handle->data); });
			};

			uv_close(reinterpret_cast<uv_handle_t*>(std::addressof(this->afterReading)), closed);
		}

		static void Provide(uv_handle_t* handle, size_t size, uv_buf_t* buffer)
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
				inbox.TakeIn({ socket, Address(from), { buffer->base, buffer->base + size } });
			}
			// When it is full, nothing was provided.
			else if (size != UV_ENOBUFS)
			{
				inbox.sockets.at(socket).receive(socket, size, buffer, from, flags);
			}
		}

		// Puts it into the line of its sender. Strangers have one line together, and it is short: whoever sends from many
		// addresses gets no more of the worker than others, and keeps nobody from being read.
		void TakeIn(Received datagram)
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

			// What is dropped counts too, so that nobody's turn waits for the end of a flood.
			const bool moreToRead =
			  this->came >= MostRead && this->read < MaxWaiting && this->queue.Size() < MaxWaiting;
			uint64_t done{ 0 };
			bool much{ false };

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

				much = much || work > LittleWork;
				done += work;
			}

			// The next datagram of a frame goes to the same viewers, if it has come by now.
			Outbox::Holding() = much || moreToRead;

			if (Outbox::Holding() || !this->queue.Empty())
			{
				uv_idle_start(std::addressof(this->notWaiting), [](uv_idle_t*) {});
			}
			else
			{
				uv_idle_stop(std::addressof(this->notWaiting));
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
		uv_idle_t notWaiting; // While it runs, the event loop does not wait for events.
		std::unordered_map<uv_udp_t*, Socket> sockets;
		FairQueue queue;
		size_t came{ 0 }; // datagrams, since the event loop went round
		size_t read{ 0 }; // datagrams, since the last turns
	};
} // namespace surveillance
