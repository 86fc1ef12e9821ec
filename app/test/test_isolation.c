/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file What belongs to one port belongs to no other, as the device sees it. */

#include <errno.h>

#include "ice_mp_regs.h"
#include "test.h"

#define NQ	256	/* of the sim, by default */

struct qset {
	bool on[NQ];
	unsigned int nb;
};

static uint32_t
rd(uint32_t reg)
{
	uint32_t val = UINT32_MAX;

	sim.reg_read(T_DEV, reg, &val);
	return val;
}

/* The Rx queues that are enabled in hardware. */
static void
rx_queues(struct qset *s)
{
	uint16_t q;

	memset(s, 0, sizeof(*s));
	for (q = 0; q < NQ; q++) {
		s->on[q] = rd(QRX_CTRL(q)) & QRX_CTRL_QENA_STAT_M;
		s->nb += s->on[q];
	}
}

static int
queues(void)
{
	static const struct t_up how = { .rxq = 4, .txq = 4, .rxd = 64, .txd = 64 };
	struct qset before, after, of[T_MAX_PORTS];
	uint16_t q;
	uint8_t i;

	for (i = 0; i < F.nb; i++) {
		rx_queues(&before);
		T_EQ(before.nb, 4 * i);
		T_TRY(t_up(i, &how));
		rx_queues(&after);
		T_EQ(after.nb, 4 * (i + 1));
		for (q = 0; q < NQ; q++) {
			T_CHECK(!before.on[q] || after.on[q], "lport %u took queue %u away", i, q);
			of[i].on[q] = after.on[q] && !before.on[q];
		}
	}
	/* Stopping takes back exactly the port's own. */
	for (i = 0; i < F.nb; i++) {
		rx_queues(&before);
		T_TRY(t_down(i));
		rx_queues(&after);
		for (q = 0; q < NQ; q++)
			T_CHECK(after.on[q] == (before.on[q] && !of[i].on[q]),
				"stopping lport %u: queue %u", i, q);
	}
	rx_queues(&after);
	T_EQ(after.nb, 0);
	return 0;
}

static int
queue_pool(void)
{
	struct rte_eth_dev_info info;
	unsigned int rx = 0, tx = 0;
	uint8_t i;

	for (i = 0; i < F.nb; i++) {
		T_EQ(rte_eth_dev_info_get(F.id[i], &info), 0);
		rx += info.max_rx_queues;
		tx += info.max_tx_queues;
	}
	T_CHECK(rx <= NQ && tx <= NQ, "%u Rx and %u Tx queues promised of %u", rx, tx, NQ);
	return 0;
}

static int
vectors(void)
{
	static const struct t_up how = { .rxq = 2, .txq = 1, .rxd = 64, .rxq_intr = true };
	uint8_t owner[2048];
	struct qset before, after;
	uint16_t q;
	uint8_t i;

	memset(owner, 0xFF, sizeof(owner));
	for (i = 0; i < F.nb; i++) {
		rx_queues(&before);
		T_TRY(t_up(i, &how));
		rx_queues(&after);
		for (q = 0; q < NQ; q++) {
			uint32_t ctl;
			uint16_t vec;

			if (!after.on[q] || before.on[q])
				continue;
			ctl = rd(QINT_RQCTL(q));
			vec = ctl & INT_CTL_MSIX_INDX_M;
			T_CHECK(ctl & INT_CTL_CAUSE_ENA_M, "queue %u has no cause", q);
			T_CHECK(vec != 0, "queue %u signals the misc vector", q);
			T_CHECK(owner[vec] == 0xFF || owner[vec] == i,
				"vector %u of lport %u and %u", vec, owner[vec], i);
			owner[vec] = i;
		}
	}
	return 0;
}

