/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_TX_PRIV_H_
#define _ICE_MP_TX_PRIV_H_

/**
 * @file
 * What all transmit paths share. Data threads only.
 *
 * Descriptors from q->clean up to q->next are in flight; q->sw has the mbuf
 * segment of each (NULL: a context descriptor), and nothing that means
 * anything elsewhere. The last descriptor of a burst carries RS when there
 * are rs_thresh or more since the one before; a FIFO remembers which. When
 * the device marks such a descriptor done, all up to it are free.
 */

#include <rte_io.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>

#include "ice_mp_rxtx.h"

/** Post packets of one buffer and one descriptor each (with offload: also
 * such with offloads, but no TSO) from descriptor `at` on: no wrap, no RS.
 * @return how many are left, from the first on that is not of that kind */
typedef unsigned int (*ice_mp_tx_post_t)(const struct ice_mp_txq *q, unsigned int at,
					 struct rte_mbuf **pkts, unsigned int nb, bool offload,
					 uint64_t *bytes);

#define ICE_MP_TX_L4_OFFLOADS	(RTE_MBUF_F_TX_L4_MASK | RTE_MBUF_F_TX_TCP_SEG)
/** What a packet may ask for. */
#define ICE_MP_TX_OFFLOAD_FLAGS \
	(RTE_MBUF_F_TX_VLAN | RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IPV6 | \
	 RTE_MBUF_F_TX_IP_CKSUM | ICE_MP_TX_L4_OFFLOADS)

/** What goes into a context descriptor, as does TSO. */
#define ICE_MP_TX_TUNNEL_FLAGS \
	(RTE_MBUF_F_TX_TUNNEL_MASK | RTE_MBUF_F_TX_OUTER_IP_CKSUM | \
	 RTE_MBUF_F_TX_OUTER_UDP_CKSUM | RTE_MBUF_F_TX_OUTER_IPV4 | RTE_MBUF_F_TX_OUTER_IPV6 | \
	 RTE_MBUF_F_TX_QINQ)

/** Flags by which the table is indexed: TCP_SEG (bit 50) to VLAN (57). */
#define ICE_MP_TX_OFFLOAD_S	50
#define ICE_MP_TX_OFFLOAD_BITS	8
#define ICE_MP_TX_OFFLOAD(f)	(((f) & ICE_MP_TX_OFFLOAD_FLAGS) >> ICE_MP_TX_OFFLOAD_S)
static_assert(ICE_MP_TX_OFFLOAD_FLAGS >> ICE_MP_TX_OFFLOAD_S < 1 << ICE_MP_TX_OFFLOAD_BITS &&
	      RTE_MBUF_F_TX_TCP_SEG == UINT64_C(1) << ICE_MP_TX_OFFLOAD_S, "flags of the table");
/** Qword 1 of a set of offloads. */
struct ice_mp_tx_offload {
	uint64_t set;		/**< commands, and lengths that are always the same */
	uint64_t of_pkt;	/**< fields that the packet itself tells */
};
/** By flags. Written once, before main(). */
extern struct ice_mp_tx_offload ice_mp_tx_offload_tbl[1 << ICE_MP_TX_OFFLOAD_BITS]
	__attribute__((visibility("hidden")));

/** Free what the device has done of `ring`, until `enough` descriptors and some more are.
 * @return descriptors freed */
uint16_t ice_mp_tx_clean_up_to(struct ice_mp_txq *q, volatile struct ice_mp_tx_desc *ring,
			       uint32_t enough, bool fast_free);
/** With fast_free, of a queue: buffers of its first pool are posted, or of another one. */
void ice_mp_tx_other_pool(struct ice_mp_txq *q, struct rte_mempool *mp);
/** Free what the device has done, a good deal at once. @return are there as many
 * descriptors as short bursts need? Not so in a queue that is parked. */
bool ice_mp_tx_make_room(struct ice_mp_txq *q, bool fast_free);
/** Post one packet of any kind. @return 1 posted, 0 no room, -1 malformed */
int ice_mp_tx_any(struct ice_mp_txq *q, volatile struct ice_mp_tx_desc *ring,
		  struct rte_mbuf *m, uint16_t reserve, bool fast_free, uint64_t *bytes);

/** Count and free a malformed packet. @return -1 */
int ice_mp_tx_refuse(struct ice_mp_txq *q, struct rte_mbuf *m);

