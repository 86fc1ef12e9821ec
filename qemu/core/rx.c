/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Rx queues: contexts, posted buffers, write-backs.
 *
 * Buffers are read ahead and write-backs collected, a batch each, because a
 * DMA operation through an IOMMU costs more than the packet itself.
 */

#include <stdatomic.h>
#include <string.h>

#include "ice_core_priv.h"
#include "parse.h"

#define FCS_LEN		4
#define MIN_FRAME	60

static uint64_t
ctx_get(const struct icc_rxq *q, unsigned int s, unsigned int w)
{
	return ice_mp_ctx_get((const uint8_t *)q->ctx, s, w);
}

void
icc_rxq_enable(struct ice_core *core, uint16_t n)
{
	struct icc_rxq *q = &core->rxq[n];
	unsigned int i;

	if (q->ena)
		return;
	q->base = ctx_get(q, RLAN_CTX_BASE_S, RLAN_CTX_BASE_W) << ICE_MP_RING_BASE_SHIFT;
	q->qlen = ctx_get(q, RLAN_CTX_QLEN_S, RLAN_CTX_QLEN_W);
	q->dbuf = ctx_get(q, RLAN_CTX_DBUF_S, RLAN_CTX_DBUF_W) << ICE_MP_RX_DBUF_SHIFT;
	q->rxmax = ctx_get(q, RLAN_CTX_RXMAX_S, RLAN_CTX_RXMAX_W);
	q->desc_size = ctx_get(q, RLAN_CTX_DSIZE_S, 1) ? 32 : 16;
	q->crcstrip = ctx_get(q, RLAN_CTX_CRCSTRIP_S, 1);
	q->l2tsel = ctx_get(q, RLAN_CTX_L2TSEL_S, 1);
	q->rxdid = q->rxdid_ctl & QRXFLXP_CNTXT_RXDID_IDX_M;
	q->vsi = ICC_NO_VSI;
	for (i = 0; i < ICE_MP_HW_MAX_VSI; i++) {
		const struct ice_mp_aq_vsi_ctx *c = &core->vsi[i].ctx;

		if (core->vsi[i].used && (c->valid_sections & ICE_MP_VSI_VALID_RXQ_MAP) &&
		    n >= c->q_mapping[0] &&
		    n < c->q_mapping[0] + (c->q_mapping[1] ? c->q_mapping[1] : 1)) {
			q->vsi = i;
			break;
		}
	}
	if (q->qlen == 0 || q->dbuf == 0 || q->rxmax == 0 || q->base == 0 ||
	    q->tail >= q->qlen || ctx_get(q, RLAN_CTX_DTYPE_S, RLAN_CTX_DTYPE_W) != 0 ||
	    (q->rxdid != ICE_MP_RXDID_FLEX_NIC && q->rxdid != ICE_MP_RXDID_COMMS_OVS &&
	     q->rxdid != ICE_MP_RXDID_LEGACY)) {
		icc_breach(core, ICC_BR_RX_CTX,
			   "Rx queue %u: base 0x%llx qlen %u tail %u dbuf %u rxmax %u rxdid %u", n,
			   (unsigned long long)q->base, q->qlen, q->tail, q->dbuf, q->rxmax,
			   q->rxdid);
		return;
	}
	q->head = ctx_get(q, RLAN_CTX_HEAD_S, RLAN_CTX_HEAD_W) % q->qlen;
	q->ahead_n = 0;
	q->wb_n = 0;
	q->fn = ICE_CORE_FN_PF;
	q->ena = true;
}

void
icc_rxq_disable(struct ice_core *core, uint16_t n)
{
	struct icc_rxq *q = &core->rxq[n];

	q->ena = false;
	q->ahead_n = 0;
	q->wb_n = 0;
}

bool
ice_core_rxq_enabled(const struct ice_core *core, uint16_t queue)
{
	return queue < ICC_MAX_QUEUES && core->rxq[queue].ena;
}

/* Somebody may be waiting for buffers of this port. */
static void
buffers_came(struct ice_core *core, uint8_t lport)
{
	struct icc_port *p = &core->port[lport];

	if (p->rx_waiting) {
		p->rx_waiting = false;
		core->ops->rx_ready(core->opaque, lport);
	}
	icc_tx_unblock(core, p->wire != ICE_CORE_PORT_ALL ? p->wire : lport);
}

