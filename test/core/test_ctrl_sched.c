/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Scheduler trees and Tx queues by command.
 */

#include "ctrl_env.h"

static uint16_t
topo(uint8_t lport, struct ice_mp_aq_branch *b)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_DFLT_TOPO);

	memset(b, 0, sizeof(*b));
	PARAMS(d, ice_mp_aqc_get_topo)->lport = lport;
	return aq_cmd(&d, b, sizeof(*b), false);
}

/* Delete nodes of one parent. */
static uint16_t
nodes_del(uint32_t parent, const uint32_t *teid, uint16_t n)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_DEL_SCHED_ELEMS);
	uint32_t b[2 + 8] = { parent, n };

	memcpy(b + 2, teid, 4u * n);
	PARAMS(d, ice_mp_aqc_sched_elems)->num_req = 1;
	return aq_cmd(&d, b, (uint16_t)(8 + 4 * n), true);
}

static uint16_t
node_get(uint32_t teid, struct ice_mp_aq_elem *e)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_SCHED_ELEMS);

	memset(e, 0, sizeof(*e));
	e->node_teid = teid;
	PARAMS(d, ice_mp_aqc_sched_elems)->num_req = 1;
	return aq_cmd(&d, e, sizeof(*e), true);
}

static uint16_t
node_move(uint32_t from, uint32_t to, uint32_t teid)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_MOVE_SCHED_ELEMS);
	uint32_t b[4] = { from, to, 1, teid };

	PARAMS(d, ice_mp_aqc_sched_elems)->num_req = 1;
	return aq_cmd(&d, b, sizeof(b), true);
}

TEST(a_tree_per_port)
{
	static const uint8_t type[3] = {
		ICE_MP_AQ_ELEM_TYPE_ROOT, ICE_MP_AQ_ELEM_TYPE_TC, ICE_MP_AQ_ELEM_TYPE_ENTRY,
	};
	struct ice_mp_aq_branch a, b;
	unsigned int i;

	ctl_open(2);
	CHECK_EQ(topo(0, &a), 0);
	CHECK_EQ(topo(1, &b), 0);
	CHECK_EQ(a.hdr.num, 3);
	CHECK_EQ(a.elem[0].parent_teid, ICE_MP_TEID_INVALID);
	for (i = 0; i < 3; i++) {
		CHECK_EQ(b.elem[i].data.elem_type, type[i]);
		CHECK(a.elem[i].node_teid != b.elem[i].node_teid);
		if (i > 0)
			CHECK_EQ(b.elem[i].parent_teid, b.elem[i - 1].node_teid);
	}
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(topo(2, &b), ICE_MP_AQ_RC_EINVAL));
}

TEST(a_hidden_tree)
{
	struct ice_mp_aq_branch b;
	struct ice_mp_aq_elem e;
	uint32_t teid;

	ctl_open(2);
	teid = dflt_teid(1, 2);
	wr32(MP_ENABLE, 0);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(topo(1, &b), ICE_MP_AQ_RC_EINVAL));
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(node_get(teid, &e), ICE_MP_AQ_RC_ENOENT));
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(node_add(teid, 1, &teid), ICE_MP_AQ_RC_ENOENT));
	CHECK_EQ(topo(0, &b), 0);
}

TEST(nodes_come_and_go)
{
	uint32_t entry, n[3];
	struct ice_mp_aq_elem e;

	ctl_open(2);
	entry = dflt_teid(1, 2);
	CHECK_EQ(node_add(entry, 3, n), 0);
	CHECK(n[0] != n[1] && n[1] != n[2]);
	CHECK_EQ(node_get(n[1], &e), 0);
	CHECK_EQ(e.parent_teid, entry);
	CHECK_EQ(e.data.elem_type, ICE_MP_AQ_ELEM_TYPE_SE_GENERIC);
	CHECK_EQ(nodes_del(entry, n, 2), 0);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(node_get(n[1], &e), ICE_MP_AQ_RC_ENOENT));
	CHECK_EQ(node_get(n[2], &e), 0);
	/* One is gone already: the other stays. */
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(nodes_del(entry, n + 1, 2), ICE_MP_AQ_RC_ENOENT));
	CHECK_EQ(node_get(n[2], &e), 0);
}

TEST(nodes_where_none_belong)
{
	uint32_t grp, n[65];

	ctl_open(1);
	DO(grp = qgroup(0));
	CHECK_EQ(node_add(dflt_teid(0, 0), 1, n), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(node_add(grp, 1, n), ICE_MP_AQ_RC_EINVAL);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(node_add(0x12345678, 1, n), ICE_MP_AQ_RC_ENOENT));
	/* One child is there. */
	CHECK_EQ(node_add(dflt_teid(0, 2), 64, n), ICE_MP_AQ_RC_ENOSPC);
	CHECK_EQ(node_add(dflt_teid(0, 2), 63, n), 0);
	CHECK_EQ(node_add(dflt_teid(0, 2), 1, n), ICE_MP_AQ_RC_ENOSPC);
}

