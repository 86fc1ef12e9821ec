/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Transmit, several packets at a time: the template of all widths, included
 * once by each width's file.
 */

#include "ice_mp_tx_priv.h"
#include "ice_mp_vec.h"

static_assert(offsetof(struct rte_mbuf, buf_iova) == 8 &&
	      offsetof(struct rte_mbuf, data_off) == 16 &&
	      offsetof(struct rte_mbuf, nb_segs) == 20 &&
	      offsetof(struct rte_mbuf, data_len) == 40 &&
	      offsetof(struct rte_mbuf, vlan_tci) == 42 &&
	      offsetof(struct rte_mbuf, tx_offload) == offsetof(struct rte_mbuf, next) + 8,
	      "the parts of an mbuf that Tx reads");
static_assert(offsetof(struct ice_mp_tx_offload, set) == 0 &&
	      offsetof(struct ice_mp_tx_offload, of_pkt) == 8, "the table by lanes");

/* Packets go in pairs of vectors: what two of them need is in one, where lane
 * k has that of packet k of the first and of packet k of the second. */
#define TX_PAIR		(2 * V_LANES)
#define TX_GROUP	4
#define TX_PAIRS	(TX_GROUP / TX_PAIR)
/* Of a length in the upper half of qword 1. */
#define TX_LEN_SHIFT	(ICE_MP_TXD_BUF_SZ_S - 32)
static_assert(ICE_MP_TX_MAX_BUF << TX_LEN_SHIFT <= UINT16_MAX, "a length fits a word");

/* ice_mp_tx_offloads() of a pair, a qword each. tags: words 1 and 3 of each
 * lane are the tags. */
static __rte_always_inline vec
tx_offloads(struct rte_mbuf *const *m, vec tags)
{
	const vec l2 = v_all(_mm_set1_epi64x(ICE_MP_TX_MACLEN_M));
	const vec l3 = v_all(_mm_set1_epi64x(ICE_MP_TXD_IPLEN_M));
	const vec tag = v_all(_mm_setr_epi8(-1, -1, -1, -1, -1, -1, 2, 3,
					    -1, -1, -1, -1, -1, -1, 6, 7));
	vec len = v_highs(v_gather(m, offsetof(struct rte_mbuf, next)),
			  v_gather(m + V_LANES, offsetof(struct rte_mbuf, next)));
	__m128i l[TX_PAIR];
	vec a, b;
	int i;

	V_UNROLL
	for (i = 0; i < TX_PAIR; i++)
		l[i] = v_lane(&ice_mp_tx_offload_tbl[ICE_MP_TX_OFFLOAD(m[i]->ol_flags)]);
	a = v_join(l);
	b = v_join(l + V_LANES);
	len = v_or(v_and(v_sll64(len, 15), l2), v_and(v_sll64(len, 14), l3));
	return v_or(v_and(v_or(len, v_shuf8(tags, tag)), v_highs(a, b)), v_lows(a, b));
}

/* Lengths of a pair where qword 1 has them, in dwords 0 and 1 of each lane; dwords 2 and
 * 3 are anything. ok: as before, if the packets are of one segment and of a length that
 * can be sent. */
#ifdef ICE_MP_VEC_MASKS
/* The words that count; no other is looked at. */
#define TX_WORDS	0x5555
typedef __mmask16 tx_ok;

static __rte_always_inline vec
tx_lengths(vec tags, vec offs_segs, vec max, tx_ok *ok)
{
	vec x = v_sub16(v_halves(tags, offs_segs), v_const(tx_min));

	*ok = _mm256_mask_cmple_epu16_mask(*ok, x, max);
	return _mm256_maskz_mov_epi16(TX_WORDS, _mm256_slli_epi16(tags, TX_LEN_SHIFT));
}
#define TX_OK		TX_WORDS
#define tx_is_ok(ok)	((ok) == TX_WORDS)
#else
typedef vec tx_ok;

static __rte_always_inline vec
tx_lengths(vec tags, vec offs_segs, vec max, tx_ok *ok)
{
	vec x = v_and(v_halves(tags, offs_segs), v_const(tx_look));

	/* Too little: below zero, that is too much. */
	*ok = v_or(*ok, v_subs16(v_sub16(x, v_const(tx_min)), max));
	return v_sll32(x, TX_LEN_SHIFT);
}
#define TX_OK		v_zero()
#define tx_is_ok(ok)	v_none(ok)
#endif

/* post() of whole groups. Without offloads there is a packet that is not of the kind only
 * by mistake: it is looked at the end whether there was, and all packets are left then. */
