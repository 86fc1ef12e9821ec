/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Switching on a port between the wire, the PF and VFs; what a VF may send.
 */

#include "vf_lane.h"

static const uint8_t out[6] = { 0x02, 0xEE, 0, 0, 0, 0x99 };	/* beyond the wire */
static const uint8_t bcast[6] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };
static const uint8_t group[6] = { 0x01, 0x00, 0x5E, 0, 0, 7 };
/* A, B: VFs of port 1; X: a VF of port 0; F: the PF's VSI of port 1. */
static struct lane A, B, X, F;
static uint8_t f[512];

static void
setup(void)
{
	vf_open(2, 3);
	DO(lane_up(&F, LANE_PF, 1); lane_up(&A, 0, 1); lane_up(&B, 1, 1); lane_up(&X, 2, 0));
}

/* Who has got one frame: bits as they are named. */
#define TO_F	0x1u
#define TO_A	0x2u
#define TO_B	0x4u
#define TO_X	0x8u
#define TO_WIRE	0x10u

static unsigned int
got(void)
{
	struct lane *l[] = { &F, &A, &B, &X };
	unsigned int i, who = 0;

	for (i = 0; i < 4; i++) {
		who |= lane_get(l[i]) ? 1u << i : 0;
		/* Never twice. */
		if (lane_get(l[i]))
			who |= 1u << (8 + i);
	}
	for (i = 0; i < E.nb_tx; i++)
		who |= E.tx[i].lport == 1 ? TO_WIRE : 1u << 12;
	env_clear_tx();
	return who;
}

static unsigned int
send(struct lane *l, const uint8_t *da)
{
	frame(f, 64, da, l->mac, 0x33);
	lane_send(l, f, 64);
	return got();
}

static unsigned int
arrive(const uint8_t *da)
{
	frame(f, 64, da, out, 0x44);
	wire(1, f, 64);
	return got();
}

/* ---- who gets what ---- */

TEST(unicast)
{
	DO(setup());
	CHECK_EQ(send(&A, B.mac), TO_B);
	CHECK_EQ(send(&B, A.mac), TO_A);
	CHECK_EQ(send(&A, F.mac), TO_F);
	CHECK_EQ(send(&F, B.mac), TO_B);
	CHECK_EQ(send(&A, out), TO_WIRE);
	CHECK_EQ(send(&F, out), TO_WIRE);
	/* To itself: it goes out, not back. */
	CHECK_EQ(send(&A, A.mac), TO_WIRE);
	/* An address of another port is one beyond the wire. */
	CHECK_EQ(send(&A, X.mac), TO_WIRE);
	CHECK_EQ(arrive(B.mac), TO_B);
	CHECK_EQ(arrive(X.mac), 0);
}

/* What comes back from a neighbour says so; what comes off the wire does not. */
TEST(loopback_is_marked)
{
	DO(setup());
	frame(f, 64, B.mac, A.mac, 0x33);
	lane_send(&A, f, 64);
	CHECK(lane_get(&B));
	CHECK(L.qw[1] & 1u << 14);
	frame(f, 64, B.mac, out, 0x33);
	wire(1, f, 64);
	CHECK(lane_get(&B));
	CHECK_EQ(L.qw[1] & 1u << 14, 0);
}

TEST(a_vsi_that_may_not_loop_back)
{
	struct ice_mp_aq_vsi_ctx c;

	DO(setup());
	memset(&c, 0, sizeof(c));
	c.sw_id = 1;
	c.sw_flags2 = ICE_MP_VSI_SW2_LAN_ENA;
	lane_update(&A, &c, ICE_MP_VSI_VALID_SW);
	CHECK_EQ(send(&A, B.mac), TO_WIRE);
	CHECK_EQ(send(&B, A.mac), TO_A);
	/* Nor out. */
	c.sw_flags2 = 0;
	c.sw_flags = ICE_MP_VSI_SW_ALLOW_LB;
	lane_update(&A, &c, ICE_MP_VSI_VALID_SW);
	CHECK_EQ(send(&A, out), 0);
	CHECK_EQ(send(&A, B.mac), TO_B);
}

