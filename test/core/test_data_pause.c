/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Flow control: PAUSE frames that are heeded and that are sent.
 */

#include "data_env.h"

/** 65535 quanta of 512 bits at 100 Gb/s. */
#define LONGEST_NS	335539u

static uint8_t F[64], P[60];
static struct txq T;
static struct rxq R;

/* VSI 5 of port 0 with a Tx and an Rx queue; what it wants of flow control. */
static void
one_port(uint8_t caps)
{
	uint8_t mac[6];

	env_open(2);
	dp_vsi(5, 0, 0, 0);
	port_mac(mac, 0);
	dp_mac(5, mac);
	if (txq_up(&T, 0, 5, 64) != ICE_MP_AQ_RC_OK)
		test_fail(__FILE__, __LINE__, "Tx queue");
	E.core->port[0].phy_cfg.phy_type_low = UINT64_MAX;
	E.core->port[0].phy_cfg.caps = ICE_MP_AQ_PHY_EN_LINK | caps;
	icc_port_update(E.core, 0);
	eth(F, 1, 0x88B5);
	fill(F + 14, 46, 1);
}

static enum ice_core_rx_rc
pause(uint16_t quanta)
{
	static const uint8_t head[] = {
		0x01, 0x80, 0xC2, 0x00, 0x00, 0x01, 0x02, 0, 0, 0, 0, 9, 0x88, 0x08, 0x00, 0x01,
	};

	memset(P, 0, sizeof(P));
	memcpy(P, head, sizeof(head));
	P[16] = quanta >> 8;
	P[17] = (uint8_t)quanta;
	return rx(0, P, sizeof(P));
}

TEST(paused_and_time_over)
{
	one_port(ICE_MP_AQ_PHY_RX_PAUSE);
	CHECK_EQ(pause(0xFFFF), ICE_CORE_RX_DONE);
	CHECK_EQ(rd32(GLPRT_LXOFFRXC), 1);
	txq_send(&T, F, 60);
	CHECK_EQ(E.nb_tx, 0);
	env_advance(LONGEST_NS - 1000);
	env_run();
	CHECK_EQ(E.nb_tx, 0);
	env_advance(2000);
	env_run();
	CHECK_EQ(E.nb_tx, 1);
	CHECK(memcmp(E.tx[0].data, F, 60) == 0);
	txq_send(&T, F, 60);
	CHECK_EQ(E.nb_tx, 2);
}

/* At a tenth of the speed the same quanta are ten times as long. */
TEST(quanta_are_of_the_speed)
{
	one_port(ICE_MP_AQ_PHY_RX_PAUSE);
	E.core->port[0].phy_cfg.phy_type_low = ICE_MP_PHY_LOW_10G_SFI_DA;
	icc_port_update(E.core, 0);
	pause(1000);
	txq_send(&T, F, 60);
	env_advance(51000);
	env_run();
	CHECK_EQ(E.nb_tx, 0);
	env_advance(1000);
	env_run();
	CHECK_EQ(E.nb_tx, 1);
}

TEST(xon_ends_it)
{
	one_port(ICE_MP_AQ_PHY_RX_PAUSE);
	pause(0xFFFF);
	txq_send(&T, F, 60);
	CHECK_EQ(E.nb_tx, 0);
	pause(0);
	env_run();
	CHECK_EQ(E.nb_tx, 1);
	CHECK_EQ(rd32(GLPRT_LXONRXC), 1);
	CHECK_EQ(rd32(GLPRT_LXOFFRXC), 1);
}

/* Who does not heed it takes no notice but counts it; nobody gets the frame. */
TEST(not_heeded)
{
	one_port(ICE_MP_AQ_PHY_TX_PAUSE);
	dp_promisc(5, 0x02);
	dp_promisc(5, 0x03);
	rxq_up(&R, 0, NULL, 8);
	pause(0xFFFF);
	CHECK(!rxq_get(&R));
	txq_send(&T, F, 60);
	CHECK_EQ(E.nb_tx, 1);
	CHECK_EQ(rd32(GLPRT_LXOFFRXC), 1);
	/* Other MAC control frames end in the MAC, too, and are none of these. */
	P[15] = 2;
	CHECK_EQ(rx(0, P, sizeof(P)), ICE_CORE_RX_DONE);
	CHECK(!rxq_get(&R));
	CHECK_EQ(rd32(GLPRT_LXOFFRXC), 1);
	P[12] = 0x09;
	CHECK_EQ(rx(0, P, sizeof(P)), ICE_CORE_RX_DONE);
	CHECK(rxq_get(&R));
}

