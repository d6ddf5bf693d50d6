// The libsrtp 3 calls that the worker makes, over Debian's libsrtp 2. Version 3 has opaque policies
// and separate input and output buffers; version 2 works in place on int lengths.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <srtp2/srtp.h>

// Two error codes that only version 3 has, with its numbers. They follow those of version 2, and fit into the type.
inline constexpr auto srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(28);
inline constexpr auto srtp_err_status_cryptex_err  = static_cast<srtp_err_status_t>(29);

static_assert(srtp_err_status_pkt_idx_adv == 27, "libsrtp 2 has error codes that are taken for those of version 3");

namespace surveillance
{
	// The policy of version 2 points to its key, so the key is kept beside it.
	struct SrtpPolicy
	{
		::srtp_policy_t policy{};
		uint8_t key[SRTP_MAX_KEY_LEN]{};
	};

	using SrtpInPlace = srtp_err_status_t (*)(srtp_t, void*, int*);

	// Calls version 2's in-place function, after copying the packet to the output buffer.
	inline srtp_err_status_t srtpConvert(
	  SrtpInPlace convert, srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen, size_t growth)
	{
		if (*outLen < inLen + growth)
		{
			return srtp_err_status_buffer_small;
		}
		if (in != out && inLen > 0)
		{
			std::memcpy(out, in, inLen);
		}

		auto len          = static_cast<int>(inLen);
		const auto status = convert(session, out, std::addressof(len));

		*outLen = static_cast<size_t>(len);

		return status;
	}
} // namespace surveillance

using surveillance_srtp_policy_t = surveillance::SrtpPolicy*;

inline srtp_err_status_t srtp_policy_create(surveillance_srtp_policy_t* policy)
{
	*policy = new surveillance::SrtpPolicy();

	return srtp_err_status_ok;
}

inline void srtp_policy_destroy(surveillance_srtp_policy_t policy)
{
	delete policy;
}

inline srtp_err_status_t srtp_policy_set_ssrc(surveillance_srtp_policy_t policy, srtp_ssrc_t ssrc)
{
	policy->policy.ssrc = ssrc;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(surveillance_srtp_policy_t policy, srtp_profile_t profile)
{
	const auto status = srtp_crypto_policy_set_from_profile_for_rtp(&policy->policy.rtp, profile);

	if (status != srtp_err_status_ok)
	{
		return status;
	}

	// RTCP keeps the 80 bit tag even where RTP's is 32 bits long (RFC 5764, section 4.1.2).
	return srtp_crypto_policy_set_from_profile_for_rtcp(
	  &policy->policy.rtcp, profile == srtp_profile_aes128_cm_sha1_32 ? srtp_profile_aes128_cm_sha1_80 : profile);
}

// The master key identifier is never used by the worker, so a request for one is refused.
inline srtp_err_status_t srtp_policy_add_key(
  surveillance_srtp_policy_t policy,
  const uint8_t* key,
  size_t keyLen,
  const uint8_t* salt,
  size_t saltLen,
  const uint8_t* /*mki*/,
  size_t mkiLen)
{
	if (mkiLen != 0 || keyLen + saltLen > sizeof(policy->key))
	{
		return srtp_err_status_bad_param;
	}

	std::copy_n(key, keyLen, policy->key);
	std::copy_n(salt, saltLen, policy->key + keyLen);
	policy->policy.key = policy->key;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(surveillance_srtp_policy_t policy, bool allow)
{
	policy->policy.allow_repeat_tx = allow ? 1 : 0;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(surveillance_srtp_policy_t policy, size_t size)
{
	policy->policy.window_size = static_cast<unsigned long>(size);

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_create(srtp_t* session, surveillance_srtp_policy_t policy)
{
	return srtp_create(session, static_cast<const ::srtp_policy_t*>(&policy->policy));
}

inline srtp_err_status_t srtp_protect(
  srtp_t session, const uint8_t* rtp, size_t rtpLen, uint8_t* out, size_t* outLen, size_t /*mkiIndex*/)
{
	return surveillance::srtpConvert(srtp_protect, session, rtp, rtpLen, out, outLen, SRTP_MAX_TRAILER_LEN);
}

inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t session, const uint8_t* rtcp, size_t rtcpLen, uint8_t* out, size_t* outLen, size_t /*mkiIndex*/)
{
	// SRTCP adds its own index of four bytes to the trailer (RFC 3711, section 3.4).
	return surveillance::srtpConvert(
	  srtp_protect_rtcp, session, rtcp, rtcpLen, out, outLen, SRTP_MAX_TRAILER_LEN + sizeof(uint32_t));
}

inline srtp_err_status_t srtp_unprotect(
  srtp_t session, const uint8_t* srtp, size_t srtpLen, uint8_t* out, size_t* outLen)
{
	return surveillance::srtpConvert(srtp_unprotect, session, srtp, srtpLen, out, outLen, 0);
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t session, const uint8_t* srtcp, size_t srtcpLen, uint8_t* out, size_t* outLen)
{
	return surveillance::srtpConvert(srtp_unprotect_rtcp, session, srtcp, srtcpLen, out, outLen, 0);
}

inline srtp_err_status_t srtp_stream_remove(srtp_t session, uint32_t ssrc)
{
	return srtp_remove_stream(session, ssrc);
}

// From here on the worker's `srtp_policy_t` is the opaque one.
#define srtp_policy_t surveillance_srtp_policy_t
