// Pre-included for DtlsTransport.cpp only. The worker's BIO callback answers 1 to every completed
// operation it does not know. Debian's OpenSSL, built with kernel TLS, then takes the 1 for "this BIO
// encrypts by itself" (BIO_CTRL_GET_KTLS_SEND), sets up no write buffer and crashes in the first
// handshake. After an operation (BIO_CB_RETURN) a callback is to hand back the result it was given
// (BIO_set_callback_ex(3)), so this wrapper sees to that.
#pragma once

#include <openssl/bio.h>

namespace surveillance
{
	// DtlsTransport.cpp sets one callback only, so one slot suffices.
	inline BIO_callback_fn_ex wrappedBioCallback{ nullptr };

	inline long bioCallback(
	  BIO* bio, int operation, const char* argp, size_t len, int argi, long argl, int ret, size_t* processed)
	{
		const long answer = wrappedBioCallback(bio, operation, argp, len, argi, argl, ret, processed);

		return (operation & BIO_CB_RETURN) != 0 ? static_cast<long>(ret) : answer;
	}

	inline void setBioCallback(BIO* bio, BIO_callback_fn_ex callback)
	{
		wrappedBioCallback = callback;
		BIO_set_callback_ex(bio, bioCallback);
	}
} // namespace surveillance

#define BIO_set_callback_ex(bio, callback) surveillance::setBioCallback(bio, callback)
