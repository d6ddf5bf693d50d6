// Which parts of this project are in the worker's program and active, and with what it was built. The worker tells it
// on standard error when it starts, and the server compares it with what it was told to run
// (server/media/worker-report.ts).
#pragma once

#include <cstdio>
#include <string>

namespace surveillance
{
	class Parts
	{
	public:
		// Called by a part that is linked in or ready to be used. Returns true, so that a constant's initialiser can call it.
		static bool Add(const char* name)
		{
			Append(Names(), name);

			return true;
		}

		static bool AddLibrary(const char* name, const char* version)
		{
			Append(Libraries(), std::string(name) + "=" + version);

			return true;
		}

		static void Tell(const char* mediasoup)
		{
			std::fprintf(
			  stderr,
			  "surveillance worker mediasoup=%s parts=%s libraries=%s\n",
			  mediasoup,
			  Names().c_str(),
			  Libraries().c_str());
		}

	private:
		// Functions and not constants: initialisers of other files may come before those of this one.
		static std::string& Names()
		{
			static std::string names;

			return names;
		}

		static std::string& Libraries()
		{
			static std::string libraries;

			return libraries;
		}

		static void Append(std::string& list, const std::string& entry)
		{
			list += list.empty() ? entry : "," + entry;
		}
	};
} // namespace surveillance
