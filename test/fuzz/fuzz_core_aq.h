/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_FUZZ_CORE_AQ_H_
#define _ICE_MP_FUZZ_CORE_AQ_H_

/**
 * @file
 * Of the device core's fuzzer: what a program knows of the device, and its
 * operations on the AdminQ.
 */

#include "fuzz_core_env.h"

#define NB_Q		4	/* queue pairs with rings of ours */
#define NB_IDS		32

/* What the program knows of the device: names to use again. */
static struct {
	uint16_t vsi[NB_IDS];
	uint32_t teid[NB_IDS];
	unsigned int nb_vsi, nb_teid;
	uint32_t qgrp[2];
	struct txq tx[NB_Q];
	struct rxq rx[NB_Q];
	uint64_t bufs;		/* Tx data, NB_Q * RING_LEN buffers overlap here */
	uint64_t free_from;	/* guest memory of nobody */
} K;

static void
know_vsi(uint16_t num)
{
	K.vsi[K.nb_vsi++ % NB_IDS] = num;
}

static void
know_teid(uint32_t teid)
{
	K.teid[K.nb_teid++ % NB_IDS] = teid;
}

static uint16_t
some_vsi(struct fuzz_in *in)
{
	uint8_t k = in8(in);

	return k < 0xF0 ? K.vsi[k % NB_IDS] : in16(in);
}

static uint32_t
some_teid(struct fuzz_in *in)
{
	uint8_t k = in8(in);

	return k < 0xF0 ? K.teid[k % NB_IDS] : 0x16000000u + in16(in);
}

static uint64_t
some_addr(struct fuzz_in *in)
{
	uint8_t k = in8(in);

	switch (k & 7) {
	case 5: return ENV_MEM_BASE + ENV_MEM_SIZE - in8(in);
	case 6: return in64(in);
	case 7: return in8(in);
	default: return ENV_MEM_BASE + ((uint64_t)in16(in) * 16 + (k >> 3)) % ENV_MEM_SIZE;
	}
}

static const uint16_t opcodes[] = {
	0x0001, 0x0002, 0x0003, 0x0008, 0x0009, 0x000A, 0x000B, 0x0107, 0x0108, 0x0110, 0x0200,
	0x0203, 0x0208, 0x0209, 0x020A, 0x020C, 0x020D, 0x0210, 0x0211, 0x0212, 0x0213, 0x0290,
	0x0291, 0x0292, 0x0293, 0x02A0, 0x02A1, 0x02A2, 0x02A4, 0x0400, 0x0401, 0x0403, 0x0404,
	0x0408, 0x0409, 0x040A, 0x040E, 0x040F, 0x0410, 0x0412, 0x0415, 0x0600, 0x0601, 0x0603,
	0x0605, 0x0607, 0x0613, 0x0620, 0x06E9, 0x06EA, 0x06EB, 0x06EE, 0x0701, 0x0706, 0x0801,
	0x0802, 0x0A05, 0x0A06, 0x0A0A, 0x0B02, 0x0B03, 0x0B04, 0x0B05, 0x0C30, 0x0C31, 0x0C40,
	0x0C41, 0x0C42, 0x0C43,
};

static uint16_t
some_opcode(struct fuzz_in *in)
{
	uint8_t k = in8(in);

	return k < 0xF8 ? opcodes[k % (sizeof(opcodes) / sizeof(opcodes[0]))] : in16(in);
}

/* Post a descriptor as it is, and ring. */
static void
post(const struct ice_mp_aq_desc *d)
{
	memcpy(env_ptr(E.atq + E.atq_next * sizeof(*d), sizeof(*d)), d, sizeof(*d));
	E.atq_next = (E.atq_next + 1) % ENV_AQ_LEN;
	wr32(PF_FW_ATQT, E.atq_next);
}

/* A command with everything free: flags, lengths, addresses. */
static void
op_aq_raw(struct fuzz_in *in)
{
	struct ice_mp_aq_desc d = aq_desc(some_opcode(in));
	uint8_t how = in8(in), nb = in8(in);
	uint64_t addr = E.atq_buf;

	in_bytes(in, d.params.raw, how & 15);
	d.flags = ICE_MP_AQ_FLAG_SI;
	if (how & 0x10)
		d.flags = in16(in);
	else if (nb > 0)
		d.flags |= ICE_MP_AQ_FLAG_BUF | ICE_MP_AQ_FLAG_RD | ICE_MP_AQ_FLAG_LB;
	d.datalen = how & 0x20 ? in16(in) : nb;
	if (how & 0x40)
		addr = some_addr(in);
	if (d.flags & ICE_MP_AQ_FLAG_BUF) {
		d.params.indirect.addr_high = (uint32_t)(addr >> 32);
		d.params.indirect.addr_low = (uint32_t)addr;
	}
	in_bytes(in, env_ptr(E.atq_buf, ENV_AQ_BUF), nb);
	post(&d);
}

