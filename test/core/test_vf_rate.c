/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Limits of rates: profiles, and what they do to whoever sends.
 */

#include "vf_lane.h"

#define BURST		16384u
#define FRAME		246u		/* 250 with its FCS */

static const uint8_t out[6] = { 0x02, 0xEE, 0, 0, 0, 0x99 };
static struct lane A, B;
static uint8_t f[256];

/* A profile of about `rate` bytes per second. @return retval; *real: what it is */
static uint16_t
profile(uint16_t opcode, uint8_t type, uint64_t rate, uint16_t *id, uint64_t *real)
{
	struct ice_mp_aq_desc d = aq_desc(opcode);
	struct ice_mp_aq_rl_profile e = { .level = 6, .flags = type, .id = *id };
	uint16_t rc;

	while ((rate << e.encode) * ICE_MP_RL_CLOCK_DIV / ICE_MP_RL_CLOCK_HZ < 128)
		e.encode++;
	e.multiply = (uint16_t)((rate << e.encode) * ICE_MP_RL_CLOCK_DIV / ICE_MP_RL_CLOCK_HZ);
	PARAMS(d, ice_mp_aqc_rl_profiles)->num = 1;
	rc = aq_cmd(&d, &e, sizeof(e), true);
	*id = e.id;
	if (real != NULL)
		*real = (uint64_t)e.multiply * ICE_MP_RL_CLOCK_HZ / ICE_MP_RL_CLOCK_DIV >> e.encode;
	return rc;
}

/* The node above a lane's queues on a layer. */
static uint32_t
node_of(const struct lane *l, unsigned int layer)
{
	uint32_t teid = l->group;
	unsigned int i;

	for (i = ICE_MP_SCHED_QGRP_LAYER; i > layer; i--) {
		struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_SCHED_ELEMS);
		struct ice_mp_aq_elem e = { .node_teid = teid };

		PARAMS(d, ice_mp_aqc_sched_elems)->num_req = 1;
		if (aq_cmd(&d, &e, sizeof(e), true) != 0)
			test_fail(__FILE__, __LINE__, "node 0x%x", teid);
		teid = e.parent_teid;
	}
	return teid;
}

static uint16_t
limit(uint32_t teid, uint8_t section, uint16_t id)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_CFG_SCHED_ELEMS);
	struct ice_mp_aq_elem e = { .node_teid = teid };

	e.data.valid_sections = ICE_MP_AQ_ELEM_VALID_GENERIC | section;
	e.data.cir.profile = section == ICE_MP_AQ_ELEM_VALID_CIR ? id : 0;
	e.data.eir.profile = section == ICE_MP_AQ_ELEM_VALID_EIR ? id : 0;
	PARAMS(d, ice_mp_aqc_sched_elems)->num_req = 1;
	return aq_cmd(&d, &e, sizeof(e), true);
}

/* Keep a lane's ring full for a while. @return bytes it got out, FCS included */
static uint64_t
push(struct lane *l, uint64_t ns)
{
	uint64_t end = E.now + ns, bytes = 0;
	unsigned int i;

	frame(f, FRAME, out, l->mac, 1);
	for (; E.now < end; env_advance(100000)) {
		unsigned int head = rd32(QTX_COMM_HEAD(l->q));

		while ((l->tx_tail + 1) % LANE_RING != head)
			lane_put(l, f, FRAME);
		lane_bell(l, true);
		env_run();
		for (i = 0; i < E.nb_tx; i++)
			if (memcmp(E.tx[i].data + 6, l->mac, 6) == 0)
				bytes += E.tx[i].len + 4;
		env_clear_tx();
	}
	return bytes;
}

