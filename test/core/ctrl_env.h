/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_CORE_CTRL_ENV_H_
#define _ICE_CORE_CTRL_ENV_H_

/**
 * @file
 * Control plane tests: the core as a driver sees it, through registers and
 * control queues. The core's inside is looked at only for the counters of the
 * contract checker.
 */

#include "harness.h"
#include "ice_core_priv.h"

#define UNUSED __attribute__((unused))

/**
 * Run a statement that commits exactly `n` breaches, all of one kind, and
 * forget them: any other one still fails the test.
 */
#define BREACHES(kind, n, ...) do { \
	CHECK_EQ(ice_core_violations(E.core), 0); \
	__VA_ARGS__; \
	CHECK_EQ(E.core->breach[kind], n); \
	CHECK_EQ(ice_core_violations(E.core), n); \
	icc_check_clear(E.core); \
} while (0)
#define BREACH(kind, ...) BREACHES(kind, 1, __VA_ARGS__)

#define PARAMS(d, type) ((struct type *)(d).params.raw)
#define ENABLE	(GLINT_DYN_CTL_INTENA_M | GLINT_DYN_CTL_CLEARPBA_M | \
		 GLINT_DYN_CTL_ITR_NONE << GLINT_DYN_CTL_ITR_INDX_S)

static inline uint64_t UNUSED
rd(uint32_t off, unsigned int size)
{
	return ice_core_reg_read(E.core, ICE_CORE_FN_PF, off, size);
}

static inline void UNUSED
wr(uint32_t off, uint64_t val, unsigned int size)
{
	ice_core_reg_write(E.core, ICE_CORE_FN_PF, off, val, size);
}

/** A driver that opted in, with its AdminQ up. */
static inline void UNUSED
ctl_open(unsigned int ports)
{
	env_open(ports);
	wr32(MP_ENABLE, MP_ENABLE_M);
	aq_up();
}

/** Does the state in JSON contain this text? */
static inline bool UNUSED
state_has(const char *text)
{
	static char buf[65536];

	if (ice_core_query(E.core, buf, sizeof(buf)) >= sizeof(buf))
		return false;
	return strstr(buf, text) != NULL;
}

/** Run a fault command that must be understood. */
#define FAULT(text) do { \
	char out_[512]; \
	if (ice_core_fault(E.core, text, out_, sizeof(out_)) != 0) { \
		test_fail(__FILE__, __LINE__, "%s: %s", text, out_); \
		return; \
	} } while (0)

/** A command without buffer whose first byte names a port. */
static inline uint16_t UNUSED
cmd_byte0(uint16_t opcode, uint8_t byte0)
{
	struct ice_mp_aq_desc d = aq_desc(opcode);

	d.params.raw[0] = byte0;
	return aq_cmd(&d, NULL, 0, false);
}

/* VSIs */

static inline struct ice_mp_aq_vsi_ctx UNUSED
vsi_ctx(uint8_t lport, uint16_t q0, uint16_t n)
{
	struct ice_mp_aq_vsi_ctx c;
	unsigned int log = 0;

	memset(&c, 0, sizeof(c));
	while ((2u << log) <= n)
		log++;
	c.valid_sections = ICE_MP_VSI_VALID_SW | ICE_MP_VSI_VALID_RXQ_MAP;
	c.sw_id = lport;
	c.sw_flags2 = ICE_MP_VSI_SW2_LAN_ENA;
	c.q_mapping[0] = q0;
	c.q_mapping[1] = n;
	c.tc_mapping[0] = (uint16_t)(log << ICE_MP_VSI_TC_Q_NUM_S);
	return c;
}

/** 0x0210 of a PF VSI. @return retval; *num: the VSI */
static inline uint16_t UNUSED
vsi_add(const struct ice_mp_aq_vsi_ctx *ctx, uint16_t *num)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_ADD_VSI);
	struct ice_mp_aq_vsi_ctx c = *ctx;
	uint16_t rc;

	PARAMS(d, ice_mp_aqc_vsi)->vsi_flags = ICE_MP_AQ_VSI_TYPE_PF;
	rc = aq_cmd(&d, &c, sizeof(c), true);
	*num = PARAMS(d, ice_mp_aqc_vsi_resp)->vsi_num;
	return rc;
}

