/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Switch configuration, VSIs, resources, rules and RSS tables by command.
 */

#include "ctrl_env.h"

static const uint8_t MAC[6] = { 0x02, 0, 0, 0, 0, 9 };

static uint16_t
sw_cfg(uint16_t *first, struct ice_mp_aq_sw_elem *e, unsigned int room, uint16_t *n)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_SW_CFG);
	uint16_t rc;

	PARAMS(d, ice_mp_aqc_get_sw_cfg)->element = *first;
	rc = aq_cmd(&d, e, (uint16_t)(room * sizeof(*e)), false);
	*first = PARAMS(d, ice_mp_aqc_get_sw_cfg)->element;
	*n = PARAMS(d, ice_mp_aqc_get_sw_cfg)->num_elems;
	return rc;
}

static uint16_t
vsi_cmd(uint16_t opcode, uint16_t num, struct ice_mp_aq_vsi_ctx *c)
{
	struct ice_mp_aq_desc d = aq_desc(opcode);

	PARAMS(d, ice_mp_aqc_vsi)->vsi_num = num | ICE_MP_AQ_VSI_NUM_VALID;
	return aq_cmd(&d, c, sizeof(*c), opcode != ICE_MP_AQ_GET_VSI);
}

/* 0x0208 and 0x0209; elem[] in and out. */
static uint16_t
res_cmd(uint16_t opcode, uint16_t type, uint16_t n, uint16_t *elem)
{
	struct ice_mp_aq_desc d = aq_desc(opcode);
	uint16_t b[1100] = { type, n }, rc;

	memcpy(b + 2, elem, 2u * n);
	PARAMS(d, ice_mp_aqc_alloc_free_res)->num_entries = 1;
	rc = aq_cmd(&d, b, (uint16_t)(4 + 2 * n), true);
	memcpy(elem, b + 2, 2u * n);
	return rc;
}

/* 0x02A0 with one VSI list entry of type ICE_MP_AQ_SW_RULE_VSI_LIST_*. */
static uint16_t
list_edit(uint16_t type, uint16_t list, uint16_t v)
{
	uint16_t b[5] = { type, 0, list, 1, v };

	return rules_cmd(ICE_MP_AQ_UPDATE_SW_RULES, b, sizeof(b), 1);
}

static uint16_t
lut_cmd(uint16_t opcode, uint16_t v, uint16_t flags, void *buf, uint16_t len)
{
	struct ice_mp_aq_desc d = aq_desc(opcode);

	PARAMS(d, ice_mp_aqc_rss)->vsi_num = v | ICE_MP_AQ_VSI_NUM_VALID;
	PARAMS(d, ice_mp_aqc_rss)->flags = flags;
	return aq_cmd(&d, buf, len, opcode == ICE_MP_AQ_SET_RSS_LUT);
}

TEST(one_element_per_port)
{
	struct ice_mp_aq_sw_elem e[8];
	uint16_t first = 0, n, i;

	ctl_open(5);
	CHECK_EQ(sw_cfg(&first, e, 8, &n), 0);
	CHECK_EQ(n, 5);
	CHECK_EQ(first, 0);
	for (i = 0; i < n; i++) {
		CHECK_EQ(e[i].vsi_port_num, i);
		CHECK_EQ(e[i].swid, i);
	}
}

TEST(elements_in_several_parts)
{
	struct ice_mp_aq_sw_elem e[2];
	uint16_t first = 0, n;

	ctl_open(5);
	CHECK_EQ(sw_cfg(&first, e, 2, &n), 0);
	CHECK_EQ(first, 2);
	CHECK_EQ(sw_cfg(&first, e, 2, &n), 0);
	CHECK_EQ(e[1].swid, 3);
	CHECK_EQ(first, 4);
	CHECK_EQ(sw_cfg(&first, e, 2, &n), 0);
	CHECK_EQ(n, 1);
	CHECK_EQ(first, 0);
	first = 5;
	CHECK_EQ(sw_cfg(&first, e, 2, &n), ICE_MP_AQ_RC_EINVAL);
}

TEST(one_element_without_the_opt_in)
{
	struct ice_mp_aq_sw_elem e[8];
	uint16_t first = 0, n;

	env_open(5);
	aq_up();
	CHECK_EQ(sw_cfg(&first, e, 8, &n), 0);
	CHECK_EQ(n, 1);
	CHECK_EQ(first, 0);
}

