/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <rte_mbuf_dyn.h>

#include "ice_mp_rx_priv.h"

/*
 * Receive, frame by frame: the reference for the vector paths, and what they
 * leave to it.
 */

/* What follows an IP header; prefix: of the types of an inner one, or nothing. */
#define KINDS(first, prefix, what) \
	[(first) + ICE_MP_PTYPE_K_FRAG] = (what) | RTE_PTYPE_##prefix##L4_FRAG, \
	[(first) + ICE_MP_PTYPE_K_PAY] = (what) | RTE_PTYPE_##prefix##L4_NONFRAG, \
	[(first) + ICE_MP_PTYPE_K_UDP] = (what) | RTE_PTYPE_##prefix##L4_UDP, \
	[(first) + ICE_MP_PTYPE_K_TCP] = (what) | RTE_PTYPE_##prefix##L4_TCP, \
	[(first) + ICE_MP_PTYPE_K_SCTP] = (what) | RTE_PTYPE_##prefix##L4_SCTP, \
	[(first) + ICE_MP_PTYPE_K_ICMP] = (what) | RTE_PTYPE_##prefix##L4_ICMP
#define INNER_IP(first, what) \
	KINDS(first, INNER_, (what) | RTE_PTYPE_INNER_L3_IPV4_EXT_UNKNOWN), \
	KINDS((first) + ICE_MP_PTYPE_T_IPV6, INNER_, (what) | RTE_PTYPE_INNER_L3_IPV6_EXT_UNKNOWN)
#define TUNNELS(first, ip) \
	INNER_IP((first) + ICE_MP_PTYPE_T_IP, (ip) | RTE_PTYPE_TUNNEL_IP), \
	[(first) + ICE_MP_PTYPE_T_NAT] = (ip) | RTE_PTYPE_TUNNEL_GRENAT, \
	INNER_IP((first) + ICE_MP_PTYPE_T_NAT_IP, (ip) | RTE_PTYPE_TUNNEL_GRENAT), \
	[(first) + ICE_MP_PTYPE_T_MAC] = (ip) | RTE_PTYPE_TUNNEL_GRENAT | \
					 RTE_PTYPE_INNER_L2_ETHER, \
	INNER_IP((first) + ICE_MP_PTYPE_T_MAC_IP, \
		 (ip) | RTE_PTYPE_TUNNEL_GRENAT | RTE_PTYPE_INNER_L2_ETHER)
#define V4	(RTE_PTYPE_L2_ETHER | RTE_PTYPE_L3_IPV4_EXT_UNKNOWN)
#define V6	(RTE_PTYPE_L2_ETHER | RTE_PTYPE_L3_IPV6_EXT_UNKNOWN)

const uint32_t ice_mp_ptype_tbl[ICE_MP_PTYPE_COUNT] = {
	[ICE_MP_PTYPE_L2] = RTE_PTYPE_L2_ETHER,
	KINDS(ICE_MP_PTYPE_IPV4_FRAG, , V4),
	TUNNELS(ICE_MP_PTYPE_IPV4_TUNNEL, V4),
	KINDS(ICE_MP_PTYPE_IPV6_FRAG, , V6),
	TUNNELS(ICE_MP_PTYPE_IPV6_TUNNEL, V6),
};

/* Status bits in their places in an index. */
#define L3L4P	(ICE_MP_RX_S0_L3L4P >> 3)
#define IPE	(ICE_MP_RX_S0_IPE >> 3)
#define L4E	(ICE_MP_RX_S0_L4E >> 3)
#define EIPE	(ICE_MP_RX_S0_EIPE >> 3)
#define RSS	(ICE_MP_RX_S0_RSS_VALID >> 12)
#define TAG	(ICE_MP_RX_S0_L2TAG1P >> 12)
/* Those of checksums mean something where there was one. */
#define IP_L4(bits, ip, l4) \
	[L3L4P | (bits)] = RTE_MBUF_F_RX_IP_CKSUM_##ip | RTE_MBUF_F_RX_L4_CKSUM_##l4, \
	[L3L4P | (bits) | EIPE] = RTE_MBUF_F_RX_IP_CKSUM_##ip | RTE_MBUF_F_RX_L4_CKSUM_##l4 | \
				  RTE_MBUF_F_RX_OUTER_IP_CKSUM_BAD
#define VLAN	(RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED)

const struct ice_mp_rx_flags ice_mp_rx_flags_tbl = {
	.cksum = {
		IP_L4(0, GOOD, GOOD), IP_L4(IPE, BAD, GOOD),
		IP_L4(L4E, GOOD, BAD), IP_L4(IPE | L4E, BAD, BAD),
	},
	.rest = { [RSS] = RTE_MBUF_F_RX_RSS_HASH, [TAG] = VLAN,
		  [RSS | TAG] = RTE_MBUF_F_RX_RSS_HASH | VLAN },
};