static __rte_always_inline uint64_t
ice_mp_tx_qw1(uint64_t cmd, uint16_t len)
{
	return ICE_MP_TXD_DTYPE_DATA | cmd << ICE_MP_TXD_CMD_S |
	       (uint64_t)len << ICE_MP_TXD_BUF_SZ_S;
}

/* From the word of lengths of an mbuf to the fields of qword 1, which count in
 * units of 2 (L2) or 4 bytes. */
static_assert(RTE_MBUF_L2_LEN_OFS == 0 && RTE_MBUF_L3_LEN_OFS == 7 && RTE_MBUF_L4_LEN_OFS == 16 &&
	      ICE_MP_TXD_MACLEN_S == 16 && ICE_MP_TXD_IPLEN_S == 23 && ICE_MP_TXD_L4LEN_S == 30,
	      "lengths move by these shifts");
/** MACLEN as far as the 7 bits of l2_len go. */
#define ICE_MP_TX_MACLEN_M	(0x3Full << ICE_MP_TXD_MACLEN_S)

/** Qword 1 of the offloads a packet asks for. */
static __rte_always_inline uint64_t
ice_mp_tx_offloads(const struct rte_mbuf *m)
{
	const struct ice_mp_tx_offload *o = &ice_mp_tx_offload_tbl[ICE_MP_TX_OFFLOAD(m->ol_flags)];
	uint64_t len = m->tx_offload;

	return o->set | (o->of_pkt & ((len << 15 & ICE_MP_TX_MACLEN_M) |
				      (len << 14 & ICE_MP_TXD_IPLEN_M) |
				      (len << 12 & ICE_MP_TXD_L4LEN_M) |
				      (uint64_t)m->vlan_tci << ICE_MP_TXD_L2TAG1_S));
}

/** The first byte of qword 1 of a packet without offloads that asks for a completion. */
#define ICE_MP_TX_LAST \
	(ICE_MP_TXD_DTYPE_DATA | (ICE_MP_TXD_CMD_EOP | ICE_MP_TXD_CMD_RS) << ICE_MP_TXD_CMD_S)
static_assert(ICE_MP_TX_LAST <= UINT8_MAX, "RS is in the first byte");

/** RS on descriptor `last`, which is posted. plain: of a packet without offloads, so
 * that it is known what to write: a load would wait for the vector's store. fast_free:
 * now that its mbuf is at hand, the pool is asked for to which all will go back. */
static __rte_always_inline void
ice_mp_tx_ask(struct ice_mp_txq *q, uint16_t last, bool plain, bool fast_free)
{
	volatile uint64_t *qw1 = &q->hw_ring[last].qw1;
	uint16_t slot;

	if (fast_free && unlikely(q->sw[last]->pool != q->mp))
		ice_mp_tx_other_pool(q, q->sw[last]->pool);
	if (plain)
		*(volatile uint8_t *)qw1 = ICE_MP_TX_LAST;
	else
		*qw1 |= (uint64_t)ICE_MP_TXD_CMD_RS << ICE_MP_TXD_CMD_S;
	q->since_rs = 0;
	slot = q->rs_head + q->rs_count;
	/* Relaxed: the event thread looks on. */
	__atomic_store_n(&q->rs[slot >= q->nb_desc ? slot - q->nb_desc : slot], last,
			 __ATOMIC_RELAXED);
	__atomic_store_n(&q->rs_count, q->rs_count + 1, __ATOMIC_RELAXED);
}

/** Descriptors up to `last` were posted: RS on it when it is due. */
static __rte_always_inline void
ice_mp_tx_posted(struct ice_mp_txq *q, uint16_t last, uint16_t descs, bool plain, bool fast_free)
{
	q->nb_free -= descs;
	q->since_rs += descs;
	if (q->since_rs >= q->rs_thresh)
		ice_mp_tx_ask(q, last, plain, fast_free);
}

static __rte_always_inline void
ice_mp_tx_kick(struct ice_mp_txq *q)
{
	rte_io_wmb();
	*q->tail = q->next;
}

/** The one packet post() stops at: malformed, or, with offload, of any kind.
 * @return as ice_mp_tx_any() */
static __rte_always_inline int
ice_mp_tx_odd(struct ice_mp_txq *q, volatile struct ice_mp_tx_desc *ring, struct rte_mbuf *m,
	      uint16_t reserve, bool fast_free, bool offload, uint64_t *bytes)
{
	if (offload)
		return ice_mp_tx_any(q, ring, m, reserve, fast_free, bytes);
	return ice_mp_tx_refuse(q, m);
}