/** A VSI of `n` queues from q0 on; fails the test when it cannot be had. */
static inline uint16_t UNUSED
vsi(uint8_t lport, uint16_t q0, uint16_t n)
{
	struct ice_mp_aq_vsi_ctx c = vsi_ctx(lport, q0, n);
	uint16_t num;

	if (vsi_add(&c, &num) != 0)
		test_fail(__FILE__, __LINE__, "no VSI on lport %u", lport);
	return num;
}

static inline uint16_t UNUSED
vsi_free(uint16_t num)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_FREE_VSI);

	PARAMS(d, ice_mp_aqc_vsi)->vsi_num = num | ICE_MP_AQ_VSI_NUM_VALID;
	return aq_cmd(&d, NULL, 0, false);
}

/* Rules */

/** A lookup rule with room for its header. */
union rule_buf {
	struct ice_mp_aq_sw_lkup_rule r;
	uint8_t room[sizeof(struct ice_mp_aq_sw_lkup_rule) + ICE_MP_AQ_SW_DUMMY_HDR_LEN];
};

/** As drivers do it: a Tx-typed rule of VSI `src` that forwards to `to`. */
static inline void UNUSED
mac_rule(union rule_buf *b, uint16_t src, uint16_t to, const uint8_t *mac)
{
	memset(b, 0, sizeof(*b));
	b->r.type = ICE_MP_AQ_SW_RULE_LKUP_TX;
	b->r.recipe = ICE_MP_RECIPE_MAC;
	b->r.src = src;
	b->r.act = ICE_MP_ACT_VALID | ICE_MP_ACT_LB_ENABLE |
		   (uint32_t)to << ICE_MP_ACT_VSI_ID_S;
	b->r.hdr_len = ICE_MP_AQ_SW_DUMMY_HDR_LEN;
	memcpy(b->r.hdr, mac, 6);
}

/** 0x02A0..0x02A2 with `num` rules in `len` bytes of buf. */
static inline uint16_t UNUSED
rules_cmd(uint16_t opcode, void *buf, size_t len, uint16_t num)
{
	struct ice_mp_aq_desc d = aq_desc(opcode);

	PARAMS(d, ice_mp_aqc_sw_rules)->num_rules = num;
	return aq_cmd(&d, buf, (uint16_t)len, true);
}

/* Scheduler */

/** Node of the default tree of a port: layer 0 root, 1 TC, 2 entry point. */
static inline uint32_t UNUSED
dflt_teid(uint8_t lport, unsigned int layer)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_DFLT_TOPO);
	struct ice_mp_aq_branch b;

	memset(&b, 0, sizeof(b));
	PARAMS(d, ice_mp_aqc_get_topo)->lport = lport;
	if (aq_cmd(&d, &b, sizeof(b), false) != 0)
		return ICE_MP_TEID_INVALID;
	return b.elem[layer].node_teid;
}

/** Add `n` generic nodes. @return retval; teid[]: the new ones */
static inline uint16_t UNUSED
node_add(uint32_t parent, unsigned int n, uint32_t *teid)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_ADD_SCHED_ELEMS);
	struct {
		struct ice_mp_aq_elem_hdr h;
		struct ice_mp_aq_elem e[80];
	} b;
	unsigned int i;
	uint16_t rc;

	memset(&b, 0, sizeof(b));
	b.h.parent_teid = parent;
	b.h.num = (uint16_t)n;
	for (i = 0; i < n; i++) {
		b.e[i].data.elem_type = ICE_MP_AQ_ELEM_TYPE_SE_GENERIC;
		b.e[i].data.valid_sections = ICE_MP_AQ_ELEM_VALID_GENERIC;
	}
	PARAMS(d, ice_mp_aqc_sched_elems)->num_req = 1;
	rc = aq_cmd(&d, &b, (uint16_t)(sizeof(b.h) + n * sizeof(b.e[0])), true);
	for (i = 0; i < n && rc == 0; i++)
		teid[i] = b.e[i].node_teid;
	return rc;
}

/** Build a port's branch down to a queue group. @return its TEID */
static inline uint32_t UNUSED
qgroup(uint8_t lport)
{
	uint32_t teid = dflt_teid(lport, 2);
	unsigned int layer;

	for (layer = 3; layer <= ICE_MP_SCHED_QGRP_LAYER; layer++) {
		if (node_add(teid, 1, &teid) != 0) {
			test_fail(__FILE__, __LINE__, "no node on layer %u", layer);
			return ICE_MP_TEID_INVALID;
		}
	}
	return teid;
}

