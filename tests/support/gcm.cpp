// Compares the media worker's AES-GCM with libsrtp's own: encrypts and decrypts the same packets with both.
// Prints JSON: ciphers that libsrtp has accepted; packets; how many both encrypted into the same bytes; how many each
// decrypted that the other had encrypted; and how many altered ones each refused.
// Linked with --wrap for the function below.
#include "gcm.h"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

static int replaced;

extern "C"
{
	srtp_err_status_t __real_srtp_replace_cipher_type(const srtp_cipher_type_t* type, srtp_cipher_type_id_t id);

	srtp_err_status_t __wrap_srtp_replace_cipher_type(const srtp_cipher_type_t* type, srtp_cipher_type_id_t id)
	{
		const auto status = __real_srtp_replace_cipher_type(type, id);

		replaced += status == srtp_err_status_ok;

		return status;
	}
}

static constexpr size_t MaxSize{ 1400 };
static constexpr int PacketsPerPolicy{ 500 };

static std::mt19937 chance{ 1 };

static size_t Below(size_t limit)
{
	return chance() % limit;
}

struct Packet
{
	uint8_t bytes[MaxSize + SRTP_MAX_TRAILER_LEN + sizeof(uint32_t)]{};
	int size{ 0 };

	bool operator==(const Packet& other) const
	{
		return this->size == other.size && std::memcmp(this->bytes, other.bytes, this->size) == 0;
	}
};

static Packet RandomPacket(size_t headerSize)
{
	Packet packet;

	packet.size = headerSize + 4 * Below((MaxSize - headerSize) / 4);

	for (int index{ 0 }; index < packet.size; index++)
	{
		packet.bytes[index] = Below(256);
	}

	return packet;
}

// With some contributing sources, or an extension (RFC 3550, section 5.1).
static Packet RandomRtp(uint16_t sequence)
{
	const size_t sources = Below(3);
	const bool extended  = Below(2) == 1;
	Packet packet        = RandomPacket(12 + 4 * sources + (extended ? 12 : 0));
	uint8_t* extension   = packet.bytes + 12 + 4 * sources;

	packet.bytes[0] = 0x80 | (extended ? 0x10 : 0) | sources;
	packet.bytes[2] = sequence >> 8;
	packet.bytes[3] = sequence & 0xff;

	std::memset(packet.bytes + 8, 7, 4); // the source

	if (extended)
	{
		extension[2] = 0;
		extension[3] = 2; // words
	}

	return packet;
}

static Packet RandomRtcp(uint16_t)
{
	Packet packet = RandomPacket(8);

	packet.bytes[0] = 0x80;
	packet.bytes[1] = 200;
	std::memset(packet.bytes + 4, 7, 4); // the source

	return packet;
}

// A sender and a receiver with one key.
struct Ends
{
	srtp_t sender{ nullptr };
	srtp_t receiver{ nullptr };

	explicit Ends(srtp_policy_t policy)
	{
		policy.ssrc.type = ssrc_any_outbound;
		Must(srtp_create(&this->sender, &policy));
		policy.ssrc.type = ssrc_any_inbound;
		Must(srtp_create(&this->receiver, &policy));
	}

	Ends(const Ends&) = delete;

	~Ends()
	{
		srtp_dealloc(this->sender);
		srtp_dealloc(this->receiver);
	}

	static void Must(srtp_err_status_t status)
	{
		if (status != srtp_err_status_ok)
		{
			std::fprintf(stderr, "libsrtp answers %d\n", status);
			std::exit(1);
		}
	}
};

struct Kind
{
	Packet (*random)(uint16_t sequence);
	srtp_err_status_t (*protect)(srtp_t, void*, int*);
	srtp_err_status_t (*open)(srtp_t, void*, int*);
};

static const Kind Kinds[]{ { RandomRtp, srtp_protect, srtp_unprotect },
	                         { RandomRtcp, srtp_protect_rtcp, srtp_unprotect_rtcp } };

// For RTP, and for RTCP, which may be authenticated without being encrypted.
static void (*const Policies[][2])(srtp_crypto_policy_t*){
	{ srtp_crypto_policy_set_aes_gcm_128_16_auth, srtp_crypto_policy_set_aes_gcm_128_16_auth },
	{ srtp_crypto_policy_set_aes_gcm_256_16_auth, srtp_crypto_policy_set_aes_gcm_256_16_auth },
	{ srtp_crypto_policy_set_aes_gcm_128_8_auth, srtp_crypto_policy_set_aes_gcm_128_8_only_auth },
	{ srtp_crypto_policy_set_aes_gcm_256_8_auth, srtp_crypto_policy_set_aes_gcm_256_8_only_auth },
};

static int packets, same, opened, refused;

static bool Opens(const Kind& kind, srtp_t receiver, Packet packet, const Packet& original)
{
	return kind.open(receiver, packet.bytes, &packet.size) == srtp_err_status_ok && packet == original;
}

static void Compare(const Kind& kind, const Ends& theirs, const Ends& ours, uint16_t sequence)
{
	const Packet original = kind.random(sequence);
	Packet byThem         = original;
	Packet byUs           = original;

	Ends::Must(kind.protect(theirs.sender, byThem.bytes, &byThem.size));
	Ends::Must(kind.protect(ours.sender, byUs.bytes, &byUs.size));

	Packet changed = byThem;

	changed.bytes[Below(changed.size)] ^= 1 << Below(8);
	packets++;
	same += byUs == byThem;
	refused += !Opens(kind, theirs.receiver, changed, original);
	refused += !Opens(kind, ours.receiver, changed, original);
	opened += Opens(kind, theirs.receiver, byUs, original);
	opened += Opens(kind, ours.receiver, byThem, original);
}

int main()
{
	Ends::Must((srtp_init)()); // libsrtp's own

	srtp_policy_t policies[std::size(Policies)]{};
	uint8_t key[SRTP_AES_GCM_256_KEY_LEN_WSALT];
	std::vector<std::unique_ptr<Ends>> theirs;

	for (auto& byte : key)
	{
		byte = Below(256);
	}
	for (size_t index{ 0 }; index < std::size(Policies); index++)
	{
		auto& policy = policies[index];

		Policies[index][0](&policy.rtp);
		Policies[index][1](&policy.rtcp);
		policy.key = key;
		theirs.push_back(std::make_unique<Ends>(policy));
	}

	Ends::Must(surveillance::Gcm::Install());

	for (size_t index{ 0 }; index < std::size(Policies); index++)
	{
		const Ends ours(policies[index]);

		for (const auto& kind : Kinds)
		{
			for (int sequence{ 1 }; sequence <= PacketsPerPolicy; sequence++)
			{
				Compare(kind, *theirs[index], ours, sequence);
			}
		}
	}

	std::printf(
	  "{\"replaced\":%d,\"packets\":%d,\"same\":%d,\"opened\":%d,\"refused\":%d}\n",
	  replaced,
	  packets,
	  same,
	  opened,
	  refused);

	theirs.clear();
	srtp_shutdown();
}
