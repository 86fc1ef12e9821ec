/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Tx queues: doorbells, run list, descriptors, delivery.
 *
 * A queue runs for a batch at a time and goes to the end of the run list, so
 * that a busy queue delays its neighbours by one batch at most.
 */

#include <string.h>

#include "ice_core_priv.h"
#include "offload.h"
#include "parse.h"

#define FCS_LEN		4
#define ETH_HDR		14
#define MIN_FRAME	60
/** Frames up to this long are copied rather than mapped. */
#define COPY_MAX	256
/** Bits of the command field that mean nothing. */
#define ICE_MP_TXD_CMD_RSVD	0x884
/** One of them asks for the FCS of older cards, which is always there: drivers of VFs set it. */
#define ICE_MP_TXD_CMD_ICRC	0x004
/** Data descriptors of one packet the device follows (TSO needs many). */
#define MAX_SEGS	62

struct seg {
	uint64_t addr;
	uint32_t len;
};

enum outcome {
	SENT,		/* gone, or dropped and counted */
	BLOCKED,	/* the other side takes no more now */
};

static void
runq_push(struct ice_core *core, uint16_t n)
{
	struct icc_txq *q = &core->txq[n];

	if (q->queued || !q->ena)
		return;
	q->queued = true;
	core->runq[(core->run_head + core->run_count++) % ICC_MAX_QUEUES] = n;
	if (!core->in_run)
		icc_kick(core);
}

enum ice_mp_aq_err
icc_txq_enable(struct ice_core *core, uint16_t fn, uint16_t n, uint32_t teid,
	       const uint8_t ctx[TLAN_CTX_SIZE])
{
	struct icc_txq *q = &core->txq[n];
	uint64_t base = ice_mp_ctx_get(ctx, TLAN_CTX_BASE_S, TLAN_CTX_BASE_W);
	uint16_t qlen = ice_mp_ctx_get(ctx, TLAN_CTX_QLEN_S, TLAN_CTX_QLEN_W);

	if (base == 0 || qlen < ICE_MP_RING_ALIGN || qlen > ICC_RING_MAX ||
	    qlen % ICE_MP_RING_ALIGN != 0) {
		icc_breach(core, ICC_BR_TX_CTX, "Tx queue %u: base 0x%llx qlen %u", n,
			   (unsigned long long)base, qlen);
		return ICE_MP_AQ_RC_EINVAL;
	}
	q->ena = true;
	q->fn = fn;
	q->vf_resets = fn != ICE_CORE_FN_PF ? core->vf[fn - ICE_CORE_FN_VF(0)].resets : 0;
	q->vsi = ice_mp_ctx_get(ctx, TLAN_CTX_SRC_VSI_S, TLAN_CTX_SRC_VSI_W);
	q->lport = ice_mp_ctx_get(ctx, TLAN_CTX_PORT_NUM_S, TLAN_CTX_PORT_NUM_W);
	q->teid = teid;
	q->base = base << ICE_MP_RING_BASE_SHIFT;
	q->qlen = qlen;
	q->head = 0;
	q->tail = 0;
	q->tso_sent = 0;
	q->discard = false;
	q->blocked_since = 0;
	q->rated = false;
	q->due = 0;
	return ICE_MP_AQ_RC_OK;
}

void
icc_txq_disable(struct ice_core *core, uint16_t n)
{
	struct icc_txq *q = &core->txq[n];

	q->ena = false;
	q->tail = q->head;
	q->tso_sent = 0;
	q->discard = false;
	if (q->blocked) {
		q->blocked = false;
		core->nb_blocked--;
	}
}

bool
ice_core_txq_enabled(const struct ice_core *core, uint16_t queue)
{
	return queue < ICC_MAX_QUEUES && core->txq[queue].ena &&
	       core->txq[queue].fn == ICE_CORE_FN_PF;
}

