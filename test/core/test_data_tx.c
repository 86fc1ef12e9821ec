/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Tx queues of the device core: descriptors, wires, completion, breaches.
 * Offloads have test_data_offload.c.
 */

#include "data_env.h"

static uint8_t F[16384];
static struct txq T;
static struct rxq R;

/* Ports 0 and 1, VSI 5 sends from port 0, VSI 6 receives on port 1. */
static void
pair(bool wire)
{
	uint8_t mac[6];

	env_open(2);
	dp_vsi(5, 0, 0, 0);
	dp_vsi(6, 1, 1, 0);
	port_mac(mac, 1);
	dp_mac(6, mac);
	if (wire && ice_core_wire(E.core, 0, 1) != 0)
		test_fail(__FILE__, __LINE__, "wire");
	if (txq_up(&T, 0, 5, 64) != ICE_MP_AQ_RC_OK)
		test_fail(__FILE__, __LINE__, "Tx queue");
}

static void
frame(size_t len, unsigned int seed)
{
	eth(F, 1, 0x88B5);
	if (len > 14)
		fill(F + 14, len - 14, seed);
}

static unsigned long long
breaches(enum icc_breach what)
{
	return E.core->breach[what];
}

TEST(thin_thread)
{
	pair(false);
	frame(60, 1);
	txq_send(&T, F, 60);
	CHECK_EQ(E.nb_tx, 1);
	CHECK_EQ(E.tx[0].lport, 0);
	CHECK_EQ(E.tx[0].len, 60);
	CHECK(memcmp(E.tx[0].data, F, 60) == 0);
	CHECK(txq_done(&T, 0));
	CHECK_EQ(rd32(QTX_COMM_HEAD(0)), 1);
	CHECK_EQ(rd32(GLPRT_UPTCL), 1);
	CHECK_EQ(rd32(GLPRT_GOTCL), 64);
	CHECK_EQ(rd32(GLV_GOTCL + 8 * 5), 64);
	CHECK_EQ(rd32(GLV_UPTCL + 8 * 5), 1);
}

/* Every size over a wire, bit for bit; below a header: a breach. */
TEST(all_sizes_over_a_wire)
{
	struct rxq_opt o = { .dbuf = 2048 };
	unsigned int map;
	size_t n;

	for (map = 0; map < 2; map++) {
		pair(true);
		E.map = map;
		rxq_up(&R, 1, &o, 63);
		E.breaches_expected = true;
		for (n = 1; n <= 9724; n++) {
			if (map == 0 && n > 1600 && n % 61 != 0)
				continue;
			frame(n, (unsigned int)n);
			txq_send(&T, F, n);
			CHECK(txq_done(&T, (uint16_t)((T.tail + 63) % 64)));
			if (n < 14) {
				CHECK_EQ(breaches(ICC_BR_TX_DESC), n);
				CHECK(!rxq_get(&R));
				continue;
			}
			CHECK(rxq_get(&R));
			CHECK_EQ(G.len, n < 60 ? 60 : n);
			if (n < 60)
				memset(F + n, 0, 60 - n);
			CHECK(memcmp(G.data, F, G.len) == 0);
			rxq_post(&R, G.frags);
		}
		frame(9729, 1);
		txq_send(&T, F, 9729);
		CHECK_EQ(breaches(ICC_BR_TX_DESC), 14);
		CHECK_EQ(ice_core_violations(E.core), 14);
		CHECK_EQ(E.nb_tx, 0);
		if (map == 0)
			env_close();
	}
}

