/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file Link state of each port, and who is told about it. */

#include <errno.h>

#include "ice_mp_event.h"
#include "test.h"

static const struct t_up with_lsc = { .lsc = true };

/* Exactly these many callbacks by now, and no more a little later. */
static int
expect_lsc(uint8_t lport, unsigned int down, unsigned int up)
{
	struct t_lsc n;
	uint8_t i;
	unsigned int turn;

	T_WAIT((t_lsc_get(&n), n.down[lport] >= down && n.up[lport] >= up), T_WAIT_MS,
	       "lport %u: %u down and %u up callbacks, expected %u and %u", lport, n.down[lport],
	       n.up[lport], down, up);
	for (turn = 0; turn < 300; turn++)
		t_pause();
	t_lsc_get(&n);
	T_EQ(n.down[lport], down);
	T_EQ(n.up[lport], up);
	T_EQ(n.same[lport], 0);
	for (i = 0; i < F.nb; i++)
		if (i != lport)
			T_CHECK(n.down[i] == 0 && n.up[i] == 0, "lport %u was told too", i);
	return 0;
}

static int
neighbours_up(uint8_t lport)
{
	struct rte_eth_link link;
	uint8_t i;

	for (i = 0; i < F.nb; i++) {
		if (i == lport)
			continue;
		T_EQ(rte_eth_link_get_nowait(F.id[i], &link), 0);
		T_CHECK(link.link_status == RTE_ETH_LINK_UP, "lport %u went down too", i);
	}
	return 0;
}

/* Of the link of other ports nothing was heard, unless by a cause that names
 * no port. A link event that goes astray is made good for by the audit, so the
 * state of the links does not show it. */
static int
neighbours_not_meant(uint8_t lport, const struct ice_mp_event_counters *before)
{
	struct ice_mp_event_counters now;
	uint64_t all;
	uint8_t i;

	T_EQ(t_event_counters(F.id[0], &now), 0);
	all = now.src[ICE_MP_SRC_OICR].dispatched - before->src[ICE_MP_SRC_OICR].dispatched;
	for (i = 0; i < F.nb; i++)
		if (i != lport)
			T_CHECK(now.port[i][ICE_MP_EVENT_LINK] -
				before->port[i][ICE_MP_EVENT_LINK] <= all,
				"events of lport %u reached lport %u", lport, i);
	return 0;
}

/* Each port down and up, the others untouched, one callback each. */
static int
each_port(void)
{
	struct ice_mp_event_counters before;
	uint8_t i;

	T_TRY(t_up_all(&with_lsc));
	for (i = 0; i < F.nb; i++)
		T_TRY(t_wait_link(i, true));
	for (i = 0; i < F.nb; i++) {
		T_EQ(t_event_counters(F.id[0], &before), 0);
		T_TRY(t_lsc_watch());
		T_TRY(t_fault("link %u down", i));
		T_TRY(t_wait_link(i, false));
		T_TRY(expect_lsc(i, 1, 0));
		T_TRY(neighbours_up(i));
		T_TRY(t_fault("link %u up", i));
		T_TRY(t_wait_link(i, true));
		T_TRY(expect_lsc(i, 1, 1));
		T_TRY(neighbours_up(i));
		T_TRY(neighbours_not_meant(i, &before));
		t_lsc_unwatch();
	}
	return 0;
}

/* A single-port device is the same driver. */
static int
single_port(void)
{
	return each_port();
}

static int
up_at_start(void)
{
	struct rte_eth_link link;

	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_link_get(F.id[0], &link), 0);
	T_EQ(link.link_status, RTE_ETH_LINK_UP);
	T_EQ(link.link_speed, RTE_ETH_SPEED_NUM_100G);
	T_EQ(link.link_duplex, RTE_ETH_LINK_FULL_DUPLEX);
	return 0;
}

