// Of cameras that cannot make a key picture when asked: keeps what came since their last one, and sends it to consumers
// that wait for one. Part of a router.
#pragma once

#include "burst_pace.h"
#include "in_hand.h"
#include "kept_pictures.h"
#include "RTC/Consumer.hpp"
#include "RTC/Producer.hpp"
#include "RTC/RTP/Packet.hpp"
#include "RTC/RTP/SharedPacket.hpp"
#include "RTC/Transport.hpp"
#include "SharedInterface.hpp"
#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace surveillance
{
	class Replays : public TimerHandleInterface::Listener
	{
	public:
		explicit Replays(SharedInterface* shared)
		  : shared(shared), sendTimer(shared->CreateTimer(this, "replays-send")),
		    sweepTimer(shared->CreateTimer(this, "replays-sweep"))
		{
		}

		void AddProducer(const RTC::Producer* producer)
		{
			if (producer->GetKind() == RTC::Media::Kind::VIDEO && !MakesKeyPictures(producer->GetRtpParameters()))
			{
				this->producers[producer];
				this->sweepTimer->Start(SweepMs, SweepMs);
			}
		}

		void RemoveProducer(const RTC::Producer* producer)
		{
			this->producers.erase(producer);
		}

		// It is paused: what comes later belongs to another time.
		void Forget(const RTC::Producer* producer)
		{
			const auto it = this->producers.find(producer);

			if (it != this->producers.end())
			{
				it->second.clear();
			}
		}

		void RemoveConsumer(const RTC::Consumer* consumer)
		{
			std::erase_if(this->running, [&](const auto& entry) { return entry.first.first == consumer; });
		}

		// Keeps a packet that has come. `sharedPacket` then holds it for consumers, too.
		void Add(const RTC::Producer* producer, RTC::RTP::Packet* packet, RTC::RTP::SharedPacket& sharedPacket)
		{
			if (this->producers.empty())
			{
				return;
			}

			const auto it = this->producers.find(producer);

			if (it == this->producers.end())
			{
				return;
			}

			auto& stream = it->second[packet->GetSsrc()];

			if (!stream)
			{
				stream = std::make_unique<Kept>(Total(), KeptLimits{});
			}

			stream->Add(
			  packet->GetSequenceNumber(),
			  packet->GetTimestamp(),
			  packet->IsKeyFrame(),
			  packet->HasMarker(),
			  packet->GetLength() + Beside,
			  this->shared->GetTimeMs(),
			  [&]
			  {
				  if (!sharedPacket.HasPacket())
				  {
					  sharedPacket.Assign(packet);
				  }

				  return sharedPacket;
			  });
		}

		// The same where nobody gets it yet.
		void Add(const RTC::Producer* producer, RTC::RTP::Packet* packet)
		{
			if (this->producers.contains(producer))
			{
				RTC::RTP::SharedPacket sharedPacket;

				Add(producer, packet, sharedPacket);
			}
		}

		// Whether live packets of a stream are for a consumer to wait until a replay has come to them.
		bool Holds(RTC::Consumer* consumer, uint32_t ssrc) const
		{
			return !this->running.empty() && this->running.contains({ consumer, ssrc });
		}

		// A consumer asks for a key picture of a stream. Whatever the answer is, its camera is asked for none in vain.
		void Begin(
		  RTC::Transport* transport, const RTC::Producer* producer, RTC::Consumer* consumer, uint32_t ssrc)
		{
			const auto it = this->producers.find(producer);

			// Who is shown pictures already waits for the next key picture, as everybody does.
			if (it == this->producers.end() || !consumer->AwaitsKeyFrame(ssrc))
			{
				return;
			}

			const auto stream = it->second.find(ssrc);
			const auto nowMs  = this->shared->GetTimeMs();
			const auto group  = stream == it->second.end() ? nullptr : stream->second->Get(nowMs);

			if (
			  !group ||
			  !transport->GetBurstPace().Allows(group->bytes, transport->GetAvailableOutgoingBitrate(), nowMs))
			{
				return;
			}

			// Live packets that came too early for it are in the group.
			consumer->OnProducerStreamManagerClearRetransmissionBuffer();
			this->running.insert_or_assign({ consumer, ssrc }, Running{ transport, Cursor(group), nowMs });
			this->begun++;

			if (!this->sendTimer->IsActive())
			{
				this->sendTimer->Start(0, SendMs);
			}
		}

		/* Methods inherited from TimerHandleInterface::Listener. */
	public:
		void OnTimer(TimerHandleInterface* timer) override
		{
			if (timer == this->sweepTimer.get())
			{
				Sweep();
			}
			else
			{
				Send();
			}
		}

	private:
		using Kept   = KeptPictures<RTC::RTP::SharedPacket>;
		using Cursor = Replay<RTC::RTP::SharedPacket>;
		using Key    = std::pair<RTC::Consumer*, uint32_t>;

		struct Running
		{
			RTC::Transport* transport;
			Cursor cursor;
			// When it went on last.
			int64_t movedAtMs;
		};

		static constexpr int64_t SendMs{ 4 };
		static constexpr int64_t SweepMs{ 1000 };
		// Longest wait for a packet that is missing, ms.
		static constexpr int64_t StuckMs{ 500 };
		// Packets in one go for all newcomers together: live pictures of others come first.
		static constexpr size_t MostAtOnce{ 600 };
		// What a packet that is kept takes beside its bytes.
		static constexpr size_t Beside{ sizeof(RTC::RTP::Packet) + 160 };

		// A worker has one thread.
		static KeptTotal& Total()
		{
			static KeptTotal total;

			return total;
		}

		// A sender that makes key pictures when asked says so by the feedback that it takes (RFC 4585 §4.2, RFC 5104 §7.1).
		static bool MakesKeyPictures(const RTC::RtpParameters& parameters)
		{
			return std::ranges::any_of(
			  parameters.codecs,
			  [](const auto& codec)
			  {
				  return std::ranges::any_of(
				    codec.rtcpFeedback,
				    [](const auto& feedback)
				    {
					    return (feedback.type == "nack" && feedback.parameter == "pli") ||
					           (feedback.type == "ccm" && feedback.parameter == "fir");
				    });
			  });
		}

		void Send()
		{
			const auto nowMs = this->shared->GetTimeMs();
			size_t left{ MostAtOnce };
			std::vector<Key> turns;

			if (this->running.empty())
			{
				this->sendTimer->Stop();

				return;
			}

			turns.reserve(this->running.size());

			// One after another begins, so that all come to their turn.
			for (const auto& entry : this->running)
			{
				turns.push_back(entry.first);
			}

			std::ranges::rotate(turns, turns.begin() + static_cast<long>(this->turn++ % turns.size()));

			for (const auto& key : turns)
			{
				left -= SendTo(key, std::min(left, MostAtOnce / std::min<size_t>(turns.size(), 8) + 1), nowMs);
			}
		}

		// Returns how many packets were sent. What is sent may make the consumer ask for a key picture anew.
		size_t SendTo(const Key& key, size_t most, int64_t nowMs)
		{
			auto* consumer = key.first;
			size_t sent{ 0 };

			while (true)
			{
				const auto it = this->running.find(key);

				if (it == this->running.end())
				{
					return sent;
				}

				auto& [transport, cursor, movedAtMs] = it->second;

				if (!consumer->IsActive() || cursor.IsAtEnd())
				{
					this->running.erase(it);

					return sent;
				}

				auto& pace = transport->GetBurstPace();

				if (sent >= most || pace.Take(transport->GetAvailableOutgoingBitrate(), nowMs) == 0)
				{
					return sent;
				}

				const auto due = cursor.Next();

				if (!due)
				{
					// Live goes on with the next key picture.
					if (nowMs - movedAtMs > StuckMs)
					{
						consumer->AwaitKeyFrame(key.second);
						this->running.erase(it);
					}

					return sent;
				}

				movedAtMs = nowMs;

				if (due->isFresh)
				{
					consumer->AwaitKeyFrame(key.second);
				}

				auto sharedPacket    = *due->packet;
				auto* packet         = sharedPacket.GetPacket();
				const auto timestamp = packet->GetTimestamp();
				const auto& mid      = consumer->GetRtpParameters().mid;

				if (!mid.empty())
				{
					packet->UpdateMid(mid);
				}

				packet->SetTimestamp(due->timestamp);
				pace.Sent(packet->GetLength(), nowMs);

				try
				{
					consumer->SendRtpPacket(packet, sharedPacket);
				}
				catch (...)
				{
					packet->SetTimestamp(timestamp);

					throw;
				}

				packet->SetTimestamp(timestamp);
				sent++;
			}
		}

		void Sweep()
		{
			const auto nowMs = this->shared->GetTimeMs();

			for (auto& producer : this->producers)
			{
				for (auto& stream : producer.second)
				{
					stream.second->ForgetOld(nowMs);
				}
			}

			if (Total().bytes != this->toldBytes || this->begun > 0)
			{
				std::array<char, 80> line{};

				std::snprintf(
				  line.data(), line.size(), "surveillance kept=%zu replays=%zu", Total().bytes, this->begun);
				InHand::WriteLine(line.data());
				this->toldBytes = Total().bytes;
				this->begun     = 0;
			}

			if (this->producers.empty())
			{
				this->sweepTimer->Stop();
			}
		}

	private:
		SharedInterface* shared{ nullptr };
		const std::unique_ptr<TimerHandleInterface> sendTimer;
		const std::unique_ptr<TimerHandleInterface> sweepTimer;
		// Streams by their mapped SSRC.
		std::map<const RTC::Producer*, std::map<uint32_t, std::unique_ptr<Kept>>> producers;
		std::map<Key, Running> running;
		size_t turn{ 0 };
		// Since it was told last.
		size_t begun{ 0 };
		size_t toldBytes{ 0 };
	};
} // namespace surveillance
