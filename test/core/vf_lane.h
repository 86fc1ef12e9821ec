/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_CORE_VF_LANE_H_
#define _ICE_CORE_VF_LANE_H_

/**
 * @file
 * A lane: one VSI of a VF (or of the PF, beside them) with one queue each way,
 * made as drivers make it: the PF's through the AdminQ and its registers, the
 * VF's rings in its own memory and its doorbells in its own BAR0.
 */

#include "vf_env.h"

#define LANE_PF		(-1)
#define LANE_RING	64
#define LANE_BUF	256	/* bytes of a buffer */

struct lane {
	int vf;
	uint8_t lport;
	uint16_t vsi, q;
	uint8_t mac[6];
	uint32_t group;		/* its queue group in the scheduler */
	uint64_t tx, tx_buf, rx, rx_buf;
	unsigned int tx_tail, rx_tail, rx_next;
};

/** What a lane took in last: the frame, and its only descriptor. */
static struct {
	uint8_t data[2048];
	uint32_t len;
	uint64_t qw[4];
} L UNUSED;

static inline uint64_t UNUSED
lane_alloc(const struct lane *l, size_t len)
{
	return l->vf == LANE_PF ? env_alloc(len, 128) : vf_alloc((unsigned int)l->vf, len);
}

/** Doorbells, where the lane's driver has them. */
static inline void UNUSED
lane_bell(const struct lane *l, bool tx)
{
	if (l->vf != LANE_PF)
		vwr((unsigned int)l->vf, tx ? QTX_TAIL1(0) : QRX_TAIL1(0),
		    tx ? l->tx_tail : l->rx_tail);
	else
		wr32(tx ? QTX_COMM_DBELL(l->q) : QRX_TAIL(l->q), tx ? l->tx_tail : l->rx_tail);
}

/** 0x02A0 with one rule. @return retval */
static inline uint16_t UNUSED
rule_add(uint8_t type, uint16_t recipe, uint16_t src, const uint8_t *da, uint16_t vid,
	 uint32_t act)
{
	union rule_buf b;

	memset(&b, 0, sizeof(b));
	b.r.type = type;
	b.r.recipe = recipe;
	b.r.src = src;
	b.r.act = act;
	b.r.hdr_len = ICE_MP_AQ_SW_DUMMY_HDR_LEN;
	if (da != NULL)
		memcpy(b.r.hdr, da, 6);
	b.r.hdr[14] = vid >> 8;
	b.r.hdr[15] = (uint8_t)vid;
	return rules_cmd(ICE_MP_AQ_ADD_SW_RULES, &b, sizeof(b), 1);
}

static inline uint32_t UNUSED
act_fwd(uint16_t vsi_num)
{
	return ICE_MP_ACT_VALID | ICE_MP_ACT_LB_ENABLE | (uint32_t)vsi_num << ICE_MP_ACT_VSI_ID_S;
}

/** The lane may receive at an address. */
static inline void UNUSED
lane_mac(const struct lane *l, const uint8_t *mac)
{
	if (rule_add(ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_MAC, l->vsi, mac, 0,
		     act_fwd(l->vsi) | ((mac[0] & 1) ? ICE_MP_ACT_LAN_ENABLE : 0)) != 0)
		test_fail(__FILE__, __LINE__, "no MAC rule of VSI %u", l->vsi);
}

/** 0x0211 of one section; `edit` has been made to the lane's context. */
static inline void UNUSED
lane_update(const struct lane *l, struct ice_mp_aq_vsi_ctx *c, uint16_t sections)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_UPDATE_VSI);

	c->valid_sections = sections;
	PARAMS(d, ice_mp_aqc_vsi)->vsi_num = l->vsi | ICE_MP_AQ_VSI_NUM_VALID;
	if (aq_cmd(&d, c, sizeof(*c), true) != 0)
		test_fail(__FILE__, __LINE__, "VSI %u is not updated", l->vsi);
}

/** Tx queue entry of a lane for 0x0C30. */
static inline void UNUSED
lane_txq(const struct lane *l, struct ice_mp_aq_txq *t)
{
	memset(t, 0, sizeof(*t));
	t->txq_id = l->q;
	ice_mp_ctx_set(t->ctx, TLAN_CTX_BASE_S, TLAN_CTX_BASE_W, l->tx >> 7);
	ice_mp_ctx_set(t->ctx, TLAN_CTX_QLEN_S, TLAN_CTX_QLEN_W, LANE_RING);
	ice_mp_ctx_set(t->ctx, TLAN_CTX_SRC_VSI_S, TLAN_CTX_SRC_VSI_W, l->vsi);
	ice_mp_ctx_set(t->ctx, TLAN_CTX_PORT_NUM_S, TLAN_CTX_PORT_NUM_W, l->lport);
	ice_mp_ctx_set(t->ctx, TLAN_CTX_VMVF_TYPE_S, TLAN_CTX_VMVF_TYPE_W,
		       l->vf == LANE_PF ? TLAN_CTX_VMVF_TYPE_PF : TLAN_CTX_VMVF_TYPE_VF);
	if (l->vf != LANE_PF)
		ice_mp_ctx_set(t->ctx, TLAN_CTX_VMVF_NUM_S, TLAN_CTX_VMVF_NUM_W,
			       (unsigned int)l->vf);
}

