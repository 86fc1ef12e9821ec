/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * The switch of each port: who gets a frame, and who must not.
 */

#include "data_env.h"

static uint8_t F[2048];
static struct rxq R[8];
static struct txq T;

/* VSIs 10, 11.. with queue n each, on the ports given. */
static void
vsis(unsigned int n, const uint8_t *lports)
{
	unsigned int i;

	env_open(4);
	for (i = 0; i < n; i++) {
		dp_vsi((uint16_t)(10 + i), lports[i], (uint16_t)i, 0);
		rxq_up(&R[i], (uint16_t)i, NULL, 32);
	}
}

/* Which of the first n VSIs got a frame, as a bit mask; takes it away. */
static unsigned int
who(unsigned int n)
{
	unsigned int i, mask = 0;

	for (i = 0; i < n; i++)
		if (rxq_get(&R[i]))
			mask |= 1u << i;
	return mask;
}

static unsigned int
arrives(uint8_t lport, const uint8_t *da, uint16_t vid, unsigned int n)
{
	eth(F, 0, 0x88B5);
	memcpy(F, da, 6);
	if (vid != 0xFFFF) {
		icc_put_be16(F + 12, 0x8100);
		icc_put_be16(F + 14, vid);
		icc_put_be16(F + 16, 0x88B5);
	}
	if (rx(lport, F, 64) != ICE_CORE_RX_DONE)
		test_fail(__FILE__, __LINE__, "not consumed");
	return who(n);
}

static const uint8_t bcast[6] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };
static const uint8_t mcast[6] = { 0x01, 0, 0x5E, 0, 0, 5 };
static const uint8_t other[6] = { 0x02, 9, 9, 9, 9, 9 };

TEST(ports_are_isolated)
{
	static const uint8_t lports[] = { 0, 1, 2, 3 };
	unsigned int i, p;
	uint8_t mac[6];

	vsis(4, lports);
	for (i = 0; i < 4; i++) {
		port_mac(mac, i);
		dp_mac((uint16_t)(10 + i), mac);
		dp_mac((uint16_t)(10 + i), bcast);
	}
	for (p = 0; p < 4; p++) {
		for (i = 0; i < 4; i++) {
			port_mac(mac, i);
			CHECK_EQ(arrives((uint8_t)p, mac, 0xFFFF, 4), p == i ? 1u << i : 0);
		}
		CHECK_EQ(arrives((uint8_t)p, bcast, 0xFFFF, 4), 1u << p);
		CHECK_EQ(arrives((uint8_t)p, other, 0xFFFF, 4), 0);
	}
	/* A rule of port 0 that names port 1's VSI opens nothing. */
	port_mac(mac, 7);
	dp_rule(ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_MAC, 0, 10, mac, fwd(11));
	CHECK_EQ(arrives(0, mac, 0xFFFF, 4), 0);
	/* Nor does a list with VSIs of two ports. */
	dp_list(3, 10, 11, 0xFFFF);
	port_mac(mac, 8);
	dp_rule(ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_MAC, 0, 10, mac,
		fwd(3) | ICE_MP_ACT_VSI_LIST);
	CHECK_EQ(arrives(0, mac, 0xFFFF, 4), 1);
	CHECK_EQ(arrives(1, mac, 0xFFFF, 4), 0);
}

