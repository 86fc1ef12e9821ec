/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_CORE_DATA_ENV_H_
#define _ICE_CORE_DATA_ENV_H_

/**
 * @file
 * Data plane tests: VSIs and rules are put straight into the core's tables
 * (the AdminQ has tests of its own), queues are driven through registers and
 * rings as a driver does it.
 */

#include "harness.h"
#include "ice_core_priv.h"
#include "parse.h"

#define UNUSED __attribute__((unused))
#define BUF_STRIDE	2048u
#define RXQ_VEC(q)	(1 + (q))
#define TXQ_VEC(q)	(33 + (q))

struct rxq {
	uint16_t q, qlen, dbuf;
	unsigned int size;	/* of a descriptor */
	uint64_t ring, bufs;
	uint64_t hdrs;		/* 2048 bytes a slot, 0: none */
	uint16_t next;		/* slot the driver looks at */
	uint16_t tail;
};

struct rxq_opt {
	uint16_t qlen, dbuf, rxmax;
	uint8_t rxdid;
	bool small, keep_crc, tag2, stamp;
	uint8_t hsplit;		/* RLAN_CTX_HSPLIT0_* */
	uint16_t hbuf;		/* bytes */
};

struct txq {
	uint16_t q, qlen;
	uint64_t ring, bufs;
	uint16_t tail;
};

/** What one received frame looked like; data from all its buffers. */
struct got {
	uint8_t data[16384];
	uint32_t len;
	unsigned int frags, hdr;	/* hdr: bytes from a header buffer */
	struct ice_mp_rx_flex wb;	/* of the last descriptor */
	uint64_t qw[4];
};
static struct got G UNUSED;

static inline void UNUSED
port_mac(uint8_t *mac, unsigned int lport)
{
	static const uint8_t base[5] = { 0x02, 0x1c, 0xe0, 0, 0 };

	memcpy(mac, base, 5);
	mac[5] = (uint8_t)lport;
}

/** A VSI with 2^log queues from q0 on. */
static inline struct icc_vsi * UNUSED
dp_vsi(uint16_t num, uint8_t lport, uint16_t q0, unsigned int log)
{
	struct icc_vsi *v = &E.core->vsi[num];

	memset(v, 0, sizeof(*v));
	v->used = true;
	v->lport = lport;
	v->ctx.valid_sections = ICE_MP_VSI_VALID_SW | ICE_MP_VSI_VALID_VLAN |
				ICE_MP_VSI_VALID_RXQ_MAP | ICE_MP_VSI_VALID_Q_OPT;
	v->ctx.sw_id = lport;
	v->ctx.sw_flags2 = ICE_MP_VSI_SW2_LAN_ENA;
	v->ctx.inner_vlan_flags = ICE_MP_VSI_VLAN_TX_ALL | ICE_MP_VSI_VLAN_EMODE_NOTHING;
	v->ctx.q_mapping[0] = q0;
	v->ctx.q_mapping[1] = (uint16_t)(1u << log);
	v->ctx.tc_mapping[0] = (uint16_t)(log << ICE_MP_VSI_TC_Q_NUM_S);
	icc_switch_invalidate(E.core);
	return v;
}

static inline struct icc_rule * UNUSED
dp_rule(uint8_t type, uint8_t recipe, uint8_t lport, uint16_t src, const uint8_t *da,
	uint32_t act)
{
	struct icc_rule *r = &E.core->rule[E.core->rule_hi++];

	memset(r, 0, sizeof(*r));
	r->used = true;
	r->type = type;
	r->recipe = recipe;
	r->lport = lport;
	r->src = src;
	r->act = act;
	if (da != NULL)
		memcpy(r->da, da, 6);
	E.core->nb_rules++;
	icc_switch_invalidate(E.core);
	return r;
}

static inline uint32_t UNUSED
fwd(uint16_t vsi)
{
	return ICE_MP_ACT_VALID | ICE_MP_ACT_LB_ENABLE | (uint32_t)vsi << ICE_MP_ACT_VSI_ID_S;
}

/** As drivers do it: a Tx-typed MAC rule of the VSI. */
static inline void UNUSED
dp_mac(uint16_t vsi, const uint8_t *mac)
{
	dp_rule(ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_MAC, E.core->vsi[vsi].lport, vsi, mac,
		fwd(vsi) | ((mac[0] & 1) ? ICE_MP_ACT_LAN_ENABLE : 0));
}

static inline void UNUSED
dp_promisc(uint16_t vsi, uint8_t first)
{
	uint8_t da[6] = { first, 0, 0, 0, 0, 0 };

	if (first == 0xFF)
		memset(da, 0xFF, 6);
	dp_rule(ICE_MP_AQ_SW_RULE_LKUP_RX, ICE_MP_RECIPE_PROMISC, E.core->vsi[vsi].lport,
		E.core->vsi[vsi].lport, da, fwd(vsi));
}

