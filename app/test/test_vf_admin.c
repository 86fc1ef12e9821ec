/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Administration of VFs (rte_pmd_ice_mp.h): what was decided is what the VF
 * sees, and nobody else. VF v is on lport v mod ports, ports are wired in pairs.
 */

#include <errno.h>

#include "vf_admin.h"

static const struct rte_ether_addr mac_a = { { 0x02, 0x11, 0x22, 0x33, 0x44, 0x55 } };
static const struct rte_ether_addr mac_b = { { 0x02, 0x11, 0x22, 0x33, 0x44, 0x66 } };
static const struct rte_ether_addr nobody = { { 0x02, 0x99, 0x99, 0x99, 0x99, 0x99 } };
static const struct rte_ether_addr group = { { 0x01, 0x00, 0x5E, 0x01, 0x02, 0x03 } };
static const struct rte_ether_addr zero;

static uint8_t out[T_MAX_FRAME], got[T_MAX_FRAME];
static struct vfc_frame in;

/* ---- the calls ---- */

/* All calls with a port and a VF, and parameters that are right. */
static int
all_calls(uint16_t id, uint16_t vf, int want)
{
	struct rte_pmd_ice_mp_vf_info info;
	struct rte_pmd_ice_mp_vf_stats stats;

	T_EQ(vfa.info_get(id, vf, &info), want);
	T_EQ(vfa.mac_set(id, vf, &mac_a), want);
	T_EQ(vfa.vlan_set(id, vf, VFA_VLAN, VFA_PRIO, RTE_ETHER_TYPE_VLAN), want);
	T_EQ(vfa.trust_set(id, vf, true), want);
	T_EQ(vfa.spoof_check_set(id, vf, false), want);
	T_EQ(vfa.promisc_set(id, vf, true, true), want);
	T_EQ(vfa.link_set(id, vf, RTE_PMD_ICE_MP_VF_LINK_UP), want);
	T_EQ(vfa.rate_set(id, vf, 0, 0), want);
	T_EQ(vfa.mtu_set(id, vf, 1400), want);
	T_EQ(vfa.stats_get(id, vf, &stats), want);
	T_EQ(vfa.stats_reset(id, vf), want);
	T_EQ(vfa.reset(id, vf), want);
	T_EQ(vfa.move(id, vf, F.id[0]), want);
	return 0;
}

/* Whatever is wrong is said, and nothing of any VF changes. */
static int
refusals(void)
{
	struct rte_pmd_ice_mp_vf_info was[4], odd;
	struct rte_ether_addr pf;
	uint16_t vf, id = F.id[0];

	T_TRY(vfa_all_up(4));
	for (vf = 0; vf < 4; vf++) {
		T_EQ(vfa.info_get(VFA_ID(vf), vf, &was[vf]), 0);
		T_EQ(was[vf].vf, vf);
		T_EQ(was[vf].state, RTE_PMD_ICE_MP_VF_RUNNING);
	}
	T_TRY(all_calls(RTE_MAX_ETHPORTS, 0, -ENODEV));
	T_TRY(all_calls(RTE_MAX_ETHPORTS - 1, 0, -ENODEV));
	T_TRY(all_calls(id, 4, -EINVAL));
	T_TRY(all_calls(id, UINT16_MAX, -EINVAL));
	T_TRY(all_calls(id, 1, -ENOENT));

	T_EQ(vfa.info_get(id, 0, NULL), -EINVAL);
	T_EQ(vfa.stats_get(id, 0, NULL), -EINVAL);
	T_EQ(vfa.mac_set(id, 0, NULL), -EINVAL);
	T_EQ(vfa.mac_set(id, 0, &group), -EINVAL);
	rte_eth_macaddr_get(F.id[1], &pf);
	T_EQ(vfa.mac_set(id, 0, &pf), -EADDRINUSE);
	T_EQ(vfa.mac_set(id, 0, &was[2].mac), -EADDRINUSE);
	T_EQ(vfa.vlan_set(id, 0, 4095, 0, RTE_ETHER_TYPE_VLAN), -EINVAL);
	T_EQ(vfa.vlan_set(id, 0, VFA_VLAN, 8, RTE_ETHER_TYPE_VLAN), -EINVAL);
	T_EQ(vfa.vlan_set(id, 0, 0, 1, RTE_ETHER_TYPE_VLAN), -EINVAL);
	T_EQ(vfa.vlan_set(id, 0, VFA_VLAN, 0, RTE_ETHER_TYPE_QINQ), -ENOTSUP);
	T_EQ(vfa.link_set(id, 0, (enum rte_pmd_ice_mp_vf_link)3), -EINVAL);
	T_EQ(vfa.rate_set(id, 0, 20, 10), -EINVAL);
	T_EQ(vfa.rate_set(id, 0, 0, 100001), -EINVAL);
	T_EQ(vfa.mtu_set(id, 0, RTE_ETHER_MIN_MTU - 1), -EINVAL);
	T_EQ(vfa.mtu_set(id, 0, T_MAX_FRAME), -EINVAL);
	T_EQ(vfa.move(id, 0, F.id[1]), -EBUSY);
	T_EQ(vfa.move(id, 0, RTE_MAX_ETHPORTS), -ENODEV);

	for (vf = 0; vf < 4; vf++) {
		T_TRY(vfa_info_is(vf, &was[vf]));
		T_EQ(vfa.info_get(VFA_ID(vf), vf, &odd), 0);
		T_CHECK(rte_is_same_ether_addr(&odd.mac, &was[vf].mac), "VF %u: its address", vf);
		T_EQ(odd.resets, was[vf].resets);
		T_CHECK(vfc_alive(vfc_of(vf)), "VF %u was reset", vf);
	}
	/* One of another PF, one that is nobody's. */
	T_EQ(t_probe(T_DEV_OTHER, "ports=1,vfs=1"), 0);
	T_EQ(rte_eth_dev_get_port_by_name(T_DEV_OTHER, &vf), 0);
	T_EQ(vfa.move(id, 0, vf), -EXDEV);
	T_EQ(vfa.trust_set(vf, 0, true), 0);
	T_TRY(vfa_info_is(0, &was[0]));
	T_EQ(t_remove(T_DEV_OTHER), 0);
	T_EQ(vfa.trust_set(vf, 0, true), -ENODEV);
	return 0;
}

