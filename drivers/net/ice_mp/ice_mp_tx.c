/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <rte_io.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <rte_net.h>

#include "ice_mp_rxtx.h"

/*
 * Transmit. Every rs_thresh descriptors the last one of a packet carries RS;
 * a FIFO remembers which. When the device marks such a descriptor done, all
 * descriptors up to it are free.
 */

#define TX_L4_OFFLOADS	(RTE_MBUF_F_TX_L4_MASK | RTE_MBUF_F_TX_TCP_SEG)
#define TX_OFFLOAD_FLAGS \
	(RTE_MBUF_F_TX_VLAN | RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IPV6 | \
	 RTE_MBUF_F_TX_IP_CKSUM | TX_L4_OFFLOADS)

static __rte_always_inline uint16_t
inc(const struct ice_mp_txq *q, uint16_t i)
{
	return i + 1 == q->nb_desc ? 0 : i + 1;
}

static void
free_range(struct ice_mp_txq *q, uint16_t first, uint16_t n, bool fast_free)
{
	uint16_t i;

	if (fast_free) {
		rte_mempool_put_bulk(q->sw[first]->pool, (void **)&q->sw[first], n);
		for (i = 0; i < n; i++)
			q->sw[first + i] = NULL;
		return;
	}
	for (i = 0; i < n; i++) {
		struct rte_mbuf *m = q->sw[first + i];

		if (m == NULL)
			continue;	/* a context descriptor */
		q->sw[first + i] = NULL;
		rte_pktmbuf_free_seg(m);
	}
}

/* The FIFO begins at `head` now, `n` are gone. Relaxed: the event thread looks on. */
static __rte_always_inline void
rs_taken(struct ice_mp_txq *q, uint16_t head, uint16_t n)
{
	__atomic_store_n(&q->rs_head, head, __ATOMIC_RELAXED);
	__atomic_store_n(&q->rs_count, q->rs_count - n, __ATOMIC_RELAXED);
}

/* Vain looks for room between two at the completions behind the oldest. */
#define TX_STALLED_LOOKS	64

/* The oldest completion has not come for a while, in a ring without room. The
 * device completes in order: if a later one is there, it was lost. */
static bool
skip_lost(struct ice_mp_txq *q, volatile struct ice_mp_tx_desc *ring)
{
	uint16_t i, at = q->rs_head;

	for (i = 1; i < q->rs_count; i++) {
		at = inc(q, at);
		if ((__atomic_load_n(&ring[q->rs[at]].qw1, __ATOMIC_ACQUIRE) &
		     ICE_MP_TXD_DTYPE_M) != ICE_MP_TXD_DTYPE_DONE)
			continue;
		rs_taken(q, at, i);
		q->lost += i;
		return true;
	}
	return false;
}

/* What the device has done of `ring`. */
static uint16_t
clean(struct ice_mp_txq *q, volatile struct ice_mp_tx_desc *ring, bool fast_free)
{
	uint16_t end, n, first, total = 0;

	while (q->rs_count > 0) {
		uint16_t last = q->rs[q->rs_head];
		uint64_t qw = __atomic_load_n(&ring[last].qw1, __ATOMIC_ACQUIRE);

		if ((qw & ICE_MP_TXD_DTYPE_M) != ICE_MP_TXD_DTYPE_DONE) {
			if (total == 0 && unlikely(q->nb_free < q->free_thresh) &&
			    ++q->stalled % TX_STALLED_LOOKS == 0 && skip_lost(q, ring))
				continue;
			break;
		}
		q->stalled = 0;
		rs_taken(q, inc(q, q->rs_head), 1);
		end = inc(q, last);
		n = end > q->clean ? end - q->clean : q->nb_desc - q->clean + end;
		first = RTE_MIN(n, (uint16_t)(q->nb_desc - q->clean));
		free_range(q, q->clean, first, fast_free);
		if (n > first)
			free_range(q, 0, n - first, fast_free);
		q->clean = end;
		q->nb_free += n;
		total += n;
	}
	return total;
}

uint16_t
ice_mp_tx_clean(struct ice_mp_txq *q, bool fast_free)
{
	uint16_t n;

	ice_mp_burst_begin(&q->busy);
	n = clean(q, __atomic_load_n(&q->ring, __ATOMIC_ACQUIRE), fast_free);
	ice_mp_burst_end(&q->busy);
	return n;
}

static __rte_always_inline uint64_t
data_qw1(uint64_t cmd, uint64_t offset, uint16_t len, uint64_t tag)
{
	return ICE_MP_TXD_DTYPE_DATA | cmd << ICE_MP_TXD_CMD_S | offset |
	       (uint64_t)len << ICE_MP_TXD_BUF_SZ_S | tag << ICE_MP_TXD_L2TAG1_S;
}