TEST(promiscuous)
{
	static const uint8_t lports[] = { 0, 1 };

	vsis(2, lports);
	CHECK_EQ(arrives(0, other, 0xFFFF, 2), 0);
	dp_promisc(10, 0x02);
	CHECK_EQ(arrives(0, other, 0xFFFF, 2), 1);
	CHECK_EQ(arrives(1, other, 0xFFFF, 2), 0);
	CHECK_EQ(arrives(0, mcast, 0xFFFF, 2), 0);
	CHECK_EQ(arrives(0, bcast, 0xFFFF, 2), 0);
	dp_promisc(10, 0x03);
	CHECK_EQ(arrives(0, mcast, 0xFFFF, 2), 1);
	CHECK_EQ(arrives(0, bcast, 0xFFFF, 2), 0);
	dp_promisc(10, 0xFF);
	CHECK_EQ(arrives(0, bcast, 0xFFFF, 2), 1);
	/* Tx-typed rules are about what is sent. */
	dp_rule(ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_PROMISC, 1, 11, other, fwd(11));
	CHECK_EQ(arrives(1, other, 0xFFFF, 2), 0);
	/* With a VLAN: only there. */
	dp_rule(ICE_MP_AQ_SW_RULE_LKUP_RX, ICE_MP_RECIPE_PROMISC_VLAN, 1, 1, other,
		fwd(11))->vlan = 77;
	CHECK_EQ(arrives(1, other, 0xFFFF, 2), 0);
	CHECK_EQ(arrives(1, other, 78, 2), 0);
	CHECK_EQ(arrives(1, other, 77, 2), 2);
}

TEST(default_vsi_gets_the_rest)
{
	static const uint8_t lports[] = { 0, 0 };
	uint8_t mac[6];

	vsis(2, lports);
	port_mac(mac, 0);
	dp_mac(10, mac);
	dp_rule(ICE_MP_AQ_SW_RULE_LKUP_RX, ICE_MP_RECIPE_DFLT, 0, 0, NULL, fwd(11));
	CHECK_EQ(arrives(0, mac, 0xFFFF, 2), 1);
	CHECK_EQ(arrives(0, other, 0xFFFF, 2), 2);
	CHECK_EQ(arrives(1, other, 0xFFFF, 2), 0);
}

TEST(replicated_to_a_list)
{
	static const uint8_t lports[] = { 0, 0, 0, 1 };
	unsigned int i;

	vsis(4, lports);
	dp_list(0, 10, 11, 12);
	dp_rule(ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_MAC, 0, 10, bcast,
		fwd(0) | ICE_MP_ACT_VSI_LIST);
	dp_mac(11, bcast);	/* matched twice, delivered once */
	CHECK_EQ(arrives(0, bcast, 0xFFFF, 4), 7);
	CHECK_EQ(who(4), 0);
	CHECK_EQ(arrives(1, bcast, 0xFFFF, 4), 0);
	/* Who has no buffer misses his copy, the others do not wait. */
	for (i = 0; i < 40; i++) {
		arrives(0, bcast, 0xFFFF, 2);
		rxq_post(&R[0], 1);
		rxq_post(&R[1], 1);
	}
	CHECK_EQ(rd32(GLV_RDPC(12)), 41 - 32);
	CHECK_EQ(rd32(GLV_RDPC(10)), 0);
	CHECK_EQ(rd32(GLV_BPRCL + 8 * 10), 41);
}

TEST(vlan_pruning)
{
	static const uint8_t lports[] = { 0, 1 };
	uint8_t mac[6];

	vsis(2, lports);
	port_mac(mac, 0);
	dp_mac(10, mac);
	dp_mac(11, mac);
	CHECK_EQ(arrives(0, mac, 100, 2), 1);
	E.core->vsi[10].ctx.sw_flags2 |= ICE_MP_VSI_SW2_RX_VLAN_PRUNE;
	CHECK_EQ(arrives(0, mac, 100, 2), 0);
	CHECK_EQ(arrives(0, mac, 0xFFFF, 2), 1);
	CHECK_EQ(arrives(0, mac, 0xE000, 2), 1);	/* priority tag */
	dp_list(1, 10, 0xFFFF, 0xFFFF);
	dp_vlan(10, 100, 1);
	CHECK_EQ(arrives(0, mac, 100, 2), 1);
	CHECK_EQ(arrives(0, mac, 0xA000 | 100, 2), 1);
	CHECK_EQ(arrives(0, mac, 101, 2), 0);
	/* Membership on one port says nothing of another. */
	E.core->vsi[11].ctx.sw_flags2 |= ICE_MP_VSI_SW2_RX_VLAN_PRUNE;
	CHECK_EQ(arrives(1, mac, 100, 2), 0);
	E.core->list[1].vsis[0] = 0;
	CHECK_EQ(arrives(0, mac, 100, 2), 0);
}