void
icc_txq_doorbell(struct ice_core *core, uint16_t fn, uint16_t n, uint32_t tail)
{
	struct icc_txq *q = &core->txq[n];

	if (!q->ena) {
		/* Drivers write 0 before the queue exists. To a VF the PF may
		 * say that the link is up before it has got its queues: Linux
		 * iavf then sends at once. */
		if (tail != 0 && (fn == ICE_CORE_FN_PF ||
				  (q->fn == fn &&
				   q->vf_resets == core->vf[fn - ICE_CORE_FN_VF(0)].resets)))
			icc_breach_fn(core, fn, ICC_BR_TX_DISABLED, "Tx queue %u: doorbell %u", n,
				      tail);
		return;
	}
	if (tail >= q->qlen) {
		icc_breach_fn(core, fn, ICC_BR_TX_TAIL, "Tx queue %u: tail %u of %u", n, tail,
			      q->qlen);
		return;
	}
	q->tail = tail;
	if (!q->blocked)
		runq_push(core, n);
}

static void
unblock(struct ice_core *core, uint16_t n)
{
	struct icc_txq *q = &core->txq[n];

	if (!q->blocked)
		return;
	q->blocked = false;
	q->due = 0;
	core->nb_blocked--;
	runq_push(core, n);
}

void
icc_tx_unblock(struct ice_core *core, uint8_t lport)
{
	unsigned int i;

	for (i = 0; core->nb_blocked > 0 && i < core->pf.nb_queues; i++)
		if (core->txq[i].lport == lport)
			unblock(core, i);
}

void
ice_core_tx_ready(struct ice_core *core, uint8_t lport)
{
	icc_tx_unblock(core, lport);
}

uint64_t
icc_tx_timer(struct ice_core *core, uint64_t now)
{
	uint64_t next = UINT64_MAX, due;
	unsigned int i;

	for (i = 0; core->nb_blocked > 0 && i < core->pf.nb_queues; i++) {
		struct icc_txq *q = &core->txq[i];

		if (!q->blocked)
			continue;
		due = q->due != 0 ? q->due : q->blocked_since + ICC_RX_STALL_NS;
		if (due <= now)
			unblock(core, i);
		else if (due < next)
			next = due;
	}
	return next;
}

/* Count a frame that left the VSI. */
static void
count_tx(struct ice_core *core, uint16_t n, const uint8_t *frame, size_t len)
{
	struct icc_txq *q = &core->txq[n];
	struct icc_vsi_stats *s = &core->vsi[q->vsi].stats;

	q->packets++;
	q->bytes += len;
	if (q->rated)
		icc_rate_charge(core, n, (len < MIN_FRAME ? MIN_FRAME : len) + FCS_LEN);
	core->frames_tx++;
	s->tx_bytes += (len < MIN_FRAME ? MIN_FRAME : len) + FCS_LEN;
	if (!(frame[0] & 1))
		s->tx_uc++;
	else if (memcmp(frame, "\xff\xff\xff\xff\xff\xff", 6) == 0)
		s->tx_bc++;
	else
		s->tx_mc++;
}

/* Who gets a frame, with the override of a context descriptor applied. */
static void
destinations(struct ice_core *core, uint16_t n, const struct icc_tx_offload *o,
	     const struct icc_pkt *p, struct icc_dest *dest)
{
	const struct icc_txq *q = &core->txq[n];
	const struct icc_vsi *v = &core->vsi[q->vsi];

	icc_switch_tx(core, q->vsi, p, dest);
	if (o->swtch == 0 || dest->drop)
		return;
	if (!(v->ctx.sec_flags & ICE_MP_VSI_SEC_DEST_OVERRIDE)) {
		icc_breach_fn(core, q->fn, ICC_BR_TX_DESC,
			      "Tx queue %u: VSI %u may not override the switch", n, q->vsi);
		dest->drop = true;
	} else if (o->swtch == ICE_MP_TXC_CMD_SWTCH_UPLINK) {
		dest->n = 0;
		dest->wire = true;
	} else if (o->swtch == ICE_MP_TXC_CMD_SWTCH_LOCAL) {
		dest->wire = false;
	} else {
		dest->wire = false;
		dest->n = 0;
		if (o->swtch_vsi < ICE_MP_HW_MAX_VSI && core->vsi[o->swtch_vsi].used &&
		    core->vsi[o->swtch_vsi].lport == q->lport)
			dest->vsi[dest->n++] = o->swtch_vsi;
		else
			icc_breach_fn(core, q->fn, ICC_BR_TX_DESC,
				      "Tx queue %u: VSI %u is not of lport %u", n, o->swtch_vsi,
				      q->lport);
	}
}

