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
#include "rx_wb.h"

#define FCS_LEN		4
#define ETH_HDR		14
#define MIN_FRAME	60
#define TAG_LEN		4
#define TPID_STAG	0x88A8
#define PROTO_TCP	6
#define PROTO_UDP	17
#define PROTO_SCTP	132
/** Frames up to this long are put together before they are written. */
#define FLAT_MAX	512

static uint64_t
ctx_get(const struct icc_rxq *q, unsigned int s, unsigned int w)
{
	return ice_mp_ctx_get((const uint8_t *)q->ctx, s, w);
}

/* Queues of a map that is a range. */
static unsigned int
range_len(const struct ice_mp_aq_vsi_ctx *c)
{
	return c->q_mapping[1] ? c->q_mapping[1] : 1;
}

bool
icc_vsi_maps_queue(const struct icc_vsi *v, uint16_t n)
{
	const struct ice_mp_aq_vsi_ctx *c = &v->ctx;
	unsigned int i;

	if (!v->used || !(c->valid_sections & ICE_MP_VSI_VALID_RXQ_MAP))
		return false;
	if (!(c->mapping_flags & ICE_MP_VSI_Q_MAP_NONCONTIG))
		return n >= c->q_mapping[0] && n < c->q_mapping[0] + range_len(c);
	for (i = 0; i < 16; i++)
		if (c->q_mapping[i] == n)
			return true;
	return false;
}

/* What is wrong with a decoded context, NULL: nothing. */
static const char *
ctx_wrong(const struct icc_rxq *q)
{
	if (q->base == 0)
		return "no ring";
	if (q->qlen < ICE_MP_RING_ALIGN || q->qlen > ICC_RING_MAX ||
	    q->qlen % ICE_MP_RING_ALIGN != 0)
		return "ring length";
	if (ctx_get(q, RLAN_CTX_HEAD_S, RLAN_CTX_HEAD_W) >= q->qlen)
		return "head beyond the ring";
	if (q->tail >= q->qlen)
		return "tail beyond the ring";
	if (q->dbuf == 0)
		return "no buffer size";
	if (q->rxmax < MIN_FRAME)
		return "largest frame";
	if (ctx_get(q, RLAN_CTX_HSPLIT1_S, RLAN_CTX_HSPLIT1_W) != 0 ||
	    ctx_get(q, RLAN_CTX_DTYPE_S, RLAN_CTX_DTYPE_W) !=
	    (q->hsplit ? RLAN_CTX_DTYPE_SPLIT : 0) ||
	    (q->hsplit != 0 && (q->hbuf == 0 || q->rxdid == ICE_MP_RXDID_LEGACY)))
		return "header split";
	if (q->rxdid != ICE_MP_RXDID_FLEX_NIC && q->rxdid != ICE_MP_RXDID_COMMS_OVS &&
	    q->rxdid != ICE_MP_RXDID_LEGACY)
		return "RXDID";
	if (q->stamp && q->desc_size != 32)
		return "time stamps in short descriptors";
	return NULL;
}