TEST(vsi_comes_and_goes)
{
	struct ice_mp_aq_vsi_ctx c;
	uint16_t a, b;

	ctl_open(2);
	DO(a = vsi(0, 0, 2));
	DO(b = vsi(1, 2, 2));
	CHECK(a != b);
	CHECK_EQ(vsi_cmd(ICE_MP_AQ_GET_VSI, b, &c), 0);
	CHECK_EQ(c.sw_id, 1);
	CHECK_EQ(c.q_mapping[0], 2);
	CHECK_EQ(c.q_mapping[1], 2);
	CHECK_EQ(vsi_free(a), 0);
	CHECK(state_has("\"vsis\":1,"));
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(vsi_free(a), ICE_MP_AQ_RC_ENOENT));
	BREACH(ICC_BR_AQ_PARAM,
	       CHECK_EQ(vsi_cmd(ICE_MP_AQ_GET_VSI, a, &c), ICE_MP_AQ_RC_ENOENT));
	CHECK_EQ(vsi_cmd(ICE_MP_AQ_GET_VSI, b, &c), 0);
}

TEST(vsi_that_cannot_exist)
{
	struct ice_mp_aq_vsi_ctx c = vsi_ctx(2, 0, 1);
	struct ice_mp_aq_desc d;
	uint16_t num;

	ctl_open(2);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(vsi_add(&c, &num), ICE_MP_AQ_RC_EINVAL));
	c = vsi_ctx(0, 63, 2);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(vsi_add(&c, &num), ICE_MP_AQ_RC_EINVAL));
	c = vsi_ctx(0, 63, 1);
	c.valid_sections |= ICE_MP_VSI_VALID_Q_OPT;
	c.q_opt_rss = 1;
	CHECK_EQ(vsi_add(&c, &num), ICE_MP_AQ_RC_EINVAL);
	/* Numbers that are taken or do not exist. */
	c = vsi_ctx(0, 63, 1);
	CHECK_EQ(vsi_add(&c, &num), 0);
	d = aq_desc(ICE_MP_AQ_ADD_VSI);
	PARAMS(d, ice_mp_aqc_vsi)->vsi_flags = ICE_MP_AQ_VSI_TYPE_PF;
	PARAMS(d, ice_mp_aqc_vsi)->vsi_num = num | ICE_MP_AQ_VSI_NUM_VALID;
	CHECK_EQ(aq_cmd(&d, &c, sizeof(c), true), ICE_MP_AQ_RC_EEXIST);
	PARAMS(d, ice_mp_aqc_vsi)->vsi_num = 768 | ICE_MP_AQ_VSI_NUM_VALID;
	CHECK_EQ(aq_cmd(&d, &c, sizeof(c), true), ICE_MP_AQ_RC_EINVAL);
	/* There are no VFs. */
	PARAMS(d, ice_mp_aqc_vsi)->vsi_num = 0;
	PARAMS(d, ice_mp_aqc_vsi)->vsi_flags = ICE_MP_AQ_VSI_TYPE_VF;
	CHECK_EQ(aq_cmd(&d, &c, sizeof(c), true), ICE_MP_AQ_RC_EINVAL);
	CHECK(state_has("\"vsis\":1,"));
}

TEST(vsi_of_another_ports_queues)
{
	struct ice_mp_aq_vsi_ctx c;
	uint16_t num, i;

	ctl_open(2);
	DO(vsi(0, 4, 4));
	c = vsi_ctx(1, 7, 1);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(vsi_add(&c, &num), ICE_MP_AQ_RC_EINVAL));
	c = vsi_ctx(1, 0, 5);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(vsi_add(&c, &num), ICE_MP_AQ_RC_EINVAL));
	/* Nor by naming it in a list. */
	c = vsi_ctx(1, 0, 1);
	c.mapping_flags = ICE_MP_VSI_Q_MAP_NONCONTIG;
	for (i = 0; i < 16; i++)
		c.q_mapping[i] = ICE_MP_VSI_Q_UNUSED;
	c.q_mapping[9] = 5;
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(vsi_add(&c, &num), ICE_MP_AQ_RC_EINVAL));
	c.q_mapping[9] = 64;
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(vsi_add(&c, &num), ICE_MP_AQ_RC_EINVAL));
	c.q_mapping[9] = 20;
	CHECK_EQ(vsi_add(&c, &num), 0);
	c = vsi_ctx(0, 20, 1);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(vsi_add(&c, &num), ICE_MP_AQ_RC_EINVAL));
	/* Next to them is fine, and so is sharing within a port. */
	DO(vsi(1, 8, 1));
	DO(vsi(1, 0, 4));
	DO(vsi(0, 4, 4));
}