/** `n` packets of one descriptor each were posted from `at` on. */
static __rte_always_inline void
ice_mp_tx_run_posted(struct ice_mp_txq *q, uint16_t at, uint16_t n, bool plain, bool fast_free)
{
	q->next = at + n == q->nb_desc ? 0 : at + n;
	ice_mp_tx_posted(q, at + n - 1, n, plain, fast_free);
}

/** End a burst in which packets i of nb were taken, `sent` of them posted. */
static __rte_always_inline uint16_t
ice_mp_tx_end(struct ice_mp_txq *q, unsigned int i, unsigned int sent, uint64_t bytes)
{
	if (sent > 0)
		ice_mp_tx_kick(q);
	q->packets += sent;
	q->bytes += bytes;
	ice_mp_burst_end(&q->busy);
	return i;
}

/** Any burst that was begun: runs of plain packets go to post(), the others one by
 * one; room is made when there is none left. */
static __rte_always_inline uint16_t
ice_mp_tx_runs(struct ice_mp_txq *q, struct rte_mbuf **pkts, uint16_t nb, ice_mp_tx_post_t post,
	       bool fast_free, bool offload)
{
	uint32_t reserve = __atomic_load_n(&q->reserve, __ATOMIC_ACQUIRE);
	volatile struct ice_mp_tx_desc *ring = __atomic_load_n(&q->ring, __ATOMIC_ACQUIRE);
	uint16_t i = 0, sent = 0, run, done;
	uint64_t bytes = 0;
	int rc;

	/* Parked: the rest of the queue may be under construction. */
	if (unlikely(reserve == UINT16_MAX))
		goto out;
	while (i < nb) {
		/* Some packets took more than a descriptor each. */
		while (unlikely(q->nb_free <= reserve))
			if (ice_mp_tx_clean_up_to(q, ring, nb - i, fast_free) == 0)
				goto out;
		run = RTE_MIN(nb - i, q->nb_free - (int)reserve);
		run = RTE_MIN(run, q->nb_desc - q->next);
		run = RTE_MIN(run, q->rs_thresh);
		done = run - post(q, q->next, pkts + i, run, offload, &bytes);
		if (likely(done > 0)) {
			ice_mp_tx_run_posted(q, q->next, done, !offload, fast_free);
			i += done;
			sent += done;
		}
		if (likely(done == run))
			continue;
		/* Where one is, others are: as long as they come. */
		do {
			rc = ice_mp_tx_odd(q, ring, pkts[i], reserve, fast_free, offload, &bytes);
			if (rc == 0)
				goto out;
			i++;
			sent += rc > 0;
		} while (offload && i < nb &&
			 (pkts[i]->ol_flags & RTE_MBUF_F_TX_TCP_SEG || pkts[i]->nb_segs != 1));
	}
out:
	return ice_mp_tx_end(q, i, sent, bytes);
}

/** ice_mp_tx_runs() of a path. */
typedef uint16_t (*ice_mp_tx_runs_t)(struct ice_mp_txq *q, struct rte_mbuf **pkts, uint16_t nb);

/** Is there room for any short burst? */
static __rte_always_inline bool
ice_mp_tx_has_plenty(const struct ice_mp_txq *q)
{
	/* Acquire: before anything else of a queue that may have been parked,
	 * which never has. */
	uint16_t plenty = __atomic_load_n(&q->plenty, __ATOMIC_ACQUIRE);

	return likely(plenty != UINT16_MAX) && q->nb_free >= plenty;
}

/** With room: is it a short burst, which is posted in one go? */
static __rte_always_inline bool
ice_mp_tx_is_short(const struct ice_mp_txq *q, uint16_t nb)
{
	return nb <= q->rs_thresh && q->next + nb <= q->nb_desc;
}

/** A short burst: plain packets are posted without more ado. rs: it is due. */
static __rte_always_inline uint16_t
ice_mp_tx_short(struct ice_mp_txq *q, struct rte_mbuf **pkts, unsigned int nb,
		ice_mp_tx_runs_t runs, ice_mp_tx_post_t post, bool fast_free, bool offload, bool rs)
{
	unsigned int end = q->next + nb;
	uint64_t bytes = 0;

	/* What is posted in vain is posted again. */
	if (unlikely(post(q, q->next, pkts, nb, offload, &bytes) > 0))
		return runs(q, pkts, nb);
	q->next = end == q->nb_desc ? 0 : end;
	q->nb_free -= nb;
	if (rs)
		ice_mp_tx_ask(q, end - 1, !offload, fast_free);
	else
		q->since_rs += nb;
	return ice_mp_tx_end(q, nb, nb, bytes);
}