/* Out of the port, to the peer of a wire or to the embedder. */
static enum outcome
to_wire(struct ice_core *core, uint16_t n, const struct icc_pkt *p)
{
	static const uint8_t zeros[MIN_FRAME];
	struct icc_txq *q = &core->txq[n];
	struct icc_port *port = &core->port[q->lport];
	struct ice_core_iov iov[2] = { { p->data, p->len }, { zeros, 0 } };

	if (port->paused_until != 0) {
		if (icc_now(core) < port->paused_until) {
			q->due = port->paused_until;
			icc_timer_at(core, q->due);
			return BLOCKED;
		}
		port->paused_until = 0;
	}
	if (port->loopback || port->wire != ICE_CORE_PORT_ALL) {
		uint8_t peer = port->loopback ? q->lport : port->wire;

		/* The peer's Rx queue bounds the wait. */
		if (icc_rx_port(core, peer, p, false) == ICE_CORE_RX_RETRY)
			return BLOCKED;
	} else {
		iov[1].len = p->len < MIN_FRAME ? MIN_FRAME - p->len : 0;
		if (!core->ops->tx(core->opaque, q->lport, iov, iov[1].len ? 2 : 1,
				   p->len + iov[1].len)) {
			if (q->blocked_since == 0 ||
			    icc_now(core) - (q->blocked_since & ~1ull) < ICC_RX_STALL_NS)
				return BLOCKED;
			core->vsi[q->vsi].stats.tx_err++;
			return SENT;
		}
	}
	icc_stats_tx(core, q->lport, p->data, p->len);
	return SENT;
}

/* What the VSI's VLAN mode makes of a frame. @return false: it may not be sent */
static bool
port_vlan(struct ice_core *core, const struct icc_vsi *v, struct icc_pkt *p)
{
	static const uint8_t tpid[2] = { 0x81, 0x00 };
	uint8_t mode = v->ctx.inner_vlan_flags & ICE_MP_VSI_VLAN_TX_MODE_M;
	uint8_t *out = core->scratch + ICC_SCRATCH_PVID;
	const uint16_t tci = v->ctx.port_based_inner_vlan;
	size_t len = p->len;

	if ((mode == ICE_MP_VSI_VLAN_TX_UNTAGGED && p->vlan) ||
	    (mode == ICE_MP_VSI_VLAN_TX_TAGGED && !p->vlan))
		return false;
	if (!(v->ctx.inner_vlan_flags & ICE_MP_VSI_VLAN_INSERT_PVID))
		return true;
	if (len + sizeof(tpid) + sizeof(tci) + FCS_LEN > core->port[v->lport].max_frame)
		return false;
	memcpy(out, p->data, 12);
	memcpy(out + 12, tpid, sizeof(tpid));
	out[14] = tci >> 8;
	out[15] = (uint8_t)tci;
	memcpy(out + 16, p->data + 12, len - 12);
	icc_parse(p, out, len + 4);
	return true;
}

/* One finished frame of queue n: to local VSIs and out of the port. */
static enum outcome
emit(struct ice_core *core, uint16_t n, const struct icc_tx_offload *o, const uint8_t *frame,
     size_t len)
{
	struct icc_txq *q = &core->txq[n];
	struct icc_port *port = &core->port[q->lport];
	struct icc_dest dest;
	struct icc_pkt p;
	unsigned int i;

	if (len + FCS_LEN > port->max_frame || !core->vsi[q->vsi].used) {
		core->vsi[q->vsi].stats.tx_err++;
		return SENT;
	}
	if (!port->link_up) {
		port->stats.tx_dropped_link_down++;
		return SENT;
	}
	icc_parse(&p, frame, len);
	if ((core->vsi[q->vsi].tx_checks & ICC_TX_VLAN) &&
	    !port_vlan(core, &core->vsi[q->vsi], &p)) {
		core->vsi[q->vsi].stats.tx_err++;
		return SENT;
	}
	destinations(core, n, o, &p, &dest);
	if (dest.drop) {
		core->vsi[q->vsi].stats.tx_err++;
		return SENT;
	}
	if (dest.wire && to_wire(core, n, &p) == BLOCKED)
		return BLOCKED;
	for (i = 0; i < dest.n; i++)
		icc_rx_to_vsi(core, dest.vsi[i], &p, true);
	count_tx(core, n, frame, len);
	return SENT;
}

