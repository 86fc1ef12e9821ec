/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <string.h>

#include <rte_io.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <rte_prefetch.h>

#include "ice_mp_rxtx.h"

/*
 * Receive. Slots are consumed in order from q->next; consumed slots are given
 * new buffers in bulk. The slot at the tail always holds a buffer that the
 * device does not own yet, its status zero, so that a poll never runs into
 * the old write-backs of slots that wait for buffers.
 */

#define P(l3, l4)	(RTE_PTYPE_L2_ETHER | RTE_PTYPE_L3_##l3##_EXT_UNKNOWN | (l4))

const uint32_t ice_mp_ptype_tbl[ICE_MP_PTYPE_COUNT] = {
	[ICE_MP_PTYPE_L2] = RTE_PTYPE_L2_ETHER,
	[ICE_MP_PTYPE_IPV4_FRAG] = P(IPV4, RTE_PTYPE_L4_FRAG),
	[ICE_MP_PTYPE_IPV4_PAY] = P(IPV4, RTE_PTYPE_L4_NONFRAG),
	[ICE_MP_PTYPE_IPV4_UDP] = P(IPV4, RTE_PTYPE_L4_UDP),
	[ICE_MP_PTYPE_IPV4_TCP] = P(IPV4, RTE_PTYPE_L4_TCP),
	[ICE_MP_PTYPE_IPV4_SCTP] = P(IPV4, RTE_PTYPE_L4_SCTP),
	[ICE_MP_PTYPE_IPV4_ICMP] = P(IPV4, RTE_PTYPE_L4_ICMP),
	[ICE_MP_PTYPE_IPV6_FRAG] = P(IPV6, RTE_PTYPE_L4_FRAG),
	[ICE_MP_PTYPE_IPV6_PAY] = P(IPV6, RTE_PTYPE_L4_NONFRAG),
	[ICE_MP_PTYPE_IPV6_UDP] = P(IPV6, RTE_PTYPE_L4_UDP),
	[ICE_MP_PTYPE_IPV6_TCP] = P(IPV6, RTE_PTYPE_L4_TCP),
	[ICE_MP_PTYPE_IPV6_SCTP] = P(IPV6, RTE_PTYPE_L4_SCTP),
	[ICE_MP_PTYPE_IPV6_ICMP] = P(IPV6, RTE_PTYPE_L4_ICMP),
};

static uint16_t
refill_run(struct ice_mp_rxq *q, uint16_t n)
{
	struct rte_mbuf **sw = &q->sw[q->rearm_at];
	uint16_t i;

	if (rte_mempool_get_bulk(q->mp, (void **)sw, n) != 0)
		return 0;
	for (i = 0; i < n; i++) {
		volatile union ice_mp_rx_desc *d = &q->hw_ring[q->rearm_at + i];

		d->read.hdr_addr = 0;
		d->read.pkt_addr = rte_mbuf_data_iova_default(sw[i]);
	}
	/* Relaxed, here and below: the event thread looks on. */
	__atomic_store_n(&q->rearm_at, q->rearm_at + n == q->nb_desc ? 0 : q->rearm_at + n,
			 __ATOMIC_RELAXED);
	q->nb_hold -= n;
	return n;
}

uint16_t
ice_mp_rx_refill(struct ice_mp_rxq *q, uint16_t want)
{
	uint16_t first = RTE_MIN(want, (uint16_t)(q->nb_desc - q->rearm_at)), done;

	done = refill_run(q, first);
	if (done == first && want > first)
		done += refill_run(q, want - first);
	return done;
}

static __rte_always_inline void
rearm(struct ice_mp_rxq *q)
{
	uint16_t thresh = __atomic_load_n(&q->free_thresh, __ATOMIC_RELAXED);
	uint16_t tail;

	if (q->nb_hold < thresh)
		return;
	if (unlikely(ice_mp_rx_refill(q, thresh) == 0)) {
		q->no_mbuf += thresh;
		q->port->data->rx_mbuf_alloc_failed += thresh;
		return;
	}
	tail = q->rearm_at == 0 ? q->nb_desc - 1 : q->rearm_at - 1;
	rte_io_wmb();
	*q->tail = tail;
}

