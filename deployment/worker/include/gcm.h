// AES-GCM (RFC 7714) for libsrtp, by Intel's IPsec-MB library, which is as fast on AMD's processors. A packet of video
// takes a quarter to a half of the time that it takes OpenSSL, which is made for few long messages and not for many short
// ones (docs/decisions/aes-gcm.md). libsrtp tests a cipher with known answers before it uses it.
#pragma once

#include <cstdint>
#include <cstring>
#include <intel-ipsec-mb.h>
#include <memory>
#include <new>
#include <openssl/crypto.h>
#include <srtp2/cipher.h>
#include <srtp2/srtp.h>
#include <utility>
#include <vector>

extern "C" const srtp_cipher_type_t srtp_aes_gcm_128;
extern "C" const srtp_cipher_type_t srtp_aes_gcm_256;

namespace surveillance
{
	// One key for one direction, and the state of the packet that is being worked on.
	class Gcm
	{
	public:
		// Called in place of srtp_init(); returns what that returns.
		static srtp_err_status_t InitSrtp()
		{
			const auto status = srtp_init();

			return status == srtp_err_status_ok ? Install() : status;
		}

		// Replaces libsrtp's ciphers for streams that are created from now on. Without the instructions that the library
		// needs, it changes nothing.
		static srtp_err_status_t Install()
		{
			if (!LoadLibrary())
			{
				return srtp_err_status_ok;
			}

			const auto status = srtp_replace_cipher_type(std::addressof(Type128()), SRTP_AES_GCM_128);

			return status == srtp_err_status_ok
			         ? srtp_replace_cipher_type(std::addressof(Type256()), SRTP_AES_GCM_256)
			         : status;
		}

		// Whether the ciphers were replaced.
		static bool IsActive()
		{
			return Library() != nullptr;
		}

	private:
		static constexpr size_t NonceSize{ 12 }; // bytes: RFC 7714, section 8.1

		// The library's functions for keys of one size.
		struct Functions
		{
			aes_gcm_pre_t expandKey;
			aes_gcm_init_t begin;
			aes_gcm_enc_dec_update_t encrypt;
			aes_gcm_enc_dec_update_t decrypt;
			aes_gcm_enc_dec_finalize_t finishEncrypting;
			aes_gcm_enc_dec_finalize_t finishDecrypting;
		};

		static IMB_MGR*& Library()
		{
			static IMB_MGR* library{ nullptr };

			return library;
		}

		// Returns whether the library is of use on this processor: without these instructions it emulates them, slowly.
		static bool LoadLibrary()
		{
			static constexpr uint64_t Needed{ IMB_FEATURE_AESNI | IMB_FEATURE_PCLMULQDQ };

			IMB_MGR* const library = alloc_mb_mgr(0);

			if (library == nullptr)
			{
				return false;
			}

			init_mb_mgr_auto(library, nullptr);

			if (imb_get_errno(library) != 0 || (library->features & Needed) != Needed)
			{
				free_mb_mgr(library);

				return false;
			}

			Library() = library;

			return true;
		}

		static const Functions& For128()
		{
			static const Functions functions{ Library()->gcm128_pre,          Library()->gcm128_init,
				                                Library()->gcm128_enc_update,   Library()->gcm128_dec_update,
				                                Library()->gcm128_enc_finalize, Library()->gcm128_dec_finalize };

			return functions;
		}

		static const Functions& For256()
		{
			static const Functions functions{ Library()->gcm256_pre,          Library()->gcm256_init,
				                                Library()->gcm256_enc_update,   Library()->gcm256_dec_update,
				                                Library()->gcm256_enc_finalize, Library()->gcm256_dec_finalize };

			return functions;
		}

		static const srtp_cipher_type_t& Type128()
		{
			static const auto type = Replacing(srtp_aes_gcm_128, "AES-128 GCM using IPsec-MB");

			return type;
		}

		static const srtp_cipher_type_t& Type256()
		{
			static const auto type = Replacing(srtp_aes_gcm_256, "AES-256 GCM using IPsec-MB");

			return type;
		}

		static srtp_cipher_type_t Replacing(srtp_cipher_type_t type, const char* description)
		{
			type.alloc       = Allocate;
			type.dealloc     = Deallocate;
			type.init        = SetKey;
			type.set_iv      = SetNonce;
			type.set_aad     = AddHeader;
			type.encrypt     = Encrypt;
			type.decrypt     = Decrypt;
			type.get_tag     = GetTag;
			type.description = description;

			return type;
		}