TEST(broadcast_and_multicast)
{
	DO(setup());
	lane_mac(&F, bcast);
	lane_mac(&A, bcast);
	lane_mac(&B, bcast);
	lane_mac(&X, bcast);
	lane_mac(&B, group);
	CHECK_EQ(send(&A, bcast), TO_F | TO_B | TO_WIRE);
	CHECK_EQ(send(&F, bcast), TO_A | TO_B | TO_WIRE);
	CHECK_EQ(arrive(bcast), TO_F | TO_A | TO_B);
	CHECK_EQ(send(&A, group), TO_B | TO_WIRE);
	CHECK_EQ(send(&B, group), TO_WIRE);
	CHECK_EQ(arrive(group), TO_B);
	CHECK_EQ(rd32(GLV_BPRCL + 8 * B.vsi), 3);
	CHECK_EQ(rd32(GLV_MPRCL + 8 * B.vsi), 2);
	CHECK_EQ(rd32(GLV_BPTCL + 8 * A.vsi), 1);
	CHECK_EQ(rd32(GLV_MPTCL + 8 * B.vsi), 1);
}

/* One rule for several VSIs, which joins and leaves: as Linux does it. */
TEST(a_list_of_vsis)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_ALLOC_RES);
	uint16_t res[3] = { ICE_MP_AQ_RES_VSI_LIST_REP, 1, 0 };
	uint16_t set[6] = { ICE_MP_AQ_SW_RULE_VSI_LIST_SET, 0, 0, 2, 0, 0 };
	uint16_t clear[5] = { ICE_MP_AQ_SW_RULE_VSI_LIST_CLEAR, 0, 0, 1, 0 };
	union rule_buf b;

	DO(setup());
	PARAMS(d, ice_mp_aqc_alloc_free_res)->num_entries = 1;
	CHECK_EQ(aq_cmd(&d, res, sizeof(res), true), 0);
	set[2] = clear[2] = res[2];
	set[4] = A.vsi;
	set[5] = B.vsi;
	CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, set, sizeof(set), 1), 0);
	mac_rule(&b, A.vsi, A.vsi, group);
	b.r.act |= ICE_MP_ACT_LAN_ENABLE;
	CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, &b, sizeof(b), 1), 0);
	CHECK_EQ(arrive(group), TO_A);
	/* 0x02A1: the same rule, now about the list. */
	b.r.act = ICE_MP_ACT_VALID | ICE_MP_ACT_LB_ENABLE | ICE_MP_ACT_LAN_ENABLE |
		  ICE_MP_ACT_VSI_LIST | (uint32_t)res[2] << ICE_MP_ACT_VSI_ID_S;
	CHECK_EQ(rules_cmd(ICE_MP_AQ_UPDATE_SW_RULES, &b, sizeof(b), 1), 0);
	CHECK_EQ(arrive(group), TO_A | TO_B);
	CHECK_EQ(send(&F, group), TO_A | TO_B | TO_WIRE);
	CHECK_EQ(send(&A, group), TO_B | TO_WIRE);
	clear[4] = A.vsi;
	CHECK_EQ(rules_cmd(ICE_MP_AQ_UPDATE_SW_RULES, clear, sizeof(clear), 1), 0);
	CHECK_EQ(arrive(group), TO_B);
}

/* Promiscuous for what comes in, and for what VSIs of the port send. */
TEST(promiscuous)
{
	static const uint8_t uc[6] = { 0x02 }, mc[6] = { 0x03 };

	DO(setup());
	CHECK_EQ(rule_add(ICE_MP_AQ_SW_RULE_LKUP_RX, ICE_MP_RECIPE_PROMISC, 1, uc, 0,
			  act_fwd(B.vsi)), 0);
	CHECK_EQ(arrive(A.mac), TO_A | TO_B);
	CHECK_EQ(arrive(out), TO_B);
	CHECK_EQ(arrive(group), 0);
	CHECK_EQ(send(&A, F.mac), TO_F);
	CHECK_EQ(rule_add(ICE_MP_AQ_SW_RULE_LKUP_RX, ICE_MP_RECIPE_PROMISC, 1, mc, 0,
			  act_fwd(B.vsi)), 0);
	CHECK_EQ(arrive(group), TO_B);
	CHECK_EQ(rule_add(ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_PROMISC, B.vsi, uc, 0,
			  act_fwd(B.vsi) | ICE_MP_ACT_LAN_ENABLE), 0);
	/* It hears both, and what is local stays local. */
	CHECK_EQ(send(&A, F.mac), TO_F | TO_B);
	CHECK_EQ(send(&A, out), TO_B | TO_WIRE);
	CHECK_EQ(send(&B, out), TO_WIRE);
	CHECK_EQ(send(&X, out), 1u << 12);
	CHECK_EQ(send(&A, group), TO_WIRE);
	CHECK_EQ(rule_add(ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_PROMISC, B.vsi, mc, 0,
			  act_fwd(B.vsi) | ICE_MP_ACT_LAN_ENABLE), 0);
	CHECK_EQ(send(&A, group), TO_B | TO_WIRE);
}

