/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * The contract checker: each kind of breach, and a driver that commits none.
 */

#include "data_env.h"
#include "ctrl_env.h"

#define OUTSIDE	(ENV_MEM_BASE + ENV_MEM_SIZE)

/* A VSI of port 0 that takes everything on Rx queue 0. */
static void
rx_open(struct rxq *r, unsigned int post)
{
	env_open(2);
	dp_vsi(10, 0, 0, 0);
	dp_promisc(10, 2);
	rxq_up(r, 0, NULL, post);
}

static void
receive(void)
{
	uint8_t f[64];

	memset(f, 0, sizeof(f));
	eth(f, 0, 0x0800);
	rx(0, f, sizeof(f));
}

static void
tx_open(struct txq *t)
{
	env_open(2);
	dp_vsi(10, 0, 0, 0);
	if (txq_up(t, 0, 10, 64) != ICE_MP_AQ_RC_OK)
		test_fail(__FILE__, __LINE__, "no Tx queue");
}

/* Send what is at the tail. */
static void
send_desc(struct txq *t, uint64_t addr, uint64_t qw1)
{
	txq_desc(t, addr, qw1);
	txq_bell(t);
	env_run();
}

TEST(reg_unknown)
{
	env_open(1);
	BREACH(ICC_BR_REG_UNKNOWN, rd32(0x40000));
}

TEST(reg_size)
{
	env_open(1);
	BREACH(ICC_BR_REG_SIZE, rd(GLGEN_RSTAT, 2));
}

TEST(reg_read_only)
{
	env_open(1);
	BREACH(ICC_BR_REG_RO, wr32(GLGEN_RSTAT, 0));
}

TEST(rx_tail)
{
	struct rxq r;

	rx_open(&r, 8);
	BREACH(ICC_BR_RX_TAIL, wr32(QRX_TAIL(0), r.qlen));
	wr32(QRX_TAIL(0), r.qlen - 1u);
	CHECK_EQ(rd32(QRX_TAIL(0)), r.qlen - 1u);
}

TEST(rx_disabled)
{
	struct rxq r;

	env_open(1);
	wr32(QRX_TAIL(5), 0);
	BREACH(ICC_BR_RX_DISABLED, wr32(QRX_TAIL(5), 7));
	CHECK_EQ(rd32(QRX_TAIL(5)), 0);
	/* Posting before the enable is what every driver does. */
	rxq_up(&r, 5, NULL, 8);
	wr32(QRX_TAIL(5), 9);
	wr32(QRX_CTRL(5), 0);
	BREACH(ICC_BR_RX_DISABLED, wr32(QRX_TAIL(5), 10));
	CHECK_EQ(rd32(QRX_TAIL(5)), 9);
	rxq_up(&r, 5, NULL, 8);
	CHECK_EQ(rd32(QRX_TAIL(5)), 8);
}

TEST(rx_context_live)
{
	struct rxq r;

	rx_open(&r, 8);
	BREACH(ICC_BR_RX_CTX_LIVE, wr32(QRX_CONTEXT(3, 0), 0));
}

TEST(rx_context)
{
	env_open(1);
	/* Never written: no ring. */
	BREACH(ICC_BR_RX_CTX, wr32(QRX_CTRL(1), QRX_CTRL_QENA_REQ_M));
	CHECK_EQ(rd32(QRX_CTRL(1)), 0);
	rxq_program(1);
	wr32(QRXFLXP_CNTXT(1), 5);
	BREACH(ICC_BR_RX_CTX, wr32(QRX_CTRL(1), QRX_CTRL_QENA_REQ_M));
	wr32(QRXFLXP_CNTXT(1), ICE_MP_RXDID_COMMS_OVS);
	wr32(QRX_TAIL(1), 64);
	BREACH(ICC_BR_RX_CTX, wr32(QRX_CTRL(1), QRX_CTRL_QENA_REQ_M));
	wr32(QRX_TAIL(1), 63);
	wr32(QRX_CTRL(1), QRX_CTRL_QENA_REQ_M);
	CHECK(rd32(QRX_CTRL(1)) & QRX_CTRL_QENA_STAT_M);
}