void
icc_rxq_tail(struct ice_core *core, uint16_t n, uint32_t tail)
{
	struct icc_rxq *q = &core->rxq[n];

	tail &= QRX_TAIL_M;
	if (!q->ena) {
		/* The tail may be written before the queue is enabled. */
		q->tail = tail;
		return;
	}
	if (tail >= q->qlen) {
		icc_breach(core, ICC_BR_RX_TAIL, "Rx queue %u: tail %u of %u", n, tail, q->qlen);
		return;
	}
	q->tail = tail;
	if (q->vsi != ICC_NO_VSI)
		buffers_came(core, core->vsi[q->vsi].lport);
}

static unsigned int
posted(const struct icc_rxq *q)
{
	return (unsigned int)(q->tail + q->qlen - q->head) % q->qlen;
}

/* Address of the buffer in slot `slot`, which is posted; 0 on a breach. */
static uint64_t
buffer_at(struct ice_core *core, uint16_t n, uint16_t slot)
{
	struct icc_rxq *q = &core->rxq[n];
	uint8_t raw[ICC_DESC_BATCH * 32];
	unsigned int i, k = (unsigned int)(slot + q->qlen - q->ahead_first) % q->qlen;

	if (k >= q->ahead_n) {
		unsigned int cnt = (unsigned int)(q->tail + q->qlen - slot) % q->qlen;

		if (cnt > ICC_DESC_BATCH)
			cnt = ICC_DESC_BATCH;
		if (cnt > (unsigned int)q->qlen - slot)
			cnt = q->qlen - slot;
		q->ahead_n = 0;
		if (icc_dma_read(core, q->fn, q->base + (uint64_t)slot * q->desc_size, raw,
				 (size_t)cnt * q->desc_size) != 0) {
			icc_breach(core, ICC_BR_RX_DMA, "Rx queue %u: ring at slot %u", n, slot);
			return 0;
		}
		for (i = 0; i < cnt; i++) {
			uint64_t hdr;

			memcpy(&q->ahead[i], raw + i * q->desc_size, 8);
			memcpy(&hdr, raw + i * q->desc_size + 8, 8);
			if ((hdr & 1) || q->ahead[i] == 0)
				icc_breach(core, ICC_BR_RX_DESC, "Rx queue %u: slot %u posted bad",
					   n, slot + i);
		}
		q->ahead_first = slot;
		q->ahead_n = cnt;
		k = 0;
	}
	return q->ahead[k];
}

/* Bring the collected write-backs into the ring, DD visible last. */
static void
flush_wb(struct ice_core *core, uint16_t n)
{
	struct icc_rxq *q = &core->rxq[n];
	uint64_t addr = q->base + (uint64_t)q->wb_first * q->desc_size;
	size_t len = (size_t)q->wb_n * q->desc_size, got = len;
	unsigned int i, k;
	uint8_t *ring = NULL;
	int rc = 0;

	if (q->wb_n == 0)
		return;
	if (core->ops->dma_map != NULL)
		ring = core->ops->dma_map(core->opaque, q->fn, addr, &got, true);
	if (ring != NULL && got >= len && ((uintptr_t)ring & 7) == 0) {
		for (i = 0; i < q->wb_n; i++) {
			uint64_t *to = (uint64_t *)(ring + i * q->desc_size);

			to[0] = q->wb[i].qw[0];
			for (k = 2; k < q->desc_size / 8u; k++)
				to[k] = q->wb[i].qw[k];
			atomic_store_explicit((_Atomic uint64_t *)&to[1], q->wb[i].qw[1],
					      memory_order_release);
		}
		core->ops->dma_unmap(core->opaque, q->fn, ring, got, true, len);
	} else {
		if (ring != NULL)
			core->ops->dma_unmap(core->opaque, q->fn, ring, got, true, 0);
		for (i = 0; i < q->wb_n && rc == 0; i++) {
			union ice_mp_rx_desc d = q->wb[i];
			uint64_t a = addr + i * q->desc_size;

			d.qw[1] = 0;
			rc = icc_dma_write(core, q->fn, a, &d, q->desc_size);
			if (rc == 0)
				rc = icc_dma_write(core, q->fn, a + 8, &q->wb[i].qw[1], 8);
		}
		if (rc != 0)
			icc_breach(core, ICC_BR_RX_DMA, "Rx queue %u: write-back at slot %u", n,
				   q->wb_first);
	}
	q->wb_n = 0;
}

