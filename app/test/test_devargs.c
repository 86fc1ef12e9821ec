/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file Devargs: what they select, and what is refused without a trace. */

#include <errno.h>

#include <rte_dev.h>

#include "test.h"

/* Probe with args, expecting exactly the lports of mask. */
static int
selects(const char *args, unsigned int mask)
{
	struct rte_eth_dev_info info;
	char name[RTE_ETH_NAME_MAX_LEN], want[RTE_ETH_NAME_MAX_LEN];
	unsigned int seen = 0;
	uint16_t id;
	int rc;

	rc = t_probe(T_DEV, args);
	T_CHECK(rc == 0, "\"%s\": %s", args, rte_strerror(-rc));
	RTE_ETH_FOREACH_DEV(id) {
		T_EQ(rte_eth_dev_info_get(id, &info), 0);
		if (strcmp(rte_dev_name(info.device), T_DEV) != 0)
			continue;
		seen |= 1u << info.switch_info.port_id;
		T_EQ(rte_eth_dev_get_name_by_port(id, name), 0);
		snprintf(want, sizeof(want), "%s_port%u", T_DEV, info.switch_info.port_id);
		T_CHECK(strcmp(name, want) == 0, "%s: named %s", args, name);
	}
	T_EQ(t_remove(T_DEV), 0);
	T_CHECK(seen == mask, "\"%s\" gives lports %x, not %x", args, seen, mask);
	return 0;
}

static int
ports_one(void)
{
	T_TRY(selects("ports=4,ports=[0]", 0x1));
	return selects("ports=4,ports=[3]", 0x8);
}

static int
ports_list(void)
{
	T_TRY(selects("ports=8,ports=[0,2,7]", 0x85));
	return selects("ports=4,ports=[1,3]", 0xA);
}

static int
ports_range(void)
{
	T_TRY(selects("ports=8,ports=[2-5]", 0x3C));
	return selects("ports=8,ports=[0-1,6]", 0x43);
}

static int
ports_all(void)
{
	return selects("ports=4,ports=[0-3]", 0xF);
}

/* An lport that isn't ours has no ethdev, and the ones beside it work. */
static int
ports_work(void)
{
	T_EQ(t_probe(T_DEV, "ports=4,wire=0:0+1:2+3:3,ports=[1,2]"), 0);
	F.attached = true;
	T_EQ(t_discover(T_DEV), 2);
	T_TRY(t_up(1, NULL));
	T_TRY(t_up(2, NULL));
	T_TRY(t_wait_link(1, true));
	T_TRY(t_wait_link(2, true));
	{
		static const struct t_flow few = { .nb = 64, .min = 60, .max = 1514, .step = 31 };

		T_TRY(t_flow_run(1, 2, &few));
		T_TRY(t_flow_run(2, 1, &few));
	}
	return 0;
}

static int
event_modes(void)
{
	T_TRY(selects("ports=2,event_mode=interrupt", 0x3));
	T_TRY(selects("ports=2,event_mode=poll", 0x3));
	return selects("ports=2,event_mode=auto", 0x3);
}

/* Probe with args fails, with this code unless it is 0, and leaves nothing; a
 * good probe works afterwards. */
static int
refused_with(const char *args, int code)
{
	struct t_usage before;
	int rc;

	t_usage_get(&before);
	rc = t_probe(T_DEV, args);
	if (rc == 0)
		t_remove(T_DEV);
	T_CHECK(rc < 0, "\"%s\" was taken", args);
	T_CHECK(code == 0 || rc == code, "\"%s\" is refused with %d, not %d", args, rc, code);
	T_TRY(t_usage_check(&before));
	return selects("ports=2", 0x3);
}

static int
refused(const char *args)
{
	return refused_with(args, 0);
}

static int
bad_ports(void)
{
	static const char *const bad[] = {
		"ports=4,ports=[]", "ports=4,ports=[4]", "ports=4,ports=[0,8]",
		"ports=4,ports=[x]", "ports=4,ports=[3-1]", "ports=4,ports=[-1]",
		"ports=4,ports=[0,]", "ports=4,ports=[0-]", "ports=4,ports=[99999999999]",
		"ports=1,ports=[1]", "ports=4,ports=[0],ports=[1]",
	};
	unsigned int i;

	for (i = 0; i < RTE_DIM(bad); i++)
		T_TRY(refused(bad[i]));
	return 0;
}

