// The payload types and header extension ids of the offer that a viewer came with. mediasoup sends all consumers the
// router's; what goes to such a viewer is translated as the last thing before it is encrypted, so that all else in the
// worker goes by the router's (docs/decisions/offered-numbers.md).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

namespace surveillance
{
	class OfferedNumbers
	{
	public:
		// The RTCP feedback under which the server tells them in the parameters of a codec: mediasoup carries what it does
		// not know of that, and a worker without this part passes over it.
		static constexpr const char* Feedback{ "surveillance-numbers" };
		// Most that a packet grows by: where ids need the long form, a byte for each extension and padding.
		static constexpr size_t MostMore{ 64 };

		// From `100=96,101=97 1=4,5=3 126`: payload types, extension ids, and the payload type of packets that only try
		// the link. Extensions that are not named are left out. Null when the text is another.
		static std::shared_ptr<const OfferedNumbers> Parse(const std::string& text)
		{
			auto numbers        = std::make_shared<OfferedNumbers>();
			const char* rest    = text.c_str();
			unsigned long probe = 0;

			const bool isRight = ReadPairs(rest, numbers->payloadTypes, 127) && *rest++ == ' ' &&
			                     ReadPairs(rest, numbers->extensions, 255) && *rest++ == ' ' &&
			                     ReadNumber(rest, probe, 127) && *rest == '\0';

			if (!isRight)
			{
				return nullptr;
			}

			numbers->probe    = static_cast<uint8_t>(probe);
			numbers->longOnly = *std::max_element(numbers->extensions.begin(), numbers->extensions.end()) > HighestShort;

			return numbers;
		}

		// Writes the packet as the viewer is to get it.
		// @param room at least the packet's length and `MostMore`
		// @param isProbe whether it only tries the link, and belongs to no stream
		// @returns its length; 0 when it is no packet of RTP, has no room, or its payload type was not named
		size_t Write(const uint8_t* packet, size_t length, bool isProbe, uint8_t* to, size_t room) const
		{
			if (length < FixedHeader || length + MostMore > room)
			{
				return 0;
			}

			const bool isExtended = (packet[0] & ExtensionBit) != 0;
			const size_t header   = FixedHeader + ((packet[0] & 0x0f) * 4u);
			size_t from           = header;
			size_t written        = header;

			if (length < header + (isExtended ? 4u : 0u))
			{
				return 0;
			}

			std::memcpy(to, packet, header);

			const uint8_t payloadType = isProbe ? this->probe : this->payloadTypes[packet[1] & 0x7f];

			if (payloadType == Unnamed)
			{
				return 0;
			}

			to[1] = static_cast<uint8_t>((packet[1] & 0x80) | payloadType);

			if (isExtended)
			{
				const Block block(packet + header);

				from = header + 4 + block.length;

				if (from > length)
				{
					return 0;
				}

				const auto extensions = WriteExtensions(block, to + header);

				if (!extensions.isRight)
				{
					return 0;
				}

				if (extensions.length == 0)
				{
					to[0] &= static_cast<uint8_t>(~ExtensionBit);
				}

				written += extensions.length;
			}

			std::memcpy(to + written, packet + from, length - from);

			return written + length - from;
		}

		OfferedNumbers()
		{
			this->payloadTypes.fill(Unnamed);
		}

	private:
		static constexpr uint8_t Unnamed{ 0xff };
		static constexpr size_t FixedHeader{ 12 };
		static constexpr uint8_t ExtensionBit{ 0x10 };
		// Of ids in the short form (RFC 8285 §4.2), and of lengths there.
		static constexpr uint8_t HighestShort{ 14 };
		static constexpr size_t LongestShort{ 16 };

		// The extensions of a packet (RFC 8285).
		struct Block
		{
			explicit Block(const uint8_t* at)
			  : value(at + 4), length(((at[2] << 8) | at[3]) * 4u), isShort(at[0] == 0xbe && at[1] == 0xde),
			    isLong(at[0] == 0x10 && (at[1] & 0xf0) == 0)
			{
			}