/* A frame for VSI `v` of port 0 does not reach queue 1, which is port 1's. */
static void
not_to_queue_1(uint16_t v)
{
	uint8_t f[64] = { 0x02, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 1, 8, 0 };
	union rule_buf r;

	rxq_program(1);
	wr32(QRX_TAIL(1), 8);
	wr32(QRX_CTRL(1), QRX_CTRL_QENA_REQ_M);
	mac_rule(&r, v, v, MAC);
	CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, &r, sizeof(r), 1), 0);
	CHECK_EQ(ice_core_rx(E.core, 0, f, sizeof(f)), ICE_CORE_RX_DONE);
	env_run();
	CHECK_EQ(E.core->rxq[1].packets, 0);
	CHECK_EQ(rd32(GLV_RDPC(v)), 1);
}

TEST(vsi_beyond_its_queues_receives_nothing)
{
	struct ice_mp_aq_vsi_ctx c = vsi_ctx(0, 0, 1);
	uint16_t a;

	ctl_open(2);
	/* Its traffic class starts where the other port's queue is. */
	c.tc_mapping[0] = 1;
	CHECK_EQ(vsi_add(&c, &a), 0);
	DO(vsi(1, 1, 1));
	DO(not_to_queue_1(a));
}

TEST(vsi_without_a_queue_map_receives_nothing)
{
	struct ice_mp_aq_vsi_ctx c = vsi_ctx(0, 1, 0);
	uint16_t a;

	ctl_open(2);
	c.valid_sections = ICE_MP_VSI_VALID_SW;
	CHECK_EQ(vsi_add(&c, &a), 0);
	DO(vsi(1, 1, 1));
	DO(not_to_queue_1(a));
}

/* As Linux adds its VSI: the map counts, and is looked at, all the same. */
TEST(vsi_added_with_an_unmarked_queue_map)
{
	struct ice_mp_aq_vsi_ctx c = vsi_ctx(0, 1, 1);
	uint16_t a;

	ctl_open(2);
	c.valid_sections = ICE_MP_VSI_VALID_SW;
	CHECK_EQ(vsi_add(&c, &a), 0);
	c = vsi_ctx(1, 1, 1);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(vsi_add(&c, &a), ICE_MP_AQ_RC_EINVAL));
	c.valid_sections = ICE_MP_VSI_VALID_SW;
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(vsi_add(&c, &a), ICE_MP_AQ_RC_EINVAL));
}

TEST(vsi_update_takes_valid_sections_only)
{
	struct ice_mp_aq_vsi_ctx c;
	uint16_t v;

	ctl_open(2);
	DO(v = vsi(1, 4, 4));
	memset(&c, 0, sizeof(c));
	c.valid_sections = ICE_MP_VSI_VALID_SECURITY;
	c.sec_flags = ICE_MP_VSI_SEC_MAC_ANTI_SPOOF;
	c.inner_vlan_flags = 0xFF;
	CHECK_EQ(vsi_cmd(ICE_MP_AQ_UPDATE_VSI, v, &c), 0);
	CHECK_EQ(vsi_cmd(ICE_MP_AQ_GET_VSI, v, &c), 0);
	CHECK_EQ(c.sec_flags, ICE_MP_VSI_SEC_MAC_ANTI_SPOOF);
	CHECK_EQ(c.inner_vlan_flags, 0);
	CHECK_EQ(c.q_mapping[0], 4);
	CHECK_EQ(c.valid_sections, ICE_MP_VSI_VALID_SW | ICE_MP_VSI_VALID_RXQ_MAP |
		 ICE_MP_VSI_VALID_SECURITY);
}

TEST(vsi_stays_on_its_port)
{
	struct ice_mp_aq_vsi_ctx c = vsi_ctx(0, 4, 4);
	uint16_t v;

	ctl_open(2);
	DO(v = vsi(1, 4, 4));
	BREACH(ICC_BR_AQ_PARAM,
	       CHECK_EQ(vsi_cmd(ICE_MP_AQ_UPDATE_VSI, v, &c), ICE_MP_AQ_RC_EINVAL));
	DO(vsi(0, 8, 1));
	c = vsi_ctx(1, 8, 1);
	BREACH(ICC_BR_AQ_PARAM,
	       CHECK_EQ(vsi_cmd(ICE_MP_AQ_UPDATE_VSI, v, &c), ICE_MP_AQ_RC_EINVAL));
	CHECK_EQ(vsi_cmd(ICE_MP_AQ_GET_VSI, v, &c), 0);
	CHECK_EQ(c.q_mapping[0], 4);
	BREACH(ICC_BR_AQ_PARAM,
	       CHECK_EQ(vsi_cmd(ICE_MP_AQ_UPDATE_VSI, 700, &c), ICE_MP_AQ_RC_ENOENT));
}