static inline uint16_t UNUSED
lane_add_txq(const struct lane *l)
{
	struct txq_buf b;

	memset(&b, 0, sizeof(b));
	b.parent_teid = l->group;
	lane_txq(l, &b.q[0]);
	return txqs_add(&b, 1);
}

/** The PF enables the Rx queue, with the descriptors an older VF driver has. */
static inline void UNUSED
lane_add_rxq(const struct lane *l, uint8_t rxdid)
{
	uint8_t ctx[QRX_CONTEXT_DWORDS * 4] = { 0 };
	unsigned int i;
	uint32_t dw;

	ice_mp_ctx_set(ctx, RLAN_CTX_BASE_S, RLAN_CTX_BASE_W, l->rx >> 7);
	ice_mp_ctx_set(ctx, RLAN_CTX_QLEN_S, RLAN_CTX_QLEN_W, LANE_RING);
	ice_mp_ctx_set(ctx, RLAN_CTX_DBUF_S, RLAN_CTX_DBUF_W, LANE_BUF >> 7);
	ice_mp_ctx_set(ctx, RLAN_CTX_DSIZE_S, 1, 1);
	ice_mp_ctx_set(ctx, RLAN_CTX_CRCSTRIP_S, 1, 1);
	ice_mp_ctx_set(ctx, RLAN_CTX_L2TSEL_S, 1, 1);
	ice_mp_ctx_set(ctx, RLAN_CTX_RXMAX_S, RLAN_CTX_RXMAX_W, 1522);
	for (i = 0; i < QRX_CONTEXT_DWORDS; i++) {
		memcpy(&dw, ctx + 4 * i, 4);
		wr32(QRX_CONTEXT(i, l->q), dw);
	}
	wr32(QRXFLXP_CNTXT(l->q), rxdid);
	wr32(QRX_CTRL(l->q), QRX_CTRL_QENA_REQ_M);
}

/** Give the device n more buffers. */
static inline void UNUSED
lane_post(struct lane *l, unsigned int n)
{
	while (n-- > 0) {
		uint64_t *d = env_ptr(l->rx + l->rx_tail * 32, 32);

		memset(d, 0, 32);
		d[0] = l->rx_buf + l->rx_tail * LANE_BUF;
		l->rx_tail = (l->rx_tail + 1) % LANE_RING;
	}
	lane_bell(l, false);
}

/** Bring up the lane of a VF (granted here) or of the PF, with 32 buffers.
 * Its MAC is 02:<lport>:<vf + 1>, with a rule; the VSI may loop back. */
static inline void UNUSED
lane_up(struct lane *l, int vf, uint8_t lport)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_ADD_VSI);
	struct ice_mp_aq_vsi_ctx c;

	memset(l, 0, sizeof(*l));
	l->vf = vf;
	l->lport = lport;
	l->q = vf == LANE_PF ? lport : (uint16_t)VF_QUEUE(vf);
	l->mac[0] = 0x02;
	l->mac[3] = lport;
	l->mac[4] = (uint8_t)((vf + 1) >> 8);
	l->mac[5] = (uint8_t)(vf + 1);
	if (vf != LANE_PF)
		pf_grant((unsigned int)vf);
	c = vsi_ctx(lport, l->q, 1);
	c.sw_flags = ICE_MP_VSI_SW_ALLOW_LB;
	PARAMS(d, ice_mp_aqc_vsi)->vsi_flags =
		vf == LANE_PF ? ICE_MP_AQ_VSI_TYPE_PF : ICE_MP_AQ_VSI_TYPE_VF;
	PARAMS(d, ice_mp_aqc_vsi)->vf_id = vf == LANE_PF ? 0 : (uint8_t)vf;
	if (aq_cmd(&d, &c, sizeof(c), true) != 0) {
		test_fail(__FILE__, __LINE__, "no VSI for VF %d", vf);
		return;
	}
	l->vsi = PARAMS(d, ice_mp_aqc_vsi_resp)->vsi_num;
	lane_mac(l, l->mac);
	l->group = qgroup(lport);
	l->tx = lane_alloc(l, LANE_RING * 16);
	l->rx = lane_alloc(l, LANE_RING * 32);
	l->tx_buf = lane_alloc(l, LANE_RING * LANE_BUF);
	l->rx_buf = lane_alloc(l, LANE_RING * LANE_BUF);
	/* Vectors of a VF are its own numbers: 1 for queue 0. */
	wr32(QINT_RQCTL(l->q), INT_CTL_CAUSE_ENA_M | 3u << INT_CTL_ITR_INDX_S | 1);
	wr32(QINT_TQCTL(l->q), INT_CTL_CAUSE_ENA_M | 3u << INT_CTL_ITR_INDX_S | 1);
	/* VF drivers post buffers before the PF enables the queue. */
	if (vf != LANE_PF)
		lane_post(l, 32);
	lane_add_rxq(l, vf == LANE_PF ? ICE_MP_RXDID_COMMS_OVS : ICE_MP_RXDID_LEGACY);
	if (vf == LANE_PF)
		lane_post(l, 32);
	if (lane_add_txq(l) != 0)
		test_fail(__FILE__, __LINE__, "no Tx queue %u for VF %d", l->q, vf);
}