TEST(default_vsi)
{
	DO(setup());
	CHECK_EQ(rule_add(ICE_MP_AQ_SW_RULE_LKUP_RX, ICE_MP_RECIPE_DFLT, 1, NULL, 0,
			  act_fwd(F.vsi)), 0);
	CHECK_EQ(arrive(out), TO_F);
	CHECK_EQ(arrive(A.mac), TO_A);
	CHECK_EQ(send(&A, out), TO_WIRE);
	CHECK_EQ(rule_add(ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_DFLT, F.vsi, NULL, 0,
			  act_fwd(F.vsi) | ICE_MP_ACT_LAN_ENABLE), 0);
	CHECK_EQ(send(&A, out), TO_F | TO_WIRE);
	CHECK_EQ(send(&A, B.mac), TO_B);
	CHECK_EQ(send(&F, out), TO_WIRE);
}

/* ---- what a VF may send ---- */

TEST(spoofed_sources)
{
	static const uint8_t extra[6] = { 0x02, 0xAD, 0, 0, 0, 1 };
	struct ice_mp_aq_vsi_ctx c;

	DO(setup());
	memset(&c, 0, sizeof(c));
	c.sec_flags = ICE_MP_VSI_SEC_MAC_ANTI_SPOOF;
	lane_update(&A, &c, ICE_MP_VSI_VALID_SECURITY);
	CHECK_EQ(send(&A, out), TO_WIRE);
	frame(f, 64, out, B.mac, 1);
	lane_send(&A, f, 64);
	CHECK_EQ(got(), 0);
	frame(f, 64, B.mac, out, 1);
	lane_send(&A, f, 64);
	CHECK_EQ(got(), 0);
	/* Not even if it listens to that group. */
	lane_mac(&A, group);
	frame(f, 64, out, group, 1);
	lane_send(&A, f, 64);
	CHECK_EQ(got(), 0);
	CHECK_EQ(rd32(GLV_TEPC(A.vsi)), 3);
	CHECK_EQ(rd32(GLV_UPTCL + 8 * A.vsi), 1);
	/* Every address that it was given. */
	lane_mac(&A, extra);
	frame(f, 64, out, extra, 1);
	lane_send(&A, f, 64);
	CHECK_EQ(got(), TO_WIRE);
	/* The neighbour is not checked. */
	frame(f, 64, out, A.mac, 1);
	lane_send(&B, f, 64);
	CHECK_EQ(got(), TO_WIRE);
	c.sec_flags = 0;
	lane_update(&A, &c, ICE_MP_VSI_VALID_SECURITY);
	frame(f, 64, out, B.mac, 1);
	lane_send(&A, f, 64);
	CHECK_EQ(got(), TO_WIRE);
}

/* Membership of `l` in a VLAN, through a list of its own. */
static void
vlan(const struct lane *l, uint16_t vid)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_ALLOC_RES);
	uint16_t res[3] = { ICE_MP_AQ_RES_VSI_LIST_PRUNE, 1, 0 };
	uint16_t set[5] = { ICE_MP_AQ_SW_RULE_PRUNE_LIST_SET, 0, 0, 1, l->vsi };

	PARAMS(d, ice_mp_aqc_alloc_free_res)->num_entries = 1;
	CHECK_EQ(aq_cmd(&d, res, sizeof(res), true), 0);
	set[2] = res[2];
	CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, set, sizeof(set), 1), 0);
	CHECK_EQ(rule_add(ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_VLAN, l->vsi, NULL, vid,
			  ICE_MP_ACT_PRUNE | ICE_MP_ACT_VSI_LIST | ICE_MP_ACT_PRUNE_EGRESS |
			  ICE_MP_ACT_PRUNE_INGRESS | (uint32_t)res[2] << ICE_MP_ACT_VSI_ID_S), 0);
}