/* Offload results of the last descriptor of a frame. */
static __rte_always_inline void
set_meta(struct rte_mbuf *m, const struct ice_mp_rx_flex *wb)
{
	uint16_t st = wb->status_error0;
	uint64_t flags = 0;

	m->packet_type = ice_mp_ptype_tbl[wb->ptype_flags0 & ICE_MP_RX_PTYPE_M];
	if (st & ICE_MP_RX_S0_RSS_VALID) {
		flags |= RTE_MBUF_F_RX_RSS_HASH;
		m->hash.rss = wb->flex1;
	}
	if (st & ICE_MP_RX_S0_L2TAG1P) {
		flags |= RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED;
		m->vlan_tci = wb->l2tag1;
	} else {
		m->vlan_tci = 0;
	}
	if (st & ICE_MP_RX_S0_L3L4P) {
		flags |= (st & ICE_MP_RX_S0_IPE) ? RTE_MBUF_F_RX_IP_CKSUM_BAD :
						   RTE_MBUF_F_RX_IP_CKSUM_GOOD;
		flags |= (st & ICE_MP_RX_S0_L4E) ? RTE_MBUF_F_RX_L4_CKSUM_BAD :
						   RTE_MBUF_F_RX_L4_CKSUM_GOOD;
		if (unlikely(st & ICE_MP_RX_S0_EIPE))
			flags |= RTE_MBUF_F_RX_OUTER_IP_CKSUM_BAD;
	}
	m->ol_flags = flags;
}

/* Slots the device may have filled: all that hold a buffer but the one at the
 * tail. One that marks more of them done is not believed: their buffers are
 * somebody else's by now. (Parked, the ring of zeros ends every burst.) */
static __rte_always_inline uint16_t
slots_to_look_at(const struct ice_mp_rxq *q)
{
	return q->nb_desc - 1 - q->nb_hold;
}

/* Take the buffer of slot q->next if its write-back is there. */
static __rte_always_inline struct rte_mbuf *
take(struct ice_mp_rxq *q, volatile union ice_mp_rx_desc *ring, struct ice_mp_rx_flex *wb)
{
	volatile union ice_mp_rx_desc *d = &ring[q->next];
	union ice_mp_rx_desc *copy = (union ice_mp_rx_desc *)wb;
	struct rte_mbuf *m;

	/* DD is in qword 1; nothing else may be read before it. */
	copy->qw[1] = __atomic_load_n(&d->qw[1], __ATOMIC_ACQUIRE);
	if (!(wb->status_error0 & ICE_MP_RX_S0_DD))
		return NULL;
	copy->qw[0] = d->qw[0];
	copy->qw[3] = d->qw[3];
	m = q->sw[q->next];
	__atomic_store_n(&q->next, q->next + 1 == q->nb_desc ? 0 : q->next + 1,
			 __ATOMIC_RELAXED);
	q->nb_hold++;
	rte_prefetch0(q->sw[q->next]);
	/* data_off, refcnt, nb_segs and port in one store. */
	memcpy((uint8_t *)m + offsetof(struct rte_mbuf, data_off), &q->rearm, sizeof(q->rearm));
	return m;
}