/* ---- one by one ---- */

static int
mac(void)
{
	struct rte_pmd_ice_mp_vf_info info, other;
	struct vfc *c;

	/* Before any driver comes. */
	T_EQ(vfa.mac_set(VFA_ID(0), 0, &mac_a), 0);
	T_EQ(vfa.info_get(VFA_ID(2), 2, &other), 0);
	T_TRY(vfa_all_up(4));
	c = vfc_of(0);
	T_CHECK(memcmp(c->mac, &mac_a, 6) == 0, "the VF is not told the address");
	T_TRY(vfa_from_wire(c, &mac_a, true));
	/* While it runs: a reset, then the new one. */
	T_EQ(vfa.mac_set(VFA_ID(0), 0, &mac_b), 0);
	T_TRY(vfa_comes_again(c));
	T_CHECK(c->nb_impending == 0 && memcmp(c->mac, &mac_b, 6) == 0, "still the old address");
	T_TRY(vfa_from_wire(c, &mac_b, true));
	T_TRY(vfa_from_wire(c, &mac_a, false));
	T_TRY(vfa_to_wire(c, &mac_a, false));
	/* What was decided is not for the VF to change, unless it is trusted. */
	T_EQ(vfc_mac(c, ICE_MP_VC_ADD_ETH_ADDR, mac_a.addr_bytes, ICE_MP_VC_ADDR_PRIMARY),
	     ICE_MP_VC_ERR_PARAM);
	T_EQ(vfa.trust_set(VFA_ID(0), 0, true), 0);
	T_TRY(vfa_comes_again(c));
	T_EQ(vfc_mac(c, ICE_MP_VC_ADD_ETH_ADDR, mac_a.addr_bytes, ICE_MP_VC_ADDR_PRIMARY),
	     ICE_MP_VC_OK);
	T_TRY(vfa_from_wire(c, &mac_a, true));
	/* A VF of the port cannot have it now, one of the other can. */
	T_EQ(vfa.mac_set(VFA_ID(2), 2, &mac_a), -EADDRINUSE);
	T_EQ(vfa.mac_set(VFA_ID(1), 1, &mac_a), 0);
	/* Back to the driver's choice. */
	T_EQ(vfa.mac_set(VFA_ID(0), 0, &zero), 0);
	T_TRY(vfa_comes_again(c));
	T_CHECK(memcmp(c->mac, &mac_b, 6) != 0 && memcmp(c->mac, &mac_a, 6) != 0,
		"an address that is nobody's any more");
	T_EQ(vfa.info_get(VFA_ID(0), 0, &info), 0);
	T_CHECK(memcmp(c->mac, &info.mac, 6) == 0 && rte_is_zero_ether_addr(&info.admin_mac),
		"the VF has another address than is said");
	T_EQ(vfa.info_get(VFA_ID(2), 2, &info), 0);
	T_CHECK(rte_is_same_ether_addr(&info.mac, &other.mac) && vfc_alive(vfc_of(2)),
		"the neighbour has seen something of it");
	return 0;
}