/* Finish a packet whose last descriptor is `last`: EOP, and RS when due. */
static __rte_always_inline void
finish(struct ice_mp_txq *q, uint16_t last, uint16_t descs)
{
	uint64_t cmd = ICE_MP_TXD_CMD_EOP;
	uint16_t slot;

	q->nb_free -= descs;
	q->since_rs += descs;
	if (q->since_rs >= q->rs_thresh) {
		cmd |= ICE_MP_TXD_CMD_RS;
		q->since_rs = 0;
		slot = q->rs_head + q->rs_count;
		__atomic_store_n(&q->rs[slot >= q->nb_desc ? slot - q->nb_desc : slot], last,
				 __ATOMIC_RELAXED);
		__atomic_store_n(&q->rs_count, q->rs_count + 1, __ATOMIC_RELAXED);
	}
	q->hw_ring[last].qw1 |= cmd << ICE_MP_TXD_CMD_S;
}

static __rte_always_inline void
kick(struct ice_mp_txq *q)
{
	rte_io_wmb();
	*q->tail = q->next;
}

/* One descriptor per packet, no offload. */
static __rte_always_inline uint16_t
tx_simple(struct ice_mp_txq *q, struct rte_mbuf **pkts, uint16_t nb, bool fast_free)
{
	volatile struct ice_mp_tx_desc *ring;
	uint64_t bytes = 0, sent = 0;
	uint16_t i, reserve;

	ice_mp_burst_begin(&q->busy);
	ring = __atomic_load_n(&q->ring, __ATOMIC_ACQUIRE);
	reserve = __atomic_load_n(&q->reserve, __ATOMIC_RELAXED);
	if (q->nb_free < q->free_thresh || q->nb_free < nb)
		clean(q, ring, fast_free);
	for (i = 0; i < nb; i++) {
		struct rte_mbuf *m = pkts[i];
		uint16_t at = q->next;

		if (unlikely(q->nb_free <= reserve))
			break;
		if (unlikely(m->nb_segs != 1 || m->data_len < RTE_ETHER_HDR_LEN ||
			     m->data_len > q->max_pkt)) {
			q->errors++;
			rte_pktmbuf_free(m);
			continue;
		}
		q->sw[at] = m;
		q->hw_ring[at].addr = rte_mbuf_data_iova(m);
		q->hw_ring[at].qw1 = data_qw1(0, 0, m->data_len, 0);
		q->next = inc(q, at);
		finish(q, at, 1);
		bytes += m->data_len;
		sent++;
	}
	if (sent > 0)
		kick(q);
	q->packets += sent;
	q->bytes += bytes;
	ice_mp_burst_end(&q->busy);
	return i;
}

uint16_t
ice_mp_tx_simple(void *txq, struct rte_mbuf **pkts, uint16_t nb)
{
	return tx_simple(txq, pkts, nb, false);
}

uint16_t
ice_mp_tx_fast_free(void *txq, struct rte_mbuf **pkts, uint16_t nb)
{
	return tx_simple(txq, pkts, nb, true);
}

/* Commands and lengths of the offloads a packet asks for. */
static void
offloads(const struct rte_mbuf *m, uint64_t *cmd, uint64_t *offset, uint64_t *tag)
{
	uint64_t f = m->ol_flags;

	*cmd = 0;
	*offset = 0;
	*tag = 0;
	if (f & RTE_MBUF_F_TX_VLAN) {
		*cmd |= ICE_MP_TXD_CMD_IL2TAG1;
		*tag = m->vlan_tci;
	}
	if (!(f & (RTE_MBUF_F_TX_IP_CKSUM | TX_L4_OFFLOADS)))
		return;
	if (f & RTE_MBUF_F_TX_IPV6)
		*cmd |= ICE_MP_TXD_CMD_IIPT_IPV6;
	else if (f & (RTE_MBUF_F_TX_IP_CKSUM | RTE_MBUF_F_TX_TCP_SEG))
		*cmd |= ICE_MP_TXD_CMD_IIPT_IPV4_CSUM;
	else
		*cmd |= ICE_MP_TXD_CMD_IIPT_IPV4;
	*offset = (uint64_t)(m->l2_len >> 1) << ICE_MP_TXD_MACLEN_S |
		  (uint64_t)(m->l3_len >> 2) << ICE_MP_TXD_IPLEN_S;
	if (f & RTE_MBUF_F_TX_TCP_SEG) {
		*cmd |= ICE_MP_TXD_CMD_L4T_TCP;
		*offset |= (uint64_t)(m->l4_len >> 2) << ICE_MP_TXD_L4LEN_S;
		return;
	}
	switch (f & RTE_MBUF_F_TX_L4_MASK) {
	case RTE_MBUF_F_TX_TCP_CKSUM:
		*cmd |= ICE_MP_TXD_CMD_L4T_TCP;
		*offset |= (uint64_t)(sizeof(struct rte_tcp_hdr) >> 2) << ICE_MP_TXD_L4LEN_S;
		break;
	case RTE_MBUF_F_TX_UDP_CKSUM:
		*cmd |= ICE_MP_TXD_CMD_L4T_UDP;
		*offset |= (uint64_t)(sizeof(struct rte_udp_hdr) >> 2) << ICE_MP_TXD_L4LEN_S;
		break;
	case RTE_MBUF_F_TX_SCTP_CKSUM:
		*cmd |= ICE_MP_TXD_CMD_L4T_SCTP;
		*offset |= (uint64_t)(sizeof(struct rte_sctp_hdr) >> 2) << ICE_MP_TXD_L4LEN_S;
		break;
	default:
		break;
	}
}