/** VSI list of up to three VSIs (0xFFFF: none). @return its number */
static inline uint16_t UNUSED
dp_list(uint16_t idx, uint16_t a, uint16_t b, uint16_t c)
{
	struct icc_vsi_list *l = &E.core->list[idx];
	const uint16_t v[3] = { a, b, c };
	unsigned int i;

	memset(l, 0, sizeof(*l));
	l->used = true;
	for (i = 0; i < 3; i++)
		if (v[i] < ICE_MP_HW_MAX_VSI)
			l->vsis[v[i] / 64] |= 1ull << (v[i] % 64);
	return idx;
}

/** VLAN filter: membership in a prune list. */
static inline void UNUSED
dp_vlan(uint16_t vsi, uint16_t vid, uint16_t list)
{
	dp_rule(ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_VLAN, E.core->vsi[vsi].lport, vsi, NULL,
		ICE_MP_ACT_PRUNE | ICE_MP_ACT_VSI_LIST | ICE_MP_ACT_PRUNE_EGRESS |
		ICE_MP_ACT_PRUNE_INGRESS |
		(uint32_t)list << ICE_MP_ACT_VSI_ID_S)->vlan = vid;
	icc_switch_invalidate(E.core);
}

static inline void UNUSED
rxq_post(struct rxq *r, unsigned int n)
{
	while (n-- > 0) {
		uint64_t *d = env_ptr(r->ring + (uint64_t)r->tail * r->size, r->size);

		memset(d, 0, r->size);
		d[0] = r->bufs + (uint64_t)r->tail * r->dbuf;
		if (r->hdrs != 0)
			d[1] = r->hdrs + (uint64_t)r->tail * 2048;
		r->tail = (uint16_t)((r->tail + 1) % r->qlen);
	}
	wr32(QRX_TAIL(r->q), r->tail);
}

/** Write the context; fields as a driver fills them. */
static inline void UNUSED
rxq_ctx(const struct rxq *r, const struct rxq_opt *o)
{
	uint8_t ctx[QRX_CONTEXT_DWORDS * 4] = { 0 };
	unsigned int i;
	uint32_t dw;

	ice_mp_ctx_set(ctx, RLAN_CTX_BASE_S, RLAN_CTX_BASE_W, r->ring >> 7);
	ice_mp_ctx_set(ctx, RLAN_CTX_QLEN_S, RLAN_CTX_QLEN_W, r->qlen);
	ice_mp_ctx_set(ctx, RLAN_CTX_DBUF_S, RLAN_CTX_DBUF_W, r->dbuf >> 7);
	ice_mp_ctx_set(ctx, RLAN_CTX_DTYPE_S, RLAN_CTX_DTYPE_W, o->hsplit != 0);
	ice_mp_ctx_set(ctx, RLAN_CTX_HSPLIT0_S, RLAN_CTX_HSPLIT0_W, o->hsplit);
	ice_mp_ctx_set(ctx, RLAN_CTX_HBUF_S, RLAN_CTX_HBUF_W, o->hbuf >> RLAN_CTX_HBUF_SHIFT);
	ice_mp_ctx_set(ctx, RLAN_CTX_DSIZE_S, 1, !o->small);
	ice_mp_ctx_set(ctx, RLAN_CTX_CRCSTRIP_S, 1, !o->keep_crc);
	ice_mp_ctx_set(ctx, RLAN_CTX_L2TSEL_S, 1, !o->tag2);
	ice_mp_ctx_set(ctx, RLAN_CTX_RXMAX_S, RLAN_CTX_RXMAX_W, o->rxmax ? o->rxmax : 9732);
	for (i = 0; i < QRX_CONTEXT_DWORDS; i++) {
		memcpy(&dw, ctx + 4 * i, 4);
		wr32(QRX_CONTEXT(i, r->q), dw);
	}
	wr32(QRXFLXP_CNTXT(r->q), (o->rxdid ? o->rxdid : ICE_MP_RXDID_COMMS_OVS) |
	     (o->stamp ? QRXFLXP_CNTXT_TS_M : 0));
}