TEST(rx_descriptor)
{
	uint64_t *d;
	struct rxq r;

	rx_open(&r, 1);
	d = env_ptr(r.ring, 32);
	d[0] = 0;
	BREACH(ICC_BR_RX_DESC, receive());
	/* Still marked done from the last time round. */
	rxq_post(&r, 1);
	d = env_ptr(r.ring + 32, 32);
	d[1] = 1;
	BREACH(ICC_BR_RX_DESC, receive());
}

TEST(rx_dma)
{
	uint64_t *d;
	struct rxq r;

	rx_open(&r, 1);
	d = env_ptr(r.ring, 32);
	d[0] = OUTSIDE;
	BREACH(ICC_BR_RX_DMA, receive());
}

TEST(tx_tail)
{
	struct txq t;

	tx_open(&t);
	BREACH(ICC_BR_TX_TAIL, wr32(QTX_COMM_DBELL(0), 64));
	BREACH(ICC_BR_TX_TAIL, wr32(QTX_COMM_DBELL(0), ~0u));
	CHECK_EQ(rd32(QTX_COMM_DBELL(0)), 0);
}

TEST(tx_disabled)
{
	env_open(1);
	wr32(QTX_COMM_DBELL(3), 0);
	BREACH(ICC_BR_TX_DISABLED, wr32(QTX_COMM_DBELL(3), 1));
}

TEST(tx_context)
{
	uint32_t grp;
	uint16_t v;
	struct txq_buf b;

	ctl_open(2);
	DO(v = vsi(0, 0, 1));
	DO(grp = qgroup(0));
	/* Port of the context is not the tree's. */
	BREACH(ICC_BR_TX_CTX, CHECK_EQ(txq_add(grp, 0, v, 1), ICE_MP_AQ_RC_EINVAL));
	memset(&b, 0, sizeof(b));
	b.parent_teid = grp;
	txq_fill(&b.q[0], 0, v, 0);
	ice_mp_ctx_set(b.q[0].ctx, TLAN_CTX_QLEN_S, TLAN_CTX_QLEN_W, 33);
	BREACH(ICC_BR_TX_CTX, CHECK_EQ(txqs_add(&b, 1), ICE_MP_AQ_RC_EINVAL));
	ice_mp_ctx_set(b.q[0].ctx, TLAN_CTX_QLEN_S, TLAN_CTX_QLEN_W, 64);
	ice_mp_ctx_set(b.q[0].ctx, TLAN_CTX_BASE_S, TLAN_CTX_BASE_W, 0);
	BREACH(ICC_BR_TX_CTX, CHECK_EQ(txqs_add(&b, 1), ICE_MP_AQ_RC_EINVAL));
	CHECK(state_has("\"txqs\":0}"));
}

TEST(tx_descriptor)
{
	struct txq t;

	tx_open(&t);
	/* A type that does not exist. */
	BREACH(ICC_BR_TX_DESC, send_desc(&t, t.bufs, txd(EOP_RS, 0, 64, 0) | 5));
	CHECK_EQ(E.nb_tx, 0);
}

TEST(tx_dma)
{
	struct txq t;

	tx_open(&t);
	BREACH(ICC_BR_TX_DMA, send_desc(&t, OUTSIDE - 32, txd(EOP_RS, 0, 64, 0)));
	CHECK_EQ(E.nb_tx, 0);
}

TEST(aq_ring)
{
	ctl_open(1);
	BREACH(ICC_BR_AQ_RING, wr32(PF_FW_ATQT, ENV_AQ_LEN));
}

TEST(aq_descriptor)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_LINK_STATUS);

	ctl_open(1);
	BREACH(ICC_BR_AQ_DESC, CHECK_EQ(aq_cmd(&d, NULL, 0, false), ICE_MP_AQ_RC_EINVAL));
}