TEST(a_limit_is_kept)
{
	uint64_t real, got;
	uint16_t id = 0;

	vf_open(1, 2);
	DO(lane_up(&A, 0, 0); lane_up(&B, 1, 0));
	CHECK_EQ(profile(ICE_MP_AQ_ADD_RL_PROFILES, ICE_MP_AQ_RL_PROFILE_EIR, 1000000, &id, &real),
		 0);
	CHECK(id != 0);
	CHECK_EQ(limit(node_of(&A, ICE_MP_SCHED_VSI_LAYER), ICE_MP_AQ_ELEM_VALID_EIR, id), 0);
	got = push(&A, 500000000);
	CHECK(got <= BURST + real / 2 + 250);
	CHECK(got >= real / 2);
	/* After a pause there is one burst, not more. */
	env_advance(3000000000);
	env_run();
	env_clear_tx();
	env_advance(3000000000);
	got = push(&A, 10000000);
	CHECK(got <= BURST + real / 100 + 250);
	CHECK(got >= BURST);
	/* The neighbour of the same port has none: a ring full at a time. */
	got = push(&B, 10000000);
	CHECK_EQ(got, 100 * (LANE_RING - 1) * 250);
	/* Taken away, it is gone, without anybody ringing. */
	frame(f, FRAME, out, A.mac, 1);
	push(&A, 20000000);
	CHECK(rd32(QTX_COMM_HEAD(A.q)) != A.tx_tail);
	CHECK_EQ(limit(node_of(&A, ICE_MP_SCHED_VSI_LAYER), ICE_MP_AQ_ELEM_VALID_EIR, 0), 0);
	env_advance(1000000);
	env_run();
	CHECK_EQ(rd32(QTX_COMM_HEAD(A.q)), A.tx_tail);
}

TEST(the_lowest_limit_of_the_branch)
{
	uint64_t slow, fast, got;
	uint16_t s = 0, q = 0;

	vf_open(1, 1);
	DO(lane_up(&A, 0, 0));
	CHECK_EQ(profile(ICE_MP_AQ_ADD_RL_PROFILES, ICE_MP_AQ_RL_PROFILE_EIR, 400000, &s, &slow),
		 0);
	CHECK_EQ(profile(ICE_MP_AQ_ADD_RL_PROFILES, ICE_MP_AQ_RL_PROFILE_EIR, 4000000, &q, &fast),
		 0);
	CHECK(s != q);
	CHECK_EQ(limit(A.group, ICE_MP_AQ_ELEM_VALID_EIR, q), 0);
	got = push(&A, 500000000);
	CHECK(got >= fast / 2 && got <= BURST + fast / 2 + 250);
	CHECK_EQ(limit(node_of(&A, ICE_MP_SCHED_VSI_LAYER), ICE_MP_AQ_ELEM_VALID_EIR, s), 0);
	got = push(&A, 500000000);
	CHECK(got >= slow / 2 && got <= BURST + slow / 2 + 250);
}

TEST(a_guarantee_limits_nothing)
{
	uint16_t id = 0;

	vf_open(1, 1);
	DO(lane_up(&A, 0, 0));
	CHECK_EQ(profile(ICE_MP_AQ_ADD_RL_PROFILES, ICE_MP_AQ_RL_PROFILE_CIR, 100000, &id, NULL),
		 0);
	CHECK_EQ(limit(node_of(&A, ICE_MP_SCHED_VSI_LAYER), ICE_MP_AQ_ELEM_VALID_CIR, id), 0);
	CHECK_EQ(push(&A, 10000000), 100 * (LANE_RING - 1) * 250);
	CHECK(!E.core->txq[A.q].rated);
}

TEST(a_reset_ends_waiting)
{
	uint16_t id = 0;

	vf_open(1, 1);
	DO(lane_up(&A, 0, 0));
	CHECK_EQ(profile(ICE_MP_AQ_ADD_RL_PROFILES, ICE_MP_AQ_RL_PROFILE_EIR, 70000, &id, NULL),
		 0);
	CHECK_EQ(limit(A.group, ICE_MP_AQ_ELEM_VALID_EIR, id), 0);
	push(&A, 10000000);
	CHECK_EQ(E.core->nb_blocked, 1);
	ice_core_vf_reset(E.core, 0);
	CHECK_EQ(E.core->nb_blocked, 0);
	env_advance(1000000000);
	env_run();
	CHECK_EQ(E.nb_tx, 0);
	/* Nor does a limit outlive a reset of the PF. */
	env_pfr();
	aq_up();
	BREACH(ICC_BR_AQ_PARAM,
	       CHECK_EQ(profile(ICE_MP_AQ_QUERY_RL_PROFILES, ICE_MP_AQ_RL_PROFILE_EIR, 70000, &id,
				NULL), ICE_MP_AQ_RC_ENOENT));
}