/* Two buffers for each slot, or none. */
static uint16_t
split_run(struct ice_mp_rxq *q, uint16_t n, ice_mp_rx_post_t post)
{
	struct rte_mbuf **hdr = &q->hdr_sw[q->rearm_at];
	volatile void *d = ice_mp_rx_slot(q, q->hw_ring, q->rearm_at);
	uint16_t i;

	if (rte_mempool_get_bulk(q->hdr_mp, (void **)hdr, n) != 0)
		return 0;
	/* Posts what the buffers are, with no header as yet. */
	if (ice_mp_rx_refill_run(q, n, post) == 0) {
		rte_mempool_put_bulk(q->hdr_mp, (void **)hdr, n);
		return 0;
	}
	for (i = 0; i < n; i++)
		((volatile struct ice_mp_rx_read *)ice_mp_rx_slot(q, d, i))->hdr_addr =
			rte_mbuf_data_iova_default(hdr[i]);
	return n;
}

uint16_t
ice_mp_rx_refill(struct ice_mp_rxq *q, uint16_t want)
{
	if (q->hdr_mp != NULL)
		return ice_mp_rx_refill_by(q, want, split_run, ice_mp_rx_post);
	return ice_mp_rx_refill_slots(q, want, ice_mp_rx_post);
}

void
ice_mp_rx_refuse(struct ice_mp_rxq *q, struct rte_mbuf *m)
{
	q->errors++;
	rte_pktmbuf_free_seg(m);
}

static __rte_noinline uint16_t
rearm(struct ice_mp_rxq *q, uint16_t n)
{
	return ice_mp_rx_rearm(q, n, ice_mp_rx_post);
}

static __rte_noinline uint16_t
rearm_split(struct ice_mp_rxq *q, uint16_t n)
{
	return ice_mp_rx_rearm_by(q, n, split_run, ice_mp_rx_post);
}

static __rte_noinline uint16_t
single(struct ice_mp_rxq *q, struct rte_mbuf **pkts, uint16_t nb, const volatile void *ring)
{
	return ice_mp_rx_frames(q, pkts, nb, ring, 0, 0, q->desc_shift, 1, NULL, rearm, true);
}