uint16_t
ice_mp_rx_single(void *rxq, struct rte_mbuf **pkts, uint16_t nb)
{
	struct ice_mp_rxq *q = rxq;
	volatile union ice_mp_rx_desc *ring;
	struct ice_mp_rx_flex wb;
	struct rte_mbuf *m;
	uint64_t bytes = 0;
	uint16_t n = 0, len, looked;

	ice_mp_burst_begin(&q->busy);
	ring = __atomic_load_n(&q->ring, __ATOMIC_ACQUIRE);
	nb = RTE_MIN(nb, slots_to_look_at(q));
	for (looked = 0; looked < nb; looked++) {
		m = take(q, ring, &wb);
		if (m == NULL)
			break;
		len = wb.pkt_len & ICE_MP_RX_PKT_LEN_M;
		if (unlikely(len > q->buf_len || len <= q->crc_len ||
			     !(wb.status_error0 & ICE_MP_RX_S0_EOF) ||
			     (wb.status_error0 & ICE_MP_RX_S0_RXE))) {
			q->errors++;
			rte_pktmbuf_free_seg(m);
			continue;
		}
		len -= q->crc_len;
		m->data_len = len;
		m->pkt_len = len;
		set_meta(m, &wb);
		bytes += len;
		pkts[n++] = m;
	}
	q->packets += n;
	q->bytes += bytes;
	rearm(q);
	ice_mp_burst_end(&q->busy);
	return n;
}

/* Forget the frame under construction. */
static void
drop_chain(struct ice_mp_rxq *q)
{
	rte_pktmbuf_free(q->first);
	q->first = NULL;
	q->last = NULL;
	q->errors++;
}

/* Cut `crc` bytes off the end of a chain; its last segment may hold fewer.
 * @return false: the one before does not hold the rest */
static bool
trim_crc(struct rte_mbuf *first, struct rte_mbuf *prev, uint16_t crc)
{
	struct rte_mbuf *last = prev->next != NULL ? prev->next : prev;

	if (last->data_len > crc) {
		last->data_len -= crc;
		first->pkt_len -= crc;
		return true;
	}
	if (last == first || prev->data_len <= crc - last->data_len)
		return false;
	prev->data_len -= crc - last->data_len;
	prev->next = NULL;
	first->pkt_len -= crc;
	first->nb_segs--;
	rte_pktmbuf_free_seg(last);
	return true;
}

uint16_t
ice_mp_rx_scattered(void *rxq, struct rte_mbuf **pkts, uint16_t nb)
{
	struct ice_mp_rxq *q = rxq;
	volatile union ice_mp_rx_desc *ring;
	struct rte_mbuf *m, *prev;
	struct ice_mp_rx_flex wb;
	uint64_t bytes = 0;
	uint16_t n = 0, len, looked, slots;
	bool eof;

	ice_mp_burst_begin(&q->busy);
	ring = __atomic_load_n(&q->ring, __ATOMIC_ACQUIRE);
	for (looked = 0, slots = slots_to_look_at(q); looked < nb && slots > 0; slots--) {
		m = take(q, ring, &wb);
		if (m == NULL)
			break;
		len = wb.pkt_len & ICE_MP_RX_PKT_LEN_M;
		eof = wb.status_error0 & ICE_MP_RX_S0_EOF;
		looked += eof;
		if (unlikely(q->skip || len > q->buf_len || len == 0 ||
			     (q->first != NULL && q->first->nb_segs == ICE_MP_RX_MAX_SEGS))) {
			if (!q->skip)
				drop_chain(q);
			q->skip = !eof;
			rte_pktmbuf_free_seg(m);
			continue;
		}
		m->data_len = len;
		prev = q->last;
		if (q->first == NULL) {
			m->pkt_len = len;
			q->first = m;
			prev = m;
		} else {
			q->last->next = m;
			q->first->nb_segs++;
			q->first->pkt_len += len;
		}
		q->last = m;
		if (!eof)
			continue;
		m = q->first;
		if (unlikely((wb.status_error0 & ICE_MP_RX_S0_RXE) ||
			     (q->crc_len != 0 && !trim_crc(m, prev, q->crc_len)))) {
			drop_chain(q);
			continue;
		}
		set_meta(m, &wb);
		q->first = NULL;
		q->last = NULL;
		bytes += m->pkt_len;
		pkts[n++] = m;
	}
	q->packets += n;
	q->bytes += bytes;
	rearm(q);
	ice_mp_burst_end(&q->busy);
	return n;
}