TEST(profiles)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_ADD_RL_PROFILES);
	struct ice_mp_aq_rl_profile e[2] = {
		{ .level = 6, .multiply = 200 }, { .level = 10, .multiply = 200 },
	};
	uint16_t id = 0, other = 0, none = 7;
	uint64_t a, b;

	vf_open(1, 1);
	DO(lane_up(&A, 0, 0));
	CHECK_EQ(profile(ICE_MP_AQ_ADD_RL_PROFILES, ICE_MP_AQ_RL_PROFILE_EIR, 500000, &id, &a), 0);
	CHECK_EQ(profile(ICE_MP_AQ_ADD_RL_PROFILES, ICE_MP_AQ_RL_PROFILE_CIR, 900000, &other, &b),
		 0);
	CHECK(id != other);
	CHECK_EQ(profile(ICE_MP_AQ_QUERY_RL_PROFILES, ICE_MP_AQ_RL_PROFILE_EIR, 1, &id, &b), 0);
	CHECK_EQ(a, b);
	/* What is not there, or of another kind. */
	BREACH(ICC_BR_AQ_PARAM,
	       CHECK_EQ(profile(ICE_MP_AQ_QUERY_RL_PROFILES, ICE_MP_AQ_RL_PROFILE_CIR, 1, &id,
				NULL), ICE_MP_AQ_RC_ENOENT));
	BREACH(ICC_BR_AQ_PARAM,
	       CHECK_EQ(profile(ICE_MP_AQ_REMOVE_RL_PROFILES, ICE_MP_AQ_RL_PROFILE_EIR, 1, &none,
				NULL), ICE_MP_AQ_RC_ENOENT));
	BREACH(ICC_BR_AQ_PARAM,
	       CHECK_EQ(limit(A.group, ICE_MP_AQ_ELEM_VALID_EIR, 7), ICE_MP_AQ_RC_EINVAL));
	BREACH(ICC_BR_AQ_PARAM,
	       CHECK_EQ(limit(A.group, ICE_MP_AQ_ELEM_VALID_EIR, 5000), ICE_MP_AQ_RC_EINVAL));
	/* In use. */
	CHECK_EQ(limit(A.group, ICE_MP_AQ_ELEM_VALID_EIR, id), 0);
	CHECK_EQ(profile(ICE_MP_AQ_REMOVE_RL_PROFILES, ICE_MP_AQ_RL_PROFILE_EIR, 1, &id, NULL),
		 ICE_MP_AQ_RC_EBUSY);
	CHECK_EQ(limit(A.group, ICE_MP_AQ_ELEM_VALID_EIR, 0), 0);
	CHECK_EQ(profile(ICE_MP_AQ_REMOVE_RL_PROFILES, ICE_MP_AQ_RL_PROFILE_EIR, 1, &id, NULL), 0);
	/* All or none. */
	PARAMS(d, ice_mp_aqc_rl_profiles)->num = 2;
	CHECK_EQ(aq_cmd(&d, e, sizeof(e), true), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(PARAMS(d, ice_mp_aqc_rl_profiles)->num_processed, 0);
	CHECK(!E.core->rl[id].used);
	e[1].level = 6;
	d = aq_desc(ICE_MP_AQ_ADD_RL_PROFILES);
	PARAMS(d, ice_mp_aqc_rl_profiles)->num = 3;
	CHECK_EQ(aq_cmd(&d, e, sizeof(e), true), ICE_MP_AQ_RC_EINVAL);
	d = aq_desc(ICE_MP_AQ_ADD_RL_PROFILES);
	PARAMS(d, ice_mp_aqc_rl_profiles)->num = 2;
	CHECK_EQ(aq_cmd(&d, e, sizeof(e), true), 0);
	CHECK_EQ(PARAMS(d, ice_mp_aqc_rl_profiles)->num_processed, 2);
	CHECK(e[0].id != 0 && e[1].id != 0 && e[0].id != e[1].id);
}

HARNESS_MAIN