uint16_t
ice_mp_rx_single(void *rxq, struct rte_mbuf **pkts, uint16_t nb)
{
	const volatile void *ring;

	return ice_mp_rx_begin(rxq, &ring) ? single(rxq, pkts, nb, ring) : 0;
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

/* What only the second half of a descriptor tells, and the outer checksum. */
static __rte_always_inline void
meta_more(const struct ice_mp_rxq *q, struct rte_mbuf *m, const struct ice_mp_rx_flex *wb)
{
	uint64_t flags = m->ol_flags;

	/* A tag stripped as the only one is in the place it was in. */
	if (wb->status_error1 & ICE_MP_RX_S1_L2TAG2P) {
		if (flags & RTE_MBUF_F_RX_VLAN_STRIPPED) {
			flags |= RTE_MBUF_F_RX_QINQ | RTE_MBUF_F_RX_QINQ_STRIPPED;
			m->vlan_tci_outer = wb->l2tag1;
		}
		flags |= RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED;
		m->vlan_tci = wb->l2tag2_2nd;
	}
	if ((wb->status_error1 & ICE_MP_RX_S1_NAT) && (wb->status_error0 & ICE_MP_RX_S0_L3L4P))
		flags |= (wb->status_error0 & ICE_MP_RX_S0_EUDPE) ?
			 RTE_MBUF_F_RX_OUTER_L4_CKSUM_BAD : RTE_MBUF_F_RX_OUTER_L4_CKSUM_GOOD;
	if (q->stamp_flag != 0 && (wb->ts_low & ICE_MP_RX_TS_VALID)) {
		/* The nearest time to one not long ago that ends with these bits. */
		uint64_t base = __atomic_load_n(&q->port->clock, __ATOMIC_RELAXED);

		*RTE_MBUF_DYNFIELD(m, q->stamp_offset, rte_mbuf_timestamp_t *) =
			base + (int32_t)(wb->ts_high - (uint32_t)base);
		flags |= q->stamp_flag;
	}
	m->ol_flags = flags;
}

/* Put a buffer at the end of the frame under construction. */
static __rte_always_inline void
append(struct ice_mp_rxq *q, struct rte_mbuf *m, uint16_t len)
{
	m->data_len = len;
	if (q->first == NULL) {
		m->pkt_len = len;
		q->first = m;
	} else {
		q->last->next = m;
		q->first->nb_segs++;
		q->first->pkt_len += len;
	}
	q->last = m;
}

/* The header buffer of slot `at`: to the frame, or back to its pool.
 * @return its bytes; UINT16_MAX: more than it holds */
static __rte_always_inline uint16_t
take_header(struct ice_mp_rxq *q, unsigned int at, const struct ice_mp_rx_flex *wb)
{
	uint16_t len = (wb->hdr_len_sph_flags1 & ICE_MP_RX_HDR_SPLIT) ?
		       wb->hdr_len_sph_flags1 & ICE_MP_RX_HDR_LEN_M : 0;
	struct rte_mbuf *h = q->hdr_sw[at];

	if (len == 0 || q->skip || len > q->hdr_len ||
	    (q->first != NULL && q->first->nb_segs == ICE_MP_RX_MAX_SEGS)) {
		rte_mempool_put(q->hdr_mp, h);
		return len > q->hdr_len ? UINT16_MAX : 0;
	}
	memcpy((uint8_t *)h + offsetof(struct rte_mbuf, data_off), &q->rearm, sizeof(q->rearm));
	append(q, h, len);
	return len;
}

static __rte_always_inline uint16_t
chains(struct ice_mp_rxq *q, struct rte_mbuf **pkts, uint16_t nb, const volatile void *ring,
       bool more, bool split)
{
	const struct ice_mp_rx_view v = ice_mp_rx_view(q, ring, q->desc_shift);
	struct rte_mbuf *m, *prev;
	struct ice_mp_rx_flex wb;
	uint64_t bytes = 0;
	uint16_t n = 0, len, hdr, looked, slots, at, taken = 0;
	const volatile union ice_mp_rx_desc *d;
	union ice_mp_rx_desc *copy = (union ice_mp_rx_desc *)&wb;
	bool eof;

	at = q->next;
	for (looked = 0, slots = ice_mp_rx_slots(q); looked < nb && slots > 0; slots--) {
		m = ice_mp_rx_take(&v, at, &wb);
		if (m == NULL)
			break;
		taken++;
		hdr = split ? take_header(q, at, &wb) : 0;
		if (more) {
			d = ice_mp_rx_slot(&v, v.ring, at);
			copy->qw[2] = d->qw[2];
			copy->qw[3] = d->qw[3];
		}
		at = ice_mp_rx_next(&v, at);
		rte_prefetch0(v.sw[at]);
		len = wb.pkt_len & ICE_MP_RX_PKT_LEN_M;
		eof = wb.status_error0 & ICE_MP_RX_S0_EOF;
		looked += eof;
		if (unlikely(q->skip || len > q->buf_len || (len == 0 && hdr == 0) ||
			     hdr == UINT16_MAX ||
			     (q->first != NULL &&
			      q->first->nb_segs == ICE_MP_RX_MAX_SEGS + split))) {
			if (!q->skip)
				drop_chain(q);
			q->skip = !eof;
			rte_pktmbuf_free_seg(m);
			continue;
		}
		prev = q->last != NULL ? q->last : m;
		/* A frame of headers only: the other buffer has nothing. */
		if (split && len == 0)
			rte_pktmbuf_free_seg(m);
		else
			append(q, m, len);
		if (!eof)
			continue;
		m = q->first;
		if (unlikely((wb.status_error0 & ICE_MP_RX_S0_RXE) ||
			     (q->crc_len != 0 && !trim_crc(m, prev, q->crc_len)))) {
			drop_chain(q);
			continue;
		}
		ice_mp_rx_meta(m, &wb);
		if (more)
			meta_more(q, m, &wb);
		q->first = NULL;
		q->last = NULL;
		bytes += m->pkt_len;
		pkts[n++] = m;
	}
	return ice_mp_rx_end(q, at, taken, n, bytes, split ? rearm_split : rearm);
}

static __rte_noinline uint16_t
scattered(struct ice_mp_rxq *q, struct rte_mbuf **pkts, uint16_t nb, const volatile void *ring)
{
	return chains(q, pkts, nb, ring, false, false);
}

uint16_t
ice_mp_rx_scattered(void *rxq, struct rte_mbuf **pkts, uint16_t nb)
{
	const volatile void *ring;

	return ice_mp_rx_begin(rxq, &ring) ? scattered(rxq, pkts, nb, ring) : 0;
}

static __rte_noinline uint16_t
full(struct ice_mp_rxq *q, struct rte_mbuf **pkts, uint16_t nb, const volatile void *ring)
{
	return chains(q, pkts, nb, ring, true, false);
}

uint16_t
ice_mp_rx_full(void *rxq, struct rte_mbuf **pkts, uint16_t nb)
{
	const struct ice_mp_rxq *q = rxq;
	const volatile void *ring;

	if (!ice_mp_rx_begin(rxq, &ring))
		return 0;
	return likely(q->desc_shift == 5) ? full(rxq, pkts, nb, ring) :
					    scattered(rxq, pkts, nb, ring);
}

/* Queues of the port may differ in what was set up for them. */
static __rte_noinline uint16_t
split(struct ice_mp_rxq *q, struct rte_mbuf **pkts, uint16_t nb, const volatile void *ring)
{
	return chains(q, pkts, nb, ring, q->desc_shift == 5, true);
}

uint16_t
ice_mp_rx_split(void *rxq, struct rte_mbuf **pkts, uint16_t nb)
{
	const struct ice_mp_rxq *q = rxq;
	const volatile void *ring;

	if (q->hdr_mp == NULL)
		return ice_mp_rx_full(rxq, pkts, nb);
	return ice_mp_rx_begin(rxq, &ring) ? split(rxq, pkts, nb, ring) : 0;
}