static int
down_at_start(void)
{
	struct rte_eth_link link;
	struct t_lsc n;

	T_TRY(t_fault("link 1 down"));
	T_TRY(t_up(0, &with_lsc));
	T_TRY(t_up(1, &with_lsc));
	T_TRY(t_wait_link(0, true));
	T_EQ(rte_eth_link_get_nowait(F.id[1], &link), 0);
	T_EQ(link.link_status, RTE_ETH_LINK_DOWN);
	T_EQ(link.link_speed, RTE_ETH_SPEED_NUM_NONE);
	T_TRY(t_lsc_watch());
	T_TRY(t_fault("link 1 up"));
	T_TRY(t_wait_link(1, true));
	T_TRY(expect_lsc(1, 0, 1));
	t_lsc_get(&n);
	T_EQ(n.up[0], 0);
	return 0;
}

/* What happens while a port is stopped is known after its start. */
static int
change_while_stopped(void)
{
	T_TRY(t_up_all(&with_lsc));
	T_TRY(t_down(2));
	T_TRY(t_fault("link 2 down"));
	T_EQ(rte_eth_dev_start(F.id[2]), 0);
	T_TRY(t_wait_link(2, false));
	T_TRY(neighbours_up(2));
	T_TRY(t_fault("link 2 up"));
	return t_wait_link(2, true);
}

static int
all_ports_together(void)
{
	struct t_lsc n;
	uint8_t i;

	T_TRY(t_up_all(&with_lsc));
	T_TRY(t_lsc_watch());
	for (i = 0; i < F.nb; i++)
		T_TRY(t_fault("link %u down", i));
	for (i = 0; i < F.nb; i++)
		T_TRY(t_wait_link(i, false));
	for (i = 0; i < F.nb; i++)
		T_TRY(t_fault("link %u up", i));
	for (i = 0; i < F.nb; i++)
		T_TRY(t_wait_link(i, true));
	T_WAIT(t_lsc_total() >= 2u * F.nb, T_WAIT_MS, "%u callbacks", t_lsc_total());
	t_lsc_get(&n);
	for (i = 0; i < F.nb; i++) {
		T_EQ(n.down[i], 1);
		T_EQ(n.up[i], 1);
	}
	return 0;
}

/* No message says which link changed: the cause in OICR is enough. When the look at
 * PORT_STATUS is due, it is first; that comes every now and then only. */
static int
cause_alone(void)
{
	struct ice_mp_event_counters before, now;
	unsigned int i;

	T_TRY(t_up_all(&with_lsc));
	T_TRY(t_wait_link(1, true));
	T_EQ(t_event_counters(F.id[0], &before), 0);
	for (i = 0; i < 10; i++) {
		T_TRY(t_fault("arq lose"));
		T_TRY(t_fault("link 1 %s", i % 2 ? "up" : "down"));
		T_TRY(t_wait_link(1, i % 2));
	}
	T_WAIT(t_event_counters(F.id[0], &now) == 0 &&
	       now.src[ICE_MP_SRC_OICR].dispatched > before.src[ICE_MP_SRC_OICR].dispatched,
	       T_WAIT_MS, "no change was found by its cause");
	T_EQ(now.src[ICE_MP_SRC_ARQ].received, before.src[ICE_MP_SRC_ARQ].received);
	return neighbours_up(1);
}

/* A storm may be coalesced, but its end is never lost; what was coalesced is no news. */
static int
storm(void)
{
	struct t_lsc n;
	unsigned int i;

	T_TRY(t_up_all(&with_lsc));
	T_TRY(t_lsc_watch());
	for (i = 0; i < 201; i++)
		T_TRY(t_fault("link 3 %s", i % 2 ? "up" : "down"));
	T_TRY(t_wait_link(3, false));
	T_TRY(neighbours_up(3));
	for (i = 0; i < 201; i++)
		T_TRY(t_fault("link 3 %s", i % 2 ? "down" : "up"));
	T_TRY(t_wait_link(3, true));
	/* The state is there before the callback is through. */
	T_WAIT((t_lsc_get(&n), n.up[3] >= 1), T_WAIT_MS, "never told that it is up");
	T_CHECK(n.up[3] <= 202, "%u times up", n.up[3]);
	T_EQ(n.same[3], 0);
	T_CHECK(n.up[0] + n.down[0] == 0, "lport 0 was told");
	return 0;
}