static int
vlan(void)
{
	struct vfc *c;

	T_TRY(vfa_all_up(4));
	c = vfc_of(0);
	T_EQ(vfa.vlan_set(VFA_ID(0), 0, VFA_VLAN, VFA_PRIO, RTE_ETHER_TYPE_VLAN), 0);
	T_TRY(vfa_comes_again(c));
	T_TRY(vfa_port_vlan_works(c));
	T_CHECK((c->res.caps & ICE_MP_VC_CAP_VLAN) == 0, "it is offered VLANs of its own");
	/* Its neighbour is in none. */
	T_TRY(vfa_to_wire(vfc_of(2), vfc_of(2)->mac, true));
	T_EQ(vfa.vlan_set(VFA_ID(0), 0, 0, 0, RTE_ETHER_TYPE_VLAN), 0);
	T_TRY(vfa_comes_again(c));
	T_TRY(vfa_to_wire(c, c->mac, true));
	return vfa_from_wire(c, c->mac, true);
}

static int
spoof_check(void)
{
	struct rte_pmd_ice_mp_vf_stats s;
	struct vfc *c;

	T_TRY(vfa_all_up(4));
	c = vfc_of(1);
	T_TRY(vfa_to_wire(c, &nobody, false));
	T_EQ(vfa.stats_get(VFA_ID(1), 1, &s), 0);
	T_EQ(s.tx_errors, 1);
	T_EQ(vfa.spoof_check_set(VFA_ID(1), 1, false), 0);
	T_TRY(vfa_to_wire(c, &nobody, true));
	T_CHECK(vfc_alive(c), "this needs no reset");
	T_TRY(vfa_to_wire(vfc_of(3), &nobody, false));
	T_EQ(vfa.spoof_check_set(VFA_ID(1), 1, true), 0);
	return vfa_to_wire(c, &nobody, false);
}

static int
trust(void)
{
	struct rte_ether_addr a = mac_a;
	unsigned int i;
	struct vfc *c;

	T_TRY(vfa_all_up(2));
	c = vfc_of(0);
	T_EQ(vfc_promisc(c, ICE_MP_VC_PROMISC_UC), ICE_MP_VC_OK);
	T_TRY(vfa_from_wire(c, &nobody, false));
	T_EQ(t_telemetry("/ice_mp/vf_info," T_DEV ",0", "vf", "promisc_ignored"), 1);
	T_EQ(vfa.trust_set(VFA_ID(0), 0, true), 0);
	T_TRY(vfa_comes_again(c));
	T_EQ(vfc_promisc(c, ICE_MP_VC_PROMISC_UC), ICE_MP_VC_OK);
	T_TRY(vfa_from_wire(c, &nobody, true));
	T_EQ(vfc_promisc(c, 0), ICE_MP_VC_OK);
	/* More addresses than another VF can have. */
	for (i = 0; i < 40; i++) {
		a.addr_bytes[5] = i;
		T_EQ(vfc_mac(c, ICE_MP_VC_ADD_ETH_ADDR, a.addr_bytes, ICE_MP_VC_ADDR_EXTRA),
		     ICE_MP_VC_OK);
	}
	T_EQ(vfa.trust_set(VFA_ID(0), 0, false), 0);
	T_TRY(vfa_comes_again(c));
	T_TRY(vfa_from_wire(c, &a, false));
	T_EQ(vfc_promisc(c, ICE_MP_VC_PROMISC_UC), ICE_MP_VC_OK);
	return vfa_from_wire(c, &nobody, false);
}

static int
promisc(void)
{
	struct vfc *c;

	T_TRY(vfa_all_up(4));
	c = vfc_of(0);
	T_TRY(vfa_from_wire(c, &nobody, false));
	T_TRY(vfa_from_wire(c, &group, false));
	T_EQ(vfa.promisc_set(VFA_ID(0), 0, false, true), 0);
	T_TRY(vfa_from_wire(c, &group, true));
	T_TRY(vfa_from_wire(c, &nobody, false));
	T_EQ(vfa.promisc_set(VFA_ID(0), 0, true, false), 0);
	T_TRY(vfa_from_wire(c, &nobody, true));
	/* What the VF says of it changes nothing. */
	T_EQ(vfc_promisc(c, 0), ICE_MP_VC_OK);
	T_TRY(vfa_from_wire(c, &nobody, true));
	T_TRY(vfa_from_wire(vfc_of(2), &nobody, false));
	/* The neighbour's frame was VF 0's, too. */
	while (vfc_rx(c, 0, &in, 0))
		;
	T_EQ(vfa.promisc_set(VFA_ID(0), 0, false, false), 0);
	T_CHECK(vfc_alive(c), "this needs no reset");
	T_TRY(vfa_from_wire(c, &nobody, false));
	return vfa_from_wire(c, &group, false);
}