TEST(eight_buffers_and_wrap)
{
	unsigned int i, k, n;
	size_t at;

	pair(false);
	for (i = 0; i < 300; i++) {
		n = 1 + i % 8;
		frame(n * 100, i);
		for (k = 0, at = 0; k < n; k++, at += 100)
			txq_data(&T, F + at, 100, k + 1 == n ? EOP_RS : 0, 0, 0);
		txq_bell(&T);
		env_run();
		CHECK_EQ(E.nb_tx, 1);
		CHECK_EQ(E.tx[0].len, n * 100);
		CHECK(memcmp(E.tx[0].data, F, n * 100) == 0);
		CHECK(txq_done(&T, (uint16_t)((T.tail + 63) % 64)));
		/* RS was in the last one only. */
		if (n > 1)
			CHECK(!txq_done(&T, (uint16_t)((T.tail + 62) % 64)));
		env_clear_tx();
	}
}

TEST(packet_in_two_doorbells)
{
	pair(false);
	frame(200, 1);
	txq_data(&T, F, 100, 0, 0, 0);
	txq_bell(&T);
	env_run();
	CHECK_EQ(E.nb_tx, 0);
	CHECK_EQ(rd32(QTX_COMM_HEAD(0)), 0);
	CHECK(!ice_core_run(E.core, 64));
	txq_data(&T, F + 100, 100, EOP_RS, 0, 0);
	txq_bell(&T);
	env_run();
	CHECK_EQ(E.nb_tx, 1);
	CHECK(memcmp(E.tx[0].data, F, 200) == 0);
}

TEST(interrupt_once_per_batch_and_only_with_rs)
{
	unsigned int i;

	pair(false);
	wr32(GLINT_DYN_CTL(TXQ_VEC(0)), GLINT_DYN_CTL_INTENA_M | 3u << GLINT_DYN_CTL_ITR_INDX_S);
	frame(60, 1);
	for (i = 0; i < 30; i++)
		txq_data(&T, F, 60, EOP_RS, 0, 0);
	txq_bell(&T);
	env_run();
	CHECK_EQ(E.nb_tx, 30);
	CHECK_EQ(E.msix[TXQ_VEC(0)], 1);
	wr32(GLINT_DYN_CTL(TXQ_VEC(0)), GLINT_DYN_CTL_INTENA_M | 3u << GLINT_DYN_CTL_ITR_INDX_S);
	txq_data(&T, F, 60, ICE_MP_TXD_CMD_EOP, 0, 0);
	txq_bell(&T);
	env_run();
	CHECK_EQ(E.nb_tx, 31);
	CHECK_EQ(E.msix_total, 1);
}

/* One bad packet: `what` recorded once, dropped, completed; the next works. */
static void
expect_bad(enum icc_breach what)
{
	uint16_t last = (uint16_t)((T.tail + 63) % 64);
	uint64_t was = breaches(what), all = ice_core_violations(E.core);

	env_clear_tx();
	txq_bell(&T);
	env_run();
	CHECK_EQ(E.nb_tx, 0);
	CHECK_EQ(breaches(what), was + 1);
	CHECK_EQ(ice_core_violations(E.core), all + 1);
	CHECK(txq_done(&T, last));
	frame(60, 3);
	txq_send(&T, F, 60);
	CHECK_EQ(E.nb_tx, 1);
	CHECK(memcmp(E.tx[0].data, F, 60) == 0);
	CHECK_EQ(ice_core_violations(E.core), all + 1);
}

static uint64_t
ctxd(uint64_t cmd, uint64_t tso_len, uint64_t mss)
{
	return ICE_MP_TXD_DTYPE_CTX | cmd << ICE_MP_TXC_CMD_S | tso_len << ICE_MP_TXC_TSO_LEN_S |
	       mss << ICE_MP_TXC_MSS_S;
}

