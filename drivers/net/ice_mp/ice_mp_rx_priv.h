/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_RX_PRIV_H_
#define _ICE_MP_RX_PRIV_H_

/**
 * @file
 * What all receive paths share: how a slot is taken, how slots get new
 * buffers, and the burst around both. Data threads only.
 *
 * Slots are consumed in order from q->next; consumed slots are given new
 * buffers in bulk. The slot at the tail always holds a buffer that the device
 * does not own yet, its status zero, so that a poll never runs into the old
 * write-backs of slots that wait for buffers.
 */

#include <string.h>

#include <rte_io.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <rte_prefetch.h>

#include "ice_mp_rxtx.h"

/** Post n buffers in the slots from d on, and remember them in sw[]. */
typedef void (*ice_mp_rx_post_t)(const struct ice_mp_rxq *q, volatile void *d,
				 struct rte_mbuf **sw, void *const *bufs, uint16_t n);
/** What a burst needs of its queue, to be kept in registers: for all that the
 * compiler knows, an mbuf may lie where the queue does. */
struct ice_mp_rx_view {
	const volatile void *ring;
	struct rte_mbuf *const *sw;
	uint64_t rearm;
	unsigned int nb_desc, buf_len, crc_len, desc_shift;
};
/** ice_mp_rx_rearm() of a path: ends a burst that reached the threshold, and is
 * kept out of the way of those in between. @return n, the burst's frames */
typedef uint16_t (*ice_mp_rx_rearm_t)(struct ice_mp_rxq *q, uint16_t n);
/** Take all frames of the group of slots from `at` on, and add up their bytes.
 * @return false: not all are done and good, nothing was changed */
typedef bool (*ice_mp_rx_group_t)(const struct ice_mp_rx_view *v, unsigned int at,
				  struct rte_mbuf **pkts, uint64_t *bytes);

/** Count and free a frame that is not delivered. */
void ice_mp_rx_refuse(struct ice_mp_rxq *q, struct rte_mbuf *m);

static __rte_always_inline void
ice_mp_rx_post(const struct ice_mp_rxq *q, volatile void *d, struct rte_mbuf **sw,
	       void *const *bufs, uint16_t n)
{
	uint64_t delta = q->buf_delta;
	uint16_t i;

	for (i = 0; i < n; i++) {
		volatile struct ice_mp_rx_read *r = d;

		sw[i] = bufs[i];
		/* Both forms of a descriptor begin with these. */
		r->hdr_addr = 0;
		r->pkt_addr = likely(delta != 0) ? (uintptr_t)bufs[i] + delta :
						   rte_mbuf_data_iova_default(bufs[i]);
		d = (volatile uint8_t *)d + ((size_t)1 << q->desc_shift);
	}
}

/* n buffers of the pool: in room[], or where the lcore's cache has them.
 * @return NULL: there are not so many */
static __rte_always_inline void *const *
ice_mp_rx_get(struct rte_mempool *mp, void **room, uint16_t n)
{
#if !defined(RTE_LIBRTE_MEMPOOL_DEBUG) && !defined(RTE_LIBRTE_MEMPOOL_STATS)
	struct rte_mempool_cache *cache = rte_mempool_default_cache(mp, rte_lcore_id());

	if (likely(cache != NULL && cache->len >= n)) {
		cache->len -= n;
		return &cache->objs[cache->len];
	}
#endif
	return rte_mempool_get_bulk(mp, room, n) == 0 ? room : NULL;
}

/* Buffers for the n slots from q->rearm_at on, which do not wrap. */
static __rte_always_inline uint16_t
ice_mp_rx_refill_run(struct ice_mp_rxq *q, uint16_t n, ice_mp_rx_post_t post)
{
	struct rte_mbuf **sw = &q->sw[q->rearm_at];

	void *const *bufs = ice_mp_rx_get(q->mp, (void **)sw, n);

	if (bufs == NULL)
		return 0;
	post(q, ice_mp_rx_slot(q, q->hw_ring, q->rearm_at), sw, bufs, n);
	/* Relaxed, here and below: the event thread looks on. */
	__atomic_store_n(&q->rearm_at, q->rearm_at + n == q->nb_desc ? 0 : q->rearm_at + n,
			 __ATOMIC_RELAXED);
	q->nb_hold -= n;
	return n;
}

/** Buffers for n slots that do not wrap. @return how many, n or 0 */
typedef uint16_t (*ice_mp_rx_run_t)(struct ice_mp_rxq *q, uint16_t n, ice_mp_rx_post_t post);

static __rte_always_inline uint16_t
ice_mp_rx_refill_by(struct ice_mp_rxq *q, uint16_t want, ice_mp_rx_run_t run, ice_mp_rx_post_t post)
{
	uint16_t first = RTE_MIN(want, (uint16_t)(q->nb_desc - q->rearm_at)), done;

	done = run(q, first, post);
	if (done == first && want > first)
		done += run(q, want - first, post);
	return done;
}

