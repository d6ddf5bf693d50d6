// Fuzzes the calls of libsrtp 3 that the worker makes over libsrtp 2 (srtp.h), with AES-GCM by IPsec-MB where the
// processor can do it: packets of any content and length, in place or not, into buffers of any size.
#include "gcm.h"
#include "srtp.h"
#include "chance.h"
#include <array>
#include <vector>

static constexpr std::array Profiles{
	srtp_profile_aes128_cm_sha1_80,
	srtp_profile_aes128_cm_sha1_32,
	srtp_profile_aead_aes_128_gcm,
	srtp_profile_aead_aes_256_gcm,
};

static srtp_t open(srtp_profile_t profile, srtp_ssrc_type_t direction)
{
	static const std::array<uint8_t, 46> Key{ 1, 2, 3 };
	const size_t keySize  = srtp_profile_get_master_key_length(profile);
	const size_t saltSize = srtp_profile_get_master_salt_length(profile);
	srtp_policy_t policy{ nullptr };
	srtp_t session{ nullptr };

	must(srtp_policy_create(&policy) == srtp_err_status_ok);
	must(srtp_policy_set_ssrc(policy, { direction, 0 }) == srtp_err_status_ok);
	must(srtp_policy_set_profile(policy, profile) == srtp_err_status_ok);
	must(srtp_policy_add_key(policy, Key.data(), keySize, Key.data(), saltSize, nullptr, 0) == srtp_err_status_ok);
	must(srtp_policy_set_allow_repeat_tx(policy, true) == srtp_err_status_ok);
	must(srtp_policy_set_window_size(policy, 1024) == srtp_err_status_ok);
	must(srtp_create(&session, policy) == srtp_err_status_ok);
	srtp_policy_destroy(policy);

	return session;
}

extern "C" int LLVMFuzzerInitialize(int*, char***)
{
	must(surveillance::Gcm::InitSrtp() == srtp_err_status_ok);

	return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size)
{
	Chance chance(bytes, size);
	const auto profile    = Profiles[chance.Below(Profiles.size())];
	const srtp_t sender   = open(profile, ssrc_any_outbound);
	const srtp_t receiver = open(profile, ssrc_any_inbound);

	for (int packets{ 0 }; packets < 8 && !chance.IsOver(); packets++)
	{
		const bool isRtcp   = chance.Below(2) == 1;
		const bool isOpened = chance.Below(2) == 1;
		// Exactly as large as stated, so that the sanitizer notices a write of one byte too many.
		std::vector<uint8_t> packet(chance.Below(1600));
		std::vector<uint8_t> output(chance.Below(1800));
		size_t length = output.size();

		packet.resize(chance.Take(packet.data(), packet.size()));

		if (isOpened)
		{
			const auto status = isRtcp ? srtp_unprotect_rtcp(receiver, packet.data(), packet.size(), output.data(), &length)
			                           : srtp_unprotect(receiver, packet.data(), packet.size(), output.data(), &length);

			must(status != srtp_err_status_ok || length <= output.size());
			continue;
		}

		const auto status = isRtcp ? srtp_protect_rtcp(sender, packet.data(), packet.size(), output.data(), &length, 0)
		                           : srtp_protect(sender, packet.data(), packet.size(), output.data(), &length, 0);

		if (status != srtp_err_status_ok)
		{
			continue;
		}

		must(length > packet.size() && length <= output.size());

		// Decrypting gives back the packet, in place as well.
		size_t opened = length;
		const auto back = isRtcp ? srtp_unprotect_rtcp(receiver, output.data(), length, output.data(), &opened)
		                         : srtp_unprotect(receiver, output.data(), length, output.data(), &opened);

		must(
		  back != srtp_err_status_ok ||
		  (opened == packet.size() && std::equal(packet.begin(), packet.end(), output.begin())));
	}

	srtp_dealloc(sender);
	srtp_dealloc(receiver);

	return 0;
}
