/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_VEC_H_
#define _ICE_MP_VEC_H_

/**
 * @file
 * Vectors of the width ICE_MP_VEC_BITS, seen as V_LANES lanes of 16 bytes:
 * one descriptor or one 16-byte piece of an mbuf each. The vector paths are
 * written once, in these terms; each width's file compiles them with its own
 * compiler flags. Every operation works within lanes.
 */

#include <immintrin.h>

#include <rte_mbuf.h>

#include "ice_mp_vec_const.h"

/* Loops over vectors are to become straight code, with the vectors in
 * registers, at every level of optimization. */
#ifdef __clang__
#define V_UNROLL	_Pragma("unroll")
#else
#define V_UNROLL	_Pragma("GCC unroll 8")
#endif

#if defined(__SANITIZE_THREAD__)
#define ICE_MP_TSAN
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ICE_MP_TSAN
#endif
#endif

/** A lane that the device may be writing: its two halves are each whole, and
 * nothing that follows is read before it. */
static __rte_always_inline __m128i
v_lane_shared(const volatile void *p)
{
#ifdef ICE_MP_TSAN
	/* It knows no vector loads that are atomic. */
	const volatile uint64_t *q = p;
	uint64_t hi = __atomic_load_n(&q[1], __ATOMIC_ACQUIRE);

	return _mm_set_epi64x(hi, __atomic_load_n(&q[0], __ATOMIC_RELAXED));
#else
	return _mm_load_si128((const __m128i *)(uintptr_t)p);
#endif
}

static __rte_always_inline __m128i
v_lane(const void *p)
{
	return _mm_loadu_si128(p);
}

#if ICE_MP_VEC_BITS == 512
#define V_LANES			4
typedef __m512i vec;
#define V_OP(op)		_mm512_##op
#define v_and(a, b)		_mm512_and_si512(a, b)
#define v_or(a, b)		_mm512_or_si512(a, b)
#define v_xor(a, b)		_mm512_xor_si512(a, b)
#define v_all(lane)		_mm512_broadcast_i32x4(lane)
#define v_none(a)		(_mm512_test_epi64_mask(a, a) == 0)
#define v_zero()		_mm512_setzero_si512()

static __rte_always_inline vec
v_join(const __m128i l[V_LANES])
{
	vec v = _mm512_castsi128_si512(l[0]);

	v = _mm512_inserti32x4(v, l[1], 1);
	v = _mm512_inserti32x4(v, l[2], 2);
	return _mm512_inserti32x4(v, l[3], 3);
}

/** Write lane k of a, then lane k of b, to where[k] + off. */
static __rte_always_inline void
v_store_pairs(struct rte_mbuf *const *where, size_t off, vec a, vec b)
{
	const vec lo = _mm512_set_epi64(11, 10, 3, 2, 9, 8, 1, 0);
	const vec hi = _mm512_set_epi64(15, 14, 7, 6, 13, 12, 5, 4);
	vec x = _mm512_permutex2var_epi64(a, lo, b), y = _mm512_permutex2var_epi64(a, hi, b);

	_mm256_storeu_si256((void *)((uintptr_t)where[0] + off), _mm512_castsi512_si256(x));
	_mm256_storeu_si256((void *)((uintptr_t)where[1] + off),
			    _mm512_extracti64x4_epi64(x, 1));
	_mm256_storeu_si256((void *)((uintptr_t)where[2] + off), _mm512_castsi512_si256(y));
	_mm256_storeu_si256((void *)((uintptr_t)where[3] + off),
			    _mm512_extracti64x4_epi64(y, 1));
}

/** The low qword of every lane from `lo`, the high one from `hi`. */
static __rte_always_inline vec
v_halves(vec lo, vec hi)
{
	return _mm512_mask_blend_epi64(0xAA, lo, hi);
}

/** Lanes { q0, 0 }, { q1, 0 }, … of V_LANES qwords. */
static __rte_always_inline vec
v_spread(const void *q)
{
	const vec to = _mm512_set_epi64(0, 3, 0, 2, 0, 1, 0, 0);

	return _mm512_maskz_permutexvar_epi64(0x55, to,
					      _mm512_castsi256_si512(_mm256_loadu_si256(q)));
}

/** One lane: the sum of all, by dwords. */
static __rte_always_inline __m128i
v_sum_lanes(vec v)
{
	__m256i y = _mm256_add_epi32(_mm512_castsi512_si256(v), _mm512_extracti64x4_epi64(v, 1));

	return _mm_add_epi32(_mm256_castsi256_si128(y), _mm256_extracti128_si256(y, 1));
}

#define v_ps(a)			_mm512_castsi512_ps(a)
#define v_of_ps(a)		_mm512_castps_si512(a)
#define v_store(p, v)		_mm512_storeu_si512((void *)(uintptr_t)(p), v)

#elif ICE_MP_VEC_BITS == 256
#define V_LANES			2
typedef __m256i vec;
#define V_OP(op)		_mm256_##op
#define v_and(a, b)		_mm256_and_si256(a, b)
#define v_or(a, b)		_mm256_or_si256(a, b)
#define v_xor(a, b)		_mm256_xor_si256(a, b)
#define v_all(lane)		_mm256_broadcastsi128_si256(lane)
#define v_none(a)		_mm256_testz_si256(a, a)
#define v_zero()		_mm256_setzero_si256()

static __rte_always_inline vec
v_join(const __m128i l[V_LANES])
{
	return _mm256_inserti128_si256(_mm256_castsi128_si256(l[0]), l[1], 1);
}