TEST(vsi_freed_under_its_queue)
{
	uint16_t v;

	ctl_open(1);
	DO(v = vsi(0, 0, 1));
	rxq_program(0);
	wr32(QRX_CTRL(0), QRX_CTRL_QENA_REQ_M);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(vsi_free(v), 0));
}

TEST(resources)
{
	uint16_t a[1023] = { 0 }, b[2] = { 0 };

	ctl_open(1);
	CHECK_EQ(res_cmd(ICE_MP_AQ_ALLOC_RES, ICE_MP_AQ_RES_HASH_TCAM, 2, b), 0);
	CHECK_EQ(b[0] + b[1], 1);
	/* Both kinds of list come out of one pool of 1024. */
	CHECK_EQ(res_cmd(ICE_MP_AQ_ALLOC_RES, ICE_MP_AQ_RES_VSI_LIST_REP, 1023, a), 0);
	CHECK_EQ(res_cmd(ICE_MP_AQ_ALLOC_RES, ICE_MP_AQ_RES_VSI_LIST_PRUNE, 2, b),
		 ICE_MP_AQ_RC_ENOSPC);
	CHECK_EQ(res_cmd(ICE_MP_AQ_ALLOC_RES, ICE_MP_AQ_RES_VSI_LIST_PRUNE, 1, b), 0);
	CHECK_EQ(b[0], 1023);
	CHECK(state_has("\"lists\":1024,"));
	CHECK_EQ(res_cmd(ICE_MP_AQ_ALLOC_RES, ICE_MP_AQ_RES_GLOBAL_RSS, 17, a),
		 ICE_MP_AQ_RC_ENOSPC);
	CHECK_EQ(res_cmd(ICE_MP_AQ_ALLOC_RES, ICE_MP_AQ_RES_GLOBAL_RSS, 0, a),
		 ICE_MP_AQ_RC_EINVAL);
}

TEST(table_indexes_are_within_the_table)
{
	static const struct {
		uint8_t type;
		uint16_t size;
	} t[] = {
		{ ICE_MP_AQ_RES_FD_PROF, 128 }, { ICE_MP_AQ_RES_HASH_PROF, 128 },
		{ ICE_MP_AQ_RES_FD_TCAM, 512 }, { ICE_MP_AQ_RES_HASH_TCAM, 512 },
	};
	uint16_t a[512] = { 0 };
	unsigned int i;

	ctl_open(1);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		CHECK_EQ(res_cmd(ICE_MP_AQ_ALLOC_RES, t[i].type, t[i].size, a), 0);
		CHECK_EQ(a[t[i].size - 1], t[i].size - 1);
		CHECK_EQ(res_cmd(ICE_MP_AQ_ALLOC_RES, t[i].type, 1, a), ICE_MP_AQ_RC_ENOSPC);
	}
}

/* Of flow director filters there is one element, however many they are. */
static uint16_t
fd_cmd(uint16_t opcode, uint8_t type, uint16_t filters)
{
	struct ice_mp_aq_desc d = aq_desc(opcode);
	uint16_t b[] = { type, filters, 0 };	/* as struct ice_mp_aq_res */

	PARAMS(d, ice_mp_aqc_alloc_free_res)->num_entries = 1;
	return aq_cmd(&d, b, sizeof(b), true);
}

