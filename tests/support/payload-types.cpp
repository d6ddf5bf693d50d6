// Tells whose a packet is by its payload type. Takes steps as arguments: `+A96` and `+B96` have owner A or B use a payload
// type that alone tells its packets, `=A96` one whose packets are told otherwise, `-A` takes an owner away, and `?96`
// asks. Prints the answers as JSON; null where nobody's.
#include "payload_types.h"
#include <cstdio>
#include <cstdlib>
#include <string>

int main(int count, char** arguments)
{
	surveillance::PayloadTypes<const char*> types;
	const char* owners[]{ "A", "B" };
	std::string answers;

	for (int i{ 1 }; i < count; i++)
	{
		const std::string step{ arguments[i] };
		const char* owner = owners[step[1] == 'B' ? 1 : 0];

		if (step[0] == '-')
		{
			types.Remove(owner);
		}
		else if (step[0] == '?')
		{
			const char* found = types.Find(static_cast<uint8_t>(std::atoi(step.c_str() + 1)));

			answers += answers.empty() ? "" : ",";
			answers += found ? "\"" + std::string(found) + "\"" : "null";
		}
		else
		{
			types.Add(static_cast<uint8_t>(std::atoi(step.c_str() + 2)), owner, step[0] == '+');
		}
	}

	std::printf("[%s]", answers.c_str());
}
