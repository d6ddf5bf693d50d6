// A queue of received datagrams that decides which sender is served next: weighted fair queueing (Demers, Keshav,
// Shenker: Analysis and Simulation of a Fair Queueing Algorithm, 1989). A sender is served at the time at which it would
// be done if all senders were served in parallel, at equal speed. So senders that cause little work go first, and no
// sender waits for ever. Work is counted in datagrams: those handled, plus those sent because of them.
// Why: docs/decisions/fair-turns.md.
#pragma once

#include "address.h"
#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <list>
#include <queue>
#include <unordered_map>
#include <utility>
#include <uv.h>
#include <vector>

namespace surveillance
{
	// A received datagram.
	struct Received
	{
		uv_udp_t* socket; // that received it
		Address from;
		std::vector<char> bytes;
	};

	// Who has a line of its own in the queue: a transport, with all of its addresses; a single address; or all unknown
	// senders together.
	struct Sender
	{
		const void* owner{ nullptr }; // the transport, or the socket that received from the address
		Address address;

		bool operator==(const Sender& other) const = default;

		struct Hash
		{
			size_t operator()(const Sender& sender) const
			{
				return Address::Hash()(sender.address) ^ std::hash<const void*>()(sender.owner);
			}
		};
	};

	class FairQueue
	{
	public:
		size_t Size() const // datagrams
		{
			return this->size;
		}

		bool Empty() const
		{
			return this->turns.empty();
		}

		// How many datagrams of a sender wait.
		size_t Waiting(const Sender& sender) const
		{
			const auto line = this->lines.find(sender);

			return line == this->lines.end() ? 0 : line->second.waiting.size();
		}

		void Add(const Sender& sender, Received datagram)
		{
			if (this->lines.size() == MaxLines)
			{
				std::erase_if(this->lines, [](const auto& entry) { return entry.second.waiting.empty(); });
			}

			auto& line = this->lines[sender];

			line.waiting.push_back(std::move(datagram));
			this->size++;

			if (line.waiting.size() == 1)
			{
				WaitForTurn(sender, line);
			}
		}

		// Drops what a socket has received. May be called from within `handle` (see TakeTurn).
		void Forget(const uv_udp_t* socket)
		{
			for (auto entry = this->lines.begin(); entry != this->lines.end();)
			{
				auto& [sender, line] = *entry;
				const auto dropped   = line.waiting.remove_if([&](const auto& datagram) { return datagram.socket == socket; });
				const bool isUseless = line.waiting.empty() && (dropped > 0 || sender.owner == socket);

				this->size -= dropped;
				line.left = std::min(line.left, line.waiting.size());
				entry     = isUseless ? this->lines.erase(entry) : std::next(entry);
			}
		}

		// Handles the waiting datagrams of the sender that is due, up to a limit; the rest is handled when no other sender
		// is due earlier. `handle` gets a datagram and returns the work that it took; this returns their sum.
		template<typename Handle>
		uint64_t TakeTurn(const Handle& handle)
		{
			const Turn turn = this->turns.top();
			uint64_t done{ 0 };

			this->turns.pop();

			if (Line* line = Find(turn); line != nullptr && line->handled == 0)
			{
				line->left = std::min(line->waiting.size(), MaxTurn);
			}
			for (Line* line{ Find(turn) }; line != nullptr && line->left > 0 && done < MaxWork; line = Find(turn))
			{
				std::list<Received> next;

				next.splice(next.begin(), line->waiting, line->waiting.begin());
				line->left--;
				line->handled++;
				this->size--;

				const uint64_t work = handle(next.front());

				done += work;

				if ((line = Find(turn)) != nullptr)
				{
					line->done += work;
				}
			}

			// As if this work had been shared by all senders that waited.
			this->clock += static_cast<double>(done) / (this->turns.size() + 1);

			if (Line* line = Find(turn))
			{
				GoOn(turn, *line);
			}
			if (this->turns.empty())
			{
				this->clock = this->latest;
			}

			return done;
		}

		static constexpr uint64_t MaxWork{ 256 }; // of a turn; then others that are due earlier come first

	private:
		static constexpr size_t MaxTurn{ 16 };     // datagrams of a turn: more than most frames have
		static constexpr size_t MaxLines{ 16384 }; // then empty ones are forgotten

		struct Line // of one sender
		{
			std::list<Received> waiting;
			double work{ 1 }; // of one datagram, moving average
			double due{ 0 };
			// Of the current turn:
			size_t left{ 0 }; // datagrams to be handled
			size_t handled{ 0 };
			uint64_t done{ 0 };
		};

		struct Turn
		{
			double due;
			uint64_t number; // with equal due times, the first one added is first
			Sender sender;

			bool operator>(const Turn& other) const
			{
				return this->due != other.due ? this->due > other.due : this->number > other.number;
			}
		};

		Line* Find(const Turn& turn)
		{
			const auto line = this->lines.find(turn.sender);

			return line == this->lines.end() ? nullptr : std::addressof(line->second);
		}

		void WaitForTurn(const Sender& sender, Line& line)
		{
			line.due     = std::max(this->clock, line.due) + line.work;
			this->latest = std::max(this->latest, line.due);
			this->turns.push({ line.due, this->turnNumber++, sender });
		}

		void GoOn(const Turn& turn, Line& line)
		{
			if (line.left > 0)
			{
				this->turns.push(turn);

				return;
			}
			if (line.handled > 0)
			{
				const auto mean = static_cast<double>(line.done) / line.handled;

				line.due += line.done - line.work;
				line.work += (mean - line.work) / 4;
				line.handled = 0;
				line.done    = 0;
				this->latest = std::max(this->latest, line.due);
			}
			if (!line.waiting.empty())
			{
				WaitForTurn(turn.sender, line);
			}
		}

		std::unordered_map<Sender, Line, Sender::Hash> lines;
		std::priority_queue<Turn, std::vector<Turn>, std::greater<Turn>> turns;
		uint64_t turnNumber{ 0 };
		size_t size{ 0 };
		double clock{ 0 };  // The work done so far for each waiting sender, were all served in parallel.
		double latest{ 0 }; // The latest due time so far.
	};
} // namespace surveillance