void
icc_rxq_enable(struct ice_core *core, uint16_t n)
{
	struct icc_rxq *q = &core->rxq[n];
	const char *why;
	unsigned int i;

	if (q->ena)
		return;
	q->base = ctx_get(q, RLAN_CTX_BASE_S, RLAN_CTX_BASE_W) << ICE_MP_RING_BASE_SHIFT;
	q->qlen = ctx_get(q, RLAN_CTX_QLEN_S, RLAN_CTX_QLEN_W);
	q->dbuf = ctx_get(q, RLAN_CTX_DBUF_S, RLAN_CTX_DBUF_W) << ICE_MP_RX_DBUF_SHIFT;
	q->hsplit = ctx_get(q, RLAN_CTX_HSPLIT0_S, RLAN_CTX_HSPLIT0_W);
	q->hbuf = ctx_get(q, RLAN_CTX_HBUF_S, RLAN_CTX_HBUF_W) << RLAN_CTX_HBUF_SHIFT;
	q->rxmax = ctx_get(q, RLAN_CTX_RXMAX_S, RLAN_CTX_RXMAX_W);
	q->desc_size = ctx_get(q, RLAN_CTX_DSIZE_S, 1) ? 32 : 16;
	q->crcstrip = ctx_get(q, RLAN_CTX_CRCSTRIP_S, 1);
	q->l2tsel = ctx_get(q, RLAN_CTX_L2TSEL_S, 1);
	q->rxdid = q->rxdid_ctl & QRXFLXP_CNTXT_RXDID_IDX_M;
	q->stamp = q->rxdid != ICE_MP_RXDID_LEGACY && (q->rxdid_ctl & QRXFLXP_CNTXT_TS_M);
	q->fn = icc_vf_queue_owner(core, n, false);
	/* The tail is the VF's, all the rest the PF's. */
	if (q->fn != ICE_CORE_FN_PF && q->tail >= q->qlen) {
		icc_breach_fn(core, q->fn, ICC_BR_RX_TAIL, "Rx queue %u: tail %u of %u", n, q->tail,
			      q->qlen);
		q->tail = 0;
	}
	why = ctx_wrong(q);
	if (why != NULL) {
		icc_breach(core, ICC_BR_RX_CTX,
			   "Rx queue %u: %s: base 0x%llx qlen %u tail %u dbuf %u rxmax %u rxdid %u",
			   n, why, (unsigned long long)q->base, q->qlen, q->tail, q->dbuf,
			   q->rxmax, q->rxdid);
		return;
	}
	q->vsi = ICC_NO_VSI;
	for (i = 0; i < ICE_MP_HW_MAX_VSI && q->vsi == ICC_NO_VSI; i++)
		if (icc_vsi_maps_queue(&core->vsi[i], n))
			q->vsi = i;
	q->head = ctx_get(q, RLAN_CTX_HEAD_S, RLAN_CTX_HEAD_W);
	q->ahead_n = 0;
	q->wb_n = 0;
	q->starved_since = 0;
	q->ena = true;
}

/* Somebody may be waiting for buffers of this port. */
static void
buffers_came(struct ice_core *core, uint8_t lport)
{
	struct icc_port *p = &core->port[lport];

	icc_pause_relieved(core, lport);
	if (p->rx_waiting) {
		p->rx_waiting = false;
		core->ops->rx_ready(core->opaque, lport);
	}
	icc_tx_unblock(core, lport);
	if (p->wire != ICE_CORE_PORT_ALL && p->wire != lport)
		icc_tx_unblock(core, p->wire);
}

void
icc_rxq_disable(struct ice_core *core, uint16_t n)
{
	struct icc_rxq *q = &core->rxq[n];
	unsigned int i;

	/* Write-backs still pending are given up: after a reset the ring may
	 * be somebody else's memory. */
	q->ena = false;
	q->prepared = false;
	q->ahead_n = 0;
	q->wb_n = 0;
	if (q->dirty) {
		q->dirty = false;
		for (i = 0; i < core->nb_dirty && core->dirty_rxq[i] != n; i++)
			;
		if (i < core->nb_dirty)
			core->dirty_rxq[i] = core->dirty_rxq[--core->nb_dirty];
	}
	/* A frame that waited for this queue finds it closed. */
	if (q->starved_since != 0) {
		q->starved_since = 0;
		buffers_came(core, core->vsi[q->vsi].lport);
	}
}

bool
ice_core_rxq_enabled(const struct ice_core *core, uint16_t queue)
{
	return queue < ICC_MAX_QUEUES && core->rxq[queue].ena &&
	       core->rxq[queue].fn == ICE_CORE_FN_PF;
}