/* A Linux PF looks after a reset whether it has to ask for its filters again. */
TEST(flow_director_filters_granted)
{
	const uint16_t max = ICC_FD_FILTERS;

	ctl_open(1);
	CHECK_EQ(rd32(PFQF_FD_SIZE), 0);
	CHECK_EQ(fd_cmd(ICE_MP_AQ_ALLOC_RES, ICE_MP_AQ_RES_FD_GUAR, 1000), 0);
	CHECK_EQ(fd_cmd(ICE_MP_AQ_ALLOC_RES, ICE_MP_AQ_RES_FD_SHARED, max), 0);
	CHECK_EQ(rd32(PFQF_FD_SIZE), 1000 | (uint32_t)max << 16);
	CHECK_EQ(fd_cmd(ICE_MP_AQ_ALLOC_RES, ICE_MP_AQ_RES_FD_GUAR, max - 999),
		 ICE_MP_AQ_RC_ENOSPC);
	CHECK_EQ(fd_cmd(ICE_MP_AQ_FREE_RES, ICE_MP_AQ_RES_FD_GUAR, 600), 0);
	CHECK_EQ(rd32(PFQF_FD_SIZE), 400 | (uint32_t)max << 16);
	CHECK_EQ(rd32(GLQF_FD_CNT), 0);
	env_pfr();
	CHECK_EQ(rd32(PFQF_FD_SIZE), 0);
}

TEST(resource_freed_twice)
{
	uint16_t a[2] = { 0 };

	ctl_open(1);
	CHECK_EQ(res_cmd(ICE_MP_AQ_ALLOC_RES, ICE_MP_AQ_RES_VSI_LIST_REP, 1, a), 0);
	/* One of the two is not held: neither goes. */
	a[1] = 9;
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(res_cmd(ICE_MP_AQ_FREE_RES, ICE_MP_AQ_RES_VSI_LIST_REP,
						 2, a), ICE_MP_AQ_RC_ENOENT));
	CHECK(state_has("\"lists\":1,"));
	CHECK_EQ(res_cmd(ICE_MP_AQ_FREE_RES, ICE_MP_AQ_RES_VSI_LIST_REP, 1, a), 0);
	CHECK(state_has("\"lists\":0,"));
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(res_cmd(ICE_MP_AQ_FREE_RES, ICE_MP_AQ_RES_VSI_LIST_REP,
						 1, a), ICE_MP_AQ_RC_ENOENT));
	a[0] = 0xFFFF;
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(res_cmd(ICE_MP_AQ_FREE_RES, ICE_MP_AQ_RES_VSI_LIST_REP,
						 1, a), ICE_MP_AQ_RC_ENOENT));
}

/* Linux ice gives its counters back when it goes, even those that a reset took. */
TEST(counters_freed_after_a_reset)
{
	uint16_t a[2] = { 0 };

	ctl_open(1);
	CHECK_EQ(res_cmd(ICE_MP_AQ_ALLOC_RES, ICE_MP_AQ_RES_FD_COUNTER, 1, a), 0);
	CHECK_EQ(res_cmd(ICE_MP_AQ_FREE_RES, ICE_MP_AQ_RES_FD_COUNTER, 1, a), 0);
	CHECK_EQ(res_cmd(ICE_MP_AQ_FREE_RES, ICE_MP_AQ_RES_FD_COUNTER, 1, a),
		 ICE_MP_AQ_RC_ENOENT);
	CHECK_EQ(ice_core_violations(E.core), 0);
}

TEST(rule_added_and_removed)
{
	union rule_buf a, b;
	uint16_t v;

	ctl_open(2);
	DO(v = vsi(1, 0, 1));
	mac_rule(&a, v, v, MAC);
	CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, &a, sizeof(a), 1), 0);
	/* The same again is a rule of its own. */
	mac_rule(&b, v, v, MAC);
	CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, &b, sizeof(b), 1), 0);
	CHECK(a.r.index != b.r.index);
	CHECK(state_has("\"rules\":2,"));
	memset(b.r.hdr, 0, ICE_MP_AQ_SW_DUMMY_HDR_LEN);
	b.r.hdr_len = 0;
	CHECK_EQ(rules_cmd(ICE_MP_AQ_REMOVE_SW_RULES, &b.r, sizeof(b.r), 1), 0);
	CHECK_EQ(rules_cmd(ICE_MP_AQ_REMOVE_SW_RULES, &b.r, sizeof(b.r), 1),
		 ICE_MP_AQ_RC_ENOENT);
	CHECK_EQ(b.r.status, ICE_MP_AQ_RC_ENOENT);
	b.r.index = 0xFFFF;
	CHECK_EQ(rules_cmd(ICE_MP_AQ_REMOVE_SW_RULES, &b.r, sizeof(b.r), 1),
		 ICE_MP_AQ_RC_ENOENT);
	CHECK_EQ(rules_cmd(ICE_MP_AQ_UPDATE_SW_RULES, &b.r, sizeof(b.r), 1),
		 ICE_MP_AQ_RC_ENOENT);
	CHECK(state_has("\"rules\":1,"));
}

