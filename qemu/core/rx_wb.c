/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Write-backs of Rx descriptors, in the format of the queue.
 */

#include <string.h>

#include "rx_wb.h"

/* RXDID 1, qword 1 (L2TAG2P: qword 2). */
#define LEGACY_DD		(1ull << 0)
#define LEGACY_EOF		(1ull << 1)
#define LEGACY_L2TAG1P		(1ull << 2)
#define LEGACY_L3L4P		(1ull << 3)
#define LEGACY_RSS_VALID	(3ull << 12)
#define LEGACY_LPBK		(1ull << 14)
#define LEGACY_RXE		(1ull << 19)
#define LEGACY_IPE		(1ull << 22)
#define LEGACY_L4E		(1ull << 23)
#define LEGACY_EIPE		(1ull << 24)
#define LEGACY_PTYPE_S		30
#define LEGACY_LEN_S		38
#define LEGACY_L2TAG2P		(1ull << 0)

/* 32-byte base format, see ICE_MP_RXDID_LEGACY: status in the low bits of
 * qword 1, errors from bit 19 on. */
static void
wb_legacy(const struct icc_rxq *q, union ice_mp_rx_desc *d, const struct icc_rx_meta *m,
	  uint16_t frag_len, bool eof)
{
	uint64_t s = LEGACY_DD;

	if (eof) {
		s |= LEGACY_EOF;
		s |= (m->status & ICE_MP_RX_S0_L3L4P) ? LEGACY_L3L4P : 0;
		s |= (m->status & ICE_MP_RX_S0_LPBK) ? LEGACY_LPBK : 0;
		s |= (m->status & ICE_MP_RX_S0_IPE) ? LEGACY_IPE : 0;
		s |= (m->status & ICE_MP_RX_S0_L4E) ? LEGACY_L4E : 0;
		s |= (m->status & ICE_MP_RX_S0_EIPE) ? LEGACY_EIPE : 0;
		s |= (m->status & ICE_MP_RX_S0_RXE) ? LEGACY_RXE : 0;
		if (m->hashed) {
			s |= LEGACY_RSS_VALID;
			d->qw[0] = (uint64_t)m->hash << 32;
		}
		if (m->tag && q->l2tsel) {
			s |= LEGACY_L2TAG1P;
			d->qw[0] |= (uint64_t)m->tci << 16;
		} else if (m->tag) {
			d->qw[2] = LEGACY_L2TAG2P | (uint64_t)m->tci << 48;
		}
	}
	s |= (uint64_t)(m->ptype & 0xFF) << LEGACY_PTYPE_S;
	d->qw[1] = s | (uint64_t)frag_len << LEGACY_LEN_S;
}

/* Put a tag where the first (or only) one goes, or where the other goes. */
static void
put_tag(const struct icc_rxq *q, struct ice_mp_rx_flex *wb, bool first, uint16_t tci)
{
	if (first == q->l2tsel) {
		wb->status_error0 |= ICE_MP_RX_S0_L2TAG1P;
		wb->l2tag1 = tci;
	} else {
		wb->status_error1 |= ICE_MP_RX_S1_L2TAG2P;
		wb->l2tag2_2nd = tci;
	}
}

void
icc_rx_make_wb(const struct icc_rxq *q, union ice_mp_rx_desc *d, const struct icc_rx_meta *m,
	       uint16_t frag_len, uint16_t hdr_len, bool eof)
{
	memset(d, 0, sizeof(*d));
	if (q->rxdid == ICE_MP_RXDID_LEGACY) {
		wb_legacy(q, d, m, frag_len, eof);
		return;
	}
	d->wb.rxdid = q->rxdid;
	d->wb.ptype_flags0 = m->ptype & ICE_MP_RX_PTYPE_M;
	d->wb.pkt_len = frag_len & ICE_MP_RX_PKT_LEN_M;
	d->wb.status_error0 = ICE_MP_RX_S0_DD;
	if (hdr_len != 0)
		d->wb.hdr_len_sph_flags1 = hdr_len | ICE_MP_RX_HDR_SPLIT;
	if (q->rxdid == ICE_MP_RXDID_COMMS_OVS)
		d->wb.flex0 = ICE_MP_RX_NO_FLOW_ID;
	else
		d->wb.flex1 = ICE_MP_RX_NO_FLOW_ID;
	/* The rest is said once, with the last fragment. */
	if (!eof)
		return;
	d->wb.status_error0 |= ICE_MP_RX_S0_EOF | m->status;
	if (m->hashed) {
		d->wb.status_error0 |= ICE_MP_RX_S0_RSS_VALID;
		if (q->rxdid == ICE_MP_RXDID_COMMS_OVS)
			d->wb.flex1 = m->hash;
		else
			d->wb.flex0 = m->hash;
	}
	if (m->tag)
		put_tag(q, &d->wb, true, m->tci);
	if (m->tag2)
		put_tag(q, &d->wb, false, m->tci2);
	if (m->nat)
		d->wb.status_error1 |= ICE_MP_RX_S1_NAT;
	if (q->stamp) {
		d->wb.ts_low = ICE_MP_RX_TS_VALID;
		d->wb.ts_high = (uint32_t)m->stamp;
	}
}