static __rte_always_inline uint16_t
ice_mp_rx_refill_slots(struct ice_mp_rxq *q, uint16_t want, ice_mp_rx_post_t post)
{
	return ice_mp_rx_refill_by(q, want, ice_mp_rx_refill_run, post);
}

/** Give consumed slots new buffers: as many times a threshold as there are. Ends
 * the burst. @return n, its frames */
static __rte_always_inline uint16_t
ice_mp_rx_rearm_by(struct ice_mp_rxq *q, uint16_t n, ice_mp_rx_run_t run, ice_mp_rx_post_t post)
{
	uint16_t thresh = __atomic_load_n(&q->free_thresh, __ATOMIC_RELAXED);
	uint16_t tail, done = 0;

	while (q->nb_hold >= thresh) {
		uint16_t got = ice_mp_rx_refill_by(q, thresh, run, post);

		done += got;
		if (unlikely(got == 0)) {
			q->no_mbuf += thresh;
			q->port->data->rx_mbuf_alloc_failed += thresh;
		}
		if (unlikely(got != thresh))
			break;
	}
	if (likely(done > 0)) {
		tail = q->rearm_at == 0 ? q->nb_desc - 1 : q->rearm_at - 1;
		rte_io_wmb();
		*q->tail = tail;
	}
	ice_mp_burst_end(&q->busy);
	return n;
}

static __rte_always_inline uint16_t
ice_mp_rx_rearm(struct ice_mp_rxq *q, uint16_t n, ice_mp_rx_post_t post)
{
	return ice_mp_rx_rearm_by(q, n, ice_mp_rx_refill_run, post);
}

/** mbuf flags by status bits 3 to 6 (L3L4P, IPE, L4E, EIPE), 12 and 13 (RSS, L2TAG1P). */
struct ice_mp_rx_flags {
	uint64_t cksum[16], rest[4];
};
extern const struct ice_mp_rx_flags ice_mp_rx_flags_tbl __attribute__((visibility("hidden")));

/* Offload results of the last descriptor of a frame. */
static __rte_always_inline void
ice_mp_rx_meta(struct rte_mbuf *m, const struct ice_mp_rx_flex *wb)
{
	unsigned int st = wb->status_error0;

	m->packet_type = ice_mp_ptype_tbl[wb->ptype_flags0 & ICE_MP_RX_PTYPE_M];
	/* As they are; flags tell whether they mean something. */
	m->hash.rss = wb->flex0;
	m->vlan_tci = wb->l2tag1;
	m->ol_flags = ice_mp_rx_flags_tbl.cksum[st / ICE_MP_RX_S0_L3L4P % 16] |
		      ice_mp_rx_flags_tbl.rest[st / ICE_MP_RX_S0_RSS_VALID % 4];
}

/* Slots the device may have filled: all that hold a buffer but the one at the
 * tail. One that marks more of them done is not believed: their buffers are
 * somebody else's by now. (Parked, the ring of zeros ends every burst.) */
static __rte_always_inline unsigned int
ice_mp_rx_slots(const struct ice_mp_rxq *q)
{
	return q->nb_desc - 1 - q->nb_hold;
}

static __rte_always_inline struct ice_mp_rx_view
ice_mp_rx_view(const struct ice_mp_rxq *q, const volatile void *ring, unsigned int desc_shift)
{
	return (struct ice_mp_rx_view){
		.ring = ring,
		.sw = q->sw,
		.rearm = q->rearm,
		.nb_desc = q->nb_desc,
		.buf_len = q->buf_len,
		.crc_len = q->crc_len,
		.desc_shift = desc_shift,
	};
}

/* Take the buffer of slot `at` if its write-back is there: the first half of
 * the descriptor goes to *wb. */
static __rte_always_inline struct rte_mbuf *
ice_mp_rx_take(const struct ice_mp_rx_view *v, unsigned int at, struct ice_mp_rx_flex *wb)
{
	const volatile union ice_mp_rx_desc *d = ice_mp_rx_slot(v, v->ring, at);
	union ice_mp_rx_desc *copy = (union ice_mp_rx_desc *)wb;
	struct rte_mbuf *m;

	/* DD is in qword 1; nothing else may be read before it. */
	copy->qw[1] = __atomic_load_n(&d->qw[1], __ATOMIC_ACQUIRE);
	if (!(wb->status_error0 & ICE_MP_RX_S0_DD))
		return NULL;
	copy->qw[0] = d->qw[0];
	m = v->sw[at];
	/* data_off, refcnt, nb_segs and port in one store. */
	memcpy((uint8_t *)m + offsetof(struct rte_mbuf, data_off), &v->rearm, sizeof(v->rearm));
	return m;
}