TEST(rule_that_leaves_its_port)
{
	union rule_buf r;
	uint16_t a, b;

	ctl_open(2);
	DO(a = vsi(0, 0, 1));
	DO(b = vsi(1, 1, 1));
	mac_rule(&r, a, b, MAC);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, &r, sizeof(r), 1),
					 ICE_MP_AQ_RC_EINVAL));
	r.r.type = ICE_MP_AQ_SW_RULE_LKUP_RX;
	r.r.src = 0;
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, &r, sizeof(r), 1),
					 ICE_MP_AQ_RC_EINVAL));
	CHECK(state_has("\"rules\":0,"));
	r.r.src = 1;
	CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, &r, sizeof(r), 1), 0);
	/* An update is no way around. */
	r.r.src = 0;
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(rules_cmd(ICE_MP_AQ_UPDATE_SW_RULES, &r, sizeof(r), 1),
					 ICE_MP_AQ_RC_EINVAL));
	CHECK_EQ(E.core->rule[r.r.index].lport, 1);
}

TEST(rule_of_what_is_not_there)
{
	union rule_buf r;
	uint16_t v;

	ctl_open(2);
	DO(v = vsi(0, 0, 1));
	mac_rule(&r, v, 99, MAC);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, &r, sizeof(r), 1),
					 ICE_MP_AQ_RC_EINVAL));
	mac_rule(&r, 99, v, MAC);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, &r, sizeof(r), 1),
					 ICE_MP_AQ_RC_EINVAL));
	mac_rule(&r, 2, v, MAC);
	r.r.type = ICE_MP_AQ_SW_RULE_LKUP_RX;
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, &r, sizeof(r), 1),
					 ICE_MP_AQ_RC_EINVAL));
	/* Its low byte is a port, it is none. */
	r.r.src = 0x100;
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, &r, sizeof(r), 1),
					 ICE_MP_AQ_RC_EINVAL));
	mac_rule(&r, v, v, MAC);
	r.r.recipe = ICE_MP_RECIPE_LAST + 1;
	CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, &r, sizeof(r), 1), ICE_MP_AQ_RC_EINVAL);
	mac_rule(&r, v, 3, MAC);
	r.r.act |= ICE_MP_ACT_VSI_LIST;
	CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, &r, sizeof(r), 1), ICE_MP_AQ_RC_EINVAL);
	CHECK(state_has("\"rules\":0,"));
}

TEST(rules_that_do_not_fit_their_buffer)
{
	union rule_buf r[2];
	uint16_t v;

	ctl_open(1);
	DO(v = vsi(0, 0, 1));
	mac_rule(&r[0], v, v, MAC);
	mac_rule(&r[1], v, v, MAC);
	/* The second is malformed: the first is not added either. */
	r[1].r.hdr_len = ICE_MP_AQ_SW_DUMMY_HDR_LEN + 1;
	BREACH(ICC_BR_AQ_DESC, CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, r, sizeof(r), 2),
					ICE_MP_AQ_RC_EINVAL));
	r[1].r.hdr_len = ICE_MP_AQ_SW_DUMMY_HDR_LEN;
	BREACH(ICC_BR_AQ_DESC, CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, r, sizeof(r), 3),
					ICE_MP_AQ_RC_EINVAL));
	r[0].r.type = 7;
	BREACH(ICC_BR_AQ_DESC, CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, r, sizeof(r), 1),
					ICE_MP_AQ_RC_EINVAL));
	CHECK(state_has("\"rules\":0,"));
}

TEST(rules_at_odd_places)
{
	uint8_t buf[2 * sizeof(union rule_buf) + 1];
	union rule_buf r;
	uint16_t v, index;

	ctl_open(1);
	DO(v = vsi(0, 0, 1));
	memset(buf, 0, sizeof(buf));
	mac_rule(&r, v, v, MAC);
	r.r.hdr_len++;
	memcpy(buf, &r, sizeof(r));
	r.r.hdr_len--;
	memcpy(buf + sizeof(r) + 1, &r, sizeof(r));
	CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, buf, sizeof(buf), 2), 0);
	CHECK(state_has("\"rules\":2,"));
	memcpy(&index, buf + sizeof(r) + 1 + 12, sizeof(index));
	CHECK_EQ(index, 1);
	CHECK_EQ(memcmp(E.core->rule[1].da, MAC, 6), 0);
}