TEST(nodes_that_may_not_go)
{
	uint32_t entry, tc, root, a, b;

	ctl_open(2);
	entry = dflt_teid(0, 2);
	tc = dflt_teid(0, 1);
	root = dflt_teid(0, 0);
	CHECK_EQ(nodes_del(root, &tc, 1), ICE_MP_AQ_RC_EPERM);
	CHECK_EQ(node_add(entry, 1, &a), 0);
	CHECK_EQ(node_add(a, 1, &b), 0);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(nodes_del(entry, &a, 1), ICE_MP_AQ_RC_EBUSY));
	CHECK_EQ(nodes_del(entry, &b, 1), ICE_MP_AQ_RC_ENOENT);
	CHECK_EQ(nodes_del(a, &b, 1), 0);
	CHECK_EQ(nodes_del(entry, &a, 1), 0);
	CHECK(state_has("\"nodes\":6,"));
}

/* As stock drivers do after a reset: their own node instead of the entry point. */
TEST(an_entry_point_of_the_drivers_own)
{
	uint32_t entry, tc, own[2], n;
	struct ice_mp_aq_branch b;
	struct ice_mp_aq_elem e;

	ctl_open(2);
	entry = dflt_teid(0, 2);
	tc = dflt_teid(0, 1);
	CHECK_EQ(node_add(entry, 1, &n), 0);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(nodes_del(tc, &entry, 1), ICE_MP_AQ_RC_EBUSY));
	CHECK_EQ(nodes_del(entry, &n, 1), 0);
	CHECK_EQ(nodes_del(tc, &entry, 1), 0);
	CHECK_EQ(topo(0, &b), 0);
	CHECK_EQ(b.hdr.num, 2);
	CHECK_EQ(node_add(tc, 2, own), 0);
	CHECK_EQ(node_get(own[0], &e), 0);
	CHECK_EQ(e.parent_teid, tc);
	CHECK_EQ(node_add(own[0], 1, &n), 0);
	/* The topology is the firmware's, whatever the driver has added. */
	CHECK_EQ(topo(0, &b), 0);
	CHECK_EQ(b.hdr.num, 2);
	CHECK_EQ(topo(1, &b), 0);
	CHECK_EQ(b.hdr.num, 3);
	/* A reset brings it back. */
	wr32(PFGEN_CTRL, PFGEN_CTRL_PFSWR_M);
	CHECK(state_has("\"nodes\":6,"));
}

TEST(nodes_move_within_their_port)
{
	uint32_t a, b, c, other;
	struct ice_mp_aq_elem e;

	ctl_open(2);
	CHECK_EQ(node_add(dflt_teid(0, 2), 1, &a), 0);
	CHECK_EQ(node_add(dflt_teid(0, 2), 1, &b), 0);
	CHECK_EQ(node_add(dflt_teid(1, 2), 1, &other), 0);
	CHECK_EQ(node_add(a, 1, &c), 0);
	CHECK_EQ(node_move(a, other, c), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(node_move(a, dflt_teid(0, 2), c), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(node_move(b, a, c), ICE_MP_AQ_RC_ENOENT);
	CHECK_EQ(node_move(a, b, c), 0);
	CHECK_EQ(node_get(c, &e), 0);
	CHECK_EQ(e.parent_teid, b);
	/* The old parent is free of it, the new one is not. */
	CHECK_EQ(nodes_del(dflt_teid(0, 2), &a, 1), 0);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(nodes_del(dflt_teid(0, 2), &b, 1), ICE_MP_AQ_RC_EBUSY));
}

TEST(node_keeps_its_bandwidth_and_its_type)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_CFG_SCHED_ELEMS);
	struct ice_mp_aq_elem e;
	uint32_t a;

	ctl_open(1);
	CHECK_EQ(node_add(dflt_teid(0, 2), 1, &a), 0);
	CHECK_EQ(node_get(a, &e), 0);
	e.data.cir.alloc = 4711;
	e.data.elem_type = ICE_MP_AQ_ELEM_TYPE_ROOT;
	PARAMS(d, ice_mp_aqc_sched_elems)->num_req = 1;
	CHECK_EQ(aq_cmd(&d, &e, sizeof(e), true), 0);
	CHECK_EQ(node_get(a, &e), 0);
	CHECK_EQ(e.data.cir.alloc, 4711);
	CHECK_EQ(e.data.elem_type, ICE_MP_AQ_ELEM_TYPE_SE_GENERIC);
}