void
icc_rx_flush(struct ice_core *core)
{
	while (core->nb_dirty > 0) {
		uint16_t n = core->dirty_rxq[--core->nb_dirty];
		struct icc_rxq *q = &core->rxq[n];

		q->dirty = false;
		if (!q->ena)
			continue;
		flush_wb(core, n);
		icc_intr_cause(core, q->fn, q->intctl);
	}
}

static void
push_wb(struct ice_core *core, uint16_t n, uint16_t slot, const union ice_mp_rx_desc *d)
{
	struct icc_rxq *q = &core->rxq[n];

	if (q->wb_n == ICC_DESC_BATCH || (q->wb_n > 0 && slot == 0))
		flush_wb(core, n);
	if (q->wb_n == 0)
		q->wb_first = slot;
	q->wb[q->wb_n++] = *d;
	if (!q->dirty) {
		q->dirty = true;
		core->dirty_rxq[core->nb_dirty++] = n;
		icc_kick(core);
	}
}

/* Fill the write-back of one fragment in the queue's format. */
static void
make_wb(const struct icc_rxq *q, union ice_mp_rx_desc *d, const struct icc_pkt *p,
	uint16_t frag_len, bool eof, uint16_t csum, bool tag, uint16_t tci, bool hashed,
	uint32_t hash)
{
	uint16_t st = ICE_MP_RX_S0_DD | (eof ? ICE_MP_RX_S0_EOF : 0);

	memset(d, 0, sizeof(*d));
	if (q->rxdid == ICE_MP_RXDID_LEGACY) {
		/* Legacy layout: see the 32-byte base descriptor of the VF
		 * interface; status in the low bits of qword 1. */
		uint64_t err = ((csum & ICE_MP_RX_S0_IPE) ? 1u << 3 : 0) |
			       ((csum & ICE_MP_RX_S0_L4E) ? 1u << 4 : 0);
		uint64_t s = st;

		if (eof) {
			s |= (csum & ICE_MP_RX_S0_L3L4P) ? 1u << 3 : 0;
			s |= tag ? 1u << 2 : 0;
			s |= hashed ? 3u << 12 : 0;
			s |= err << 19 | (uint64_t)(p->ptype & 0xFF) << 30;
			d->qw[0] = (uint64_t)tci << 16 | (uint64_t)hash << 32;
		}
		d->qw[1] = s | (uint64_t)frag_len << 38;
		return;
	}
	d->wb.rxdid = q->rxdid;
	d->wb.ptype_flags0 = p->ptype & ICE_MP_RX_PTYPE_M;
	d->wb.pkt_len = frag_len & ICE_MP_RX_PKT_LEN_M;
	if (q->rxdid == ICE_MP_RXDID_FLEX_NIC) {
		d->wb.flex0 = hash;
	} else {
		d->wb.flex0 = ICE_MP_RX_NO_FLOW_ID;
		d->wb.flex1 = hash;
	}
	st |= csum;
	if (hashed)
		st |= ICE_MP_RX_S0_RSS_VALID;
	if (tag && q->l2tsel) {
		st |= ICE_MP_RX_S0_L2TAG1P;
		d->wb.l2tag1 = tci;
	} else if (tag) {
		d->wb.status_error1 |= ICE_MP_RX_S1_L2TAG2P;
		d->wb.l2tag2_2nd = tci;
	}
	d->wb.status_error0 = st;
}

/* Queue of a VSI for this packet. */
static uint16_t
pick_queue(const struct ice_core *core, const struct icc_vsi *v, uint32_t hash, bool hashed)
{
	const struct ice_mp_aq_vsi_ctx *c = &v->ctx;
	uint16_t first = c->q_mapping[0] + (c->tc_mapping[0] & ICE_MP_VSI_TC_Q_OFFSET_M);
	unsigned int log = (c->tc_mapping[0] & ICE_MP_VSI_TC_Q_NUM_M) >> ICE_MP_VSI_TC_Q_NUM_S;
	unsigned int idx;

	if (!hashed || log == 0)
		return first;
	switch (c->q_opt_rss & ICE_MP_VSI_RSS_LUT_TYPE_M) {
	case ICE_MP_VSI_RSS_LUT_PF:
		idx = core->pf_lut[hash % ICE_MP_RSS_LUT_PF];
		break;
	case ICE_MP_VSI_RSS_LUT_GLOBAL:
		idx = core->gbl_lut[(c->q_opt_rss & ICE_MP_VSI_RSS_GBL_LUT_M) >>
				    ICE_MP_VSI_RSS_GBL_LUT_S][hash % ICE_MP_RSS_LUT_GLOBAL];
		break;
	default:
		idx = v->lut[hash % ICE_MP_RSS_LUT_VSI];
		break;
	}
	return first + (idx & ((1u << log) - 1));
}