static int
bad_event_mode(void)
{
	T_TRY(refused("ports=2,event_mode=sometimes"));
	T_TRY(refused("ports=2,event_mode="));
	return 0;
}

static int
queues_per_port(void)
{
	struct rte_eth_dev_info info;
	uint8_t i;

	T_EQ(t_probe(T_DEV, "ports=4,wire=0:1+2:3,queues_per_port=3"), 0);
	F.attached = true;
	T_EQ(t_discover(T_DEV), 4);
	for (i = 0; i < 4; i++) {
		T_EQ(rte_eth_dev_info_get(F.id[i], &info), 0);
		T_EQ(info.max_rx_queues, 3);
		T_EQ(info.max_tx_queues, 3);
	}
	T_TRY(t_up_all(&(struct t_up){ .rxq = 1, .txq = 3 }));
	return t_ping(0);
}

static int
bad_queues(void)
{
	T_TRY(refused("ports=2,queues=none"));
	T_TRY(refused("ports=2,queues_per_port=0"));
	T_TRY(refused("ports=2,queues_per_port=65"));
	T_TRY(refused("ports=2,queues_per_port=1x"));
	/* More than the device has: the driver sees it, the device is not asked. */
	return refused_with("ports=8,queues=16,queues_per_port=3", -ENOSPC);
}

static int
unknown_key(void)
{
	T_TRY(refused("ports=2,no_such_key=1"));
	return refused("ports=2,Ports=[0]");
}

/* The sim's own arguments are as strict. */
static int
bad_sim_args(void)
{
	static const char *const bad[] = {
		"ports=0", "ports=9", "ports=two", "ports=4,wire=0:4", "ports=4,wire=0:1+1:2",
		"ports=4,wire=0", "ports=2,queues=0", "ports=2,queues=2049", "ports=2,vectors=1",
		"ports=2,vfs=257", "ports=2,vfs=x", "ports=2,vfs=",
		"ports=2,mac=01:00:5e:00:00:01", "ports=2,mac=zz", "ports=2,script=/nonexistent",
	};
	unsigned int i;

	for (i = 0; i < RTE_DIM(bad); i++)
		T_TRY(refused(bad[i]));
	return 0;
}

/* Fewer queues than ports, and the smallest counts that do. */
static int
few_queues(void)
{
	T_TRY(refused_with("ports=8,queues=7", -ENOSPC));
	return selects("ports=8,queues=8", 0xFF);
}

static int
few_vectors(void)
{
	/* Misc only: ports without Rx interrupts are still ports. */
	T_TRY(selects("ports=8,vectors=2", 0xFF));
	return selects("ports=8,vectors=9", 0xFF);
}

static int
mac_arg(void)
{
	static const struct rte_ether_addr want = { { 2, 0x11, 0x22, 0x33, 0x45, 1 } };
	struct rte_ether_addr mac;

	T_EQ(t_probe(T_DEV, "ports=4,mac=02:11:22:33:44:ff"), 0);
	F.attached = true;
	t_discover(T_DEV);
	T_EQ(rte_eth_macaddr_get(F.id[2], &mac), 0);
	T_CHECK(rte_is_same_ether_addr(&mac, &want), "lport 2 has another address");
	return 0;
}

static const struct t_case cases[] = {
	{ "ports_one", ports_one, 0, T_BARE, NULL },
	{ "ports_list", ports_list, 0, T_BARE, NULL },
	{ "ports_range", ports_range, 0, T_BARE, NULL },
	{ "ports_all", ports_all, 0, T_BARE, NULL },
	{ "ports_work", ports_work, 0, T_BARE, NULL },
	{ "event_modes", event_modes, 0, T_BARE, NULL },
	{ "queues_per_port", queues_per_port, 0, T_BARE, NULL },
	{ "bad_ports", bad_ports, 0, T_BARE, NULL },
	{ "bad_event_mode", bad_event_mode, 0, T_BARE, NULL },
	{ "bad_queues", bad_queues, 0, T_BARE, NULL },
	{ "unknown_key", unknown_key, 0, T_BARE, NULL },
	{ "bad_sim_args", bad_sim_args, 0, T_BARE, NULL },
	{ "few_queues", few_queues, 0, T_BARE, NULL },
	{ "few_vectors", few_vectors, 0, T_BARE, NULL },
	{ "mac_arg", mac_arg, 0, T_BARE, NULL },
};

T_SUITE(devargs, cases);
