/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Port representors: one ethdev per VF that was named, through which the VF is
 * administered; they come and go with the device.
 */

#include <errno.h>

#include <rte_dev.h>

#include "vf_admin.h"

#define VFS	8

static const struct rte_ether_addr mac_a = { { 0x02, 0x11, 0x22, 0x33, 0x44, 0x55 } };
static const struct rte_ether_addr mac_b = { { 0x02, 0x11, 0x22, 0x33, 0x44, 0x66 } };
static const struct rte_ether_addr nobody = { { 0x02, 0x99, 0x99, 0x99, 0x99, 0x99 } };
static const struct rte_ether_addr group = { { 0x01, 0x00, 0x5E, 0x01, 0x02, 0x03 } };

/* @return the ethdev, RTE_MAX_ETHPORTS: there is none */
static uint16_t
repr_of(uint16_t vf)
{
	char name[RTE_ETH_NAME_MAX_LEN];
	uint16_t id;

	snprintf(name, sizeof(name), "net_" T_DEV "_representor_%u", vf);
	return rte_eth_dev_get_port_by_name(name, &id) == 0 ? id : RTE_MAX_ETHPORTS;
}

/* As ethdev finds it: by what it says of itself and of the port behind it. */
static uint16_t
found(uint16_t vf)
{
	uint16_t id, which = RTE_MAX_ETHPORTS;
	struct rte_dev_iterator it;
	char filter[64];

	snprintf(filter, sizeof(filter), "class=eth,representor=vf%u", vf);
	RTE_ETH_FOREACH_MATCHING_DEV(id, filter, &it)
		which = id;
	return which;
}

static int
repr_up(uint16_t id)
{
	struct rte_eth_conf conf = { 0 };

	T_EQ(rte_eth_dev_configure(id, 1, 1, &conf), 0);
	T_EQ(rte_eth_rx_queue_setup(id, 0, 64, SOCKET_ID_ANY, NULL, F.pool), 0);
	T_EQ(rte_eth_tx_queue_setup(id, 0, 64, SOCKET_ID_ANY, NULL), 0);
	T_EQ(rte_eth_dev_start(id), 0);
	return 0;
}

/* Those that were named, each of its VF, under the ports' switch. */
static int
names(void)
{
	struct rte_eth_dev_info port, info;
	uint16_t vf, id;

	T_EQ(t_count_ethdevs(T_DEV), 2 + 4);
	T_EQ(rte_eth_dev_info_get(F.id[0], &port), 0);
	for (vf = 0; vf < VFS; vf++) {
		id = repr_of(vf);
		T_CHECK((id != RTE_MAX_ETHPORTS) == (vf == 0 || (vf >= 3 && vf <= 5)),
			"VF %u has a representor, or has none", vf);
		if (id == RTE_MAX_ETHPORTS)
			continue;
		T_EQ(rte_eth_dev_info_get(id, &info), 0);
		T_CHECK((*info.dev_flags & RTE_ETH_DEV_REPRESENTOR) != 0, "no representor");
		T_EQ(info.switch_info.domain_id, port.switch_info.domain_id);
		T_CHECK(info.switch_info.port_id >= T_MAX_PORTS, "a port's number");
		T_EQ(info.switch_info.port_id, T_MAX_PORTS + vf);
		/* They are not ports. */
		T_EQ(vfa.trust_set(id, vf, true), -ENOTSUP);
	}
	T_EQ(rte_eth_dev_info_get(F.id[1], &info), 0);
	T_EQ(*info.dev_flags & RTE_ETH_DEV_REPRESENTOR, 0);
	for (vf = 0; vf < VFS; vf++)
		T_EQ(found(vf), repr_of(vf));
	return 0;
}