		static srtp_err_status_t Allocate(srtp_cipher_t** cipher, int keyLength, int tagLength)
		{
			const bool large = keyLength == SRTP_AES_GCM_256_KEY_LEN_WSALT;

			if (!large && keyLength != SRTP_AES_GCM_128_KEY_LEN_WSALT)
			{
				return srtp_err_status_bad_param;
			}
			if (tagLength != 16 && tagLength != 8)
			{
				return srtp_err_status_bad_param;
			}

			auto* const gcm = new (std::nothrow) Gcm;

			*cipher = gcm == nullptr ? nullptr : new (std::nothrow) srtp_cipher_t{};

			if (*cipher == nullptr)
			{
				delete gcm;

				return srtp_err_status_alloc_fail;
			}

			gcm->functions = large ? std::addressof(For256()) : std::addressof(For128());
			gcm->tagSize   = tagLength;

			(*cipher)->type      = large ? std::addressof(Type256()) : std::addressof(Type128());
			(*cipher)->algorithm = large ? SRTP_AES_GCM_256 : SRTP_AES_GCM_128;
			(*cipher)->key_len   = keyLength;
			(*cipher)->state     = gcm;

			return srtp_err_status_ok;
		}

		static srtp_err_status_t Deallocate(srtp_cipher_t* cipher)
		{
			auto* const gcm = static_cast<Gcm*>(cipher->state);

			explicit_bzero(std::addressof(gcm->key), sizeof(gcm->key));
			explicit_bzero(std::addressof(gcm->context), sizeof(gcm->context));
			delete gcm;
			delete cipher;

			return srtp_err_status_ok;
		}

		static srtp_err_status_t SetKey(void* state, const uint8_t* key)
		{
			auto* const gcm = static_cast<Gcm*>(state);

			gcm->functions->expandKey(key, std::addressof(gcm->key));

			return srtp_err_status_ok;
		}

		static srtp_err_status_t SetNonce(void* state, uint8_t* nonce, srtp_cipher_direction_t)
		{
			auto* const gcm = static_cast<Gcm*>(state);

			std::memcpy(gcm->nonce, nonce, NonceSize);
			gcm->header     = nullptr;
			gcm->headerSize = 0;

			return srtp_err_status_ok;
		}

		// The data that is authenticated but not encrypted. libsrtp gives that of RTCP in two parts, and keeps the memory
		// valid until the packet is done.
		static srtp_err_status_t AddHeader(void* state, const uint8_t* bytes, uint32_t size)
		{
			auto* const gcm = static_cast<Gcm*>(state);

			if (gcm->headerSize > 0)
			{
				std::vector<uint8_t> joined(gcm->header, gcm->header + gcm->headerSize);

				joined.insert(joined.end(), bytes, bytes + size);
				gcm->joined = std::move(joined);
				bytes       = gcm->joined.data();
				size        = gcm->joined.size();
			}

			gcm->header     = bytes;
			gcm->headerSize = size;

			return srtp_err_status_ok;
		}

		static srtp_err_status_t Encrypt(void* state, uint8_t* bytes, unsigned int* size)
		{
			auto* const gcm = static_cast<Gcm*>(state);

			gcm->Begin();

			// RTCP may be authenticated without being encrypted.
			if (*size > 0)
			{
				gcm->functions->encrypt(
				  std::addressof(gcm->key), std::addressof(gcm->context), bytes, bytes, *size);
			}

			return srtp_err_status_ok;
		}

		static srtp_err_status_t GetTag(void* state, uint8_t* tag, uint32_t* size)
		{
			auto* const gcm = static_cast<Gcm*>(state);

			gcm->functions->finishEncrypting(
			  std::addressof(gcm->key), std::addressof(gcm->context), tag, gcm->tagSize);
			*size = gcm->tagSize;

			return srtp_err_status_ok;
		}

		// `bytes` end with the tag; `size` is set to the length without it.
		static srtp_err_status_t Decrypt(void* state, uint8_t* bytes, unsigned int* size)
		{
			auto* const gcm = static_cast<Gcm*>(state);

			if (*size < gcm->tagSize)
			{
				return srtp_err_status_bad_param;
			}

			uint8_t tag[16];

			*size -= gcm->tagSize;
			gcm->Begin();

			if (*size > 0)
			{
				gcm->functions->decrypt(
				  std::addressof(gcm->key), std::addressof(gcm->context), bytes, bytes, *size);
			}

			gcm->functions->finishDecrypting(
			  std::addressof(gcm->key), std::addressof(gcm->context), tag, gcm->tagSize);

			// In constant time, wherever the difference is.
			const bool isSame = CRYPTO_memcmp(tag, bytes + *size, gcm->tagSize) == 0;

			return isSame ? srtp_err_status_ok : srtp_err_status_auth_fail;
		}

		void Begin()
		{
			this->functions->begin(
			  std::addressof(this->key), std::addressof(this->context), this->nonce, this->header, this->headerSize);
		}

		gcm_key_data key;
		gcm_context_data context;
		const Functions* functions{ nullptr };
		uint8_t nonce[NonceSize];
		size_t tagSize{ 0 };
		const uint8_t* header{ nullptr };
		size_t headerSize{ 0 };
		std::vector<uint8_t> joined; // both parts of RTCP's data
	};
} // namespace surveillance