TEST(mac_vlan_and_drop)
{
	static const uint8_t lports[] = { 0, 0 };
	uint8_t mac[6];

	vsis(2, lports);
	port_mac(mac, 0);
	dp_rule(ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_MAC_VLAN, 0, 10, mac,
		fwd(10))->vlan = 5;
	dp_rule(ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_MAC_VLAN, 0, 11, mac,
		fwd(11))->vlan = 6;
	icc_switch_invalidate(E.core);
	CHECK_EQ(arrives(0, mac, 5, 2), 1);
	CHECK_EQ(arrives(0, mac, 6, 2), 2);
	CHECK_EQ(arrives(0, mac, 7, 2), 0);
	CHECK_EQ(arrives(0, mac, 0xFFFF, 2), 0);
	/* A drop rule beats what would have matched; ethertype forwards. */
	dp_mac(10, mac);
	CHECK_EQ(arrives(0, mac, 0xFFFF, 2), 1);
	dp_rule(ICE_MP_AQ_SW_RULE_LKUP_RX, ICE_MP_RECIPE_ETHERTYPE, 0, 0, NULL,
		fwd(11))->ethertype = 0x88B5;
	CHECK_EQ(arrives(0, mac, 0xFFFF, 2), 3);
	dp_rule(ICE_MP_AQ_SW_RULE_LKUP_RX, ICE_MP_RECIPE_ETHERTYPE, 0, 0, NULL,
		ICE_MP_ACT_DROP | ICE_MP_ACT_VALID)->ethertype = 0x88B5;
	CHECK_EQ(arrives(0, mac, 0xFFFF, 2), 0);
}

/* The index follows rules that come and go, and many of them. */
TEST(many_rules)
{
	static const uint8_t lports[] = { 0, 1 };
	unsigned int i;
	uint8_t mac[6];

	vsis(2, lports);
	for (i = 0; i < 4000; i++) {
		memcpy(mac, other, 6);
		icc_put_be16(mac + 4, (uint16_t)i);
		dp_mac(i & 1 ? 11 : 10, mac);
	}
	for (i = 0; i < 4000; i += 37) {
		memcpy(mac, other, 6);
		icc_put_be16(mac + 4, (uint16_t)i);
		CHECK_EQ(arrives(i & 1, mac, 0xFFFF, 2), 1u << (i & 1));
		CHECK_EQ(arrives(!(i & 1), mac, 0xFFFF, 2), 0);
		E.core->rule[i].used = false;
		icc_switch_invalidate(E.core);
		CHECK_EQ(arrives(i & 1, mac, 0xFFFF, 2), 0);
		rxq_post(&R[i & 1], 1);
	}
}

/* Sends from VSI 10. @return mask of VSIs, bit 31: out of the port */
static unsigned int
sends(const uint8_t *da, uint16_t vid, unsigned int n)
{
	unsigned int mask;

	eth(F, 0, 0x88B5);
	memcpy(F, da, 6);
	if (vid != 0xFFFF) {
		icc_put_be16(F + 12, 0x8100);
		icc_put_be16(F + 14, vid);
	}
	env_clear_tx();
	txq_send(&T, F, 64);
	mask = who(n);
	if (E.nb_tx == 1 && E.tx[0].lport == 0)
		mask |= 1u << 31;
	else if (E.nb_tx != 0)
		test_fail(__FILE__, __LINE__, "%u frames, lport %u", E.nb_tx, E.tx[0].lport);
	return mask;
}