static void
sections(const struct lane *l, uint8_t sw2, uint8_t sec, uint8_t vlan_flags, uint16_t pvid)
{
	struct ice_mp_aq_vsi_ctx c;

	memset(&c, 0, sizeof(c));
	c.sw_id = l->lport;
	c.sw_flags = ICE_MP_VSI_SW_ALLOW_LB;
	c.sw_flags2 = ICE_MP_VSI_SW2_LAN_ENA | sw2;
	c.sec_flags = sec;
	c.inner_vlan_flags = vlan_flags;
	c.port_based_inner_vlan = pvid;
	lane_update(l, &c, ICE_MP_VSI_VALID_SW | ICE_MP_VSI_VALID_SECURITY |
		    ICE_MP_VSI_VALID_VLAN);
}

TEST(vlan_membership)
{
	const uint8_t all = ICE_MP_VSI_VLAN_TX_ALL | ICE_MP_VSI_VLAN_EMODE_NOTHING;

	DO(setup());
	DO(sections(&A, ICE_MP_VSI_SW2_RX_VLAN_PRUNE, ICE_MP_VSI_SEC_TX_VLAN_PRUNE, all, 0));
	DO(vlan(&A, 100); vlan(&B, 200));
	tagged(f, 80, A.mac, out, 100);
	wire(1, f, 80);
	CHECK_EQ(got(), TO_A);
	tagged(f, 80, A.mac, out, 200);
	wire(1, f, 80);
	CHECK_EQ(got(), 0);
	tagged(f, 80, A.mac, B.mac, 200);
	lane_send(&B, f, 80);
	CHECK_EQ(got(), 0);
	tagged(f, 80, out, A.mac, 200);
	lane_send(&A, f, 80);
	CHECK_EQ(got(), 0);
	tagged(f, 80, out, A.mac, 100);
	lane_send(&A, f, 80);
	CHECK_EQ(got(), TO_WIRE);
	/* Without a VLAN there is nothing to prune. */
	CHECK_EQ(arrive(A.mac), TO_A);
	CHECK_EQ(send(&A, out), TO_WIRE);
}

#define PORT_VLAN	(ICE_MP_VSI_VLAN_TX_UNTAGGED | ICE_MP_VSI_VLAN_INSERT_PVID | \
			 ICE_MP_VSI_VLAN_EMODE_STR)

