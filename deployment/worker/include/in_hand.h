// Which packet the worker is handling, and whose it is. An exception that a packet causes drops that packet alone: it is
// caught here, counted, and reported on standard error at most once a second. If the worker crashes all the same, it
// writes to standard error whose packet it was handling. The server reads both (server/media/last-words.ts).
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <exception>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace surveillance
{
	class InHand
	{
	public:
		// Runs `handle` for a packet. `owner` is the id of the transport that received it, or a word that says what it is.
		template<typename Handle>
		static void Take(const std::string& owner, const uint8_t* packet, size_t length, const Handle& handle)
		{
			const InHand inHand(owner, packet, length);

			try
			{
				handle();
			}
			catch (const std::exception& error)
			{
				Drop(error.what());
			}
		}

		// The same for work that no packet has caused.
		template<typename Handle>
		static void Do(const Handle& handle)
		{
			static const std::string nobody{ "-" };

			Take(nobody, nullptr, 0, handle);
		}

		// Called within `Take`: counts the packet as dropped.
		static void Drop(const char* reason)
		{
			auto& state = Current();

			state.dropped++;

			if (const auto now = Seconds(); now != state.reportedAt)
			{
				std::array<char, 320> line{};

				std::snprintf(
				  line.data(),
				  line.size(),
				  "surveillance dropped=%llu transport=%s reason=%s",
				  static_cast<unsigned long long>(state.dropped),
				  state.owner.data(),
				  reason);
				std::replace(line.begin(), line.end(), '\n', ' ');
				WriteLine(line.data());
				state.reportedAt = now;
				state.dropped    = 0;
			}
		}

		// From now on a crash is reported, even one by a stack overflow. There is no core file, since it would hold
		// pictures.
		static void TellWhenDying()
		{
			static std::array<char, 65536> spareStack;
			const stack_t stack{ spareStack.data(), 0, spareStack.size() };
			const rlimit none{ 0, 0 };
			struct sigaction action{};

			setrlimit(RLIMIT_CORE, std::addressof(none));
			sigaltstack(std::addressof(stack), nullptr);
			action.sa_handler = OnSignal;
			action.sa_flags   = static_cast<int>(SA_ONSTACK | SA_RESETHAND);

			for (const int signal : { SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL })
			{
				sigaction(signal, std::addressof(action), nullptr);
			}
		}

		// Tells the server something on standard error. Does not block when the reader is slow.
		static void WriteLine(const char* line)
		{
			std::array<char, 512> text{};
			const size_t length = std::min(std::strlen(line), text.size() - 1);

			std::memcpy(text.data(), line, length);
			text[length] = '\n';

			// The pipes that Node makes are sockets; anything else is a file or a terminal.
			if (send(STDERR_FILENO, text.data(), length + 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && errno == ENOTSOCK)
			{
				[[maybe_unused]] const auto written = write(STDERR_FILENO, text.data(), length + 1);
			}
		}

		~InHand()
		{
			Current().owner  = this->previous.owner;
			Current().packet = this->previous.packet;
			Current().length = this->previous.length;
		}

	private:
		static constexpr size_t MaxReported{ 64 }; // bytes of a packet that are reported

		struct State
		{
			std::array<char, 40> owner{}; // an id is a UUID
			const uint8_t* packet{ nullptr };
			size_t length{ 0 };
			uint64_t dropped{ 0 };
			time_t reportedAt{ 0 };
		};

		// Static: a worker has one thread, and the signal handler reads it.
		static State& Current()
		{
			static State state;

			return state;
		}

		InHand(const std::string& owner, const uint8_t* packet, size_t length) : previous(Current())
		{
			auto& state       = Current();
			const size_t size = std::min(owner.size(), state.owner.size() - 1);

			std::memcpy(state.owner.data(), owner.data(), size);
			state.owner[size] = 0;
			state.packet      = packet;
			state.length      = length;
		}

		InHand(const InHand&)            = delete;
		InHand& operator=(const InHand&) = delete;

		static time_t Seconds()
		{
			timespec now{};

			clock_gettime(CLOCK_MONOTONIC, std::addressof(now));

			return now.tv_sec + 1;
		}

		// The signal handler: calls only what is allowed there (signal-safety(7)).
		static void OnSignal(int signal)
		{
			static const char* const digits = "0123456789abcdef";
			std::array<char, 320> line{};
			size_t at{ 0 };
			const auto append = [&](const char* text)
			{
				while (*text != 0 && at < line.size() - 1)
				{
					line[at++] = *text++;
				}
			};
			const auto& state = Current();

			append("surveillance died transport=");
			append(state.owner[0] == 0 ? "-" : state.owner.data());
			append(" packet=");

			for (size_t i{ 0 }; state.packet != nullptr && i < std::min(state.length, MaxReported); ++i)
			{
				const std::array<char, 3> hex{ digits[state.packet[i] >> 4], digits[state.packet[i] & 15], 0 };

				append(hex.data());
			}

			WriteLine(line.data());
			raise(signal);
		}

		const State previous;
	};
} // namespace surveillance