/** Set a queue up and enable it with `post` buffers. */
static inline void UNUSED
rxq_up(struct rxq *r, uint16_t q, const struct rxq_opt *opt, unsigned int post)
{
	struct rxq_opt o = opt ? *opt : (struct rxq_opt){ 0 };

	memset(r, 0, sizeof(*r));
	r->q = q;
	r->qlen = o.qlen ? o.qlen : 64;
	r->dbuf = o.dbuf ? o.dbuf : BUF_STRIDE;
	r->size = o.small ? 16 : 32;
	r->ring = env_alloc((size_t)r->qlen * r->size, 4096);
	r->bufs = env_alloc((size_t)r->qlen * r->dbuf, 128);
	if (o.hsplit != 0)
		r->hdrs = env_alloc((size_t)r->qlen * 2048, 128);
	rxq_ctx(r, &o);
	wr32(QINT_RQCTL(q), INT_CTL_CAUSE_ENA_M | 3u << INT_CTL_ITR_INDX_S | RXQ_VEC(q));
	rxq_post(r, post);
	wr32(QRX_CTRL(q), QRX_CTRL_QENA_REQ_M);
	if (!(rd32(QRX_CTRL(q)) & QRX_CTRL_QENA_STAT_M))
		test_fail(__FILE__, __LINE__, "Rx queue %u does not come up", q);
}

/** Take one frame off a queue into G. @return false: none is there. */
static inline bool UNUSED
rxq_get(struct rxq *r)
{
	memset(&G, 0, sizeof(G));
	for (;;) {
		uint8_t *d = env_ptr(r->ring + (uint64_t)r->next * r->size, r->size);
		uint64_t qw[4] = { 0 };
		uint32_t len;
		bool eof;

		memcpy(qw, d, r->size);
		if (!(qw[1] & 1))
			return false;
		if ((E.core->rxq[r->q].rxdid_ctl & 0x3F) == ICE_MP_RXDID_LEGACY) {
			len = (qw[1] >> 38) & 0x3FFF;
			eof = qw[1] & 2;
		} else {
			memcpy(&G.wb, qw, sizeof(G.wb));
			len = G.wb.pkt_len & ICE_MP_RX_PKT_LEN_M;
			eof = G.wb.status_error0 & ICE_MP_RX_S0_EOF;
		}
		if (len > r->dbuf || G.len + len > sizeof(G.data)) {
			test_fail(__FILE__, __LINE__, "fragment of %u bytes", len);
			return false;
		}
		if (G.wb.hdr_len_sph_flags1 & ICE_MP_RX_HDR_SPLIT) {
			uint32_t h = G.wb.hdr_len_sph_flags1 & ICE_MP_RX_HDR_LEN_M;

			memcpy(G.data + G.len, env_ptr(r->hdrs + (uint64_t)r->next * 2048, h), h);
			G.len += h;
			G.hdr = h;
		}
		memcpy(G.data + G.len, env_ptr(r->bufs + (uint64_t)r->next * r->dbuf, len), len);
		memcpy(G.qw, qw, sizeof(qw));
		G.len += len;
		G.frags++;
		memset(d, 0, r->size);
		r->next = (uint16_t)((r->next + 1) % r->qlen);
		if (eof)
			return true;
	}
}

/** Offer a frame from outside and flush what it left. */
static inline enum ice_core_rx_rc UNUSED
rx(uint8_t lport, const void *frame, size_t len)
{
	enum ice_core_rx_rc rc = ice_core_rx(E.core, lport, frame, len);

	env_run();
	return rc;
}

static inline enum ice_mp_aq_err UNUSED
txq_up(struct txq *t, uint16_t q, uint16_t vsi, uint16_t qlen)
{
	uint8_t ctx[TLAN_CTX_SIZE] = { 0 };

	memset(t, 0, sizeof(*t));
	t->q = q;
	t->qlen = qlen;
	t->ring = env_alloc((size_t)qlen * 16, 4096);
	t->bufs = env_alloc((size_t)qlen * 16384, 128);
	ice_mp_ctx_set(ctx, TLAN_CTX_BASE_S, TLAN_CTX_BASE_W, t->ring >> 7);
	ice_mp_ctx_set(ctx, TLAN_CTX_QLEN_S, TLAN_CTX_QLEN_W, qlen);
	ice_mp_ctx_set(ctx, TLAN_CTX_SRC_VSI_S, TLAN_CTX_SRC_VSI_W, vsi);
	ice_mp_ctx_set(ctx, TLAN_CTX_PORT_NUM_S, TLAN_CTX_PORT_NUM_W, E.core->vsi[vsi].lport);
	wr32(QINT_TQCTL(q), INT_CTL_CAUSE_ENA_M | 3u << INT_CTL_ITR_INDX_S | TXQ_VEC(q));
	return icc_txq_enable(E.core, ICE_CORE_FN_PF, q, 0, ctx);
}

/** Buffer of the slot at the tail. */
static inline uint8_t * UNUSED
txq_buf(const struct txq *t)
{
	return env_ptr(t->bufs + (uint64_t)t->tail * 16384, 16384);
}

static inline uint64_t UNUSED
txd(uint64_t cmd, uint64_t off, uint64_t len, uint64_t tag)
{
	return cmd << ICE_MP_TXD_CMD_S | off << ICE_MP_TXD_OFFSET_S | len << ICE_MP_TXD_BUF_SZ_S |
	       tag << ICE_MP_TXD_L2TAG1_S;
}