TEST(scheduler_resources)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_QUERY_SCHED_RES);
	struct ice_mp_aq_sched_res r;
	unsigned int i;

	ctl_open(1);
	CHECK_EQ(aq_cmd(&d, &r, sizeof(r), false), 0);
	CHECK_EQ(r.phys_levels, 9);
	CHECK_EQ(r.logical_levels, 9);
	for (i = 0; i < 9; i++) {
		CHECK_EQ(r.layer[i].logical_layer, i);
		CHECK_EQ(r.layer[i].max_sibl_grp_sz, i >= 7 ? 64 : 8);
	}
}

TEST(queue_comes_and_goes)
{
	struct ice_mp_aq_elem e;
	struct txq_buf b;
	uint32_t grp;
	uint16_t v;

	ctl_open(2);
	DO(v = vsi(1, 0, 4));
	DO(grp = qgroup(1));
	memset(&b, 0, sizeof(b));
	b.parent_teid = grp;
	txq_fill(&b.q[0], 2, v, 1);
	CHECK_EQ(txqs_add(&b, 1), 0);
	CHECK(ice_core_txq_enabled(E.core, 2));
	CHECK_EQ(node_get(b.q[0].q_teid, &e), 0);
	CHECK_EQ(e.parent_teid, grp);
	CHECK_EQ(e.data.elem_type, ICE_MP_AQ_ELEM_TYPE_LEAF);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(nodes_del(grp, &b.q[0].q_teid, 1), ICE_MP_AQ_RC_EBUSY));
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(txq_add(grp, 2, v, 1), ICE_MP_AQ_RC_EEXIST));
	CHECK_EQ(txq_dis(grp, 2), 0);
	CHECK(!ice_core_txq_enabled(E.core, 2));
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(txq_dis(grp, 2), ICE_MP_AQ_RC_ENOENT));
	CHECK_EQ(txq_add(grp, 2, v, 1), 0);
}

TEST(queue_that_is_not_the_ports)
{
	uint32_t g0, g1;
	uint16_t v0, v1;

	ctl_open(2);
	DO(v0 = vsi(0, 0, 1));
	DO(v1 = vsi(1, 1, 1));
	DO(g0 = qgroup(0));
	DO(g1 = qgroup(1));
	BREACH(ICC_BR_TX_CTX, CHECK_EQ(txq_add(g0, 1, v1, 1), ICE_MP_AQ_RC_EINVAL));
	BREACH(ICC_BR_TX_CTX, CHECK_EQ(txq_add(g0, 1, v1, 0), ICE_MP_AQ_RC_EINVAL));
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(txq_add(g0, 64, v0, 0), ICE_MP_AQ_RC_EINVAL));
	BREACH(ICC_BR_AQ_PARAM,
	       CHECK_EQ(txq_add(dflt_teid(0, 2), 0, v0, 0), ICE_MP_AQ_RC_ENOENT));
	CHECK_EQ(txq_add(g0, 0, v0, 0), 0);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(txq_dis(g1, 0), ICE_MP_AQ_RC_ENOENT));
	CHECK(ice_core_txq_enabled(E.core, 0));
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(txq_dis(g0, 0xFFFF), ICE_MP_AQ_RC_ENOENT));
}

TEST(queues_all_or_none)
{
	struct txq_buf b;
	uint32_t grp;
	uint16_t v;

	ctl_open(1);
	DO(v = vsi(0, 0, 8));
	DO(grp = qgroup(0));
	memset(&b, 0, sizeof(b));
	b.parent_teid = grp;
	txq_fill(&b.q[0], 0, v, 0);
	txq_fill(&b.q[1], 1, v, 0);
	txq_fill(&b.q[2], 64, v, 0);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(txqs_add(&b, 3), ICE_MP_AQ_RC_EINVAL));
	CHECK(state_has("\"nodes\":8,\"rxqs\":0,\"txqs\":0}"));
	txq_fill(&b.q[2], 2, v, 0);
	CHECK_EQ(txqs_add(&b, 3), 0);
	CHECK(state_has("\"nodes\":11,\"rxqs\":0,\"txqs\":3}"));
}

TEST(group_takes_no_more_than_it_says)
{
	struct icc_sched_node *n = NULL;
	uint32_t grp;
	uint16_t v, i;

	ctl_open(1);
	DO(v = vsi(0, 0, 2));
	DO(grp = qgroup(0));
	CHECK_EQ(txq_add(grp, 0, v, 0), 0);
	for (i = 0; i < ICC_MAX_NODES; i++)
		if (E.core->node[i].used && E.core->node[i].teid == grp)
			n = &E.core->node[i];
	CHECK(n != NULL);
	/* As if there were 62 more. */
	n->nb_children = 63;
	CHECK_EQ(txq_add(grp, 1, v, 0), 0);
	CHECK_EQ(txq_dis(grp, 1), 0);
	n->nb_children = 64;
	CHECK_EQ(txq_add(grp, 1, v, 0), ICE_MP_AQ_RC_ENOSPC);
	CHECK(!ice_core_txq_enabled(E.core, 1));
}

HARNESS_MAIN