TEST(aq_dma)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_VER);

	ctl_open(1);
	wr32(PF_FW_ATQBAH, 0x7FFF);
	BREACH(ICC_BR_AQ_DMA, CHECK_EQ(aq_cmd(&d, NULL, 0, false), AQ_TIMEOUT));
}

TEST(aq_parameter)
{
	ctl_open(1);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(vsi_free(5), ICE_MP_AQ_RC_ENOENT));
}

TEST(interrupt_without_cause)
{
	env_open(1);
	/* Stock drivers enable vectors that no queue is bound to. */
	wr32(GLINT_DYN_CTL(8), ENABLE);
	wr32(MP_ENABLE, MP_ENABLE_M);
	BREACH(ICC_BR_INT_NO_CAUSE, wr32(GLINT_DYN_CTL(9), ENABLE));
	/* A queue that names it is one. */
	wr32(GLINT_DYN_CTL(9), 0);
	wr32(QINT_TQCTL(63), INT_CTL_CAUSE_ENA_M | 9);
	wr32(GLINT_DYN_CTL(9), ENABLE);
	/* One that is switched off is none. */
	wr32(QINT_RQCTL(2), 10);
	BREACH(ICC_BR_INT_NO_CAUSE, wr32(GLINT_DYN_CTL(10), ENABLE));
}

TEST(interrupt_vector)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_VER);

	ctl_open(1);
	/* A cause may name it, firing is the breach. */
	wr32(PFINT_FW_CTL, INT_CTL_CAUSE_ENA_M | 65);
	*(struct ice_mp_aq_desc *)env_ptr(E.atq, sizeof(d)) = d;
	BREACH(ICC_BR_INT_VECTOR, wr32(PF_FW_ATQT, 1));
	CHECK_EQ(E.msix_total, 0);
}

TEST(every_kind_has_its_words)
{
	char buf[65536];
	unsigned int i;

	env_open(1);
	for (i = 0; i < ICC_BR_COUNT; i++)
		icc_breach(E.core, i, "number %u", i);
	CHECK_EQ(ice_core_violations(E.core), ICC_BR_COUNT);
	CHECK(ice_core_query(E.core, buf, sizeof(buf)) < sizeof(buf));
	CHECK(strstr(buf, "\"other\"") == NULL);
	CHECK(strstr(buf, "\"other:") == NULL);
	CHECK(strstr(buf, ": number 19\"") != NULL);
	icc_check_clear(E.core);
	CHECK(state_has("\"violations\":{\"total\":0,\"unaware\":0,\"reasons\":[],\"details\":[]}"));
}

TEST(a_thousand_breaches_are_counted_and_few_are_told)
{
	char buf[65536], *at;
	unsigned int i, n = 0;

	env_open(1);
	for (i = 0; i < 1000; i++)
		rd32(0x40000 + 4 * i);
	CHECK(ice_core_violations(E.core) > ICC_BREACH_DETAILS);
	CHECK_EQ(ice_core_violations(E.core), E.core->breach[ICC_BR_REG_UNKNOWN]);
	CHECK(ice_core_query(E.core, buf, sizeof(buf)) < sizeof(buf));
	for (at = buf; (at = strstr(at, ": read of 0x4")) != NULL; at++)
		n++;
	CHECK_EQ(n, ICC_PF_DETAILS);
	icc_check_clear(E.core);
}

