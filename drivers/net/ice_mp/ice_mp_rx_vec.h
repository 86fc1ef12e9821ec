/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Receive, a group of slots at a time: the template of all widths, included
 * once by each width's file. Only the first 16 bytes of a descriptor are
 * looked at; they hold all that is reported today.
 *
 * What is written of an mbuf is 32 bytes from data_off on:
 *
 *     data_off refcnt nb_segs port | ol_flags | packet_type pkt_len |
 *     data_len vlan_tci hash.rss
 */

#include "ice_mp_rx_priv.h"
#include "ice_mp_vec.h"

static_assert(offsetof(struct rte_mbuf, ol_flags) == offsetof(struct rte_mbuf, data_off) + 8 &&
	      offsetof(struct rte_mbuf, packet_type) == offsetof(struct rte_mbuf, data_off) + 16 &&
	      offsetof(struct rte_mbuf, pkt_len) == offsetof(struct rte_mbuf, data_off) + 20 &&
	      offsetof(struct rte_mbuf, data_len) == offsetof(struct rte_mbuf, data_off) + 24 &&
	      offsetof(struct rte_mbuf, vlan_tci) == offsetof(struct rte_mbuf, data_off) + 26 &&
	      offsetof(struct rte_mbuf, hash) == offsetof(struct rte_mbuf, data_off) + 28,
	      "the part of an mbuf that Rx writes");

/** Slots taken together. */
#define RX_GROUP	(V_LANES == 4 ? 8 : 4)
#define RX_VECS		(RX_GROUP / V_LANES)
/** Frames beyond which a burst fetches the first mbufs itself. */
#define RX_MANY		16

/* ol_flags, in dwords, by statuses in the dwords that are `shift` bits up. */
static __rte_always_inline vec
rx_flags(vec status, int shift)
{
	/* All other bytes are 0, for which the tables have 0. */
	vec i = v_and(v_srl64(status, shift + 3), v_const(rx_ck_bits));
	vec j = v_and(v_srl64(status, shift + 12), v_const(rx_rest_bits));

	return v_or(v_sll32(v_shuf8(v_const(rx_ck), i), 1), v_shuf8(v_const(rx_rest), j));
}

static __rte_always_inline vec
rx_load(const volatile void *d, unsigned int desc_shift)
{
	__m128i l[V_LANES];
	int i;

	V_UNROLL
	for (i = 0; i < V_LANES; i++)
		l[i] = v_lane_shared((const volatile uint8_t *)d + ((size_t)i << desc_shift));
	return v_join(l);
}