void
icc_rxq_tail(struct ice_core *core, uint16_t fn, uint16_t n, uint32_t tail)
{
	struct icc_rxq *q = &core->rxq[n];

	tail &= QRX_TAIL_M;
	if (!q->ena) {
		/* Buffers may be posted before the queue is enabled, not after
		 * it was switched off. A VF posts them before it asks the PF
		 * for the queue, and the PF's context leaves the tail alone. */
		if (tail != 0 && !q->prepared && fn == ICE_CORE_FN_PF)
			icc_breach(core, ICC_BR_RX_DISABLED, "Rx queue %u: doorbell %u", n, tail);
		else
			q->tail = tail;
		return;
	}
	if (tail >= q->qlen) {
		icc_breach_fn(core, fn, ICC_BR_RX_TAIL, "Rx queue %u: tail %u of %u", n, tail,
			      q->qlen);
		return;
	}
	q->tail = tail;
	if (q->starved_since == 0)
		return;
	q->starved_since = 0;
	buffers_came(core, core->vsi[q->vsi].lport);
}

static unsigned int
posted(const struct icc_rxq *q)
{
	return (unsigned int)(q->tail + q->qlen - q->head) % q->qlen;
}

/* Addresses of the buffers in slot `slot`, which is posted; 0 when the driver
 * posted none. @return 0, or -1 when the ring itself cannot be read. */
static int
buffer_at(struct ice_core *core, uint16_t n, uint16_t slot, uint64_t *addr, uint64_t *hdr_addr)
{
	struct icc_rxq *q = &core->rxq[n];
	uint8_t raw[ICC_DESC_BATCH * sizeof(union ice_mp_rx_desc)];
	unsigned int i, k = (unsigned int)(slot + q->qlen - q->ahead_first) % q->qlen;

	if (k >= q->ahead_n) {
		unsigned int cnt = (unsigned int)(q->tail + q->qlen - slot) % q->qlen;

		if (cnt > ICC_DESC_BATCH)
			cnt = ICC_DESC_BATCH;
		if (cnt > (unsigned int)q->qlen - slot)
			cnt = q->qlen - slot;
		q->ahead_n = 0;
		if (icc_dma_read(core, ICC_DMA_RXRING, q->fn,
				 q->base + (uint64_t)slot * q->desc_size, raw,
				 (size_t)cnt * q->desc_size) != 0) {
			icc_breach_fn(core, q->fn, ICC_BR_RX_DMA, "Rx queue %u: ring at slot %u", n,
				      slot);
			return -1;
		}
		for (i = 0; i < cnt; i++) {
			uint64_t hdr;

			memcpy(&q->ahead[i], raw + i * q->desc_size, 8);
			memcpy(&hdr, raw + i * q->desc_size + 8, 8);
			if (q->hsplit != 0)
				q->ahead_hdr[i] = hdr;
			if (q->ahead[i] == 0 || (q->hsplit != 0 && hdr == 0))
				icc_breach_fn(core, q->fn, ICC_BR_RX_DESC,
					      "Rx queue %u: slot %u has no buffer", n, slot + i);
			else if (hdr & 1)
				icc_breach_fn(core, q->fn, ICC_BR_RX_DESC,
					      "Rx queue %u: slot %u posted with DD set", n,
					      slot + i);
		}
		q->ahead_first = slot;
		q->ahead_n = cnt;
		k = 0;
	}
	*addr = q->ahead[k];
	*hdr_addr = q->hsplit != 0 ? q->ahead_hdr[k] : 0;
	return 0;
}

/* Where write-back i is collected, in qwords. */
static uint64_t *
wb_at(struct icc_rxq *q, unsigned int i)
{
	return &q->wb[i * q->desc_size / 8];
}