/* Can the device take this packet at all? A malformed one would make it drop
 * the packet or, on hardware, stop the queue. */
static bool
sendable(const struct ice_mp_txq *q, const struct rte_mbuf *m)
{
	bool tso = m->ol_flags & RTE_MBUF_F_TX_TCP_SEG;
	unsigned int hdr = m->l2_len + m->l3_len + m->l4_len;
	const struct rte_mbuf *s;

	if (m->pkt_len < RTE_ETHER_HDR_LEN)
		return false;
	for (s = m; s != NULL; s = s->next)
		if (s->data_len == 0 || s->data_len > ICE_MP_TX_MAX_BUF)
			return false;
	if (!tso)
		return m->nb_segs <= ICE_MP_TX_MAX_SEGS && m->pkt_len <= q->max_pkt;
	return m->nb_segs <= ICE_MP_TX_MAX_TSO_SEGS && m->tso_segsz >= ICE_MP_TXC_MSS_MIN &&
	       m->pkt_len > hdr && hdr + m->tso_segsz <= q->max_pkt &&
	       m->pkt_len - hdr <= (ICE_MP_TXC_TSO_LEN_M >> ICE_MP_TXC_TSO_LEN_S);
}

uint16_t
ice_mp_tx_full(void *txq, struct rte_mbuf **pkts, uint16_t nb)
{
	struct ice_mp_txq *q = txq;
	volatile struct ice_mp_tx_desc *ring;
	uint64_t bytes = 0, sent = 0, cmd, offset, tag;
	uint16_t i, at, last, need;
	uint32_t reserve;

	ice_mp_burst_begin(&q->busy);
	ring = __atomic_load_n(&q->ring, __ATOMIC_ACQUIRE);
	reserve = __atomic_load_n(&q->reserve, __ATOMIC_RELAXED);
	if (q->nb_free < q->free_thresh)
		clean(q, ring, false);
	for (i = 0; i < nb; i++) {
		struct rte_mbuf *m = pkts[i], *s;
		bool ctx = m->ol_flags & RTE_MBUF_F_TX_TCP_SEG;

		need = m->nb_segs + ctx;
		if (unlikely(!sendable(q, m) || need > q->nb_desc - 1 - q->rs_thresh)) {
			q->errors++;
			rte_pktmbuf_free(m);
			continue;
		}
		if (unlikely(need + reserve > q->nb_free)) {
			clean(q, ring, false);
			if (need + reserve > q->nb_free)
				break;
		}
		at = q->next;
		if (m->ol_flags & TX_OFFLOAD_FLAGS)
			offloads(m, &cmd, &offset, &tag);
		else
			cmd = offset = tag = 0;
		if (ctx) {
			uint64_t len = m->pkt_len - m->l2_len - m->l3_len - m->l4_len;

			q->sw[at] = NULL;
			q->hw_ring[at].addr = 0;
			q->hw_ring[at].qw1 = ICE_MP_TXD_DTYPE_CTX |
				(uint64_t)ICE_MP_TXC_CMD_TSO << ICE_MP_TXC_CMD_S |
				len << ICE_MP_TXC_TSO_LEN_S |
				(uint64_t)m->tso_segsz << ICE_MP_TXC_MSS_S;
			at = inc(q, at);
		}
		bytes += m->pkt_len;
		last = at;
		for (s = m; s != NULL; s = s->next) {
			q->sw[at] = s;
			q->hw_ring[at].addr = rte_mbuf_data_iova(s);
			q->hw_ring[at].qw1 = data_qw1(cmd, offset, s->data_len, tag);
			last = at;
			at = inc(q, at);
		}
		q->next = at;
		finish(q, last, need);
		sent++;
	}
	if (sent > 0)
		kick(q);
	q->packets += sent;
	q->bytes += bytes;
	ice_mp_burst_end(&q->busy);
	return i;
}

uint16_t
ice_mp_tx_prepare(void *txq, struct rte_mbuf **pkts, uint16_t nb)
{
	struct ice_mp_txq *q = txq;
	uint16_t i;
	int rc;

	for (i = 0; i < nb; i++) {
		struct rte_mbuf *m = pkts[i];

		if (m->ol_flags & (RTE_MBUF_F_TX_OFFLOAD_MASK & ~TX_OFFLOAD_FLAGS)) {
			rte_errno = ENOTSUP;
			return i;
		}
		if (!sendable(q, m)) {
			rte_errno = EINVAL;
			return i;
		}
#ifdef RTE_ETHDEV_DEBUG_TX
		rc = rte_validate_tx_offload(m);
		if (rc != 0) {
			rte_errno = -rc;
			return i;
		}
#endif
		rc = rte_net_intel_cksum_prepare(m);
		if (rc != 0) {
			rte_errno = -rc;
			return i;
		}
	}
	return i;
}