/* Tx queues */

struct txq_buf {
	uint32_t parent_teid;
	uint8_t num_txqs;
	uint8_t rsvd[3];
	struct ice_mp_aq_txq q[8];
};

static inline void UNUSED
txq_fill(struct ice_mp_aq_txq *t, uint16_t q, uint16_t vsi_num, uint8_t lport)
{
	uint64_t ring = env_alloc(64 * 16, 4096);

	memset(t, 0, sizeof(*t));
	t->txq_id = q;
	ice_mp_ctx_set(t->ctx, TLAN_CTX_BASE_S, TLAN_CTX_BASE_W, ring >> 7);
	ice_mp_ctx_set(t->ctx, TLAN_CTX_QLEN_S, TLAN_CTX_QLEN_W, 64);
	ice_mp_ctx_set(t->ctx, TLAN_CTX_SRC_VSI_S, TLAN_CTX_SRC_VSI_W, vsi_num);
	ice_mp_ctx_set(t->ctx, TLAN_CTX_PORT_NUM_S, TLAN_CTX_PORT_NUM_W, lport);
	ice_mp_ctx_set(t->ctx, TLAN_CTX_VMVF_TYPE_S, TLAN_CTX_VMVF_TYPE_W,
		       TLAN_CTX_VMVF_TYPE_PF);
}

/** 0x0C30 with the first n queues of one group. */
static inline uint16_t UNUSED
txqs_add(struct txq_buf *b, unsigned int n)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_ADD_TXQS);

	PARAMS(d, ice_mp_aqc_add_txqs)->num_qgrps = 1;
	b->num_txqs = (uint8_t)n;
	return aq_cmd(&d, b, (uint16_t)(8 + n * sizeof(b->q[0])), true);
}

static inline uint16_t UNUSED
txq_add(uint32_t parent, uint16_t q, uint16_t vsi_num, uint8_t lport)
{
	struct txq_buf b;

	memset(&b, 0, sizeof(b));
	b.parent_teid = parent;
	txq_fill(&b.q[0], q, vsi_num, lport);
	return txqs_add(&b, 1);
}

static inline uint16_t UNUSED
txq_dis(uint32_t parent, uint16_t q)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_DIS_TXQS);
	struct {
		uint32_t parent;
		uint8_t num, rsvd;
		uint16_t q[1];
	} b = { parent, 1, 0, { q } };

	PARAMS(d, ice_mp_aqc_dis_txqs)->num_entries = 1;
	return aq_cmd(&d, &b, sizeof(b), true);
}

/* Rx queues */

/** Context of a queue of 64 descriptors. @return the ring */
static inline uint64_t UNUSED
rxq_program(uint16_t q)
{
	uint64_t ring = env_alloc(64 * 32, 4096);
	uint8_t ctx[QRX_CONTEXT_DWORDS * 4] = { 0 };
	unsigned int i;
	uint32_t dw;

	ice_mp_ctx_set(ctx, RLAN_CTX_BASE_S, RLAN_CTX_BASE_W, ring >> 7);
	ice_mp_ctx_set(ctx, RLAN_CTX_QLEN_S, RLAN_CTX_QLEN_W, 64);
	ice_mp_ctx_set(ctx, RLAN_CTX_DBUF_S, RLAN_CTX_DBUF_W, 2048 >> 7);
	ice_mp_ctx_set(ctx, RLAN_CTX_DSIZE_S, 1, 1);
	ice_mp_ctx_set(ctx, RLAN_CTX_CRCSTRIP_S, 1, 1);
	ice_mp_ctx_set(ctx, RLAN_CTX_RXMAX_S, RLAN_CTX_RXMAX_W, 9728);
	for (i = 0; i < QRX_CONTEXT_DWORDS; i++) {
		memcpy(&dw, ctx + 4 * i, 4);
		wr32(QRX_CONTEXT(i, q), dw);
	}
	wr32(QRXFLXP_CNTXT(q), ICE_MP_RXDID_COMMS_OVS);
	return ring;
}

#endif /* _ICE_CORE_CTRL_ENV_H_ */