			const uint8_t* value;
			size_t length;
			bool isShort;
			bool isLong;
		};

		struct Written
		{
			bool isRight;
			size_t length;
		};

		// @returns whether the extensions are all that they say
		template<typename Each>
		static bool ForEach(const Block& block, Each each)
		{
			const size_t head = block.isShort ? 1 : 2;

			for (size_t at{ 0 }; at < block.length;)
			{
				const uint8_t* element = block.value + at;

				if (element[0] == 0)
				{
					at += 1; // padding

					continue;
				}

				if (at + head > block.length)
				{
					return false;
				}

				const uint8_t id    = block.isShort ? element[0] >> 4 : element[0];
				const size_t length = block.isShort ? (element[0] & 0x0f) + 1u : element[1];

				if (at + head + length > block.length)
				{
					return false;
				}

				each(id, element + head, length);
				at += head + length;
			}

			return true;
		}

		Written WriteExtensions(const Block& block, uint8_t* to) const
		{
			if (!block.isShort && !block.isLong)
			{
				return { true, 0 }; // of nobody's making here
			}

			bool isLong        = this->longOnly;
			const bool isRight = ForEach(
			  block,
			  [&](uint8_t id, const uint8_t* /*value*/, size_t length)
			  { isLong = isLong || (this->extensions[id] != 0 && (length == 0 || length > LongestShort)); });

			if (!isRight)
			{
				return { false, 0 };
			}

			uint8_t* at = to + 4;
			size_t more{ 0 };

			ForEach(
			  block,
			  [&](uint8_t id, const uint8_t* value, size_t length)
			  {
				  const auto offered = this->extensions[id];

				  // What grows beyond the room that there is for it is left out.
				  more += isLong && block.isShort ? 1 : 0;

				  if (offered == 0 || more + 4 > MostMore)
				  {
					  return;
				  }

				  if (isLong)
				  {
					  *at++ = offered;
					  *at++ = static_cast<uint8_t>(length);
				  }
				  else
				  {
					  *at++ = static_cast<uint8_t>((offered << 4) | (length - 1));
				  }

				  std::memcpy(at, value, length);
				  at += length;
			  });

			if (at == to + 4)
			{
				return { true, 0 };
			}

			while ((at - to) % 4 != 0)
			{
				*at++ = 0;
			}

			const auto words = static_cast<size_t>(at - to - 4) / 4;

			to[0] = isLong ? 0x10 : 0xbe;
			to[1] = isLong ? 0x00 : 0xde;
			to[2] = static_cast<uint8_t>(words >> 8);
			to[3] = static_cast<uint8_t>(words);

			return { true, static_cast<size_t>(at - to) };
		}

		static bool ReadNumber(const char*& rest, unsigned long& number, unsigned long most)
		{
			if (*rest < '0' || *rest > '9')
			{
				return false;
			}

			char* end = nullptr;

			number = std::strtoul(rest, &end, 10);
			rest   = end;

			return number <= most;
		}

		// Pairs as in `1=4,5=3`, or none.
		template<typename Table>
		static bool ReadPairs(const char*& rest, Table& table, unsigned long most)
		{
			while (*rest != ' ')
			{
				unsigned long from = 0;
				unsigned long to   = 0;

				if (!ReadNumber(rest, from, most) || *rest++ != '=' || !ReadNumber(rest, to, most))
				{
					return false;
				}

				table[from] = static_cast<uint8_t>(to);

				if (*rest == ',')
				{
					++rest;
				}
				else if (*rest != ' ')
				{
					return false;
				}
			}

			return true;
		}

		std::array<uint8_t, 128> payloadTypes{};
		// By the router's ids; 0 for those that are not offered.
		std::array<uint8_t, 256> extensions{};
		uint8_t probe{ 0 };
		// One of the ids has no room in the short form: then all packets are in the long one, since a receiver need not
		// take both (RFC 8285 §4.1.2).
		bool longOnly{ false };
	};
} // namespace surveillance