static int
link_mode(void)
{
	struct rte_pmd_ice_mp_vf_info info;
	struct vfc *c, *other;

	T_TRY(vfa_all_up(4));
	c = vfc_of(0);
	other = vfc_of(2);
	T_EQ(vfa.link_set(VFA_ID(0), 0, RTE_PMD_ICE_MP_VF_LINK_DOWN), 0);
	T_TRY(vfc_wait_link(c, false));
	T_EQ(vfa.info_get(VFA_ID(0), 0, &info), 0);
	T_EQ(info.link_up, false);
	/* The port's link is none of its business now. */
	T_TRY(t_fault("link 0 down"));
	T_TRY(vfc_wait_link(other, false));
	T_TRY(t_fault("link 0 up"));
	T_TRY(vfc_wait_link(other, true));
	T_TRY(t_wait_link(0, true));
	vfc_drain(c);
	T_EQ(c->link_up, 0);
	T_EQ(vfa.link_set(VFA_ID(0), 0, RTE_PMD_ICE_MP_VF_LINK_UP), 0);
	T_TRY(vfc_wait_link(c, true));
	T_TRY(t_fault("link 0 down"));
	T_TRY(vfc_wait_link(other, false));
	T_EQ(vfa.info_get(VFA_ID(0), 0, &info), 0);
	T_EQ(info.link_up, true);
	T_EQ(info.link_mbps, 100000);
	vfc_drain(c);
	T_EQ(c->link_up, 1);
	T_EQ(vfa.link_set(VFA_ID(0), 0, RTE_PMD_ICE_MP_VF_LINK_AUTO), 0);
	T_TRY(vfc_wait_link(c, false));
	T_TRY(t_fault("link 0 up"));
	T_TRY(vfc_wait_link(c, true));
	T_CHECK(vfc_alive(c) && vfc_alive(other), "a link is no reset");
	return 0;
}

/* Milliseconds nb frames of 1500 bytes take from a VF to the wire. */
static int
timed(struct vfc *c, unsigned int nb, uint64_t *ms)
{
	uint8_t at = t_peer(c->vf % F.nb);
	struct rte_ether_addr far;
	struct rte_mbuf *m;
	unsigned int i;
	uint64_t t0;

	rte_eth_macaddr_get(F.id[at], &far);
	vfa_frame(out, 1500, &far, c->mac, 7);
	t0 = t_now_ms();
	for (i = 0; i < nb; i++) {
		T_TRY(vfc_tx(c, 0, out, 1500, -1));
		if (t_recv(at, 0, &m, 1, 0) == 1)
			rte_pktmbuf_free(m);
	}
	/* The last one, which is another. */
	vfa_frame(out, 60, &far, c->mac, 8);
	T_TRY(vfc_tx(c, 0, out, 60, -1));
	while (t_recv_bytes(at, got, sizeof(got), T_WAIT_MS) == 1500)
		;
	T_CHECK(memcmp(got, out, 60) == 0, "the last frame does not come");
	*ms = t_now_ms() - t0;
	return 0;
}

static int
rate(void)
{
	enum { NB = 40, MBPS = 4 };	/* 480 kbit: 120 ms, less what may go at once */
	uint64_t ms;
	struct vfc *c;

	T_EQ(vfa.rate_set(VFA_ID(2), 2, 1, MBPS), 0);
	T_TRY(vfa_all_up(4));
	c = vfc_of(0);
	T_TRY(timed(c, 8, &ms));
	T_EQ(vfa.rate_set(VFA_ID(0), 0, 0, MBPS), 0);
	T_CHECK(vfc_alive(c), "this needs no reset");
	T_TRY(timed(c, NB, &ms));
	T_CHECK(ms >= 80, "%u frames in %u ms are faster than %u Mb/s", NB, (unsigned int)ms,
		MBPS);
	T_TRY(timed(vfc_of(2), NB, &ms));
	T_CHECK(ms >= 80, "the rate decided before is not in force");
	/* None, the highest, the lowest. */
	T_EQ(vfa.rate_set(VFA_ID(0), 0, 0, 0), 0);
	T_TRY(timed(c, NB, &ms));
	T_CHECK(ms < 80, "without a limit %u frames take %u ms", NB, (unsigned int)ms);
	T_EQ(vfa.rate_set(VFA_ID(0), 0, 100000, 100000), 0);
	T_EQ(vfa.rate_set(VFA_ID(0), 0, 1, 1), 0);
	return 0;
}