static enum ice_core_rx_rc
dropped(struct ice_core *core, struct icc_vsi *v, struct icc_rxq *q)
{
	v->stats.rx_drop++;
	core->rdpc++;
	core->port[v->lport].stats.rx_no_buf++;
	if (q != NULL)
		q->dropped++;
	return ICE_CORE_RX_DONE;
}

static enum ice_core_rx_rc
to_vsi(struct ice_core *core, uint16_t vsi, const struct icc_pkt *p, bool loopback, bool force)
{
	static const uint8_t zeros[MIN_FRAME];
	struct icc_vsi *v = &core->vsi[vsi];
	bool hashed = p->ip_ver != 0, strip, show_tag;
	uint32_t hash = hashed ? icc_rss_hash(p, v->rss_key) : 0;
	uint32_t total, off, pad, crc = 0;
	uint8_t emode = v->ctx.inner_vlan_flags & ICE_MP_VSI_VLAN_EMODE_M;
	uint16_t csum, n, slot;
	unsigned int need, i;
	struct icc_rxq *q;

	n = pick_queue(core, v, hash, hashed);
	if (n >= core->pf.nb_queues || !core->rxq[n].ena || core->rxq[n].stuck)
		return dropped(core, v, NULL);
	q = &core->rxq[n];

	strip = p->vlan && (v->ctx.valid_sections & ICE_MP_VSI_VALID_VLAN) &&
		emode != ICE_MP_VSI_VLAN_EMODE_NOTHING;
	show_tag = strip && emode != ICE_MP_VSI_VLAN_EMODE_STR;
	total = p->len - (strip ? 4 : 0);
	pad = total < MIN_FRAME ? MIN_FRAME - total : 0;
	total += pad;
	if (total + FCS_LEN > q->rxmax) {
		v->stats.rx_err++;
		core->port[v->lport].stats.rx_oversize++;
		return ICE_CORE_RX_DONE;
	}
	if (!q->crcstrip) {
		uint8_t frame[ICC_MAX_FRAME + MIN_FRAME];

		memcpy(frame, p->data, p->len);
		memset(frame + p->len, 0, pad);
		crc = icc_crc32(frame, p->len + pad);
		total += FCS_LEN;
	}
	need = (total + q->dbuf - 1) / q->dbuf;
	if (need > ICE_MP_RX_MAX_SEGS) {
		v->stats.rx_err++;
		return ICE_CORE_RX_DONE;
	}
	if (posted(q) < need)
		return force ? dropped(core, v, q) : ICE_CORE_RX_RETRY;

	csum = icc_csum_status(p) | (loopback ? ICE_MP_RX_S0_LPBK : 0);
	for (i = 0, off = 0, slot = q->head; i < need; i++) {
		uint32_t room = total - off < q->dbuf ? total - off : q->dbuf, done = 0;
		uint64_t addr = buffer_at(core, n, slot);
		union ice_mp_rx_desc d;
		int rc = addr == 0 ? -1 : 0;

		/* The frame is up to four pieces: MACs, the rest behind a
		 * stripped tag, padding, FCS. */
		while (rc == 0 && done < room) {
			uint32_t at = off + done, len = room - done;
			uint32_t body = p->len - (strip ? 4 : 0);
			const uint8_t *src;

			if (at < body) {
				uint32_t end = strip && at < 12 ? 12 : body;

				src = p->data + at + (strip && at >= 12 ? 4 : 0);
				len = len < end - at ? len : end - at;
			} else if (at < body + pad) {
				src = zeros;
				len = len < body + pad - at ? len : body + pad - at;
			} else {
				src = (const uint8_t *)&crc + (at - body - pad);
			}
			rc = icc_dma_write(core, q->fn, addr + done, src, len);
			done += len;
		}
		if (rc != 0)
			icc_breach(core, ICC_BR_RX_DMA, "Rx queue %u: buffer of slot %u", n, slot);
		off += room;
		make_wb(q, &d, p, room, i + 1 == need, csum, show_tag, p->vlan_tci, hashed, hash);
		push_wb(core, n, slot, &d);
		slot = slot + 1 == q->qlen ? 0 : slot + 1;
	}
	q->head = slot;
	q->packets++;
	q->bytes += total;
	v->stats.rx_bytes += p->len + pad + FCS_LEN;
	if (!(p->data[0] & 1))
		v->stats.rx_uc++;
	else if (memcmp(p->data, "\xff\xff\xff\xff\xff\xff", 6) == 0)
		v->stats.rx_bc++;
	else
		v->stats.rx_mc++;
	return ICE_CORE_RX_DONE;
}