/* Who did not ask is not told; the state is right all the same. */
static int
not_asked(void)
{
	T_TRY(t_up_all(NULL));
	T_TRY(t_lsc_watch());
	T_TRY(t_fault("link 0 down"));
	T_TRY(t_wait_link(0, false));
	T_TRY(t_fault("link 0 up"));
	T_TRY(t_wait_link(0, true));
	T_EQ(t_lsc_total(), 0);
	return 0;
}

/* A wire has two ends. */
static int
wire_ends(void)
{
	T_TRY(t_up_all(&with_lsc));
	T_TRY(t_ping(0));
	T_TRY(t_fault("link 0 down"));
	T_TRY(t_wait_link(0, false));
	T_TRY(t_ping(2));
	T_TRY(t_fault("link 0 up"));
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	T_TRY(t_ping(0));
	return t_ping(2);
}

/* With the link down nothing is sent nor received; mbufs come back. */
static int
traffic_while_down(void)
{
	uint8_t buf[100];
	unsigned int i;
	struct rte_mbuf *m;

	T_TRY(t_up_all(NULL));
	T_TRY(t_fault("link 0 down"));
	T_TRY(t_wait_link(0, false));
	for (i = 0; i < 1000; i++) {
		t_frame(buf, sizeof(buf), 0, 1, i);
		m = t_mbuf(F.pool, buf, sizeof(buf), 0);
		T_CHECK(m != NULL, "no mbuf");
		if (rte_eth_tx_burst(F.id[0], 0, &m, 1) == 0)
			rte_pktmbuf_free(m);
	}
	T_TRY(t_recv_none(1));
	T_TRY(t_fault("link 0 up"));
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	while (t_recv(1, 0, &m, 1, 100) == 1)
		rte_pktmbuf_free(m);
	return t_ping(0);
}

/* set_link_down of one port leaves the others up. */
static int
set_link_per_port(void)
{
	uint8_t i;

	T_TRY(t_up_all(&with_lsc));
	for (i = 0; i < F.nb; i++) {
		T_EQ(rte_eth_dev_set_link_down(F.id[i]), 0);
		T_TRY(t_wait_link(i, false));
		T_TRY(neighbours_up(i));
		T_EQ(rte_eth_dev_set_link_up(F.id[i]), 0);
		T_TRY(t_wait_link(i, true));
	}
	return 0;
}

/* Closing the port that was told last leaves the engine without it. */
static int
event_after_close(void)
{
	T_TRY(t_up_all(&with_lsc));
	T_TRY(t_down(1));
	T_EQ(rte_eth_dev_close(F.id[1]), 0);
	T_TRY(t_fault("link 1 down"));
	T_TRY(t_fault("link 1 up"));
	T_TRY(t_fault("link 2 down"));
	T_TRY(t_wait_link(2, false));
	T_TRY(t_fault("link 2 up"));
	return t_wait_link(2, true);
}

static const struct t_case cases[] = {
	{ "each_port", each_port, 8, T_SIM, NULL },
	{ "each_port_polled", each_port, 4, T_SIM, "event_mode=poll" },
	{ "single_port", single_port, 1, T_SIM, NULL },
	{ "up_at_start", up_at_start, 2, T_SIM, NULL },
	{ "down_at_start", down_at_start, 2, T_SIM, NULL },
	{ "change_while_stopped", change_while_stopped, 4, T_SIM, NULL },
	{ "all_ports_together", all_ports_together, 8, T_SIM, NULL },
	{ "cause_alone", cause_alone, 4, T_SIM, NULL },
	{ "storm", storm, 4, T_SIM, NULL },
	{ "not_asked", not_asked, 2, T_SIM, NULL },
	{ "wire_ends", wire_ends, 4, T_SIM | T_WIRED, NULL },
	{ "traffic_while_down", traffic_while_down, 2, T_SIM | T_WIRED, NULL },
	{ "set_link_per_port", set_link_per_port, 4, T_SIM, NULL },
	{ "event_after_close", event_after_close, 4, T_SIM, NULL },
};

T_SUITE(link, cases);