TEST(bad_descriptors)
{
	const uint64_t tcp4 = ICE_MP_TXD_CMD_IIPT_IPV4_CSUM | ICE_MP_TXD_CMD_L4T_TCP;
	unsigned int i, dtype;
	uint32_t err;

	pair(false);
	E.breaches_expected = true;
	frame(4000, 1);
	for (dtype = 2; dtype < 16; dtype++) {
		if (dtype == ICE_MP_TXD_DTYPE_FDIR)
			continue;
		txq_desc(&T, T.bufs, txd(EOP_RS, 0, 60, 0) | dtype);
		txq_bell(&T);
		DO(expect_bad(ICC_BR_TX_DESC));
	}
	for (i = 0; i < 3; i++) {
		static const uint16_t rsvd[] = { 0x004, 0x080, 0x800 };

		txq_data(&T, F, 60, (uint64_t)EOP_RS | rsvd[i], 0, 0);
		DO(expect_bad(ICC_BR_TX_DESC));
	}
	err = rd32(GLV_TEPC(5));
	CHECK_EQ(err, 13 + 3);
	txq_desc(&T, T.bufs, txd(EOP_RS, 0, 0, 0));		/* length 0 */
	DO(expect_bad(ICC_BR_TX_DESC));
	txq_desc(&T, 0, txd(EOP_RS, 0, 60, 0));			/* address 0 */
	DO(expect_bad(ICC_BR_TX_DESC));
	txq_desc(&T, 0xdead0000000ull, txd(EOP_RS, 0, 60, 0));	/* nowhere */
	DO(expect_bad(ICC_BR_TX_DMA));
	txq_desc(&T, 0xdead0000000ull, txd(EOP_RS, 0, 1000, 0));
	DO(expect_bad(ICC_BR_TX_DMA));
	txq_desc(&T, ENV_MEM_BASE + ENV_MEM_SIZE - 30, txd(EOP_RS, 0, 60, 0));
	DO(expect_bad(ICC_BR_TX_DMA));
	for (i = 0; i < 9; i++)					/* nine buffers */
		txq_data(&T, F, 60, i == 8 ? EOP_RS : 0, 0, 0);
	DO(expect_bad(ICC_BR_TX_DESC));
	for (i = 0; i < 4; i++)					/* too long */
		txq_data(&T, F, 3000, i == 3 ? EOP_RS : 0, 0, 0);
	DO(expect_bad(ICC_BR_TX_DESC));
	txq_data(&T, F, 60, 0, 0, 0);				/* context inside */
	txq_desc(&T, 0, ctxd(0, 0, 0));
	txq_data(&T, F, 60, EOP_RS, 0, 0);
	DO(expect_bad(ICC_BR_TX_DESC));
	txq_desc(&T, 0, ctxd(0, 0, 0));				/* two contexts */
	txq_desc(&T, 0, ctxd(0, 0, 0));
	txq_data(&T, F, 60, EOP_RS, 0, 0);
	DO(expect_bad(ICC_BR_TX_DESC));
	/* Offload lengths: no IP header, header beyond the end, no L4. */
	txq_data(&T, F, 60, EOP_RS | tcp4, offs(14, 0, 20), 0);
	DO(expect_bad(ICC_BR_TX_DESC));
	txq_data(&T, F, 50, EOP_RS | tcp4, offs(14, 20, 20), 0);
	DO(expect_bad(ICC_BR_TX_DESC));
	txq_data(&T, F, 60, EOP_RS | tcp4, offs(14, 20, 8), 0);
	DO(expect_bad(ICC_BR_TX_DESC));
	txq_data(&T, F, 60, EOP_RS | ICE_MP_TXD_CMD_L4T_UDP, offs(14, 20, 8), 0);
	DO(expect_bad(ICC_BR_TX_DESC));
	txq_data(&T, F, 60, EOP_RS | ICE_MP_TXD_CMD_IIPT_IPV6, offs(14, 20, 0), 0);
	DO(expect_bad(ICC_BR_TX_DESC));
	/* TSO: MSS too small, wrong length, no payload, SCTP, a UDP header of 12. */
	txq_desc(&T, 0, ctxd(ICE_MP_TXC_CMD_TSO, 3000 - 54, 63));
	txq_data(&T, F, 3000, EOP_RS | tcp4, offs(14, 20, 20), 0);
	DO(expect_bad(ICC_BR_TX_DESC));
	txq_desc(&T, 0, ctxd(ICE_MP_TXC_CMD_TSO, 3000 - 53, 1000));
	txq_data(&T, F, 3000, EOP_RS | tcp4, offs(14, 20, 20), 0);
	DO(expect_bad(ICC_BR_TX_DESC));
	txq_desc(&T, 0, ctxd(ICE_MP_TXC_CMD_TSO, 0, 1000));
	txq_data(&T, F, 54, EOP_RS | tcp4, offs(14, 20, 20), 0);
	DO(expect_bad(ICC_BR_TX_DESC));
	txq_desc(&T, 0, ctxd(ICE_MP_TXC_CMD_TSO, 3000 - 46, 1000));
	txq_data(&T, F, 3000, EOP_RS | ICE_MP_TXD_CMD_IIPT_IPV4 | ICE_MP_TXD_CMD_L4T_SCTP,
		 offs(14, 20, 12), 0);
	DO(expect_bad(ICC_BR_TX_DESC));
	txq_desc(&T, 0, ctxd(ICE_MP_TXC_CMD_TSO, 3000 - 46, 1000));
	txq_data(&T, F, 3000, EOP_RS | ICE_MP_TXD_CMD_IIPT_IPV4 | ICE_MP_TXD_CMD_L4T_UDP,
		 offs(14, 20, 12), 0);
	DO(expect_bad(ICC_BR_TX_DESC));
	/* A segment from more than eight buffers. */
	txq_desc(&T, 0, ctxd(ICE_MP_TXC_CMD_TSO, 20 * 60 - 54, 1000));
	for (i = 0; i < 20; i++)
		txq_data(&T, F, 60, (i == 19 ? EOP_RS : 0) | tcp4, offs(14, 20, 20), 0);
	DO(expect_bad(ICC_BR_TX_DESC));
	/* A switch override that the VSI has no right to. */
	txq_desc(&T, 0, ctxd(ICE_MP_TXC_CMD_SWTCH_UPLINK, 0, 0));
	txq_data(&T, F, 60, EOP_RS, 0, 0);
	DO(expect_bad(ICC_BR_TX_DESC));
}