/* Write-backs [from, from + cnt) through a mapping. @return how many */
static unsigned int
wb_mapped(struct ice_core *core, struct icc_rxq *q, unsigned int from, unsigned int cnt)
{
	uint64_t addr = q->base + (uint64_t)(q->wb_first + from) * q->desc_size;
	size_t got = (size_t)cnt * q->desc_size;
	unsigned int i, k, n;
	uint8_t *ring;

	if (!icc_dma_mappable(core))
		return 0;
	ring = core->ops->dma_map(core->opaque, q->fn, addr, &got, true);
	if (ring == NULL)
		return 0;
	n = got / q->desc_size < cnt ? got / q->desc_size : cnt;
	if ((uintptr_t)ring & 7)
		n = 0;
	for (i = 0; i < n; i++) {
		uint64_t *to = (uint64_t *)(ring + (size_t)i * q->desc_size);
		const uint64_t *qw = wb_at(q, from + i);

		to[0] = qw[0];
		for (k = 2; k < q->desc_size / 8u; k++)
			to[k] = qw[k];
		atomic_store_explicit((_Atomic uint64_t *)&to[1], qw[1], memory_order_release);
	}
	core->ops->dma_unmap(core->opaque, q->fn, ring, got, true, (size_t)n * q->desc_size);
	return n;
}