TEST(veb)
{
	static const uint8_t lports[] = { 0, 0, 0, 1 };
	const unsigned int wire = 1u << 31;
	uint8_t mac[4][6];
	unsigned int i;

	vsis(4, lports);
	for (i = 0; i < 4; i++) {
		port_mac(mac[i], 0x10 + i);
		dp_mac((uint16_t)(10 + i), mac[i]);
		dp_mac((uint16_t)(10 + i), bcast);
	}
	CHECK_EQ(txq_up(&T, 0, 10, 64), ICE_MP_AQ_RC_OK);
	/* Without loopback allowed all of it goes out. */
	CHECK_EQ(sends(mac[1], 0xFFFF, 4), wire);
	E.core->vsi[10].ctx.sw_flags |= ICE_MP_VSI_SW_ALLOW_LB;
	CHECK_EQ(sends(mac[1], 0xFFFF, 4), 2);
	CHECK_EQ(sends(mac[2], 0xFFFF, 4), 4);
	CHECK_EQ(sends(mac[3], 0xFFFF, 4), wire);	/* another port's */
	CHECK_EQ(sends(other, 0xFFFF, 4), wire);
	CHECK_EQ(sends(bcast, 0xFFFF, 4), wire | 6);
	CHECK_EQ(sends(mac[0], 0xFFFF, 4), wire);	/* never to oneself */
	E.core->vsi[11].ctx.sw_flags2 |= ICE_MP_VSI_SW2_RX_VLAN_PRUNE;
	CHECK_EQ(sends(bcast, 50, 4), wire | 4);
	E.core->vsi[10].ctx.sw_flags2 &= (uint8_t)~ICE_MP_VSI_SW2_LAN_ENA;
	CHECK_EQ(sends(bcast, 0xFFFF, 4), 6);
	CHECK_EQ(sends(other, 0xFFFF, 4), 0);
	E.core->vsi[10].ctx.sw_flags2 |= ICE_MP_VSI_SW2_LAN_ENA;
	/* Drop by ethertype, of this VSI only. */
	dp_rule(ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_ETHERTYPE, 0, 11, NULL,
		ICE_MP_ACT_DROP | ICE_MP_ACT_VALID)->ethertype = 0x88B5;
	CHECK_EQ(sends(other, 0xFFFF, 4), wire);
	E.core->rule[E.core->rule_hi - 1].src = 10;
	CHECK_EQ(sends(other, 0xFFFF, 4), 0);
	CHECK_EQ(rd32(GLV_TEPC(10)), 1);
	E.core->rule[--E.core->rule_hi].used = false;
	icc_switch_invalidate(E.core);
	/* Tx pruning. */
	E.core->vsi[10].ctx.sec_flags |= ICE_MP_VSI_SEC_TX_VLAN_PRUNE;
	CHECK_EQ(sends(other, 60, 4), 0);
	dp_list(2, 10, 0xFFFF, 0xFFFF);
	dp_vlan(10, 60, 2);
	CHECK_EQ(sends(other, 60, 4), wire);
}

TEST(loopback_is_marked)
{
	static const uint8_t lports[] = { 0, 0 };
	uint8_t mac[6];

	vsis(2, lports);
	port_mac(mac, 0x11);
	dp_mac(11, mac);
	CHECK_EQ(txq_up(&T, 0, 10, 64), ICE_MP_AQ_RC_OK);
	E.core->vsi[10].ctx.sw_flags |= ICE_MP_VSI_SW_ALLOW_LB;
	CHECK_EQ(arrives(0, mac, 0xFFFF, 2), 2);
	CHECK(!(G.wb.status_error0 & ICE_MP_RX_S0_LPBK));
	eth(F, 0, 0x88B5);
	memcpy(F, mac, 6);
	txq_send(&T, F, 64);
	CHECK(rxq_get(&R[1]));
	CHECK(G.wb.status_error0 & ICE_MP_RX_S0_LPBK);
	CHECK(memcmp(G.data, F, 64) == 0);
	CHECK_EQ(rd32(GLV_UPTCL + 8 * 10), 1);
	CHECK_EQ(rd32(GLPRT_UPTCL), 0);
}

HARNESS_MAIN