TEST(port_vlan)
{
	uint8_t want[512];

	DO(setup());
	DO(sections(&A, ICE_MP_VSI_SW2_RX_VLAN_PRUNE, ICE_MP_VSI_SEC_TX_VLAN_PRUNE, PORT_VLAN,
		    0xA064));
	DO(vlan(&A, 100));
	/* Its frames get the tag, priority and all. */
	frame(f, 100, out, A.mac, 0x33);
	memcpy(want, f, 12);
	memcpy(want + 12, "\x81\x00\xA0\x64", 4);
	memcpy(want + 16, f + 12, 88);
	lane_send(&A, f, 100);
	CHECK_EQ(E.nb_tx, 1);
	CHECK_EQ(E.tx[0].len, 104);
	CHECK(memcmp(E.tx[0].data, want, 104) == 0);
	CHECK_EQ(got(), TO_WIRE);
	/* What it gets has lost it, and nothing says that there was one. */
	tagged(f, 80, A.mac, out, 100);
	wire(1, f, 80);
	CHECK(lane_get(&A));
	CHECK_EQ(L.len, 76);
	CHECK_EQ(L.qw[1] & 4, 0);
	CHECK_EQ(L.data[12] << 8 | L.data[13], 0x88B5);
	/* Frames of other VLANs, and of none, are not for it. */
	tagged(f, 80, A.mac, out, 101);
	wire(1, f, 80);
	CHECK_EQ(got(), 0);
	CHECK_EQ(arrive(A.mac), 0);
	CHECK_EQ(send(&B, A.mac), 0);
	/* It cannot tag by itself, nor have the device do so. */
	tagged(f, 80, out, A.mac, 100);
	lane_send(&A, f, 80);
	CHECK_EQ(got(), 0);
	frame(f, 64, out, A.mac, 1);
	lane_put(&A, f, 64)->qw1 |= (uint64_t)ICE_MP_TXD_CMD_IL2TAG1 << ICE_MP_TXD_CMD_S |
				    100ull << ICE_MP_TXD_L2TAG1_S;
	lane_bell(&A, true);
	env_run();
	CHECK_EQ(got(), 0);
	CHECK_EQ(rd32(GLV_TEPC(A.vsi)), 2);
	/* Two in one port VLAN talk as if there were none. */
	DO(sections(&B, ICE_MP_VSI_SW2_RX_VLAN_PRUNE, 0, PORT_VLAN, 100));
	DO(vlan(&B, 100));
	frame(f, 64, B.mac, A.mac, 0x21);
	lane_send(&A, f, 64);
	CHECK(lane_get(&B));
	CHECK_EQ(L.len, 64);
	CHECK(memcmp(L.data, f, 64) == 0);
	CHECK_EQ(got(), 0);
	/* The PF's frames without a tag still reach whoever is in VLAN 0, too. */
	DO(vlan(&A, 0));
	CHECK_EQ(send(&F, A.mac), TO_A);
	CHECK_EQ(send(&F, B.mac), 0);
}

TEST(frames_that_must_have_a_tag)
{
	DO(setup());
	DO(sections(&A, 0, 0, ICE_MP_VSI_VLAN_TX_TAGGED | ICE_MP_VSI_VLAN_EMODE_NOTHING, 0));
	CHECK_EQ(send(&A, out), 0);
	tagged(f, 80, out, A.mac, 5);
	lane_send(&A, f, 80);
	CHECK_EQ(got(), TO_WIRE);
}

/* A tag more must fit, too. */
TEST(port_vlan_of_the_longest_frame)
{
	struct ice_mp_tx_desc *d;
	uint64_t at;

	DO(setup());
	DO(sections(&A, 0, 0, PORT_VLAN, 7));
	at = vf_alloc(0, ICE_MP_MAX_FRAME);
	frame(env_ptr(at, ICE_MP_MAX_FRAME), ICE_MP_MAX_FRAME - 4, out, A.mac, 1);
	d = lane_put(&A, f, 64);
	d->addr = at;
	d->qw1 += (uint64_t)(ICE_MP_MAX_FRAME - 4 - 64) << ICE_MP_TXD_BUF_SZ_S;
	lane_bell(&A, true);
	env_run();
	CHECK_EQ(got(), 0);
	d = lane_put(&A, f, 64);
	d->addr = at;
	d->qw1 += (uint64_t)(ICE_MP_MAX_FRAME - 8 - 64) << ICE_MP_TXD_BUF_SZ_S;
	lane_bell(&A, true);
	env_run();
	CHECK_EQ(E.nb_tx, 1);
	CHECK_EQ(E.tx[0].len, ICE_MP_MAX_FRAME - 4);
	CHECK_EQ(got(), TO_WIRE);
}

/* Only the PF's own may override the switch. */
TEST(destination_override)
{
	struct ice_mp_tx_desc *c;

	DO(setup());
	frame(f, 64, out, A.mac, 1);
	c = env_ptr(A.tx + A.tx_tail * 16, 16);
	A.tx_tail++;
	c->addr = 0;
	c->qw1 = ICE_MP_TXD_DTYPE_CTX |
		 (uint64_t)ICE_MP_TXC_CMD_SWTCH_VSI << ICE_MP_TXC_CMD_S |
		 (uint64_t)B.vsi << ICE_MP_TXC_MSS_S;
	lane_put(&A, f, 64);
	VF_BREACH(0, lane_bell(&A, true); env_run());
	CHECK_EQ(got(), 0);
}

HARNESS_MAIN