/* A group from `ring` and sw on; the sum's dwords 0 and 2 are bytes. */
static __rte_always_inline bool
rx_group(const struct ice_mp_rx_view *v, const volatile uint8_t *ring,
	 struct rte_mbuf *const *sw, struct rte_mbuf **pkts, vec *sum, unsigned int desc_shift,
	 bool meta)
{
	/* Words 0 and 4 (length), 2 and 6 (status) of what v_middles() gives
	 * become 0 when the length is from 1 to the buffer's and the status as
	 * it must be. */
	const vec look = v_const(rx_look), must = v_const(rx_must), fields = v_const(rx_fields);
	const vec max = v_dwords(v->buf_len - 1, 0, v->buf_len - 1, 0);
	const vec rearm = v_all(_mm_set_epi64x(0, v->rearm));
	vec d[RX_VECS], p[RX_VECS / 2], len[RX_VECS / 2], f[RX_VECS / 2], bad = v_zero(), all;
	struct rte_mbuf *m[RX_GROUP];
	int i;

	V_UNROLL
	for (i = 0; i < RX_VECS; i++)
		d[i] = rx_load(ring + ((size_t)(i * V_LANES) << desc_shift), desc_shift);
	V_UNROLL
	for (i = 0; i < RX_VECS / 2; i++) {
		p[i] = v_middles(d[2 * i], d[2 * i + 1]);
		len[i] = v_and(p[i], look);
		bad = v_or(bad, v_subs16(v_sub16(len[i], must), max));
	}
	if (!v_none(bad))
		return false;
	V_UNROLL
	for (i = 0; i < RX_GROUP; i++) {
		rte_prefetch0_write(sw[i + ICE_MP_RX_AHEAD]);
		pkts[i] = m[i] = sw[i];
	}
	/* Of as many frames at once as there are dwords. */
	if (meta && RX_VECS == 4) {
		all = rx_flags(v_odds(p[0], p[RX_VECS / 2 - 1]), 0);
		f[0] = v_lows32(all, v_zero());
		f[RX_VECS / 2 - 1] = v_highs32(all, v_zero());
	} else if (meta) {
		f[0] = rx_flags(p[0], 32);
	}
	V_UNROLL
	for (i = 0; i < RX_VECS / 2; i++) {
		v_store_pairs(&m[2 * i * V_LANES], offsetof(struct rte_mbuf, data_off),
			      meta ? v_lows(rearm, f[i]) : rearm, v_shuf8(d[2 * i], fields));
		v_store_pairs(&m[(2 * i + 1) * V_LANES], offsetof(struct rte_mbuf, data_off),
			      meta ? v_halves(rearm, f[i]) : rearm,
			      v_shuf8(d[2 * i + 1], fields));
		*sum = v_add32(*sum, len[i]);
	}
	/* Volatile: not read before the status was. */
	V_UNROLL
	for (i = 0; i < RX_GROUP; i++) {
		const volatile struct ice_mp_rx_flex *wb = (const volatile void *)
			(ring + ((size_t)i << desc_shift));

		m[i]->packet_type = ice_mp_ptype_tbl[wb->ptype_flags0 & ICE_MP_RX_PTYPE_M];
	}
	return true;
}

static __rte_always_inline uint32_t
rx_bytes(vec sum)
{
	__m128i total = v_sum_lanes(sum);

	return (uint32_t)_mm_cvtsi128_si32(total) + (uint32_t)_mm_extract_epi32(total, 2);
}

/* A burst that was begun; ends it. The usual one consists of whole groups, one
 * behind the other; what is left of any other is finished by rest(). */
static __rte_always_inline uint16_t
rx_groups(struct ice_mp_rxq *q, struct rte_mbuf **pkts, unsigned int nb,
	  const volatile void *ring, unsigned int desc_shift, bool meta, ice_mp_rx_rest_t rest,
	  ice_mp_rx_rearm_t rearm)
{
	const struct ice_mp_rx_view v = ice_mp_rx_view(q, ring, desc_shift);
	size_t at = q->next, max = RTE_MIN(nb, ice_mp_rx_slots(q));
	const volatile uint8_t *d = (const volatile uint8_t *)ring + (at << desc_shift);
	struct rte_mbuf *const *sw = &v.sw[at];
	struct rte_mbuf **end = pkts + max, **run = pkts + RTE_MIN(max, v.nb_desc - at);
	vec sum = v_zero();
	int i;

	/* An lcore that polls many queues has lost what the last burst fetched. */
	if (max > RX_MANY) {
		V_UNROLL
		for (i = 0; i < ICE_MP_RX_AHEAD; i++)
			rte_prefetch0_write(sw[i]);
	}
	while (pkts + RX_GROUP <= run &&
	       likely(rx_group(&v, d, sw, pkts, &sum, desc_shift, meta))) {
		pkts += RX_GROUP;
		sw += RX_GROUP;
		d += RX_GROUP << desc_shift;
	}
	/* Few variables are alive by then, for the sake of registers. */
	if (unlikely(pkts != end))
		return rest(q, end - max, max, max - (end - pkts), rx_bytes(sum));
	at = q->next + max;
	return ice_mp_rx_end(q, at == q->nb_desc ? 0 : at, max, max, rx_bytes(sum), rearm);
}