TEST(each_rule_has_its_status)
{
	union rule_buf r[3];
	uint16_t v;

	ctl_open(1);
	DO(v = vsi(0, 0, 1));
	mac_rule(&r[0], v, v, MAC);
	mac_rule(&r[1], v, v, MAC);
	r[1].r.recipe = 77;
	mac_rule(&r[2], v, v, MAC);
	CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, r, sizeof(r), 3), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(r[0].r.status, 0);
	CHECK_EQ(r[1].r.status, ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(r[2].r.status, 0);
	CHECK(state_has("\"rules\":2,"));
}

TEST(rules_cleared_at_once)
{
	union rule_buf r;
	uint16_t v;

	ctl_open(1);
	DO(v = vsi(0, 0, 1));
	mac_rule(&r, v, v, MAC);
	CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, &r, sizeof(r), 1), 0);
	CHECK_EQ(cmd_byte0(ICE_MP_AQ_CLEAR_PF_CFG, 0), 0);
	CHECK(state_has("\"vsis\":1,\"rules\":0,"));
	CHECK_EQ(rules_cmd(ICE_MP_AQ_REMOVE_SW_RULES, &r, sizeof(r), 1), ICE_MP_AQ_RC_ENOENT);
}

TEST(vsi_lists)
{
	uint16_t l = 0, v;

	ctl_open(1);
	DO(v = vsi(0, 0, 1));
	CHECK_EQ(list_edit(ICE_MP_AQ_SW_RULE_VSI_LIST_SET, 0, v), ICE_MP_AQ_RC_ENOENT);
	CHECK_EQ(res_cmd(ICE_MP_AQ_ALLOC_RES, ICE_MP_AQ_RES_VSI_LIST_REP, 1, &l), 0);
	CHECK_EQ(list_edit(ICE_MP_AQ_SW_RULE_VSI_LIST_SET, l, v), 0);
	CHECK_EQ(E.core->list[l].vsis[v / 64], 1ull << (v % 64));
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(list_edit(ICE_MP_AQ_SW_RULE_VSI_LIST_SET, l, v + 1),
					 ICE_MP_AQ_RC_EINVAL));
	CHECK_EQ(list_edit(ICE_MP_AQ_SW_RULE_VSI_LIST_CLEAR, l, 768), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(list_edit(ICE_MP_AQ_SW_RULE_VSI_LIST_SET, 256, v), ICE_MP_AQ_RC_ENOENT);
	CHECK_EQ(list_edit(ICE_MP_AQ_SW_RULE_VSI_LIST_CLEAR, l, v), 0);
	CHECK_EQ(E.core->list[l].vsis[v / 64], 0);
}

TEST(rss_key)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_SET_RSS_KEY);
	uint8_t key[ICE_MP_RSS_KEY_SIZE], got[ICE_MP_RSS_KEY_SIZE];
	uint16_t a, b, i;

	ctl_open(2);
	DO(a = vsi(0, 0, 1));
	DO(b = vsi(1, 1, 1));
	for (i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)(i + 1);
	PARAMS(d, ice_mp_aqc_rss)->vsi_num = a | ICE_MP_AQ_VSI_NUM_VALID;
	CHECK_EQ(aq_cmd(&d, key, sizeof(key), true), 0);
	d = aq_desc(ICE_MP_AQ_GET_RSS_KEY);
	PARAMS(d, ice_mp_aqc_rss)->vsi_num = a | ICE_MP_AQ_VSI_NUM_VALID;
	CHECK_EQ(aq_cmd(&d, got, sizeof(got), false), 0);
	CHECK_EQ(memcmp(got, key, sizeof(key)), 0);
	/* The other VSI has its own; one that is not there has none. */
	PARAMS(d, ice_mp_aqc_rss)->vsi_num = b | ICE_MP_AQ_VSI_NUM_VALID;
	CHECK_EQ(aq_cmd(&d, got, sizeof(got), false), 0);
	CHECK_EQ(got[0], 0);
	PARAMS(d, ice_mp_aqc_rss)->vsi_num = 99 | ICE_MP_AQ_VSI_NUM_VALID;
	BREACH(ICC_BR_AQ_PARAM,
	       CHECK_EQ(aq_cmd(&d, got, sizeof(got), false), ICE_MP_AQ_RC_ENOENT));
}