/** Take one frame off a lane into L. */
static inline bool UNUSED
lane_get(struct lane *l)
{
	uint64_t *d = env_ptr(l->rx + l->rx_next * 32, 32);
	bool legacy = (E.core->rxq[l->q].rxdid_ctl & 0x3F) == ICE_MP_RXDID_LEGACY;

	memset(&L, 0, sizeof(L));
	memcpy(L.qw, d, 32);
	if (!(L.qw[1] & 1))
		return false;
	L.len = legacy ? (uint32_t)(L.qw[1] >> 38) & 0x3FFF :
			 (uint32_t)(L.qw[0] >> 32) & ICE_MP_RX_PKT_LEN_M;
	if (L.len > LANE_BUF) {
		test_fail(__FILE__, __LINE__, "a frame of %u bytes", L.len);
		return false;
	}
	memcpy(L.data, env_ptr(l->rx_buf + l->rx_next * LANE_BUF, L.len), L.len);
	memset(d, 0, 32);
	l->rx_next = (l->rx_next + 1) % LANE_RING;
	return true;
}

/** A frame of `len` bytes: da, sa, EtherType 0x88B5, then `seed` repeated. */
static inline void UNUSED
frame(uint8_t *f, size_t len, const uint8_t *da, const uint8_t *sa, uint8_t seed)
{
	memset(f, seed, len);
	memcpy(f, da, 6);
	memcpy(f + 6, sa, 6);
	f[12] = 0x88;
	f[13] = 0xB5;
}

/** The same with a VLAN tag. */
static inline void UNUSED
tagged(uint8_t *f, size_t len, const uint8_t *da, const uint8_t *sa, uint16_t tci)
{
	frame(f, len, da, sa, 0x77);
	f[12] = 0x81;
	f[13] = 0x00;
	f[14] = tci >> 8;
	f[15] = (uint8_t)tci;
	f[16] = 0x88;
	f[17] = 0xB5;
}

/** Post a frame on a lane without ringing. @return its descriptor */
static inline struct ice_mp_tx_desc * UNUSED
lane_put(struct lane *l, const void *data, size_t len)
{
	struct ice_mp_tx_desc *d = env_ptr(l->tx + l->tx_tail * 16, 16);

	memcpy(env_ptr(l->tx_buf + l->tx_tail * LANE_BUF, len), data, len);
	d->addr = l->tx_buf + l->tx_tail * LANE_BUF;
	d->qw1 = (uint64_t)(ICE_MP_TXD_CMD_EOP | ICE_MP_TXD_CMD_RS) << ICE_MP_TXD_CMD_S |
		 (uint64_t)len << ICE_MP_TXD_BUF_SZ_S;
	l->tx_tail = (l->tx_tail + 1) % LANE_RING;
	return d;
}

static inline struct ice_mp_tx_desc * UNUSED
lane_send(struct lane *l, const void *data, size_t len)
{
	struct ice_mp_tx_desc *d = lane_put(l, data, len);

	lane_bell(l, true);
	env_run();
	return d;
}

/** A frame from the wire. */
static inline enum ice_core_rx_rc UNUSED
wire(uint8_t lport, const void *data, size_t len)
{
	enum ice_core_rx_rc rc = ice_core_rx(E.core, lport, data, len);

	env_run();
	return rc;
}

#endif /* _ICE_CORE_VF_LANE_H_ */