static void
decode_ctx(const struct ice_mp_tx_desc *d, struct icc_tx_offload *o)
{
	uint64_t c = (d->qw1 & ICE_MP_TXC_CMD_M) >> ICE_MP_TXC_CMD_S, t = d->addr;

	o->tso = c & ICE_MP_TXC_CMD_TSO;
	o->tso_len = (d->qw1 & ICE_MP_TXC_TSO_LEN_M) >> ICE_MP_TXC_TSO_LEN_S;
	o->mss = (d->qw1 & ICE_MP_TXC_MSS_M) >> ICE_MP_TXC_MSS_S;
	o->ins_tag2 = c & ICE_MP_TXC_CMD_IL2TAG2;
	o->l2tag2 = t >> ICE_MP_TXC_L2TAG2_S;
	o->eipt = t & ICE_MP_TXC_EIPT_M;
	o->eiplen = ((t & ICE_MP_TXC_EIPLEN_M) >> ICE_MP_TXC_EIPLEN_S) * 4;
	o->natlen = ((t & ICE_MP_TXC_NATLEN_M) >> ICE_MP_TXC_NATLEN_S) * 2;
	o->udp_tunnel = (t & ICE_MP_TXC_L4TUN_M) == ICE_MP_TXC_L4TUN_UDP;
	o->l4t_cs = t & ICE_MP_TXC_L4T_CS_M;
	o->swtch = c & ICE_MP_TXC_CMD_SWTCH_M;
	/* The field is the MSS or a VSI, never both. */
	o->swtch_vsi = o->mss & 0x3FF;
}

/* No TSO segment may gather from more buffers than a packet may have. */
static const char *
check_segments(const struct icc_tx_offload *o, const struct seg *seg, unsigned int nb,
	       unsigned int hdr)
{
	unsigned int i = 0, first, hdr_bufs, last, k, cnt = icc_tso_count(o);
	size_t end = seg[0].len, from, to;

	while (end < hdr)
		end += seg[++i].len;
	hdr_bufs = i + 1;
	for (k = 0; k < cnt; k++) {
		from = hdr + (size_t)k * o->mss;
		to = k + 1 < cnt ? from + o->mss : hdr + (size_t)o->tso_len;
		while (end <= from && i + 1 < nb)
			end += seg[++i].len;
		first = i;
		while (end < to && i + 1 < nb)
			end += seg[++i].len;
		last = i;
		/* A buffer with header and data counts once. */
		if (hdr_bufs + last - first + (first >= hdr_bufs) > ICE_MP_TX_MAX_SEGS)
			return "TSO segment of more than 8 buffers";
	}
	return NULL;
}

/* Decode context and data commands of one packet; NULL, or what is wrong. */
static const char *
decode(const struct ice_mp_tx_desc *d, unsigned int cnt, bool vf, struct icc_tx_offload *o,
       struct seg *seg, unsigned int *nb_segs, size_t *len)
{
	unsigned int i, n = 0, ctx = 0;
	uint64_t cmd, qw;