TEST(rss_tables)
{
	uint8_t lut[2048], got[2048];
	uint16_t a, b, i;

	ctl_open(2);
	DO(a = vsi(0, 0, 1));
	DO(b = vsi(1, 1, 1));
	for (i = 0; i < sizeof(lut); i++)
		lut[i] = (uint8_t)(i * 3 + 1);
	CHECK_EQ(lut_cmd(ICE_MP_AQ_SET_RSS_LUT, a, ICE_MP_AQ_RSS_LUT_TYPE_VSI, lut, 64), 0);
	CHECK_EQ(lut_cmd(ICE_MP_AQ_GET_RSS_LUT, a, ICE_MP_AQ_RSS_LUT_TYPE_VSI, got, 64), 0);
	CHECK_EQ(memcmp(got, lut, 64), 0);
	CHECK_EQ(lut_cmd(ICE_MP_AQ_GET_RSS_LUT, b, ICE_MP_AQ_RSS_LUT_TYPE_VSI, got, 64), 0);
	CHECK_EQ(got[0], 0);
	CHECK_EQ(lut_cmd(ICE_MP_AQ_SET_RSS_LUT, a, ICE_MP_AQ_RSS_LUT_TYPE_VSI, lut, 63),
		 ICE_MP_AQ_RC_EINVAL);
	/* A PF table of 512 repeats up to 2048. */
	CHECK_EQ(lut_cmd(ICE_MP_AQ_SET_RSS_LUT, a, ICE_MP_AQ_RSS_LUT_TYPE_PF |
			 ICE_MP_AQ_RSS_LUT_SIZE_512 << ICE_MP_AQ_RSS_LUT_SIZE_S, lut, 512), 0);
	CHECK_EQ(lut_cmd(ICE_MP_AQ_GET_RSS_LUT, b, ICE_MP_AQ_RSS_LUT_TYPE_PF |
			 ICE_MP_AQ_RSS_LUT_SIZE_2048 << ICE_MP_AQ_RSS_LUT_SIZE_S, got, 2048), 0);
	for (i = 0; i < 2048; i++)
		CHECK_EQ(got[i], lut[i % 512]);
	/* Stock drivers ask without a size: as much as their buffer holds. */
	memset(got, 0xEE, sizeof(got));
	CHECK_EQ(lut_cmd(ICE_MP_AQ_GET_RSS_LUT, a, ICE_MP_AQ_RSS_LUT_TYPE_PF, got, 512), 0);
	CHECK_EQ(memcmp(got, lut, 512), 0);
	CHECK_EQ(got[512], 0xEE);
	CHECK_EQ(lut_cmd(ICE_MP_AQ_SET_RSS_LUT, a, ICE_MP_AQ_RSS_LUT_TYPE_PF |
			 3u << ICE_MP_AQ_RSS_LUT_SIZE_S, lut, 512), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(lut_cmd(ICE_MP_AQ_SET_RSS_LUT, a, 3, lut, 512), ICE_MP_AQ_RC_EINVAL);
}

TEST(rss_table_of_everybody)
{
	const uint16_t flags = ICE_MP_AQ_RSS_LUT_TYPE_GLOBAL |
		ICE_MP_AQ_RSS_LUT_SIZE_512 << ICE_MP_AQ_RSS_LUT_SIZE_S;
	uint8_t lut[2048];
	uint16_t v, idx = 0;

	ctl_open(1);
	DO(v = vsi(0, 0, 1));
	memset(lut, 7, sizeof(lut));
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(lut_cmd(ICE_MP_AQ_SET_RSS_LUT, v, flags, lut, 512),
					 ICE_MP_AQ_RC_EINVAL));
	CHECK_EQ(res_cmd(ICE_MP_AQ_ALLOC_RES, ICE_MP_AQ_RES_GLOBAL_RSS, 1, &idx), 0);
	CHECK_EQ(lut_cmd(ICE_MP_AQ_SET_RSS_LUT, v, flags, lut, 512), 0);
	/* Its index is looked at, and it has 512 entries. */
	BREACH(ICC_BR_AQ_PARAM,
	       CHECK_EQ(lut_cmd(ICE_MP_AQ_SET_RSS_LUT, v, flags |
				1u << ICE_MP_AQ_RSS_GBL_LUT_S, lut, 512), ICE_MP_AQ_RC_EINVAL));
	CHECK_EQ(lut_cmd(ICE_MP_AQ_SET_RSS_LUT, v, ICE_MP_AQ_RSS_LUT_TYPE_GLOBAL |
			 ICE_MP_AQ_RSS_LUT_SIZE_2048 << ICE_MP_AQ_RSS_LUT_SIZE_S, lut, 2048),
		 ICE_MP_AQ_RC_EINVAL);
}

HARNESS_MAIN