/* What is done to the representor happens to the VF. */
static int
decides(void)
{
	struct rte_pmd_ice_mp_vf_info info;
	struct rte_ether_addr now;
	uint16_t id = repr_of(0);
	struct vfc *c;

	T_TRY(vfa_all_up(4));
	T_TRY(repr_up(id));
	c = vfc_of(0);
	/* Starting it decides nothing. */
	T_EQ(vfa.info_get(F.id[0], 0, &info), 0);
	T_CHECK(rte_is_zero_ether_addr(&info.admin_mac) && info.max_mtu == 0 && info.resets == 0,
		"a start is a decision");
	T_EQ(rte_eth_macaddr_get(id, &now), 0);
	T_CHECK(memcmp(&now, c->mac, 6) == 0, "it shows another address than the VF's");

	T_EQ(rte_eth_promiscuous_enable(id), 0);
	T_TRY(vfa_from_wire(c, &nobody, true));
	T_EQ(rte_eth_promiscuous_disable(id), 0);
	T_TRY(vfa_from_wire(c, &nobody, false));
	T_EQ(rte_eth_allmulticast_enable(id), 0);
	T_TRY(vfa_from_wire(c, &group, true));
	/* As it was decided, also after a new start. */
	T_EQ(vfa.promisc_set(F.id[0], 0, true, true), 0);
	T_EQ(rte_eth_promiscuous_get(id), 1);
	T_EQ(rte_eth_dev_stop(id), 0);
	T_EQ(rte_eth_dev_start(id), 0);
	T_TRY(vfa_from_wire(c, &nobody, true));
	T_EQ(vfa.promisc_set(F.id[0], 0, false, false), 0);

	T_EQ(rte_eth_dev_default_mac_addr_set(id, (struct rte_ether_addr *)(uintptr_t)&mac_a), 0);
	T_TRY(vfa_comes_again(c));
	T_CHECK(memcmp(c->mac, &mac_a, 6) == 0, "the VF is not told its address");
	T_EQ(vfa.mac_set(F.id[0], 0, &mac_b), 0);
	T_EQ(rte_eth_macaddr_get(id, &now), 0);
	T_CHECK(rte_is_same_ether_addr(&now, &mac_b), "it does not follow the VF");
	T_TRY(vfa_comes_again(c));
	/* A port's. */
	T_EQ(rte_eth_macaddr_get(F.id[1], &now), 0);
	T_EQ(rte_eth_dev_default_mac_addr_set(id, &now), -EADDRINUSE);

	T_EQ(rte_eth_dev_set_vlan_pvid(id, 77, 1), 0);
	T_EQ(vfa.info_get(F.id[0], 0, &info), 0);
	T_EQ(info.vlan, 77);
	T_EQ(rte_eth_dev_set_vlan_pvid(id, 4095, 1), -EINVAL);
	T_EQ(rte_eth_dev_set_vlan_pvid(id, 0, 1), -EINVAL);
	T_EQ(rte_eth_dev_set_vlan_pvid(id, 0, 0), 0);
	T_EQ(rte_eth_dev_set_mtu(id, 1600), 0);
	T_EQ(vfa.info_get(F.id[0], 0, &info), 0);
	T_EQ(info.vlan, 0);
	T_EQ(info.max_mtu, 1600);
	T_TRY(vfa_comes_again(c));
	/* Nobody else has seen anything. */
	T_CHECK(vfc_alive(vfc_of(1)) && vfc_alive(vfc_of(2)) && vfc_alive(vfc_of(3)),
		"another VF was reset");
	return 0;
}

/* What is seen at the representor is the VF's. */
static int
shows(void)
{
	struct rte_mbuf *m = NULL;
	struct rte_eth_stats s;
	struct rte_eth_link link;
	uint16_t id = repr_of(3);
	struct vfc *c;
	unsigned int i;

	T_TRY(vfa_all_up(4));
	T_TRY(repr_up(id));
	c = vfc_of(3);
	for (i = 0; i < 4; i++)
		T_TRY(vfa_from_wire(c, c->mac, true));
	for (i = 0; i < 2; i++)
		T_TRY(vfa_to_wire(c, c->mac, true));
	T_EQ(rte_eth_stats_get(id, &s), 0);
	T_EQ(s.ipackets, 4);
	T_EQ(s.opackets, 2);
	T_EQ(s.ibytes, 4 * 200);
	T_EQ(s.obytes, 2 * 200);
	T_EQ(rte_eth_stats_reset(id), 0);
	T_EQ(rte_eth_stats_get(id, &s), 0);
	T_EQ(s.ipackets + s.opackets, 0);
	T_EQ(rte_eth_link_get_nowait(id, &link), 0);
	T_EQ(link.link_status, RTE_ETH_LINK_UP);
	T_EQ(link.link_speed, 100000);
	T_EQ(vfa.link_set(F.id[1], 3, RTE_PMD_ICE_MP_VF_LINK_DOWN), 0);
	T_EQ(rte_eth_link_get_nowait(id, &link), 0);
	T_EQ(link.link_status, RTE_ETH_LINK_DOWN);
	T_EQ(vfa.link_set(F.id[1], 3, RTE_PMD_ICE_MP_VF_LINK_AUTO), 0);
	T_TRY(t_fault("link 1 down"));
	T_TRY(t_wait_link(1, false));
	T_EQ(rte_eth_link_get_nowait(id, &link), 0);
	T_EQ(link.link_status, RTE_ETH_LINK_DOWN);
	/* No frame goes through it. */
	T_EQ(rte_eth_rx_burst(id, 0, &m, 1), 0);
	T_EQ(rte_eth_tx_burst(id, 0, &m, 0), 0);
	return 0;
}

