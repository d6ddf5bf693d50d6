// Datagrams that wait for the worker, and whose turn it is: weighted fair queueing (Demers, Keshav, Shenker:
// Analysis and Simulation of a Fair Queueing Algorithm, 1989). Each sender is due when it would be if all that
// wait were served at once, a little each. So little work goes ahead of much, and nobody can be kept waiting for
// good. Work is the number of datagrams that are handled and sent.
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
	// A datagram that has come.
	struct Received
	{
		uv_udp_t* socket; // on which it was heard
		Address from;
		std::vector<char> bytes;
	};

	// Who has a line of its own: a transport, whatever it sends from; an address; or all strangers together.
	struct Sender
	{
		const void* owner{ nullptr }; // a transport, or the socket on which an address is heard
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

		// How many of a sender's wait.
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

		// Drops what has come on a socket; `handle` may call it below.
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

		// Hands over what waits of the sender that is due; when it is much, the rest waits until nobody is due before.
		// `handle` gets the datagram, and returns the work that it was, as this does for all.
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

			// All that waited were served at the same time.
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

		static constexpr uint64_t MaxWork{ 256 }; // of a turn, before others may come in between

	private:
		static constexpr size_t MaxTurn{ 16 };     // datagrams: more than most frames have
		static constexpr size_t MaxLines{ 16384 }; // remembered

		struct Line // of a sender
		{
			std::list<Received> waiting;
			double work{ 1 }; // of a datagram, mean
			double due{ 0 };
			// In this turn:
			size_t left{ 0 }; // datagrams
			size_t handled{ 0 };
			uint64_t done{ 0 };
		};

		struct Turn
		{
			double due;
			uint64_t number; // first come, first served
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
		double clock{ 0 };  // Work that each of those that wait would have got.
		double latest{ 0 }; // The latest that anybody was due.
	};
} // namespace surveillance