static bool
is_pause(const struct env_frame *t, uint16_t quanta)
{
	static const uint8_t da[6] = { 0x01, 0x80, 0xC2, 0x00, 0x00, 0x01 };
	uint8_t mac[6];

	port_mac(mac, 0);
	return t->len == 60 && memcmp(t->data, da, 6) == 0 && memcmp(t->data + 6, mac, 6) == 0 &&
	       t->data[12] == 0x88 && t->data[13] == 0x08 && t->data[14] == 0 &&
	       t->data[15] == 1 && t->data[16] == quanta >> 8 && t->data[17] == (quanta & 0xFF);
}

TEST(sent_while_a_frame_waits)
{
	one_port(ICE_MP_AQ_PHY_TX_PAUSE);
	icc_pause_set(&E.core->port[0], 0x8000, 0x2000);
	rxq_up(&R, 0, NULL, 1);
	eth(F, 0, 0x88B5);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK_EQ(E.nb_tx, 0);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_RETRY);
	CHECK_EQ(E.nb_tx, 1);
	CHECK(is_pause(&E.tx[0], 0x8000));
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_RETRY);
	CHECK_EQ(E.nb_tx, 1);
	/* Once more when 0x2000 quanta are left: after 24576 of 5.12 ns. */
	env_advance(125000);
	CHECK_EQ(E.nb_tx, 1);
	env_advance(1000);
	CHECK_EQ(E.nb_tx, 2);
	CHECK(is_pause(&E.tx[1], 0x8000));
	CHECK_EQ(rd32(GLPRT_LXOFFTXC), 2);
	CHECK_EQ(rd32(GLPRT_LXONTXC), 0);
	rxq_post(&R, 2);
	CHECK_EQ(E.nb_tx, 3);
	CHECK(is_pause(&E.tx[2], 0));
	CHECK_EQ(rd32(GLPRT_LXONTXC), 1);
	env_advance(1000000);
	CHECK_EQ(E.nb_tx, 3);
	/* They are the MAC's own: nobody's statistics but these. */
	CHECK_EQ(rd32(GLPRT_MPTCL), 0);
}

TEST(not_sent_unless_wanted)
{
	one_port(ICE_MP_AQ_PHY_RX_PAUSE);
	rxq_up(&R, 0, NULL, 1);
	eth(F, 0, 0x88B5);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_RETRY);
	rxq_post(&R, 2);
	CHECK_EQ(E.nb_tx, 0);
}

/* However short a time was asked for, it is no storm. */
TEST(short_time)
{
	one_port(ICE_MP_AQ_PHY_TX_PAUSE);
	icc_pause_set(&E.core->port[0], 1, 0);
	rxq_up(&R, 0, NULL, 1);
	eth(F, 0, 0x88B5);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_RETRY);
	env_advance(1000000);
	CHECK_EQ(rd32(GLPRT_LXOFFTXC), 11);
}

/* A backend that takes nothing is asked again at the refresh, not at once. */
TEST(nobody_listens)
{
	one_port(ICE_MP_AQ_PHY_TX_PAUSE);
	rxq_up(&R, 0, NULL, 1);
	eth(F, 0, 0x88B5);
	E.tx_refuse[0] = true;
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_RETRY);
	CHECK_EQ(rd32(GLPRT_LXOFFTXC), 0);
	CHECK(E.deadline > E.now + 100000);
	E.tx_refuse[0] = false;
	env_advance(200000);
	CHECK_EQ(rd32(GLPRT_LXOFFTXC), 1);
}

/* Port 1 has no buffers: port 0, at the other end of the wire, is told. */
TEST(over_a_wire)
{
	uint8_t mac[6];
	unsigned int i;

	one_port(ICE_MP_AQ_PHY_RX_PAUSE);
	dp_vsi(6, 1, 1, 0);
	port_mac(mac, 1);
	dp_mac(6, mac);
	CHECK_EQ(ice_core_wire(E.core, 0, 1), 0);
	E.core->port[1].phy_cfg.phy_type_low = UINT64_MAX;
	E.core->port[1].phy_cfg.caps = ICE_MP_AQ_PHY_EN_LINK | ICE_MP_AQ_PHY_TX_PAUSE;
	E.core->port[0].phy_cfg.low_power_an = ICE_MP_AQ_PHY_AN_CL73;
	E.core->port[1].phy_cfg.low_power_an = ICE_MP_AQ_PHY_AN_CL73;
	icc_port_update(E.core, 0);
	rxq_up(&R, 1, NULL, 1);
	txq_send(&T, F, 60);
	txq_send(&T, F, 60);
	CHECK_EQ(rd32(GLPRT_LXOFFTXC + GLPRT_STRIDE), 1);
	CHECK_EQ(rd32(GLPRT_LXOFFRXC), 1);
	CHECK(!txq_done(&T, 1));
	rxq_post(&R, 4);
	env_run();
	CHECK_EQ(rd32(GLPRT_LXONRXC), 1);
	for (i = 0; i < 2; i++)
		CHECK(rxq_get(&R));
	CHECK(txq_done(&T, 1));
}

HARNESS_MAIN