/* Bring the collected write-backs into the ring, DD visible last. */
static void
flush_wb(struct ice_core *core, uint16_t n)
{
	struct icc_rxq *q = &core->rxq[n];
	unsigned int i, cnt;

	for (i = 0; i < q->wb_n; i += cnt) {
		uint64_t addr = q->base + (uint64_t)(q->wb_first + i) * q->desc_size;
		uint64_t *qw = wb_at(q, i), dd = qw[1];

		cnt = wb_mapped(core, q, i, q->wb_n - i);
		if (cnt > 0)
			continue;
		cnt = 1;
		qw[1] = 0;
		if (icc_dma_write(core, ICC_DMA_RXWB, q->fn, addr, qw, q->desc_size) == 0 &&
		    icc_dma_write(core, ICC_DMA_RXWB, q->fn, addr + 8, &dd, 8) == 0)
			continue;
		icc_breach_fn(core, q->fn, ICC_BR_RX_DMA, "Rx queue %u: write-back at slot %u", n,
			      q->wb_first + i);
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
	memcpy(wb_at(q, q->wb_n++), d, q->desc_size);
	if (q->dirty)
		return;
	q->dirty = true;
	core->dirty_rxq[core->nb_dirty++] = n;
	if (!core->in_run)
		icc_kick(core);
}

static void
rss_of(struct ice_core *core, uint16_t vsi, const struct icc_pkt *p, struct icc_rx_meta *m)
{
	struct icc_rss_tab *t = &core->rss_tab[vsi % ICC_RSS_TABS];
	const uint8_t *key = core->vsi[vsi].rss_key;
	uint8_t in[ICC_RSS_INPUT];
	unsigned int n = icc_rss_input(core, vsi, p, in);

	m->hashed = n > 0;
	if (!m->hashed)
		return;
	if (!t->valid || memcmp(t->key, key, sizeof(t->key)) != 0)
		icc_rss_prepare(t, key);
	m->hash = icc_rss_hash(t, in, n);
}

/* Queue of a VSI for this packet; ICC_MAX_QUEUES: none. */
static uint16_t
pick_queue(const struct ice_core *core, const struct icc_vsi *v, const struct icc_rx_meta *m)
{
	const struct ice_mp_aq_vsi_ctx *c = &v->ctx;
	unsigned int log = (c->tc_mapping[0] & ICE_MP_VSI_TC_Q_NUM_M) >> ICE_MP_VSI_TC_Q_NUM_S;
	unsigned int idx = 0;

	/* A map that was not said to be one has not been checked either. */
	if (!(c->valid_sections & ICE_MP_VSI_VALID_RXQ_MAP))
		return ICC_MAX_QUEUES;
	if (m->hashed && log > 0) {
		switch (c->q_opt_rss & ICE_MP_VSI_RSS_LUT_TYPE_M) {
		case ICE_MP_VSI_RSS_LUT_PF:
			idx = core->pf_lut[m->hash % ICE_MP_RSS_LUT_PF];
			break;
		case ICE_MP_VSI_RSS_LUT_GLOBAL:
			idx = core->gbl_lut[(c->q_opt_rss & ICE_MP_VSI_RSS_GBL_LUT_M) >>
					    ICE_MP_VSI_RSS_GBL_LUT_S]
					   [m->hash % ICE_MP_RSS_LUT_GLOBAL];
			break;
		default:
			idx = v->lut[m->hash % ICE_MP_RSS_LUT_VSI];
			break;
		}
		idx &= (1u << log) - 1;
	}
	idx += c->tc_mapping[0] & ICE_MP_VSI_TC_Q_OFFSET_M;
	if (c->mapping_flags & ICE_MP_VSI_Q_MAP_NONCONTIG)
		return c->q_mapping[idx & 15];
	/* The next queue may be another port's: the VSI ends here. */
	return idx < range_len(c) ? c->q_mapping[0] + idx : ICC_MAX_QUEUES;
}

/* A VSI counts what the switch gave it, whether or not it finds a buffer:
 * stock drivers subtract the drops. */
static void
count_vsi(struct icc_vsi_stats *s, const uint8_t *da, uint32_t len)
{
	s->rx_bytes += (len < MIN_FRAME ? MIN_FRAME : len) + FCS_LEN;
	if (!(da[0] & 1))
		s->rx_uc++;
	else if (memcmp(da, "\xff\xff\xff\xff\xff\xff", 6) == 0)
		s->rx_bc++;
	else
		s->rx_mc++;
}

static enum ice_core_rx_rc
dropped(struct ice_core *core, struct icc_vsi *v, struct icc_rxq *q, const struct icc_pkt *p)
{
	count_vsi(&v->stats, p->data, p->len);
	v->stats.rx_drop++;
	core->port[v->lport].stats.rx_no_buf++;
	if (q != NULL)
		q->dropped++;
	return ICE_CORE_RX_DONE;
}

/* A frame without enough buffers: wait, but not for ever. */
static enum ice_core_rx_rc
starved(struct ice_core *core, uint16_t vsi, struct icc_rxq *q, const struct icc_pkt *p,
	bool force)
{
	uint64_t now = icc_now(core);

	q->vsi = vsi;		/* the tail of this queue is what is waited for */
	if (q->starved_since == 0)
		q->starved_since = now | 1;
	if (force || now - (q->starved_since & ~1ull) >= ICC_RX_STALL_NS)
		return dropped(core, &core->vsi[vsi], q, p);
	return ICE_CORE_RX_RETRY;
}

/* A frame as the driver is to see it: what is in front of a stripped tag,
 * (or two), what is behind it, padding, FCS. */
struct pieces {
	struct {
		const uint8_t *p;
		uint32_t len;
	} v[4];
	unsigned int n;
	uint32_t total;
	uint8_t fcs[FCS_LEN];
	uint8_t flat[FLAT_MAX];
};

static void
add_piece(struct pieces *f, const uint8_t *p, uint32_t len)
{
	f->v[f->n].p = p;
	f->v[f->n++].len = len;
	f->total += len;
}

static void
lay_out(struct pieces *f, const struct icc_pkt *p, unsigned int cut, bool fcs)
{
	static const uint8_t zeros[MIN_FRAME];
	uint32_t pad = p->len < MIN_FRAME ? MIN_FRAME - p->len : 0, crc, at = 0;
	unsigned int i;

	f->n = 0;
	f->total = 0;
	if (cut > 0) {
		add_piece(f, p->data, 12);
		add_piece(f, p->data + 12 + cut, p->len - 12 - cut);
	} else {
		add_piece(f, p->data, p->len);
	}
	/* The wire's minimum counts the tag; the driver's sees none shorter. */
	if (f->total < MIN_FRAME)
		add_piece(f, zeros, MIN_FRAME - f->total);
	if (fcs) {
		crc = icc_crc32(icc_crc32(0, p->data, p->len), zeros, pad);
		memcpy(f->fcs, &crc, sizeof(f->fcs));
		add_piece(f, f->fcs, sizeof(f->fcs));
	}
	/* One DMA operation costs more than copying a short frame. */
	if (f->n == 1 || f->total > FLAT_MAX)
		return;
	for (i = 0; i < f->n; at += f->v[i++].len)
		memcpy(f->flat + at, f->v[i].p, f->v[i].len);
	f->v[0].p = f->flat;
	f->v[0].len = f->total;
	f->n = 1;
}

/* Bytes [off, off + len) of a frame to addr. */
static int
put(struct ice_core *core, uint16_t fn, uint64_t addr, const struct pieces *f, uint32_t off,
    uint32_t len)
{
	unsigned int i;

	for (i = 0; i < f->n && len > 0; i++) {
		uint32_t l = f->v[i].len;

		if (off >= l) {
			off -= l;
			continue;
		}
		l = l - off < len ? l - off : len;
		if (icc_dma_write(core, ICC_DMA_RXDATA, fn, addr, f->v[i].p + off, l) != 0)
			return -1;
		addr += l;
		len -= l;
		off = 0;
	}
	return 0;
}

/* A frame of `need` buffers to a queue that has them.
 * @return 0, or -1 when it did not arrive whole */
static int
write_frame(struct ice_core *core, uint16_t n, const struct pieces *f, struct icc_rx_meta *m,
	    unsigned int need, uint16_t head, const struct icc_rx_fault *lie)
{
	struct icc_rxq *q = &core->rxq[n];
	uint16_t slot = q->head;
	bool bad = lie->error;
	uint32_t off = 0;
	unsigned int i;

	for (i = 0; i < need; i++) {
		uint32_t room;
		union ice_mp_rx_desc d;
		uint64_t addr, hdr_addr;

		/* No ring, nothing to write back: the frame is lost. */
		if (buffer_at(core, n, slot, &addr, &hdr_addr) != 0)
			return -1;
		if (i > 0)
			head = 0;
		if (head > 0 && (hdr_addr == 0 || put(core, q->fn, hdr_addr, f, 0, head) != 0)) {
			if (hdr_addr != 0)
				icc_breach_fn(core, q->fn, ICC_BR_RX_DMA,
					      "Rx queue %u: header of slot %u at 0x%llx", n, slot,
					      (unsigned long long)hdr_addr);
			bad = true;
		}
		off += head;
		room = f->total - off < q->dbuf ? f->total - off : q->dbuf;
		if (addr == 0 || put(core, q->fn, addr, f, off, room) != 0) {
			if (addr != 0)
				icc_breach_fn(core, q->fn, ICC_BR_RX_DMA,
					      "Rx queue %u: buffer of slot %u at 0x%llx", n, slot,
					      (unsigned long long)addr);
			bad = true;
		}
		/* A frame that did not arrive whole is marked as bad. */
		if (bad)
			m->status |= ICE_MP_RX_S0_RXE;
		off += room;
		icc_rx_make_wb(q, &d, m, lie->wrong_len ? lie->len : room, head,
			       i + 1 == need && !lie->noeof);
		if (lie->garble)
			icc_fault_rx_garble(&d);
		if (!lie->lose)
			push_wb(core, n, slot, &d);
		else if (q->wb_n > 0)
			flush_wb(core, n);	/* what is collected has no gaps */
		slot = slot + 1 == q->qlen ? 0 : slot + 1;
		q->head = slot;
	}
	return bad ? -1 : 0;
}

/* Which tags a VSI strips, and which of them it shows. A VSI with a type of
 * outer tag is in double VLAN mode, for itself: that tag is the outer one, what
 * is left, or was behind it, the inner one. @return bytes to be taken off */
static unsigned int
strip_tags(const struct icc_vsi *v, const struct icc_pkt *p, struct icc_rx_meta *m)
{
	uint8_t emode = v->ctx.inner_vlan_flags & ICE_MP_VSI_VLAN_EMODE_M;
	bool twice = icc_vsi_double_vlan(v), outer = twice && p->vlan && p->tpid == TPID_STAG;
	bool inner = (outer ? p->vlan2 : p->vlan) && emode != ICE_MP_VSI_VLAN_EMODE_NOTHING &&
		     (v->ctx.valid_sections & ICE_MP_VSI_VALID_VLAN);
	bool shown = inner && emode != ICE_MP_VSI_VLAN_EMODE_STR;

	m->tag = outer || (shown && !twice);
	m->tag2 = shown && twice;
	m->tci = p->vlan_tci;
	m->tci2 = outer ? p->vlan2_tci : p->vlan_tci;
	return (outer + inner) * TAG_LEN;
}

/* Where the innermost header that the queue splits behind ends; 0: it has none. */
static unsigned int
header_end(const struct icc_rxq *q, const struct icc_pkt *p)
{
	const struct icc_ip *h = p->tunnel ? &p->in : &p->out;
	unsigned int len = 0;

	if (q->hsplit & RLAN_CTX_HSPLIT0_TCP_UDP) {
		if (h->l4_proto == PROTO_UDP && h->l4_len >= 8)
			len = 8;
		else if (h->l4_proto == PROTO_TCP && h->l4_len >= 20)
			len = (p->data[h->l4_off + 12] >> 4) * 4u;
	}
	if ((q->hsplit & RLAN_CTX_HSPLIT0_SCTP) && h->l4_proto == PROTO_SCTP && h->l4_len >= 12)
		len = 12;
	if (len != 0 && len <= h->l4_len)
		return h->l4_off + len;
	if ((q->hsplit & RLAN_CTX_HSPLIT0_IP) && h->ver != 0)
		return h->ver == 4 ? h->l3_off + h->l3_len :
		       h->l4_off != 0 ? h->l4_off : h->l3_off + 40u;
	return q->hsplit & RLAN_CTX_HSPLIT0_L2 ? ETH_HDR + (p->vlan + p->vlan2) * TAG_LEN : 0;
}

static enum ice_core_rx_rc
to_vsi(struct ice_core *core, uint16_t vsi, const struct icc_pkt *p, bool loopback, bool force)
{
	struct icc_vsi *v = &core->vsi[vsi];
	struct icc_rx_meta m = { .ptype = p->ptype, .nat = p->udp_tunnel };
	struct icc_rx_fault lie = { 0 };
	struct icc_rxq *q;
	struct pieces f;
	unsigned int need, cut, head = 0;
	uint16_t n;
	int rc;

	rss_of(core, vsi, p, &m);
	n = pick_queue(core, v, &m);
	if (n >= core->pf.nb_queues || !core->rxq[n].ena || core->rxq[n].stuck)
		return dropped(core, v, NULL, p);
	q = &core->rxq[n];

	/* RXMAX measures what goes to memory: a stripped FCS does not. */
	if (p->len + (q->crcstrip ? 0 : FCS_LEN) > q->rxmax) {
		v->stats.rx_err++;
		core->port[v->lport].stats.rx_oversize++;
		return ICE_CORE_RX_DONE;
	}
	cut = strip_tags(v, p, &m);
	if (q->desc_size != 32 && (q->l2tsel ? m.tag2 : m.tag))
		icc_breach_fn(core, q->fn, ICC_BR_RX_CTX,
			      "Rx queue %u: a stripped tag has no place in short descriptors", n);
	if (q->stamp)
		m.stamp = icc_now(core);
	lay_out(&f, p, cut, !q->crcstrip);
	if (q->hsplit != 0) {
		head = header_end(q, p);
		head = head > cut ? head - cut : 0;
		/* It has no room: all goes to the other buffer. */
		if (head > q->hbuf) {
			m.status |= ICE_MP_RX_S0_HBO;
			head = 0;
		}
	}
	need = (f.total - head + q->dbuf - 1) / q->dbuf;
	/* What has its headers only still takes a slot. */
	need = need ? need : 1;
	if (need > ICE_MP_RX_MAX_SEGS) {
		v->stats.rx_err++;
		return ICE_CORE_RX_DONE;
	}
	if (posted(q) < need) {
		/* No VF holds up a port that others use, too. */
		if (q->fn != ICE_CORE_FN_PF)
			return dropped(core, v, q, p);
		return starved(core, vsi, q, p, force);
	}

	m.status |= icc_csum_status(p) | (loopback ? ICE_MP_RX_S0_LPBK : 0);
	if (core->fault_on & ICC_FAULT_BIT(ICC_FAULT_RXQ))
		icc_fault_rxq(core, n, &lie);
	rc = write_frame(core, n, &f, &m, need, head, &lie);
	if (rc == 0 && lie.dup && posted(q) >= need)
		rc = write_frame(core, n, &f, &m, need, head, &lie);
	core->frames_rx++;
	if (rc != 0) {
		v->stats.rx_err++;
		return ICE_CORE_RX_DONE;
	}
	q->packets++;
	q->bytes += f.total;
	count_vsi(&v->stats, p->data, p->len);
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

	if (!port->link_up) {
		port->stats.rx_dropped_link_down++;
		return ICE_CORE_RX_DONE;
	}
	if (p->len < ETH_HDR) {
		port->stats.rx_undersize++;
		return ICE_CORE_RX_DONE;
	}
	/* A MAC measures on the wire, where the FCS is part of the frame. */
	if (p->len + FCS_LEN > port->max_frame) {
		port->stats.rx_oversize++;
		return ICE_CORE_RX_DONE;
	}
	if (icc_pause_rx(core, lport, p))
		return ICE_CORE_RX_DONE;
	icc_switch_rx(core, lport, p, &dest);
	/* With one destination the frame can wait; of a replicated one, who
	 * has no buffer misses his copy. */
	for (i = 0; i < dest.n; i++)
		if (to_vsi(core, dest.vsi[i], p, false, force || dest.n > 1) ==
		    ICE_CORE_RX_RETRY) {
			icc_pause_congested(core, lport);
			return ICE_CORE_RX_RETRY;
		}
	icc_stats_rx(core, lport, p->data, p->len);
	return ICE_CORE_RX_DONE;
}

enum ice_core_rx_rc
ice_core_rx(struct ice_core *core, uint8_t lport, const void *frame, size_t len)
{
	struct icc_port *port;
	struct icc_pkt p;

	if (lport >= core->cfg.nb_ports)
		return ICE_CORE_RX_DONE;
	port = &core->port[lport];
	if (len > ICC_MAX_FRAME) {
		port->stats.rx_oversize++;
		return ICE_CORE_RX_DONE;
	}
	icc_parse(&p, frame, len);
	if (icc_rx_port(core, lport, &p, false) == ICE_CORE_RX_RETRY) {
		port->rx_waiting = true;
		if (port->rx_waiting_since == 0)
			port->rx_waiting_since = icc_now(core) | 1;
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
			continue;
		}
		if (due < next)
			next = due;
		if (p->xoff_again != 0 && p->xoff_again <= now)
			icc_pause_congested(core, i);
		if (p->xoff_again != 0 && p->xoff_again < next)
			next = p->xoff_again;
	}
	return next;
}

bool
ice_core_can_rx(const struct ice_core *core, uint8_t lport)
{
	return lport < core->cfg.nb_ports && !core->port[lport].rx_waiting;
}