static int
mtu(void)
{
	uint16_t whole;
	struct vfc *c;

	T_TRY(vfa_all_up(2));
	c = vfc_of(0);
	whole = c->res.max_mtu;
	T_EQ(vfa.mtu_set(VFA_ID(0), 0, 1000), 0);
	T_WAIT(!vfc_alive(c), T_WAIT_MS, "it is not told");
	vfc_mbx_down(c);
	T_TRY(vfc_hello(c));
	T_CHECK(c->res.max_mtu >= 1000 && c->res.max_mtu < 1100, "a frame of %u bytes",
		c->res.max_mtu);
	/* It may still try: with 1536 bytes, then with 1024. */
	T_EQ(vfc_config_queues(c, 1), ICE_MP_VC_ERR_PARAM);
	c->opt.buf = 1024;
	T_EQ(vfc_config_queues(c, 1), ICE_MP_VC_OK);
	T_EQ(vfa.mtu_set(VFA_ID(0), 0, 0), 0);
	T_TRY(vfa_comes_again(c));
	T_EQ(c->res.max_mtu, whole);
	return 0;
}

static int
stats(void)
{
	struct rte_pmd_ice_mp_vf_stats s;
	struct ice_mp_vc_stats own;
	struct vfc *c;
	unsigned int i;

	T_TRY(vfa_all_up(4));
	c = vfc_of(0);
	for (i = 0; i < 5; i++)
		T_TRY(vfa_from_wire(c, c->mac, true));
	for (i = 0; i < 3; i++)
		T_TRY(vfa_to_wire(c, c->mac, true));
	T_EQ(vfa.stats_get(VFA_ID(0), 0, &s), 0);
	T_EQ(s.rx_unicast, 5);
	T_EQ(s.rx_bytes, 5 * VFA_LEN);
	T_EQ(s.tx_unicast, 3);
	T_EQ(s.tx_bytes, 3 * VFA_LEN);
	T_EQ(s.rx_multicast + s.rx_broadcast + s.tx_multicast + s.tx_broadcast, 0);
	T_EQ(s.tx_errors, 0);
	T_EQ(vfa.stats_reset(VFA_ID(0), 0), 0);
	T_TRY(vfa_to_wire(c, c->mac, true));
	T_EQ(vfa.stats_get(VFA_ID(0), 0, &s), 0);
	T_EQ(s.rx_unicast, 0);
	T_EQ(s.tx_unicast, 1);
	T_EQ(s.tx_bytes, VFA_LEN);
	/* The VF counts for itself. */
	T_EQ(vfc_stats(c, &own), ICE_MP_VC_OK);
	T_EQ(own.rx_uc, 5);
	T_EQ(own.tx_uc, 4);
	T_EQ(vfa.stats_get(VFA_ID(2), 2, &s), 0);
	T_EQ(s.rx_unicast + s.tx_unicast, 0);
	/* Kept when it goes, new when it comes. */
	T_EQ(vfa.reset(VFA_ID(0), 0), 0);
	T_WAIT(!vfc_alive(c), T_WAIT_MS, "VF 0 was not reset");
	T_EQ(vfa.stats_get(VFA_ID(0), 0, &s), 0);
	T_EQ(s.tx_unicast, 1);
	T_TRY(vfc_again(c));
	T_EQ(vfa.stats_get(VFA_ID(0), 0, &s), 0);
	T_EQ(s.tx_unicast, 0);
	return 0;
}

static const struct t_case cases[] = {
	{ "refusals", refusals, 2, T_SIM | T_WIRED, "vfs=4" },
	{ "mac", mac, 2, T_SIM | T_WIRED, "vfs=4" },
	{ "vlan", vlan, 2, T_SIM | T_WIRED, "vfs=4" },
	{ "spoof_check", spoof_check, 2, T_SIM | T_WIRED, "vfs=4" },
	{ "trust", trust, 2, T_SIM | T_WIRED, "vfs=4" },
	{ "promisc", promisc, 2, T_SIM | T_WIRED, "vfs=4" },
	{ "link_mode", link_mode, 2, T_SIM | T_WIRED, "vfs=4" },
	{ "rate", rate, 2, T_SIM | T_WIRED, "vfs=4" },
	{ "mtu", mtu, 2, T_SIM | T_WIRED, "vfs=4" },
	{ "stats", stats, 2, T_SIM | T_WIRED, "vfs=4" },
};

T_SUITE(vf_admin, cases);