static __rte_always_inline void
v_store_pairs(struct rte_mbuf *const *where, size_t off, vec a, vec b)
{
	_mm256_storeu_si256((void *)((uintptr_t)where[0] + off),
			    _mm256_permute2x128_si256(a, b, 0x20));
	_mm256_storeu_si256((void *)((uintptr_t)where[1] + off),
			    _mm256_permute2x128_si256(a, b, 0x31));
}

static __rte_always_inline vec
v_halves(vec lo, vec hi)
{
	return _mm256_blend_epi32(lo, hi, 0xCC);
}

static __rte_always_inline vec
v_spread(const void *q)
{
	vec v = _mm256_permute4x64_epi64(_mm256_castsi128_si256(_mm_loadu_si128(q)), 0xD8);

	return _mm256_unpacklo_epi64(v, _mm256_setzero_si256());
}

static __rte_always_inline __m128i
v_sum_lanes(vec v)
{
	return _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
}

#define v_ps(a)			_mm256_castsi256_ps(a)
#define v_of_ps(a)		_mm256_castps_si256(a)
#define v_store(p, v)		_mm256_storeu_si256((void *)(uintptr_t)(p), v)

#elif ICE_MP_VEC_BITS == 128
#define V_LANES			1
typedef __m128i vec;
#define V_OP(op)		_mm_##op
#define v_and(a, b)		_mm_and_si128(a, b)
#define v_or(a, b)		_mm_or_si128(a, b)
#define v_xor(a, b)		_mm_xor_si128(a, b)
#define v_all(lane)		(lane)
#define v_none(a)		_mm_testz_si128(a, a)
#define v_zero()		_mm_setzero_si128()

static __rte_always_inline vec
v_join(const __m128i l[V_LANES])
{
	return l[0];
}

static __rte_always_inline void
v_store_pairs(struct rte_mbuf *const *where, size_t off, vec a, vec b)
{
	_mm_storeu_si128((void *)((uintptr_t)where[0] + off), a);
	_mm_storeu_si128((void *)((uintptr_t)where[0] + off + 16), b);
}

static __rte_always_inline vec
v_halves(vec lo, vec hi)
{
	return _mm_blend_epi16(lo, hi, 0xF0);
}

static __rte_always_inline vec
v_spread(const void *q)
{
	return _mm_loadl_epi64(q);
}

static __rte_always_inline __m128i
v_sum_lanes(vec v)
{
	return v;
}

#define v_ps(a)			_mm_castsi128_ps(a)
#define v_of_ps(a)		_mm_castps_si128(a)
#define v_store(p, v)		_mm_storeu_si128((void *)(uintptr_t)(p), v)
#else
#error "ICE_MP_VEC_BITS is 128, 256 or 512"
#endif

#define v_add16(a, b)		V_OP(add_epi16)(a, b)
#define v_add32(a, b)		V_OP(add_epi32)(a, b)
#define v_add64(a, b)		V_OP(add_epi64)(a, b)
#define v_sub16(a, b)		V_OP(sub_epi16)(a, b)
/** Unsigned, not below zero. */
#define v_subs16(a, b)		V_OP(subs_epu16)(a, b)
#define v_sll32(a, n)		V_OP(slli_epi32)(a, n)
#define v_srl32(a, n)		V_OP(srli_epi32)(a, n)
#define v_sll64(a, n)		V_OP(slli_epi64)(a, n)
#define v_srl64(a, n)		V_OP(srli_epi64)(a, n)
/** The low qword of every lane of a, then that of b; and the high ones. */
#define v_lows(a, b)		V_OP(unpacklo_epi64)(a, b)
#define v_highs(a, b)		V_OP(unpackhi_epi64)(a, b)
/** The dwords of the low qwords of a and b in turns: a0 b0 a1 b1; and of the high ones. */
#define v_lows32(a, b)		V_OP(unpacklo_epi32)(a, b)
#define v_highs32(a, b)		V_OP(unpackhi_epi32)(a, b)
/** Dwords 1 and 3 of every lane of a, then those of b. */
#define v_odds(a, b)		v_of_ps(V_OP(shuffle_ps)(v_ps(a), v_ps(b), _MM_SHUFFLE(3, 1, 3, 1)))
/** Dwords 1 and 2 of every lane of a, then those of b. */
#define v_middles(a, b)		v_of_ps(V_OP(shuffle_ps)(v_ps(a), v_ps(b), _MM_SHUFFLE(2, 1, 2, 1)))
/** Byte i of each lane is the byte of the same lane of a that idx names. */
#define v_shuf8(a, idx)		V_OP(shuffle_epi8)(a, idx)

/** One 16-byte lane with these dwords in all lanes. */
static __rte_always_inline vec
v_dwords(uint32_t d0, uint32_t d1, uint32_t d2, uint32_t d3)
{
	return v_all(_mm_set_epi32(d3, d2, d1, d0));
}

/** One of ice_mp_vec_const, in all lanes. */
#define v_const(name)		v_all(v_lane(ice_mp_vec_const.name))

/** The lanes at where[k] + off. */
static __rte_always_inline vec
v_gather(struct rte_mbuf *const *where, size_t off)
{
	__m128i l[V_LANES];
	int i;

	V_UNROLL
	for (i = 0; i < V_LANES; i++)
		l[i] = v_lane((const void *)((uintptr_t)where[i] + off));
	return v_join(l);
}

#endif /* _ICE_MP_VEC_H_ */