TEST(packet_without_end)
{
	unsigned int i;

	pair(false);
	E.breaches_expected = true;
	frame(60, 1);
	for (i = 0; i < 63; i++)		/* the ring is full of it */
		txq_data(&T, F, 60, ICE_MP_TXD_CMD_RS, 0, 0);
	txq_bell(&T);
	env_run();
	CHECK_EQ(breaches(ICC_BR_TX_DESC), 1);
	CHECK_EQ(rd32(QTX_COMM_HEAD(0)), 63);
	CHECK(txq_done(&T, 62));
	/* Its remainder is no packet of its own. */
	txq_data(&T, F, 60, EOP_RS, 0, 0);
	txq_data(&T, F, 61, EOP_RS, 0, 0);
	txq_bell(&T);
	env_run();
	CHECK_EQ(E.nb_tx, 1);
	CHECK_EQ(E.tx[0].len, 61);
	CHECK_EQ(ice_core_violations(E.core), 1);
}

TEST(bad_doorbells_and_contexts)
{
	pair(false);
	E.breaches_expected = true;
	wr32(QTX_COMM_DBELL(0), 64);
	CHECK_EQ(breaches(ICC_BR_TX_TAIL), 1);
	wr32(QTX_COMM_DBELL(3), 0);		/* drivers do that */
	CHECK_EQ(breaches(ICC_BR_TX_DISABLED), 0);
	wr32(QTX_COMM_DBELL(3), 1);
	CHECK_EQ(breaches(ICC_BR_TX_DISABLED), 1);
	CHECK_EQ(txq_up(&T, 4, 5, 40), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(breaches(ICC_BR_TX_CTX), 1);
	CHECK(!ice_core_txq_enabled(E.core, 4));
	CHECK(!ice_core_txq_enabled(E.core, 60000));
	/* A ring that is not memory: no progress, no endless loop. */
	E.core->txq[0].base = 0xdead000000ull;
	wr32(QTX_COMM_DBELL(0), 5);
	env_run();
	CHECK(!ice_core_run(E.core, 64));
	CHECK_EQ(breaches(ICC_BR_TX_DMA), 1);
	CHECK_EQ(ice_core_violations(E.core), 4);
}

TEST(flow_director_programs_are_not_sent)
{
	pair(false);
	frame(60, 1);
	txq_desc(&T, 0x1234, ICE_MP_TXD_DTYPE_FDIR | 0xFFFFFFFFFFFFFF0ull);
	txq_data(&T, F, 60, EOP_RS | ICE_MP_TXD_CMD_DUMMY, 0, 0);
	txq_bell(&T);
	env_run();
	CHECK_EQ(E.nb_tx, 0);
	CHECK(txq_done(&T, 1));
	/* What looks like RS in the first one is something else. */
	CHECK(!txq_done(&T, 0));
}

TEST(blocked_by_the_backend)
{
	unsigned int i;

	pair(false);
	E.tx_refuse[0] = true;
	for (i = 0; i < 5; i++) {
		frame(60, i);
		txq_send(&T, F, 60);
	}
	CHECK_EQ(E.nb_tx, 0);
	CHECK(!txq_done(&T, 0));
	CHECK(!ice_core_run(E.core, 64));
	ice_core_tx_ready(E.core, 1);
	env_run();
	CHECK_EQ(E.nb_tx, 0);
	E.tx_refuse[0] = false;
	ice_core_tx_ready(E.core, 0);
	env_run();
	CHECK_EQ(E.nb_tx, 5);
	for (i = 0; i < 5; i++) {
		frame(60, i);
		CHECK(memcmp(E.tx[i].data, F, 60) == 0);
		CHECK(txq_done(&T, (uint16_t)i));
	}
	CHECK_EQ(rd32(GLV_TEPC(5)), 0);
	/* One that never accepts again costs a frame a second, no hang. */
	E.tx_refuse[0] = true;
	txq_send(&T, F, 60);
	env_advance(ICC_RX_STALL_NS + 1000000);
	env_run();
	CHECK(txq_done(&T, 5));
	CHECK_EQ(rd32(GLV_TEPC(5)), 1);
	txq_send(&T, F, 60);
	env_advance(ICC_RX_STALL_NS / 2);
	env_run();
	CHECK(!txq_done(&T, 6));
	E.tx_refuse[0] = false;
	ice_core_tx_ready(E.core, 0);
	env_run();
	CHECK(txq_done(&T, 6));
	CHECK_EQ(rd32(GLV_TEPC(5)), 1);
}

TEST(blocked_by_the_peer)
{
	unsigned int i;

	pair(true);
	rxq_up(&R, 1, NULL, 2);
	for (i = 0; i < 6; i++) {
		frame(60, i);
		txq_data(&T, F, 60, EOP_RS, 0, 0);
	}
	txq_bell(&T);
	env_run();
	CHECK_EQ(rd32(QTX_COMM_HEAD(0)), 2);
	CHECK(txq_done(&T, 1) && !txq_done(&T, 2));
	rxq_post(&R, 1);
	env_run();
	CHECK_EQ(rd32(QTX_COMM_HEAD(0)), 3);
	CHECK_EQ(rd32(GLV_RDPC(6)), 0);
	/* The peer sleeps: after a second the rest is dropped at once. */
	env_advance(ICC_RX_STALL_NS + 1000000);
	env_run();
	CHECK_EQ(rd32(QTX_COMM_HEAD(0)), 6);
	CHECK_EQ(rd32(GLV_RDPC(6)), 3);
	CHECK_EQ(rd32(PRTRPB_RDPC), 0);
	for (i = 0; i < 3; i++) {
		frame(60, i);
		CHECK(rxq_get(&R));
		CHECK(memcmp(G.data, F, 60) == 0);
	}
	CHECK(!rxq_get(&R));
	/* A disabled peer is no reason to wait. */
	wr32(QRX_CTRL(1), 0);
	txq_send(&T, F, 60);
	CHECK_EQ(rd32(QTX_COMM_HEAD(0)), 7);
	ice_core_set_backend(E.core, 1, true, false);
	txq_send(&T, F, 60);
	CHECK_EQ(rd32(QTX_COMM_HEAD(0)), 8);
	ice_core_set_backend(E.core, 0, true, false);
	txq_send(&T, F, 60);
	CHECK_EQ(rd32(QTX_COMM_HEAD(0)), 9);
	CHECK_EQ(E.core->port[0].stats.tx_dropped_link_down, 1);
}

/* A busy queue delays its neighbour by one batch at most. */
TEST(fairness)
{
	struct txq big, small;
	unsigned int i, first = 0;

	pair(false);
	CHECK_EQ(txq_up(&big, 2, 5, 512), ICE_MP_AQ_RC_OK);
	CHECK_EQ(txq_up(&small, 3, 5, 64), ICE_MP_AQ_RC_OK);
	frame(60, 1);
	for (i = 0; i < 500; i++)
		txq_data(&big, F, 60, EOP_RS, 0, 0);
	txq_bell(&big);
	frame(61, 1);
	txq_data(&small, F, 61, EOP_RS, 0, 0);
	txq_bell(&small);
	env_run();
	CHECK_EQ(E.nb_tx, 501);
	for (i = 0; i < E.nb_tx; i++)
		if (E.tx[i].len == 61)
			first = i;
	CHECK(first <= ICC_DESC_BATCH);
}

TEST(budget_bounds_a_turn)
{
	unsigned int i;

	pair(false);
	frame(60, 1);
	for (i = 0; i < 60; i++)
		txq_data(&T, F, 60, EOP_RS, 0, 0);
	txq_bell(&T);
	CHECK(ice_core_run(E.core, 10));
	CHECK_EQ(E.nb_tx, 10);
	CHECK(ice_core_run(E.core, 10));
	CHECK_EQ(E.nb_tx, 20);
	env_run();
	CHECK_EQ(E.nb_tx, 60);
}

TEST(switch_override)
{
	uint8_t mac[6];

	pair(false);
	dp_vsi(7, 0, 7, 0);
	rxq_up(&R, 7, NULL, 8);
	port_mac(mac, 1);
	dp_mac(7, mac);
	E.core->vsi[5].ctx.sw_flags |= ICE_MP_VSI_SW_ALLOW_LB;
	E.core->vsi[5].ctx.sec_flags |= ICE_MP_VSI_SEC_DEST_OVERRIDE;
	frame(60, 1);
	txq_send(&T, F, 60);
	CHECK_EQ(E.nb_tx, 0);
	CHECK(rxq_get(&R));
	txq_desc(&T, 0, ctxd(ICE_MP_TXC_CMD_SWTCH_UPLINK, 0, 0));
	txq_send(&T, F, 60);
	CHECK_EQ(E.nb_tx, 1);
	CHECK(!rxq_get(&R));
	F[5] = 0x55;
	txq_desc(&T, 0, ctxd(ICE_MP_TXC_CMD_SWTCH_VSI, 0, 7));
	txq_send(&T, F, 60);
	CHECK_EQ(E.nb_tx, 1);
	CHECK(rxq_get(&R));
	/* Not into another port. */
	E.breaches_expected = true;
	txq_desc(&T, 0, ctxd(ICE_MP_TXC_CMD_SWTCH_VSI, 0, 6));
	txq_send(&T, F, 60);
	CHECK_EQ(breaches(ICC_BR_TX_DESC), 1);
	CHECK_EQ(E.nb_tx, 1);
}

HARNESS_MAIN