/* The port's counters in hardware move, and no other's. */
static int
hw_counters(void)
{
	uint32_t before[T_MAX_PORTS], after[T_MAX_PORTS];
	static const struct t_flow ten = { .nb = 10, .min = 60, .max = 100 };
	uint8_t i, k;

	T_TRY(t_up_all(NULL));
	for (i = 0; i < F.nb; i++) {
		for (k = 0; k < F.nb; k++)
			before[k] = rd(GLPRT_UPRCL + GLPRT_STRIDE * k);
		T_TRY(t_flow_run(t_peer(i), i, &ten));
		for (k = 0; k < F.nb; k++) {
			after[k] = rd(GLPRT_UPRCL + GLPRT_STRIDE * k);
			T_EQ(after[k] - before[k], k == i ? 10 : 0);
		}
	}
	return 0;
}

/* One port in trouble (nobody receives) does not slow down another. */
static int
stuck_neighbour(void)
{
	uint8_t buf[100];
	struct rte_mbuf *m;
	unsigned int i;

	T_TRY(t_up_all(&(struct t_up){ .rxd = 64, .txd = 128 }));
	/* Fill lport 1's ring and what stands before it. */
	for (i = 0; i < 300; i++) {
		t_frame(buf, sizeof(buf), 0, 1, i);
		m = t_mbuf(F.pool, buf, sizeof(buf), 0);
		T_CHECK(m != NULL, "no mbuf");
		if (rte_eth_tx_burst(F.id[0], 0, &m, 1) == 0)
			rte_pktmbuf_free(m);
	}
	for (i = 0; i < 10; i++) {
		T_TRY(t_ping(2));
		T_TRY(t_ping(4));
		T_TRY(t_ping(6));
	}
	/* And it recovers by itself once somebody receives. */
	while (t_recv(1, 0, &m, 1, 100) == 1)
		rte_pktmbuf_free(m);
	return t_ping(0);
}

/* Each port keeps the configuration it was given, whatever the next one gets. */
static int
configurations(void)
{
	uint16_t mtu;
	uint8_t i;

	for (i = 0; i < F.nb; i++)
		T_TRY(t_up(i, &(struct t_up){ .mtu = 1500 + 100 * i, .pool = F.big,
					      .rxd = 64 + 32 * i }));
	for (i = 0; i < F.nb; i++) {
		struct rte_eth_rxq_info info;

		T_EQ(rte_eth_dev_get_mtu(F.id[i], &mtu), 0);
		T_EQ(mtu, 1500 + 100 * i);
		T_EQ(rte_eth_rx_queue_info_get(F.id[i], 0, &info), 0);
		T_EQ(info.nb_desc, 64 + 32 * i);
	}
	for (i = 0; i < F.nb; i++)
		T_TRY(t_wait_link(i, true));
	for (i = 0; i < F.nb; i += 2) {
		/* Up to the smaller MTU of the two both ways… */
		struct t_flow f = { .nb = 4, .min = 1500 + 100 * i, .max = 1514 + 100 * i,
				    .step = 14, .pool = F.big };
		static uint8_t buf[4096];

		T_TRY(t_flow_run(t_peer(i), i, &f));
		T_TRY(t_flow_run(i, t_peer(i), &f));
		/* …and what the larger one sends is too long for the smaller. */
		t_frame(buf, 1600 + 100 * i, i + 1, i, 0);
		T_TRY(t_send_bytes(i + 1, buf, 1600 + 100 * i));
		T_TRY(t_recv_none(i));
	}
	return 0;
}

static const struct t_case cases[] = {
	{ "queues", queues, 8, T_SIM, NULL },
	{ "queue_pool", queue_pool, 8, T_SIM, NULL },
	{ "vectors", vectors, 8, T_SIM, NULL },
	{ "hw_counters", hw_counters, 8, T_SIM | T_WIRED, NULL },
	{ "stuck_neighbour", stuck_neighbour, 8, T_WIRED, NULL },
	{ "configurations", configurations, 8, T_SIM | T_WIRED, NULL },
};

T_SUITE(isolation, cases);