	memset(o, 0, sizeof(*o));
	*len = 0;
	for (i = 0; i < cnt; i++) {
		qw = d[i].qw1;
		switch (qw & ICE_MP_TXD_DTYPE_M) {
		case ICE_MP_TXD_DTYPE_CTX:
			if (n != 0)
				return "context descriptor inside a packet";
			if (ctx++ != 0)
				return "two context descriptors";
			decode_ctx(&d[i], o);
			continue;
		case ICE_MP_TXD_DTYPE_FDIR:
			/* Flow director programming: nothing of it is modelled,
			 * the packet that carries it is a dummy. */
			o->dummy = true;
			continue;
		case ICE_MP_TXD_DTYPE_DATA:
			break;
		default:
			return "unknown descriptor type";
		}
		if (n == MAX_SEGS)
			return "too many descriptors";
		cmd = (qw & ICE_MP_TXD_CMD_M) >> ICE_MP_TXD_CMD_S;
		if (cmd & (vf ? ICE_MP_TXD_CMD_RSVD & ~ICE_MP_TXD_CMD_ICRC : ICE_MP_TXD_CMD_RSVD))
			return "reserved command bits";
		seg[n].addr = d[i].addr;
		seg[n].len = (qw & ICE_MP_TXD_BUF_SZ_M) >> ICE_MP_TXD_BUF_SZ_S;
		if (seg[n].len == 0)
			return "empty buffer";
		if (seg[n].addr == 0)
			return "no buffer";
		*len += seg[n].len;
		if (n == 0) {
			o->cmd = cmd;
			o->maclen = ((qw & ICE_MP_TXD_MACLEN_M) >> ICE_MP_TXD_MACLEN_S) * 2;
			o->iplen = ((qw & ICE_MP_TXD_IPLEN_M) >> ICE_MP_TXD_IPLEN_S) * 4;
			o->l4len = ((qw & ICE_MP_TXD_L4LEN_M) >> ICE_MP_TXD_L4LEN_S) * 4;
			o->l2tag1 = qw >> ICE_MP_TXD_L2TAG1_S;
			o->ins_tag1 = cmd & ICE_MP_TXD_CMD_IL2TAG1;
		}
		o->dummy |= cmd & ICE_MP_TXD_CMD_DUMMY;
		n++;
	}
	*nb_segs = n;
	if (n == 0)
		return "no data";
	if (o->dummy)
		return NULL;
	if (!o->tso && n > ICE_MP_TX_MAX_SEGS)
		return "more than 8 buffers";
	if (*len > (o->tso ? ICC_GATHER_MAX : ICC_MAX_FRAME))
		return "longer than the device sends";
	if (*len < ETH_HDR)
		return "shorter than an Ethernet header";
	if (o->tso && o->swtch == ICE_MP_TXC_CMD_SWTCH_VSI)
		return "TSO and a destination VSI in one field";
	if (!icc_offload_valid(o, *len))
		return "offload lengths do not fit the packet";
	return o->tso ? check_segments(o, seg, n, icc_offload_hdr_len(o)) : NULL;
}

static enum outcome
send_tso(struct ice_core *core, uint16_t n, const struct icc_tx_offload *o, size_t len)
{
	uint8_t *out = core->scratch + ICC_GATHER_MAX;
	struct icc_txq *q = &core->txq[n];
	unsigned int i, cnt = icc_tso_count(o);

	for (i = q->tso_sent; i < cnt; i++) {
		size_t l = icc_tso_segment(o, core->scratch, len, i, out);

		l = icc_offload_vlan(o, out, l);
		if (emit(core, n, o, out, l) == BLOCKED) {
			q->tso_sent = i;
			return BLOCKED;
		}
	}
	q->tso_sent = 0;
	return SENT;
}

/* Send the packet that d[0..cnt) describe. */
static enum outcome
packet(struct ice_core *core, uint16_t n, const struct ice_mp_tx_desc *d, unsigned int cnt)
{
	struct icc_txq *q = &core->txq[n];
	struct icc_tx_offload o;
	struct seg seg[MAX_SEGS];
	unsigned int nb, i;
	const char *why;
	enum outcome r;
	size_t len, got, off;
	void *map;

	why = decode(d, cnt, q->fn != ICE_CORE_FN_PF, &o, seg, &nb, &len);
	if (why != NULL) {
		icc_breach_fn(core, q->fn, ICC_BR_TX_DESC, "Tx queue %u: %s", n, why);
		core->vsi[q->vsi].stats.tx_err++;
		return SENT;
	}
	if (o.dummy)
		return SENT;
	/* Nothing to change and one piece: send it from where it is, unless
	 * it is so short that copying is cheaper than mapping. */
	if (nb == 1 && len > COPY_MAX && icc_dma_mappable(core) && !o.tso && !o.ins_tag1 &&
	    !o.ins_tag2 && o.eipt == 0 &&
	    (o.cmd & (ICE_MP_TXD_CMD_L4T_M | ICE_MP_TXD_CMD_IIPT_M)) == 0) {
		got = len;
		map = core->ops->dma_map(core->opaque, q->fn, seg[0].addr, &got, false);
		if (map != NULL) {
			r = got >= len ? emit(core, n, &o, map, len) : BLOCKED;
			core->ops->dma_unmap(core->opaque, q->fn, map, got, false,
					     got >= len ? len : 0);
			if (got >= len)
				return r;
		}
	}
	for (i = 0, off = 0; i < nb; off += seg[i++].len) {
		if (icc_dma_read(core, ICC_DMA_TXDATA, q->fn, seg[i].addr, core->scratch + off,
				 seg[i].len) != 0) {
			icc_breach_fn(core, q->fn, ICC_BR_TX_DMA, "Tx queue %u: buffer 0x%llx+%u",
				      n, (unsigned long long)seg[i].addr, seg[i].len);
			core->vsi[q->vsi].stats.tx_err++;
			return SENT;
		}
	}
	if (o.tso)
		return send_tso(core, n, &o, len);
	icc_offload_csum(&o, core->scratch, len);
	len = icc_offload_vlan(&o, core->scratch, len);
	return emit(core, n, &o, core->scratch, len);
}