/* Closed alone, beside its port, with the device. */
static int
goes(void)
{
	struct rte_pmd_ice_mp_vf_info info;
	uint16_t port = F.id[0], a = repr_of(0), b = repr_of(3);

	T_EQ(rte_eth_dev_close(a), 0);
	T_EQ(repr_of(0), RTE_MAX_ETHPORTS);
	T_EQ(vfa.mac_set(port, 0, &mac_a), 0);
	T_EQ(vfa.info_get(port, 0, &info), 0);
	T_EQ(rte_eth_dev_close(F.id[1]), 0);
	/* The VF has no port any more: its representor is still there. */
	T_EQ(repr_of(3), b);
	/* Another device gets the numbers. */
	T_EQ(t_probe(T_DEV_OTHER, "ports=2"), 0);
	T_EQ(found(3), RTE_MAX_ETHPORTS);
	T_EQ(found(4), repr_of(4));
	T_EQ(rte_eth_promiscuous_enable(b), 0);
	T_EQ(t_remove(T_DEV_OTHER), 0);
	T_EQ(t_remove(T_DEV), 0);
	F.attached = false;
	T_EQ(t_count_ethdevs(T_DEV), 0);
	T_EQ(repr_of(3), RTE_MAX_ETHPORTS);
	T_EQ(repr_of(5), RTE_MAX_ETHPORTS);
	return 0;
}

/* A move takes the representor along. */
static int
moves(void)
{
	T_EQ(vfa.move(F.id[0], 4, F.id[1]), 0);
	T_EQ(rte_eth_dev_close(F.id[0]), 0);
	T_EQ(found(4), repr_of(4));
	T_EQ(found(0), RTE_MAX_ETHPORTS);
	return 0;
}

/* Through a reset of the PF. */
static int
survives(void)
{
	struct rte_pmd_ice_mp_vf_info info;
	uint16_t id = repr_of(0);

	T_TRY(vfa_all_up(2));
	T_TRY(repr_up(id));
	T_EQ(rte_eth_allmulticast_enable(id), 0);
	T_TRY(t_fault("reset globr"));
	T_WAIT(t_recoveries() == 1, T_WAIT_MS, "no recovery");
	T_EQ(repr_of(0), id);
	T_TRY(vfa_comes_again(vfc_of(0)));
	T_TRY(vfa_from_wire(vfc_of(0), &group, true));
	T_EQ(rte_eth_allmulticast_disable(id), 0);
	T_TRY(vfa_from_wire(vfc_of(0), &group, false));
	T_EQ(vfa.info_get(F.id[0], 0, &info), 0);
	T_EQ(info.allmulti, false);
	return 0;
}

/* Nothing of a probe that fails stays. */
static int
refused(void)
{
	static const char *const bad[] = {
		"ports=2,vfs=4,representor=vf4",
		"ports=2,vfs=4,vfs=[2],representor=vf[0-2]",
		"ports=2,representor=vf0",
		"ports=2,vfs=4,ports=[0],representor=vf[0-1]",
		"ports=2,vfs=4,representor=vf[0",
		"ports=2,vfs=4,representor=sf0",
		"ports=2,vfs=4,representor=pf0vf0",
		"ports=2,vfs=4,representor=vf256",
		"ports=2,vfs=4,representor=",
		"ports=2,vfs=4,representor=vf0,representor=vf1",
	};
	unsigned int i;

	for (i = 0; i < RTE_DIM(bad); i++) {
		T_CHECK(t_probe(T_DEV, bad[i]) != 0, "%s: it was attached", bad[i]);
		T_EQ(t_count_ethdevs(T_DEV), 0);
	}
	T_EQ(t_probe(T_DEV, "ports=2,vfs=4,ports=[0],representor=vf[0,2]"), 0);
	T_EQ(t_count_ethdevs(T_DEV), 3);
	T_EQ(t_remove(T_DEV), 0);
	return 0;
}

#define ARGS	"vfs=8,representor=vf[0,3-5]"

static const struct t_case cases[] = {
	{ "names", names, 2, T_SIM, ARGS },
	{ "decides", decides, 2, T_SIM | T_WIRED, ARGS },
	{ "shows", shows, 2, T_SIM | T_WIRED, ARGS },
	{ "goes", goes, 2, T_SIM, ARGS },
	{ "moves", moves, 2, T_SIM, ARGS },
	{ "survives", survives, 2, T_SIM | T_WIRED, ARGS },
	{ "refused", refused, 2, T_SIM | T_BARE, NULL },
};

T_SUITE(vf_repr, cases);
