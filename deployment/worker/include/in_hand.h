// Whose packet the worker handles just now. A packet that cannot be handled costs only itself: what it throws ends
// here, is counted and told of on standard error, at most once a second. When the worker dies all the same, its last
// words on standard error say whose packet it was. The server reads both (server/media/last-words.ts).
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
		// Runs `handle` with a packet in hand. `owner` is the id of the transport that it came by, or says what it is.
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

		// The same for work that no packet is to blame for.
		template<typename Handle>
		static void Do(const Handle& handle)
		{
			static const std::string nobody{ "-" };

			Take(nobody, nullptr, 0, handle);
		}

		// Called within `Take`, when the packet in hand cannot be handled.
		static void Drop(const char* reason)
		{
			auto& state = Current();

			state.dropped++;

			if (const auto now = Seconds(); now != state.told)
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
				Say(line.data());
				state.told    = now;
				state.dropped = 0;
			}
		}

		// From now on the worker tells what it had in hand when it dies of a signal, even of a full stack. It leaves no
		// core file: there would be pictures in it.
		static void TellWhenDying()
		{
			static std::array<char, 65536> spareStack;
			const stack_t stack{ spareStack.data(), 0, spareStack.size() };
			const rlimit none{ 0, 0 };
			struct sigaction action{};

			setrlimit(RLIMIT_CORE, std::addressof(none));
			sigaltstack(std::addressof(stack), nullptr);
			action.sa_handler = Die;
			action.sa_flags   = static_cast<int>(SA_ONSTACK | SA_RESETHAND);

			for (const int signal : { SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL })
			{
				sigaction(signal, std::addressof(action), nullptr);
			}
		}

		~InHand()
		{
			Current().owner  = this->before.owner;
			Current().packet = this->before.packet;
			Current().length = this->before.length;
		}

	private:
		static constexpr size_t MostTold{ 64 }; // bytes of a packet

		struct State
		{
			std::array<char, 40> owner{}; // an id is a UUID
			const uint8_t* packet{ nullptr };
			size_t length{ 0 };
			uint64_t dropped{ 0 };
			time_t told{ 0 };
		};

		// A worker is one thread, and a signal's handler may need it.
		static State& Current()
		{
			static State state;

			return state;
		}

		InHand(const std::string& owner, const uint8_t* packet, size_t length) : before(Current())
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

		// Never waits for whoever should read it.
		static void Say(const char* line)
		{
			std::array<char, 512> text{};
			const size_t length = std::min(std::strlen(line), text.size() - 1);

			std::memcpy(text.data(), line, length);
			text[length] = '\n';

			// Node's pipes are sockets; what is no socket is a file or a terminal.
			if (send(STDERR_FILENO, text.data(), length + 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && errno == ENOTSOCK)
			{
				[[maybe_unused]] const auto written = write(STDERR_FILENO, text.data(), length + 1);
			}
		}

		// Only does what a signal's handler may (signal-safety(7)).
		static void Die(int signal)
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

			for (size_t i{ 0 }; state.packet != nullptr && i < std::min(state.length, MostTold); ++i)
			{
				const std::array<char, 3> hex{ digits[state.packet[i] >> 4], digits[state.packet[i] & 15], 0 };

				append(hex.data());
			}

			Say(line.data());
			raise(signal);
		}

		const State before;
	};
} // namespace surveillance