/* Read up to ICC_DESC_BATCH descriptors from head on. @return how many */
static unsigned int
fetch(struct ice_core *core, uint16_t n, struct ice_mp_tx_desc *d)
{
	struct icc_txq *q = &core->txq[n];
	unsigned int cnt = (unsigned int)(q->tail + q->qlen - q->head) % q->qlen, first;
	int rc;

	if (cnt > ICC_DESC_BATCH)
		cnt = ICC_DESC_BATCH;
	first = (unsigned int)q->qlen - q->head < cnt ? (unsigned int)q->qlen - q->head : cnt;
	rc = icc_dma_read(core, ICC_DMA_TXRING, q->fn, q->base + q->head * sizeof(*d), d,
			  first * sizeof(*d));
	if (rc == 0 && cnt > first)
		rc = icc_dma_read(core, ICC_DMA_TXRING, q->fn, q->base, d + first,
				  (cnt - first) * sizeof(*d));
	if (rc == 0)
		return cnt;
	icc_breach_fn(core, q->fn, ICC_BR_TX_DMA, "Tx queue %u: ring at %u", n, q->head);
	return 0;
}

static bool
wants_report(const struct ice_mp_tx_desc *d)
{
	/* These have something else in this place. */
	return (d->qw1 & ICE_MP_TXD_DTYPE_M) != ICE_MP_TXD_DTYPE_CTX &&
	       (d->qw1 & ICE_MP_TXD_DTYPE_M) != ICE_MP_TXD_DTYPE_FDIR &&
	       (d->qw1 & (uint64_t)ICE_MP_TXD_CMD_RS << ICE_MP_TXD_CMD_S);
}

/* Mark the descriptors with RS done. @return whether there were any */
static bool
complete(struct ice_core *core, uint16_t n, const struct ice_mp_tx_desc *d, unsigned int cnt)
{
	struct icc_txq *q = &core->txq[n];
	unsigned int i, times = 1;
	bool any = false;

	for (i = 0; i < cnt; i++) {
		uint64_t slot = (q->head + i) % q->qlen, qw = d[i].qw1 | ICE_MP_TXD_DTYPE_DONE;

		if (!wants_report(&d[i]))
			continue;
		if (core->fault_on & ICC_FAULT_BIT(ICC_FAULT_TXQ))
			times = icc_fault_txq(core, n, &qw);
		for (; times > 0; times--)
			if (icc_dma_write(core, ICC_DMA_TXWB, q->fn,
					  q->base + slot * sizeof(*d) + 8, &qw, 8) != 0)
				icc_breach_fn(core, q->fn, ICC_BR_TX_DMA,
					      "Tx queue %u: write-back at %llu", n,
					      (unsigned long long)slot);
		times = 1;
		any = true;
	}
	return any;
}

