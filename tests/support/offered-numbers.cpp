// Translates packets to the numbers of a viewer's offer. With two arguments, the numbers as text and a packet in hex, it
// prints as JSON what that becomes, also as a packet that only tries the link; null where nothing is to be sent. With
// one, it translates damaged packets of all kinds, and prints how many it took.
#include "offered_numbers.h"
#include <cstdio>
#include <random>
#include <string>
#include <vector>

using surveillance::OfferedNumbers;

static std::string hex(const uint8_t* bytes, size_t length)
{
	std::string text{ "\"" };
	char byte[3];

	for (size_t i{ 0 }; i < length; i++)
	{
		std::snprintf(byte, sizeof(byte), "%02x", bytes[i]);
		text += byte;
	}

	return length == 0 ? "null" : text + "\"";
}

static std::string translated(const OfferedNumbers& numbers, const std::vector<uint8_t>& packet, bool isProbe)
{
	// As large as it says to need, and no byte more.
	std::vector<uint8_t> to(packet.size() + OfferedNumbers::MostMore);
	const auto length = numbers.Write(packet.data(), packet.size(), isProbe, to.data(), to.size());

	return hex(to.data(), length);
}

static size_t damaged(const OfferedNumbers& numbers)
{
	std::minstd_rand random(1);
	size_t taken{ 0 };

	for (size_t round{ 0 }; round < 200'000; round++)
	{
		std::vector<uint8_t> packet(random() % 90);

		for (auto& byte : packet)
		{
			byte = static_cast<uint8_t>(random());
		}

		if (packet.size() > 16)
		{
			packet[0] = round % 2 == 0 ? 0x90 : static_cast<uint8_t>(0x80 | (packet[0] & 0x1f));
			const size_t at = 12 + ((packet[0] & 0x0f) * 4u);

			if (at + 4 <= packet.size())
			{
				packet[at]     = round % 4 < 2 ? 0xbe : 0x10;
				packet[at + 1] = round % 4 < 2 ? 0xde : 0x00;
				packet[at + 2] = 0;
				packet[at + 3] = static_cast<uint8_t>(packet[at + 3] % 18);
			}
		}

		taken += translated(numbers, packet, false) != "null";
	}

	return taken;
}

int main(int count, char** arguments)
{
	const auto numbers = OfferedNumbers::Parse(arguments[1]);

	if (!numbers)
	{
		std::puts(R"({"refused":true})");

		return 0;
	}

	if (count < 3)
	{
		std::printf("{\"taken\":%zu}\n", damaged(*numbers));

		return 0;
	}

	const std::string text{ arguments[2] };
	std::vector<uint8_t> packet;

	for (size_t i{ 0 }; i + 1 < text.size(); i += 2)
	{
		packet.push_back(static_cast<uint8_t>(std::stoul(text.substr(i, 2), nullptr, 16)));
	}

	std::printf(
	  "{\"media\":%s,\"probe\":%s}\n",
	  translated(*numbers, packet, false).c_str(),
	  translated(*numbers, packet, true).c_str());

	return 0;
}