static __rte_always_inline unsigned int
ice_mp_rx_next(const struct ice_mp_rx_view *v, unsigned int at)
{
	return at + 1 == v->nb_desc ? 0 : at + 1;
}

/** Is there something to do in a burst that was begun? An empty poll, the most
 * frequent of all, ends here. @return false: it is over */
static __rte_always_inline bool
ice_mp_rx_begun(struct ice_mp_rxq *q, const volatile void **ring, unsigned int desc_shift)
{
	const volatile union ice_mp_rx_desc *d;

	*ring = __atomic_load_n(&q->ring, __ATOMIC_ACQUIRE);
	d = (const volatile void *)((const volatile uint8_t *)*ring +
				    ((size_t)q->next << desc_shift));
	if (__atomic_load_n(&d->qw[1], __ATOMIC_RELAXED) & ICE_MP_RX_S0_DD ||
	    q->nb_hold >= __atomic_load_n(&q->free_thresh, __ATOMIC_RELAXED))
		return true;
	ice_mp_burst_end(&q->busy);
	return false;
}

/** Begin a burst. @return false: it is over */
static __rte_always_inline bool
ice_mp_rx_begin(struct ice_mp_rxq *q, const volatile void **ring)
{
	ice_mp_burst_begin(&q->busy);
	return ice_mp_rx_begun(q, ring, q->desc_shift);
}

/** End a burst: `looked` slots were consumed, n frames of them delivered; the
 * next is `at`. @return n */
static __rte_always_inline uint16_t
ice_mp_rx_end(struct ice_mp_rxq *q, uint16_t at, uint16_t looked, uint16_t n, uint64_t bytes,
	      ice_mp_rx_rearm_t rearm)
{
	uint16_t hold = q->nb_hold + looked;

	__atomic_store_n(&q->next, at, __ATOMIC_RELAXED);
	q->nb_hold = hold;
	q->packets += n;
	q->bytes += bytes;
	if (hold >= __atomic_load_n(&q->free_thresh, __ATOMIC_RELAXED))
		return rearm(q, n);
	ice_mp_burst_end(&q->busy);
	return n;
}

/** Frames of one buffer each, in a burst that was begun; ends it. Groups of
 * slots are tried first (group > 1), what they leave is taken one by one.
 * @param n  frames the burst has taken already, from as many slots */
static __rte_always_inline uint16_t
ice_mp_rx_frames(struct ice_mp_rxq *q, struct rte_mbuf **pkts, uint16_t nb,
		 const volatile void *ring, uint16_t n, uint64_t bytes, unsigned int desc_shift,
		 unsigned int group, ice_mp_rx_group_t take_group, ice_mp_rx_rearm_t rearm,
		 bool meta)
{
	const struct ice_mp_rx_view v = ice_mp_rx_view(q, ring, desc_shift);
	unsigned int len, looked = n, at = q->next + n, stop, max, end;
	struct ice_mp_rx_flex wb;
	struct rte_mbuf *m;

	max = RTE_MIN(nb, ice_mp_rx_slots(q));
	if (at == v.nb_desc)
		at = 0;
	while (looked < max) {
		stop = max;
		if (group > 1) {
			/* Not beyond the end of the ring. */
			end = RTE_MIN(max, looked + v.nb_desc - at);
			while (looked + group <= end &&
			       likely(take_group(&v, at, &pkts[n], &bytes))) {
				n += group;
				looked += group;
				at += group;
			}
			stop = RTE_MIN(end, looked + group);
			if (at == v.nb_desc) {
				at = 0;
				continue;
			}
		}
		while (looked < stop) {
			m = ice_mp_rx_take(&v, at, &wb);
			if (m == NULL)
				goto out;
			looked++;
			at = ice_mp_rx_next(&v, at);
			rte_prefetch0(v.sw[at]);
			len = wb.pkt_len & ICE_MP_RX_PKT_LEN_M;
			if (unlikely(len > v.buf_len || len <= v.crc_len ||
				     (wb.status_error0 & (ICE_MP_RX_S0_EOF | ICE_MP_RX_S0_RXE)) !=
				     ICE_MP_RX_S0_EOF)) {
				ice_mp_rx_refuse(q, m);
				continue;
			}
			len -= v.crc_len;
			m->data_len = len;
			m->pkt_len = len;
			ice_mp_rx_meta(m, &wb);
			if (!meta)
				m->ol_flags = 0;
			bytes += len;
			pkts[n++] = m;
		}
	}
out:
	return ice_mp_rx_end(q, at, looked, n, bytes, rearm);
}

/** ice_mp_rx_frames() of a path. */
typedef uint16_t (*ice_mp_rx_rest_t)(struct ice_mp_rxq *q, struct rte_mbuf **pkts, uint16_t nb,
				     uint16_t n, uint64_t bytes);

#endif /* _ICE_MP_RX_PRIV_H_ */