/* From reset to traffic and back, as a driver that keeps the contract. */
TEST(clean_life)
{
	static const uint8_t mac[6] = { 0x02, 0x1c, 0xe0, 0, 0, 1 };
	struct ice_mp_aq_desc d;
	union rule_buf rule;
	struct txq t = { .q = 4, .qlen = 64 };
	struct txq_buf b;
	uint8_t f[64];
	struct rxq r;
	uint32_t grp;
	uint16_t v;

	env_open(2);
	env_pfr();
	wr32(MP_ENABLE, MP_ENABLE_M);
	aq_up();
	wr32(PFINT_OICR_ENA, 0xFFFFFFFE);
	rd32(PFINT_OICR);
	wr32(GLINT_DYN_CTL(0), ENABLE);
	DO(v = vsi(1, 4, 1));
	DO(grp = qgroup(1));
	mac_rule(&rule, v, v, mac);
	CHECK_EQ(rules_cmd(ICE_MP_AQ_ADD_SW_RULES, &rule, sizeof(rule), 1), 0);
	rxq_up(&r, 4, NULL, 16);
	wr32(GLINT_DYN_CTL(RXQ_VEC(4)), ENABLE);
	memset(&b, 0, sizeof(b));
	b.parent_teid = grp;
	txq_fill(&b.q[0], 4, v, 1);
	t.ring = env_alloc(64 * 16, 4096);
	t.bufs = env_alloc(64 * 16384, 128);
	ice_mp_ctx_set(b.q[0].ctx, TLAN_CTX_BASE_S, TLAN_CTX_BASE_W, t.ring >> 7);
	CHECK_EQ(txqs_add(&b, 1), 0);
	memset(f, 0, sizeof(f));
	eth(f, 1, 0x0800);
	CHECK_EQ(rx(1, f, sizeof(f)), ICE_CORE_RX_DONE);
	CHECK(rxq_get(&r));
	CHECK_EQ(E.msix[RXQ_VEC(4)], 1);
	txq_send(&t, f, sizeof(f));
	CHECK_EQ(E.nb_tx, 1);
	CHECK_EQ(E.tx[0].lport, 1);
	wr32(QRX_CTRL(4), 0);
	CHECK_EQ(txq_dis(grp, 4), 0);
	CHECK_EQ(rules_cmd(ICE_MP_AQ_REMOVE_SW_RULES, &rule, sizeof(rule), 1), 0);
	CHECK_EQ(vsi_free(v), 0);
	d = aq_desc(ICE_MP_AQ_Q_SHUTDOWN);
	CHECK_EQ(aq_cmd(&d, NULL, 0, false), 0);
	wr32(PF_FW_ATQLEN, 0);
	wr32(PF_FW_ARQLEN, 0);
	env_pfr();
	CHECK_EQ(ice_core_violations(E.core), 0);
}

/* Between a reset and the next AdminQ the driver may not know of the reset. */
TEST(unaware_of_a_reset)
{
	static const enum ice_core_reset kind[] = {
		ICE_CORE_RESET_PFR, ICE_CORE_RESET_FLR, ICE_CORE_RESET_CORER,
	};
	unsigned int i;

	ctl_open(1);
	for (i = 0; i < 3; i++) {
		ice_core_reset(E.core, kind[i]);
		env_advance(1000000000);
		wr32(QRX_TAIL(5), 8);
		wr32(QTX_COMM_DBELL(3), 1);
		wr32(PF_FW_ATQT, 1);
		CHECK_EQ(ice_core_violations(E.core), 0);
		CHECK(state_has("\"unaware\":3,"));
		/* What is wrong in any case is so now. */
		BREACH(ICC_BR_REG_UNKNOWN, rd32(0x40000));
		aq_up();
		BREACH(ICC_BR_RX_DISABLED, wr32(QRX_TAIL(5), 8));
		BREACH(ICC_BR_TX_DISABLED, wr32(QTX_COMM_DBELL(3), 1));
		icc_check_clear(E.core);
	}
}

/* The kernel cut off a driver that died: its queues are still on. */
TEST(no_bus_master)
{
	uint64_t *d;
	struct rxq r;

	rx_open(&r, 3);
	d = env_ptr(r.ring, 64);
	d[0] = OUTSIDE;
	d[4] = OUTSIDE;
	E.cut_off = true;
	receive();
	CHECK_EQ(ice_core_violations(E.core), 0);
	CHECK(state_has("\"unaware\":1,"));
	E.cut_off = false;
	BREACH(ICC_BR_RX_DMA, receive());
	/* What has nothing to do with memory stays a breach. */
	E.cut_off = true;
	BREACH(ICC_BR_RX_DISABLED, wr32(QRX_TAIL(5), 7));
}

HARNESS_MAIN