/* A command whose buffer is full of something, long answers asked for. */
static void
op_aq_query(struct fuzz_in *in)
{
	static const uint16_t lens[8] = { 1, 6, 64, 224, 320, 512, 2048, 4096 };
	struct ice_mp_aq_desc d = aq_desc(some_opcode(in));
	uint8_t how = in8(in);
	static uint8_t buf[ENV_AQ_BUF];
	uint16_t v;

	fill(buf, 64, how);
	memset(buf + 64, how & 0x20 ? how : 0, sizeof(buf) - 64);
	in_bytes(in, d.params.raw, 4);
	v = some_vsi(in);
	if (how & 0x40)
		memcpy(d.params.raw, &v, 2);
	in_patch(in, buf, 64);
	(void)aq_cmd(&d, buf, lens[how & 7], how & 0x10);
}

static void
op_vsi(struct fuzz_in *in)
{
	uint8_t how = in8(in);
	struct ice_mp_aq_vsi_ctx c = vsi_ctx(how & 7, in8(in) & 0x3F, 1 + (how >> 3 & 7));
	struct ice_mp_aq_desc d = aq_desc(how & 0x80 ? ICE_MP_AQ_UPDATE_VSI : ICE_MP_AQ_ADD_VSI);
	struct ice_mp_aqc_vsi *p = PARAMS(d, ice_mp_aqc_vsi);

	if (how & 0x40) {
		c.valid_sections |= ICE_MP_VSI_VALID_VLAN | ICE_MP_VSI_VALID_Q_OPT |
				    ICE_MP_VSI_VALID_SECURITY;
		c.inner_vlan_flags = in8(in);
		c.sec_flags = in8(in);
		c.q_opt_rss = in8(in);
		c.sw_flags = in8(in);
	}
	in_patch(in, &c, sizeof(c));
	p->vsi_flags = ICE_MP_AQ_VSI_TYPE_PF;
	if (how & 0x80)
		p->vsi_num = some_vsi(in);
	if (aq_cmd(&d, &c, sizeof(c), true) == 0 && !(how & 0x80))
		know_vsi(PARAMS(d, ice_mp_aqc_vsi_resp)->vsi_num);
}

static void
op_vsi_free(struct fuzz_in *in)
{
	(void)vsi_free(some_vsi(in));
}

static void
op_rule(struct fuzz_in *in)
{
	static const uint16_t ops[4] = { ICE_MP_AQ_ADD_SW_RULES, ICE_MP_AQ_ADD_SW_RULES,
					 ICE_MP_AQ_UPDATE_SW_RULES, ICE_MP_AQ_REMOVE_SW_RULES };
	uint8_t how = in8(in), n = 1 + (in8(in) & 3), i, mac[6];
	union rule_buf b[4];

	for (i = 0; i < n; i++) {
		port_mac(mac, in8(in) & 7);
		mac_rule(&b[i], some_vsi(in), some_vsi(in), mac);
		b[i].r.index = in8(in);
		if (how & 0x80)
			b[i].r.recipe = in8(in) % ICE_MP_RECIPE_LAST;
		if (how & 0x40) {
			b[i].r.type = ICE_MP_AQ_SW_RULE_LKUP_RX;
			b[i].r.src = in8(in);
		}
		if (how & 0x20)
			b[i].r.act ^= in32(in);
		in_patch(in, &b[i], sizeof(b[i]));
	}
	(void)rules_cmd(ops[how & 3], b, n * sizeof(b[0]), n + (how >> 2 & 1));
}