/* Length of the packet at d[0], 0 when its end is not among the cnt. */
static unsigned int
packet_len(const struct ice_mp_tx_desc *d, unsigned int cnt)
{
	unsigned int i;

	for (i = 0; i < cnt; i++)
		if ((d[i].qw1 & ICE_MP_TXD_DTYPE_M) != ICE_MP_TXD_DTYPE_CTX &&
		    (d[i].qw1 & ICE_MP_TXD_DTYPE_M) != ICE_MP_TXD_DTYPE_FDIR &&
		    (d[i].qw1 & (uint64_t)ICE_MP_TXD_CMD_EOP << ICE_MP_TXD_CMD_S))
			return i + 1;
	return 0;
}

/* A queue that has sent what it may waits for its time. */
static bool
over_rate(struct ice_core *core, uint16_t n)
{
	struct icc_txq *q = &core->txq[n];
	uint64_t due = icc_rate_due(core, n);

	if (due == 0)
		return false;
	q->blocked = true;
	q->due = due;
	core->nb_blocked++;
	icc_timer_at(core, due);
	return true;
}

/* The packets among d[0..cnt). @return descriptors that are finished */
static unsigned int
packets(struct ice_core *core, uint16_t n, const struct ice_mp_tx_desc *d, unsigned int cnt,
	unsigned int budget, unsigned int *done)
{
	struct icc_txq *q = &core->txq[n];
	unsigned int at = 0, len;
	uint64_t sent;

	while (at < cnt && *done < budget) {
		len = packet_len(d + at, cnt - at);
		if (q->discard) {
			q->discard = len == 0;
			at = len == 0 ? cnt : at + len;
			continue;
		}
		if (len == 0 && at == 0 &&
		    (cnt == ICC_DESC_BATCH || cnt + 1u == q->qlen)) {
			/* No packet is that long, or the ring is full of it. */
			icc_breach_fn(core, q->fn, ICC_BR_TX_DESC,
				      "Tx queue %u: packet without end", n);
			core->vsi[q->vsi].stats.tx_err++;
			q->discard = true;
			(*done)++;
			return cnt;
		}
		if (len == 0)
			break;
		if (q->rated && over_rate(core, n))
			break;
		sent = core->frames_tx;
		if (packet(core, n, d + at, len) == BLOCKED) {
			q->blocked = true;
			core->nb_blocked++;
			if (q->blocked_since == 0)
				q->blocked_since = icc_now(core) | 1;
			icc_timer_rearm(core);
			break;
		}
		q->blocked_since = 0;
		at += len;
		/* A packet may be a thousand frames, and counts as that: the
		 * others do not wait for a queue full of such. */
		sent = core->frames_tx - sent;
		*done += sent > 1 ? sent : 1;
	}
	return at;
}

/* Run one queue for a batch. @return packets, at least 1 */
static unsigned int
run_queue(struct ice_core *core, uint16_t n, unsigned int budget)
{
	struct ice_mp_tx_desc d[ICC_DESC_BATCH];
	struct icc_txq *q = &core->txq[n];
	unsigned int cnt, at, done = 0;

	cnt = fetch(core, n, d);
	if (cnt == 0) {
		q->tail = q->head;	/* unreadable: wait for the next doorbell */
		return 1;
	}
	at = packets(core, n, d, cnt, budget, &done);
	if (complete(core, n, d, at))
		icc_intr_cause(core, q->fn, q->intctl);
	q->head = (q->head + at) % q->qlen;
	/* A packet whose end is not posted yet waits for the next doorbell. */
	if (!q->blocked && q->head != q->tail && (at > 0 || cnt == ICC_DESC_BATCH))
		runq_push(core, n);
	return done ? done : 1;
}

unsigned int
icc_tx_run(struct ice_core *core, unsigned int budget)
{
	unsigned int done = 0;
	uint16_t n;

	core->in_run = true;
	while (core->run_count > 0 && done < budget) {
		n = core->runq[core->run_head];
		core->run_head = (core->run_head + 1) % ICC_MAX_QUEUES;
		core->run_count--;
		core->txq[n].queued = false;
		if (!core->txq[n].ena || core->txq[n].stuck ||
		    core->txq[n].head == core->txq[n].tail)
			continue;
		done += run_queue(core, n, budget - done);
	}
	core->in_run = false;
	icc_rx_flush(core);
	return done;
}