/* By descriptor size and offloads: constants in what is compiled. */
#define RX_GROUP_OF(name, shift, meta) \
static __rte_always_inline bool \
rx_group_##name(const struct ice_mp_rx_view *v, unsigned int at, struct rte_mbuf **pkts, \
		uint64_t *bytes) \
{ \
	vec sum = v_zero(); \
\
	if (!rx_group(v, (const volatile uint8_t *)v->ring + ((size_t)at << (shift)), &v->sw[at], \
		      pkts, &sum, shift, meta)) \
		return false; \
	*bytes += rx_bytes(sum); \
	return true; \
}
RX_GROUP_OF(16, 4, false)
RX_GROUP_OF(16_meta, 4, true)
RX_GROUP_OF(32, 5, false)
RX_GROUP_OF(32_meta, 5, true)

/* Addresses of buffers are computed, when that is possible, and not fetched
 * from mbufs that are in no cache any more. */
static __rte_always_inline void
rx_post(const struct ice_mp_rxq *q, volatile void *d, struct rte_mbuf **sw, void *const *bufs,
	uint16_t n)
{
	const vec delta = v_all(_mm_set_epi64x(0, q->buf_delta));
	void *const *end = bufs + n / RX_GROUP * RX_GROUP;
	int k;

	if (likely(q->desc_shift == 4 && q->buf_delta != 0)) {
		for (; bufs != end; bufs += RX_GROUP) {
			V_UNROLL
			for (k = 0; k < RX_GROUP; k += V_LANES)
				v_store((volatile uint8_t *)d + k * 16,
					v_add64(v_spread(&bufs[k]), delta));
			memcpy(sw, bufs, RX_GROUP * sizeof(*sw));
			sw += RX_GROUP;
			d = (volatile uint8_t *)d + RX_GROUP * 16;
		}
		n %= RX_GROUP;
		if (likely(n == 0))
			return;
	}
	ice_mp_rx_post(q, d, sw, bufs, n);
}

static __rte_noinline uint16_t
rx_rearm(struct ice_mp_rxq *q, uint16_t n)
{
	return ice_mp_rx_rearm(q, n, rx_post);
}

#define RX_FRAMES_OF(name, shift, meta) \
static __rte_noinline uint16_t \
rx_rest_##name(struct ice_mp_rxq *q, struct rte_mbuf **pkts, uint16_t nb, uint16_t n, \
	       uint64_t bytes) \
{ \
	return ice_mp_rx_frames(q, pkts, nb, __atomic_load_n(&q->ring, __ATOMIC_ACQUIRE), \
				n, bytes, shift, RX_GROUP, \
				rx_group_##name, rx_rearm, meta); \
} \
static __rte_noinline uint16_t \
rx_frames_##name(struct ice_mp_rxq *q, struct rte_mbuf **pkts, unsigned int nb, \
		 const volatile void *ring) \
{ \
	return rx_groups(q, pkts, nb, ring, shift, meta, rx_rest_##name, rx_rearm); \
}
RX_FRAMES_OF(16, 4, false)
RX_FRAMES_OF(16_meta, 4, true)
RX_FRAMES_OF(32, 5, false)
RX_FRAMES_OF(32_meta, 5, true)

static __rte_always_inline uint16_t
rx_burst(struct ice_mp_rxq *q, struct rte_mbuf **pkts, uint16_t nb, bool meta)
{
	const volatile void *ring;

	ice_mp_burst_begin(&q->busy);
	if (likely(q->desc_shift == 4)) {
		if (!ice_mp_rx_begun(q, &ring, 4))
			return 0;
		return meta ? rx_frames_16_meta(q, pkts, nb, ring) :
			      rx_frames_16(q, pkts, nb, ring);
	}
	if (!ice_mp_rx_begun(q, &ring, 5))
		return 0;
	return meta ? rx_frames_32_meta(q, pkts, nb, ring) : rx_frames_32(q, pkts, nb, ring);
}

#define ICE_MP_VEC_RX(name, meta) \
uint16_t \
ice_mp_rx_##name(void *rxq, struct rte_mbuf **pkts, uint16_t nb) \
{ \
	return rx_burst(rxq, pkts, nb, meta); \
}
/** The Rx burst functions of one width, see ICE_MP_VEC_DECLARE(). */
#define ICE_MP_VEC_RX_DEFINE(w) \
	ICE_MP_VEC_RX(w, false) \
	ICE_MP_VEC_RX(w##_offload, true)
