/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_FUZZ_IN_H_
#define _ICE_MP_FUZZ_IN_H_

/**
 * @file
 * The input of a fuzzer, read as a stream of numbers. Beyond its end
 * everything reads as zero, so that every input is a valid program.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fuzz_in {
	const uint8_t *p;
	size_t left;
};

/** The invariant does not hold: end as a sanitizer does, so that the input is
 * kept. */
#define FUZZ_CHECK(cond, ...) do { \
	if (!(cond)) { \
		fprintf(stderr, "%s:%d: not true: %s: ", __FILE__, __LINE__, #cond); \
		fprintf(stderr, __VA_ARGS__); \
		fputc('\n', stderr); \
		abort(); \
	} } while (0)

static inline uint8_t
in8(struct fuzz_in *in)
{
	if (in->left == 0)
		return 0;
	in->left--;
	return *in->p++;
}

static inline uint16_t
in16(struct fuzz_in *in)
{
	uint16_t v = in8(in);

	return v | (uint16_t)(in8(in) << 8);
}

static inline uint32_t
in32(struct fuzz_in *in)
{
	uint32_t v = in16(in);

	return v | (uint32_t)in16(in) << 16;
}

static inline uint64_t
in64(struct fuzz_in *in)
{
	uint64_t v = in32(in);

	return v | (uint64_t)in32(in) << 32;
}

/** A number whose interesting values are short: one byte decides. */
static inline uint32_t
in_val(struct fuzz_in *in)
{
	uint8_t k = in8(in);

	switch (k) {
	case 0xFF: return UINT32_MAX;
	case 0xFE: return in32(in);
	case 0xFD: return in16(in);
	case 0xFC: return 0x80000000u;
	case 0xFB: return 0x7FFFFFFFu;
	case 0xFA: return 0xFFFF;
	case 0xF9: return 1u << (in8(in) & 31);
	case 0xF8: return 0x1FFF;
	default: return k;
	}
}

/** Take up to `len` bytes; the rest of buf becomes zero. */
static inline void
in_bytes(struct fuzz_in *in, void *buf, size_t len)
{
	size_t n = len < in->left ? len : in->left;

	if (n > 0)
		memcpy(buf, in->p, n);
	memset((uint8_t *)buf + n, 0, len - n);
	in->p += n;
	in->left -= n;
}

/** Overwrite up to three places of buf. */
static inline void
in_patch(struct fuzz_in *in, void *buf, size_t len)
{
	unsigned int n = in8(in) & 3;

	while (n-- > 0) {
		size_t at = in16(in) % (len ? len : 1);
		uint32_t v = in_val(in);
		size_t w = (v > 0xFFFF ? 4 : v > 0xFF ? 2 : 1);

		if (at + w <= len)
			memcpy((uint8_t *)buf + at, &v, w);
	}
}

#endif /* _ICE_MP_FUZZ_IN_H_ */