enum ice_core_rx_rc
icc_rx_to_vsi(struct ice_core *core, uint16_t vsi, const struct icc_pkt *p, bool loopback)
{
	return to_vsi(core, vsi, p, loopback, loopback);
}

enum ice_core_rx_rc
icc_rx_port(struct ice_core *core, uint8_t lport, const struct icc_pkt *p, bool force)
{
	struct icc_port *port = &core->port[lport];
	struct icc_dest dest;
	unsigned int i;

	if (!port->link_up)
		return ICE_CORE_RX_DONE;
	if (p->len < 14) {
		port->stats.rx_undersize++;
		return ICE_CORE_RX_DONE;
	}
	if (p->len + FCS_LEN > port->max_frame || p->len > ICC_MAX_FRAME) {
		port->stats.rx_oversize++;
		return ICE_CORE_RX_DONE;
	}
	icc_switch_rx(core, lport, p, &dest);
	/* With one destination the frame can wait; of a replicated one, who
	 * has no buffer misses his copy. */
	for (i = 0; i < dest.n && !dest.drop; i++)
		if (to_vsi(core, dest.vsi[i], p, false, force || dest.n > 1) ==
		    ICE_CORE_RX_RETRY)
			return ICE_CORE_RX_RETRY;
	icc_stats_rx(core, lport, p->data, p->len);
	return ICE_CORE_RX_DONE;
}

enum ice_core_rx_rc
ice_core_rx(struct ice_core *core, uint8_t lport, const void *frame, size_t len)
{
	struct icc_port *port;
	struct icc_pkt p;
	uint64_t now;
	bool force;

	if (lport >= core->cfg.nb_ports)
		return ICE_CORE_RX_DONE;
	port = &core->port[lport];
	if (len > ICC_MAX_FRAME) {
		port->stats.rx_oversize++;
		return ICE_CORE_RX_DONE;
	}
	icc_parse(&p, frame, len);
	now = core->ops->now_ns(core->opaque);
	force = port->rx_waiting_since != 0 && now - port->rx_waiting_since >= ICC_RX_STALL_NS;
	if (icc_rx_port(core, lport, &p, force) == ICE_CORE_RX_RETRY) {
		port->rx_waiting = true;
		if (port->rx_waiting_since == 0)
			port->rx_waiting_since = now ? now : 1;
		icc_timer_rearm(core);
		return ICE_CORE_RX_RETRY;
	}
	port->rx_waiting = false;
	port->rx_waiting_since = 0;
	return ICE_CORE_RX_DONE;
}

uint64_t
icc_rx_timer(struct ice_core *core, uint64_t now)
{
	uint64_t next = UINT64_MAX, due;
	unsigned int i;

	for (i = 0; i < core->cfg.nb_ports; i++) {
		struct icc_port *p = &core->port[i];

		if (!p->rx_waiting)
			continue;
		due = p->rx_waiting_since + ICC_RX_STALL_NS;
		if (due <= now) {
			/* The embedder offers the frame again, and it is dropped. */
			p->rx_waiting = false;
			core->ops->rx_ready(core->opaque, i);
		} else if (due < next) {
			next = due;
		}
	}
	return next;
}

bool
ice_core_can_rx(const struct ice_core *core, uint8_t lport)
{
	return lport < core->cfg.nb_ports && !core->port[lport].rx_waiting;
}