static __rte_always_inline unsigned int
tx_post_groups(const struct ice_mp_txq *q, unsigned int at, struct rte_mbuf **pkts,
	       unsigned int nb, bool offload, uint64_t *bytes)
{
	const vec data_off = v_const(tx_data_off);
	const vec max = v_all(_mm_loadl_epi64((const void *)&q->max_more));
	const vec eop = v_const(tx_eop);
	/* The compiler would fetch them again after every store. */
	volatile uint8_t *ring = (volatile uint8_t *)&q->hw_ring[at];
	struct rte_mbuf **sw = &q->sw[at];
	struct rte_mbuf *const *m = pkts, *const *end = pkts + nb / TX_GROUP * TX_GROUP;
	vec sum = v_zero();
	tx_ok ok = TX_OK;
	__m128i total;
	int k;

	for (; m != end; m += TX_GROUP) {
		vec addr[TX_PAIRS], tags[TX_PAIRS], len[TX_PAIRS], qw1[TX_PAIRS];
		uint64_t flags = 0;

		if (offload) {
			V_UNROLL
			for (k = 0; k < TX_GROUP; k++)
				flags |= m[k]->ol_flags;
			flags &= ICE_MP_TX_OFFLOAD_FLAGS;
		}
		/* Those before it, one by one. */
		if (offload && unlikely(flags & RTE_MBUF_F_TX_TCP_SEG))
			break;
		V_UNROLL
		for (k = 0; k < TX_PAIRS; k++) {
			struct rte_mbuf *const *p = m + k * TX_PAIR;
			/* Lane of bytes 8…23: buf_iova, data_off (dword 2), nb_segs (dword 3) */
			vec a = v_gather(p, offsetof(struct rte_mbuf, buf_iova));
			vec b = v_gather(p + V_LANES, offsetof(struct rte_mbuf, buf_iova));
			vec offs_segs = v_highs32(a, b);

			/* Lane of bytes 32…47: …, data_len and vlan_tci (dword 2), … */
			tags[k] = v_highs32(
				v_gather(p, offsetof(struct rte_mbuf, packet_type)),
				v_gather(p + V_LANES, offsetof(struct rte_mbuf, packet_type)));
			len[k] = tx_lengths(tags[k], offs_segs, max, &ok);
			addr[k] = v_add64(v_lows(a, b), v_shuf8(offs_segs, data_off));
			qw1[k] = v_lows32(eop, len[k]);
		}
		if (offload && unlikely(!tx_is_ok(ok)))
			break;
		memcpy(sw, m, TX_GROUP * sizeof(*m));
		sw += TX_GROUP;
		if (offload && flags != 0) {
			V_UNROLL
			for (k = 0; k < TX_PAIRS; k++)
				qw1[k] = v_or(qw1[k], tx_offloads(m + k * TX_PAIR, tags[k]));
		}
		V_UNROLL
		for (k = 0; k < TX_PAIRS; k++) {
			v_store(ring, v_lows(addr[k], qw1[k]));
			ring += V_LANES * sizeof(struct ice_mp_tx_desc);
			v_store(ring, v_highs(addr[k], qw1[k]));
			ring += V_LANES * sizeof(struct ice_mp_tx_desc);
			sum = v_add32(sum, len[k]);
		}
	}
	if (!offload && unlikely(!tx_is_ok(ok)))
		return nb;
	total = v_sum_lanes(sum);
	total = _mm_add_epi32(total, _mm_srli_epi64(total, 32));
	*bytes += (uint32_t)_mm_cvtsi128_si32(total) >> TX_LEN_SHIFT;
	return pkts + nb - m;
}

static __rte_always_inline unsigned int
tx_post(const struct ice_mp_txq *q, unsigned int at, struct rte_mbuf **pkts, unsigned int nb,
	bool offload, uint64_t *bytes)
{
	unsigned int n = nb;

	/* So few are not worth a vector. */
	if (nb >= TX_GROUP)
		n = tx_post_groups(q, at, pkts, nb, offload, bytes);
	return ice_mp_tx_post(q, at + nb - n, pkts + nb - n, n, offload, bytes);
}

#define ICE_MP_VEC_TX(name, fast_free, offload) \
	ICE_MP_TX_RUNS(tx_##name, tx_post, fast_free, offload) \
	ICE_MP_TX_ONE(tx_##name, ice_mp_tx_post, fast_free, offload) \
	ICE_MP_TX_SHORT(tx_##name, groups, tx_post_groups, fast_free, offload, false) \
	ICE_MP_TX_SHORT(tx_##name, few, ice_mp_tx_post, fast_free, offload, false) \
	ICE_MP_TX_SHORT(tx_##name, any, tx_post, fast_free, offload, false) \
	ICE_MP_TX_SHORT(tx_##name, last, tx_post_groups, fast_free, offload, true) \
	ICE_MP_TX_BURST(tx_##name, fast_free, \
			nb == 1 ? tx_##name##_one(q, pkts) : \
			nb < TX_GROUP ? tx_##name##_few(q, pkts, nb) : \
			nb % TX_GROUP == 0 ? tx_##name##_groups(q, pkts, nb) : \
					     tx_##name##_any(q, pkts, nb), \
			nb % TX_GROUP == 0 ? tx_##name##_last(q, pkts, nb) : \
					     tx_##name##_runs(q, pkts, nb))
/** The Tx burst functions of one width, see ICE_MP_VEC_DECLARE(). */
#define ICE_MP_VEC_TX_DEFINE(w) \
	ICE_MP_VEC_TX(w, false, false) \
	ICE_MP_VEC_TX(w##_fast_free, true, false) \
	ICE_MP_VEC_TX(w##_offload, false, true) \
	ICE_MP_VEC_TX(w##_offload_fast_free, true, true)