static inline uint64_t UNUSED
offs(uint64_t mac, uint64_t ip, uint64_t l4)
{
	return mac / 2 | (ip / 4) << 7 | (l4 / 4) << 14;
}

static inline void UNUSED
txq_desc(struct txq *t, uint64_t addr, uint64_t qw1)
{
	struct ice_mp_tx_desc *d = env_ptr(t->ring + (uint64_t)t->tail * 16, 16);

	d->addr = addr;
	d->qw1 = qw1;
	t->tail = (uint16_t)((t->tail + 1) % t->qlen);
}

/** Data descriptor with `len` bytes of `data` behind it. */
static inline void UNUSED
txq_data(struct txq *t, const void *data, size_t len, uint64_t cmd, uint64_t off, uint64_t tag)
{
	uint8_t *b = txq_buf(t);

	memcpy(b, data, len);
	txq_desc(t, t->bufs + (uint64_t)t->tail * 16384, txd(cmd, off, len, tag));
}

static inline void UNUSED
txq_bell(const struct txq *t)
{
	wr32(QTX_COMM_DBELL(t->q), t->tail);
}

#define EOP_RS	(ICE_MP_TXD_CMD_EOP | ICE_MP_TXD_CMD_RS)

static inline bool UNUSED
txq_done(const struct txq *t, uint16_t slot)
{
	struct ice_mp_tx_desc *d = env_ptr(t->ring + (uint64_t)slot * 16, 16);

	return (d->qw1 & ICE_MP_TXD_DTYPE_M) == ICE_MP_TXD_DTYPE_DONE;
}

/** One frame in one descriptor. */
static inline void UNUSED
txq_send(struct txq *t, const void *frame, size_t len)
{
	txq_data(t, frame, len, EOP_RS, 0, 0);
	txq_bell(t);
	env_run();
}

/* Frames. */

static inline void UNUSED
fill(uint8_t *p, size_t n, unsigned int seed)
{
	while (n-- > 0) {
		seed = seed * 1103515245u + 12345u;
		*p++ = (uint8_t)(seed >> 16);
	}
}

/** Ethernet header: da of port `lport`, a fixed source. @return 14 */
static inline size_t UNUSED
eth(uint8_t *f, unsigned int lport, uint16_t type)
{
	static const uint8_t sa[6] = { 0x02, 0xaa, 0, 0, 0, 1 };

	port_mac(f, lport);
	memcpy(f + 6, sa, 6);
	icc_put_be16(f + 12, type);
	return 14;
}

/** Toeplitz over what the device hashes by default. */
static inline uint32_t UNUSED
dflt_hash(const struct icc_pkt *p, const struct icc_rss_tab *tab)
{
	uint8_t in[ICC_RSS_INPUT];
	unsigned int n = icc_rss_default_input(p, in);

	return icc_rss_hash(tab, in, n);
}

/** The slow and obvious one's complement sum. */
static inline uint16_t UNUSED
ref_sum(uint32_t sum, const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		sum += (i & 1) ? p[i] : (uint32_t)p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xFFFF) + (sum >> 16);
	return (uint16_t)sum;
}

/** Pseudo header of the IP header at ip for `len` bytes of protocol. */
static inline uint16_t UNUSED
ref_pseudo(const uint8_t *ip, uint8_t proto, uint32_t len)
{
	uint32_t sum = proto + (len >> 16) + (len & 0xFFFF);

	return ip[0] >> 4 == 4 ? ref_sum(sum, ip + 12, 8) : ref_sum(sum, ip + 8, 32);
}

/** IPv4 header without checksum error at p. @return 20 */
static inline size_t UNUSED
ipv4(uint8_t *p, uint8_t proto, size_t payload)
{
	static const uint8_t addr[8] = { 10, 0, 0, 1, 10, 0, 0, 2 };

	memset(p, 0, 20);
	p[0] = 0x45;
	icc_put_be16(p + 2, (uint16_t)(20 + payload));
	icc_put_be16(p + 4, 0x1234);
	p[8] = 64;
	p[9] = proto;
	memcpy(p + 12, addr, 8);
	icc_put_be16(p + 10, (uint16_t)~ref_sum(0, p, 20));
	return 20;
}

static inline size_t UNUSED
ipv6(uint8_t *p, uint8_t next, size_t payload)
{
	unsigned int i;

	memset(p, 0, 40);
	p[0] = 0x60;
	icc_put_be16(p + 4, (uint16_t)payload);
	p[6] = next;
	p[7] = 64;
	for (i = 8; i < 40; i++)
		p[i] = (uint8_t)(i * 7);
	return 40;
}

#endif /* _ICE_CORE_DATA_ENV_H_ */