static void
op_list(struct fuzz_in *in)
{
	uint8_t how = in8(in);
	uint16_t b[2 + 8] = { how & 1 ? ICE_MP_AQ_RES_VSI_LIST_REP : ICE_MP_AQ_RES_VSI_LIST_PRUNE,
			      1 + (how >> 1 & 3) };
	struct ice_mp_aq_desc d = aq_desc(how & 0x80 ? ICE_MP_AQ_FREE_RES : ICE_MP_AQ_ALLOC_RES);
	struct ice_mp_aq_sw_vsi_list *l = (void *)b;
	uint16_t rule[4 + 4];
	unsigned int i;

	if (how & 0x08)
		b[0] = in8(in);
	if (how & 0x40) {
		l = (void *)rule;
		memset(rule, 0, sizeof(rule));
		l->type = ICE_MP_AQ_SW_RULE_VSI_LIST_SET + (in8(in) & 3);
		l->index = in8(in);
		l->number = 1 + (how & 3);
		for (i = 0; i < l->number; i++)
			l->vsi[i] = some_vsi(in);
		(void)rules_cmd(ICE_MP_AQ_ADD_SW_RULES, rule, sizeof(rule), 1);
		return;
	}
	for (i = 0; i < 8; i++)
		b[2 + i] = how & 0x80 ? in8(in) : 0;
	PARAMS(d, ice_mp_aqc_alloc_free_res)->num_entries = 1;
	in_patch(in, b, sizeof(b));
	(void)aq_cmd(&d, b, sizeof(b), true);
}

static void
op_sched_add(struct fuzz_in *in)
{
	uint32_t parent = some_teid(in), teid[80];
	unsigned int i, n = in8(in) % 81;

	if (n == 0 || node_add(parent, n, teid) != 0)
		return;
	for (i = 0; i < n && i < 4; i++)
		know_teid(teid[i]);
}

/* Groups of TEIDs: delete, move, suspend, query. */
static void
op_sched(struct fuzz_in *in)
{
	static const uint16_t ops[8] = { 0x040F, 0x040F, 0x0408, 0x0409, 0x0404, 0x0403, 0x040E,
					 0x040A };
	uint8_t how = in8(in), n = 1 + (how >> 3 & 7), i;
	struct ice_mp_aq_desc d = aq_desc(ops[how & 7]);
	uint32_t b[3 + 8 * 6];
	unsigned int at = 0;

	memset(b, 0, sizeof(b));
	b[at++] = some_teid(in);
	if ((how & 7) == 2)
		b[at++] = some_teid(in);
	if ((how & 7) < 3)
		b[at++] = n;
	for (i = 0; i < n; i++) {
		b[at] = some_teid(in);
		if ((how & 7) == 4 || (how & 7) == 5)
			b[++at] = some_teid(in), at += 4;
		at++;
	}
	in_patch(in, b, sizeof(b));
	PARAMS(d, ice_mp_aqc_sched_elems)->num_req = how & 0x80 ? in16(in) : how & 4 ? n : 1;
	(void)aq_cmd(&d, b, sizeof(b), true);
}

static void
op_txq(struct fuzz_in *in)
{
	uint8_t how = in8(in), n = 1 + (how & 3), lport = how >> 4 & 1, i;
	uint16_t q = in8(in) & 0x3F;
	struct txq_buf b;

	if (how & 0x80) {
		(void)txq_dis(how & 0x40 ? some_teid(in) : K.qgrp[lport], q);
		return;
	}
	memset(&b, 0, sizeof(b));
	b.parent_teid = how & 0x40 ? some_teid(in) : K.qgrp[lport];
	for (i = 0; i < n; i++) {
		struct ice_mp_aq_txq *t = &b.q[i];
		uint64_t ring = K.free_from;

		t->txq_id = q + i;
		if (how & 0x20)
			ring = some_addr(in);
		ice_mp_ctx_set(t->ctx, TLAN_CTX_BASE_S, TLAN_CTX_BASE_W, ring >> 7);
		ice_mp_ctx_set(t->ctx, TLAN_CTX_QLEN_S, TLAN_CTX_QLEN_W, how & 8 ? 8160 : 64);
		ice_mp_ctx_set(t->ctx, TLAN_CTX_SRC_VSI_S, TLAN_CTX_SRC_VSI_W, some_vsi(in));
		ice_mp_ctx_set(t->ctx, TLAN_CTX_PORT_NUM_S, TLAN_CTX_PORT_NUM_W, lport);
	}
	in_patch(in, &b, 8 + n * sizeof(b.q[0]));
	if (txqs_add(&b, n) == 0)
		know_teid(b.q[0].q_teid);
}

#endif /* _ICE_MP_FUZZ_CORE_AQ_H_ */
