// What came of a stream since its last key picture, so that a newcomer can be shown the live picture without waiting for
// the next one: for cameras that cannot make a key picture when they are asked for it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace surveillance
{
	// Packets of a key picture and of those that need it, by their sequence numbers.
	template<typename Packet>
	struct PictureGroup
	{
		struct Entry
		{
			Packet packet;
			uint32_t timestamp;
		};

		uint16_t firstSeq{ 0 };
		uint32_t keyTimestamp{ 0 };
		// One that did not come is a gap, until it comes late.
		std::vector<std::optional<Entry>> entries;
		size_t missing{ 0 };
		size_t pictures{ 0 };
		// Parameter sets that are sent alone look like a key picture, and show nothing.
		bool isPicture{ false };
		size_t bytes{ 0 };
		int64_t beganAtMs{ 0 };
		int64_t newestAtMs{ 0 };
		// The group that begins with the next key picture.
		std::shared_ptr<PictureGroup> next;

		uint32_t GetNewestTimestamp() const
		{
			return this->entries.back()->timestamp; // the last one is never a gap
		}
	};

	// Bounds of what is kept.
	struct KeptLimits
	{
		size_t bytesOfStream{ 4u * 1024 * 1024 };
		size_t bytesOfAll{ 192u * 1024 * 1024 };
		int64_t longestMs{ 15000 };
		// A picture that is older is not shown as if it were live.
		int64_t oldestMs{ 2000 };
	};

	// Bytes that are kept of all streams of a worker.
	struct KeptTotal
	{
		size_t bytes{ 0 };
	};

	template<typename Packet>
	class KeptPictures
	{
	public:
		using Group = PictureGroup<Packet>;

		KeptPictures(KeptTotal& total, const KeptLimits& limits) : total(total), limits(limits)
		{
		}

		~KeptPictures()
		{
			Forget();
		}

		KeptPictures(const KeptPictures&)            = delete;
		KeptPictures& operator=(const KeptPictures&) = delete;

		// `take` makes what is kept of the packet. Nothing is kept of a stream before its first key picture, nor of one that
		// is too long before the next. `isLast` where it ends a picture.
		template<typename Take>
		void Add(
		  uint16_t seq, uint32_t timestamp, bool isKey, bool isLast, size_t bytes, int64_t nowMs, const Take& take)
		{
			if (isKey && IsNewKey(seq, timestamp))
			{
				Begin(seq, timestamp, nowMs);
			}

			if (!this->group)
			{
				return;
			}

			auto& entries    = this->group->entries;
			const auto index = static_cast<uint16_t>(seq - this->group->firstSeq);

			// Of the group before, or so far ahead that the sender has begun anew.
			if (index >= MaxPackets)
			{
				return;
			}

			if (
			  this->group->bytes + bytes > this->limits.bytesOfStream ||
			  this->total.bytes + bytes > this->limits.bytesOfAll ||
			  nowMs - this->group->beganAtMs > this->limits.longestMs || index == MaxPackets - 1)
			{
				this->isOver = true;
			}

			// Who is being shown it is shown all of it.
			if (this->isOver && this->group.use_count() == 1)
			{
				Forget();

				return;
			}

			if (index < entries.size() && entries[index])
			{
				return; // It came twice.
			}

			if (index >= entries.size())
			{
				this->group->missing += index - entries.size();
				this->group->pictures += entries.empty() || timestamp != this->group->GetNewestTimestamp() ? 1 : 0;
				entries.resize(index + 1u);
			}
			else
			{
				this->group->missing--;
			}

			entries[index].emplace(typename Group::Entry{ take(), timestamp });
			this->group->isPicture  = this->group->isPicture || isLast || index > 0;
			this->group->newestAtMs = nowMs;
			this->group->bytes += bytes;
			this->total.bytes += bytes;
		}

		// Of a stream that rests, is paused or ends.
		void Forget()
		{
			Drop();
			this->group.reset();
			this->isOver = false;
		}

		void ForgetOld(int64_t nowMs)
		{
			if (this->group && nowMs - this->group->newestAtMs > this->limits.oldestMs)
			{
				Forget();
			}
		}

		// What a newcomer can be shown; nothing where something is missing, or where the newest picture is not live any more.
		std::shared_ptr<Group> Get(int64_t nowMs) const
		{
			if (!this->group || this->isOver || !this->group->isPicture || this->group->missing > 0)
			{
				return nullptr;
			}

			const auto intervals  = static_cast<int64_t>(this->group->pictures);
			const auto intervalMs = (this->group->newestAtMs - this->group->beganAtMs) / intervals;
			const auto liveMs     = std::min(std::max<int64_t>(4 * intervalMs, 300), this->limits.oldestMs);

			return nowMs - this->group->newestAtMs > liveMs ? nullptr : this->group;
		}

	private:
		// A sequence number that is lower is further than this, seen from the first.
		static constexpr uint16_t MaxPackets{ 16384 };

		// All packets of a key picture may say that they are of one.
		bool IsNewKey(uint16_t seq, uint32_t timestamp) const
		{
			if (!this->group)
			{
				return true;
			}

			const bool isLater = static_cast<int32_t>(timestamp - this->group->keyTimestamp) > 0;
			const bool isAhead = static_cast<int16_t>(seq - this->group->firstSeq) > 0;

			// A sender that begins anew begins anywhere.
			return (isLater && isAhead) || static_cast<uint16_t>(seq - this->group->firstSeq) >= MaxPackets;
		}

		void Begin(uint16_t seq, uint32_t timestamp, int64_t nowMs)
		{
			auto fresh = std::make_shared<Group>();

			fresh->firstSeq     = seq;
			fresh->keyTimestamp = timestamp;
			fresh->beganAtMs    = nowMs;
			fresh->newestAtMs   = nowMs;

			if (this->group)
			{
				this->group->next = fresh;
			}

			Drop();
			this->group  = std::move(fresh);
			this->isOver = false;
		}

		// What a replay still holds is not counted any more; a replay is short.
		void Drop()
		{
			if (this->group)
			{
				this->total.bytes -= this->group->bytes;
			}
		}

	private:
		KeptTotal& total;
		const KeptLimits limits;
		std::shared_ptr<Group> group;
		// It was too long for one of the limits; whoever comes now waits for the next key picture.
		bool isOver{ false };
	};

	// Goes through what is kept up to the live end, for one newcomer. Meanwhile live packets wait: they are kept, too.
	template<typename Packet>
	class Replay
	{
	public:
		using Group = PictureGroup<Packet>;

		struct Due
		{
			const Packet* packet;
			uint16_t seq;
			// Pictures are shown in the order that they were made, and at once: each is stamped as the newest one but for some
			// ticks of the clock, and the newest one as itself, so that live goes on from there.
			uint32_t timestamp;
			// Pictures before it were left out, and it begins with a key picture.
			bool isFresh;
		};

		explicit Replay(std::shared_ptr<Group> group) : group(std::move(group))
		{
		}

		// Nothing at the end, and where a packet is missing.
		std::optional<Due> Next()
		{
			bool isFresh{ false };

			// What comes before a newer key picture is not needed any more. A picture is not left in its middle.
			while (this->group->next && this->group->next->isPicture && IsBetweenPictures())
			{
				isFresh     = isFresh || this->at < this->group->entries.size();
				this->group = this->group->next;
				this->at    = 0;
				this->inPicture.reset();
			}

			if (this->at >= this->group->entries.size() || !this->group->entries[this->at])
			{
				return std::nullopt;
			}

			const auto& entry = *this->group->entries[this->at];

			if (this->inPicture != entry.timestamp)
			{
				this->inPicture   = entry.timestamp;
				const auto newest = this->group->GetNewestTimestamp();
				const auto behind = static_cast<uint32_t>(this->group->entries.size() - 1 - this->at);

				this->stamp = entry.timestamp == newest ? newest : newest - behind;
			}

			const auto seq = static_cast<uint16_t>(this->group->firstSeq + this->at);

			this->at++;

			return Due{ std::addressof(entry.packet), seq, this->stamp, isFresh };
		}

		bool IsAtEnd() const
		{
			return this->at >= this->group->entries.size() && !this->group->next;
		}

	private:
		bool IsBetweenPictures() const
		{
			const auto& entries = this->group->entries;

			return this->at >= entries.size() || !entries[this->at] || entries[this->at]->timestamp != this->inPicture;
		}

	private:
		std::shared_ptr<Group> group;
		size_t at{ 0 };
		std::optional<uint32_t> inPicture;
		uint32_t stamp{ 0 };
	};
} // namespace surveillance