/* What a burst function is made of; which way a burst goes costs no register. */
#define ICE_MP_TX_RUNS(name, post, fast_free, offload) \
static __rte_noinline uint16_t \
name##_runs(struct ice_mp_txq *q, struct rte_mbuf **pkts, uint16_t nb) \
{ \
	return ice_mp_tx_runs(q, pkts, nb, post, fast_free, offload); \
}
/** One of the ways of short bursts; rs: of those on whose last it is due. */
#define ICE_MP_TX_SHORT(name, way, post, fast_free, offload, rs) \
static __rte_noinline uint16_t \
name##_##way(struct ice_mp_txq *q, struct rte_mbuf **pkts, unsigned int nb) \
{ \
	return ice_mp_tx_short(q, pkts, nb, name##_runs, post, fast_free, offload, rs); \
}
/** The way of a single packet. */
#define ICE_MP_TX_ONE(name, post, fast_free, offload) \
static __rte_noinline uint16_t \
name##_one(struct ice_mp_txq *q, struct rte_mbuf **pkts) \
{ \
	return ice_mp_tx_short(q, pkts, 1, name##_runs, post, fast_free, offload, false); \
}
/** short_burst, last_burst: the call of one of the ways, by nb. Nothing is called that
 * comes back, but behind the burst functions: they have no registers to save. */
#define ICE_MP_TX_BURST(name, fast_free, short_burst, last_burst) \
static __rte_always_inline uint16_t \
name##_way(struct ice_mp_txq *q, struct rte_mbuf **pkts, uint16_t nb) \
{ \
	if (unlikely(!ice_mp_tx_is_short(q, nb))) \
		return name##_runs(q, pkts, nb); \
	return likely(q->since_rs + nb < q->rs_thresh) ? short_burst : last_burst; \
} \
static __rte_noinline uint16_t \
name##_full(struct ice_mp_txq *q, struct rte_mbuf **pkts, uint16_t nb) \
{ \
	if (ice_mp_tx_make_room(q, fast_free)) \
		return name##_way(q, pkts, nb); \
	return name##_runs(q, pkts, nb); \
} \
uint16_t \
ice_mp_##name(void *txq, struct rte_mbuf **pkts, uint16_t nb) \
{ \
	struct ice_mp_txq *q = txq; \
\
	ice_mp_burst_begin(&q->busy); \
	if (likely(ice_mp_tx_has_plenty(q))) \
		return name##_way(q, pkts, nb); \
	return name##_full(q, pkts, nb); \
}

/** post(), packet by packet. */
static __rte_always_inline unsigned int
ice_mp_tx_post(const struct ice_mp_txq *q, unsigned int at, struct rte_mbuf **pkts,
	       unsigned int nb, bool offload, uint64_t *bytes)
{
	volatile struct ice_mp_tx_desc *d = &q->hw_ring[at];
	struct rte_mbuf **sw = &q->sw[at], **end = pkts + nb;
	uint32_t max_more = q->max_more[0];
	uint64_t sum = 0;

	for (; pkts != end; pkts++) {
		struct rte_mbuf *m = *pkts;
		uint32_t len = m->data_len;
		uint64_t qw1 = ice_mp_tx_qw1(ICE_MP_TXD_CMD_EOP, len);

		/* One buffer, of a length that can be sent as it is. */
		if (unlikely(m->nb_segs != 1 || len - RTE_ETHER_HDR_LEN > max_more))
			break;
		if (offload && m->ol_flags & ICE_MP_TX_OFFLOAD_FLAGS) {
			if (unlikely(m->ol_flags & RTE_MBUF_F_TX_TCP_SEG))
				break;
			qw1 |= ice_mp_tx_offloads(m);
		}
		*sw++ = m;
		d->addr = rte_mbuf_data_iova(m);
		d->qw1 = qw1;
		d++;
		sum += len;
	}
	*bytes += sum;
	return end - pkts;
}

#endif /* _ICE_MP_TX_PRIV_H_ */
