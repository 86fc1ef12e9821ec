/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * What an administrator decides about a VF, and what of it a VF sees. How an
 * application says it: ice_mp_pmd.c, ice_mp_telemetry_vf.c, ice_mp_repr.c.
 */

#include <errno.h>
#include <string.h>

#include "ice_mp_ctl.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_repr.h"
#include "ice_mp_vc.h"
#include "ice_mp_vf_admin.h"
#include "ice_mp_vf_hw.h"
#include "rte_pmd_ice_mp.h"

#define VLAN_MAX	4094
#define PRIO_MAX	7

struct ice_mp_vf *
ice_mp_vf_get(struct ice_mp_pf *pf, uint16_t id)
{
	return pf->vfs != NULL && id < pf->vfs->nb ? &pf->vfs->vf[id] : NULL;
}

const struct rte_ether_addr *
ice_mp_vf_given_mac(const struct ice_mp_vf *vf)
{
	return rte_is_zero_ether_addr(&vf->admin.mac) ? &vf->perm_mac : &vf->admin.mac;
}

/* What a VF has, and what it would have after a reset. */
static bool
vf_owns_mac(const struct ice_mp_vf *vf, const struct rte_ether_addr *addr)
{
	unsigned int i;

	if (rte_is_same_ether_addr(addr, ice_mp_vf_given_mac(vf)) ||
	    rte_is_same_ether_addr(addr, &vf->mac))
		return true;
	for (i = 0; i < vf->nb_macs; i++)
		if (rte_is_same_ether_addr(addr, &vf->macs[i].addr))
			return true;
	return false;
}

bool
ice_mp_vf_owns_mac(const struct ice_mp_pf *pf, uint8_t lport, const struct rte_ether_addr *addr,
		   const struct ice_mp_vf *but)
{
	unsigned int i;

	/* Many may wait for frames to a multicast address. */
	if (pf->vfs == NULL || rte_is_multicast_ether_addr(addr))
		return false;
	for (i = 0; i < pf->vfs->nb; i++) {
		const struct ice_mp_vf *vf = &pf->vfs->vf[i];

		if (vf != but && vf->lport == lport && vf_owns_mac(vf, addr))
			return true;
	}
	return false;
}

bool
ice_mp_vf_mac_taken(const struct ice_mp_vf *vf, uint8_t lport, const struct rte_ether_addr *addr)
{
	const struct ice_mp_pf *pf = vf->pf;
	unsigned int i;

	for (i = 0; i < pf->nb_hw_ports; i++)
		if (rte_is_same_ether_addr(addr, &pf->macs[i]))
			return true;
	if (pf->by_lport[lport] != NULL && ice_mp_mac_has(pf->by_lport[lport], addr))
		return true;
	return ice_mp_vf_owns_mac(pf, lport, addr, vf);
}

void
ice_mp_vf_link_get(const struct ice_mp_vf *vf, bool *up, uint32_t *mbps)
{
	const struct ice_mp_port *port = ice_mp_vf_port(vf);
	struct rte_eth_link link = { .link_status = RTE_ETH_LINK_DOWN };

	/* Of a device that recovers the ports are down already. */
	if (port != NULL)
		rte_eth_linkstatus_get(ice_mp_port_dev(port), &link);
	*up = vf->admin.link == ICE_MP_VF_LINK_UP ||
	      (vf->admin.link == ICE_MP_VF_LINK_AUTO && link.link_status == RTE_ETH_LINK_UP);
	*mbps = 0;
	if (*up && link.link_status == RTE_ETH_LINK_UP)
		*mbps = link.link_speed == RTE_ETH_SPEED_NUM_UNKNOWN ? 0 : link.link_speed;
	else if (*up)
		/* VFs of one port reach each other without its link. */
		*mbps = RTE_ETH_SPEED_NUM_100G;
}

static uint64_t
total(const struct ice_mp_vf *vf, unsigned int which)
{
	return vf->stats[which].total;
}

int
ice_mp_vf_stats_get(struct ice_mp_vf *vf, struct ice_mp_vc_stats *out)
{
	if (!ice_mp_vf_is_up(vf))
		return -EIO;
	ice_mp_vf_stats_tick(vf);
	*out = (struct ice_mp_vc_stats){
		.rx_bytes = total(vf, ICE_MP_VF_STAT_RX_BYTES),
		.rx_uc = total(vf, ICE_MP_VF_STAT_RX_UC),
		.rx_mc = total(vf, ICE_MP_VF_STAT_RX_MC),
		.rx_bc = total(vf, ICE_MP_VF_STAT_RX_BC),
		.rx_discards = total(vf, ICE_MP_VF_STAT_RX_DISCARDS),
		.tx_bytes = total(vf, ICE_MP_VF_STAT_TX_BYTES),
		.tx_uc = total(vf, ICE_MP_VF_STAT_TX_UC),
		.tx_mc = total(vf, ICE_MP_VF_STAT_TX_MC),
		.tx_bc = total(vf, ICE_MP_VF_STAT_TX_BC),
		.tx_errors = total(vf, ICE_MP_VF_STAT_TX_ERRORS),
	};
	return 0;
}

static uint64_t
since_zero(const struct ice_mp_vf *vf, unsigned int which)
{
	return vf->stats[which].total - vf->stats_zero[which];
}

void
ice_mp_vf_stats_read(struct ice_mp_vf *vf, struct rte_pmd_ice_mp_vf_stats *out)
{
	uint64_t frames;

	ice_mp_vf_stats_tick(vf);
	*out = (struct rte_pmd_ice_mp_vf_stats){
		.rx_bytes = since_zero(vf, ICE_MP_VF_STAT_RX_BYTES),
		.rx_unicast = since_zero(vf, ICE_MP_VF_STAT_RX_UC),
		.rx_multicast = since_zero(vf, ICE_MP_VF_STAT_RX_MC),
		.rx_broadcast = since_zero(vf, ICE_MP_VF_STAT_RX_BC),
		.rx_discards = since_zero(vf, ICE_MP_VF_STAT_RX_DISCARDS),
		.tx_bytes = since_zero(vf, ICE_MP_VF_STAT_TX_BYTES),
		.tx_unicast = since_zero(vf, ICE_MP_VF_STAT_TX_UC),
		.tx_multicast = since_zero(vf, ICE_MP_VF_STAT_TX_MC),
		.tx_broadcast = since_zero(vf, ICE_MP_VF_STAT_TX_BC),
		.tx_errors = since_zero(vf, ICE_MP_VF_STAT_TX_ERRORS),
	};
	/* The device counts the FCS. */
	frames = out->rx_unicast + out->rx_multicast + out->rx_broadcast;
	out->rx_bytes -= RTE_MIN(frames * RTE_ETHER_CRC_LEN, out->rx_bytes);
	frames = out->tx_unicast + out->tx_multicast + out->tx_broadcast;
	out->tx_bytes -= RTE_MIN(frames * RTE_ETHER_CRC_LEN, out->tx_bytes);
}

void
ice_mp_vf_stats_zero(struct ice_mp_vf *vf)
{
	unsigned int i;

	ice_mp_vf_stats_tick(vf);
	for (i = 0; i < ICE_MP_VF_STATS; i++)
		vf->stats_zero[i] = vf->stats[i].total;
}

static int
admin_check(const struct ice_mp_vf *vf, const struct ice_mp_vf_admin *a)
{
	uint16_t max_mtu = vf->pf->max_frame - ICE_MP_ETH_OVERHEAD;

	if (a->pvid > VLAN_MAX || a->pvid_prio > PRIO_MAX || (a->pvid == 0 && a->pvid_prio != 0) ||
	    a->link > ICE_MP_VF_LINK_DOWN || a->max_tx_mbps > ICE_MP_VF_MAX_MBPS ||
	    a->min_tx_mbps > ICE_MP_VF_MAX_MBPS ||
	    (a->max_tx_mbps != 0 && a->min_tx_mbps > a->max_tx_mbps) ||
	    (a->mtu != 0 && (a->mtu < ICE_MP_MIN_MTU || a->mtu > max_mtu)))
		return -EINVAL;
	if (rte_is_zero_ether_addr(&a->mac))
		return 0;
	if (!rte_is_valid_assigned_ether_addr(&a->mac))
		return -EINVAL;
	return ice_mp_vf_mac_taken(vf, vf->lport, &a->mac) ? -EADDRINUSE : 0;
}

/* What the VF's driver was told once and for all. */
static bool
admin_needs_reset(const struct ice_mp_vf_admin *a, const struct ice_mp_vf_admin *b)
{
	return !rte_is_same_ether_addr(&a->mac, &b->mac) || a->pvid != b->pvid ||
	       a->pvid_prio != b->pvid_prio || a->trusted != b->trusted || a->mtu != b->mtu;
}

/* Put vf->admin in force where it differs from what was. */
static int
admin_apply(struct ice_mp_vf *vf, const struct ice_mp_vf_admin *was)
{
	const struct ice_mp_vf_admin *now = &vf->admin;
	int rc = 0;

	if (now->promisc != was->promisc || now->allmulti != was->allmulti)
		rc = ice_mp_vf_promisc_set(vf, vf->promisc, vf->allmulti);
	if (rc == 0 && (now->spoof_check != was->spoof_check || now->promisc != was->promisc))
		rc = ice_mp_vf_vsi_update(vf);
	if (rc == 0 && (now->min_tx_mbps != was->min_tx_mbps ||
			now->max_tx_mbps != was->max_tx_mbps))
		rc = ice_mp_vf_rate_set(vf);
	return rc;
}

int
ice_mp_vf_admin_set(struct ice_mp_vf *vf, const struct ice_mp_vf_admin *admin)
{
	struct ice_mp_vf_admin was = vf->admin;
	struct rte_ether_addr mac = vf->mac;
	int rc;

	rc = admin_check(vf, admin);
	if (rc != 0)
		return rc;
	vf->admin = *admin;
	/* Also of a VF that chose another one since. */
	if (!rte_is_same_ether_addr(&admin->mac, &was.mac))
		vf->mac = *ice_mp_vf_given_mac(vf);
	if (ice_mp_vf_is_up(vf)) {
		if (admin_needs_reset(admin, &was))
			rc = ice_mp_vf_reset_later(vf, ICE_MP_VF_BY_PF);
		else
			rc = admin_apply(vf, &was);
	}
	if (rc != 0) {
		vf->admin = was;
		vf->mac = mac;
		if (ice_mp_vf_is_up(vf))
			(void)admin_apply(vf, admin);
		VF_LOG(vf, ERR, "What was decided is not in force: %s.", rte_strerror(-rc));
		return rc;
	}
	if (ice_mp_vf_is_up(vf) && admin->link != was.link)
		ice_mp_vc_link_now(vf);
	ice_mp_repr_sync(vf);
	return 0;
}

int
ice_mp_vf_change(struct ice_mp_vf *vf, const struct ice_mp_vf_change *change)
{
	const struct ice_mp_vf_admin *to = &change->to;
	struct ice_mp_vf_admin a = vf->admin;

	if (change->what & ICE_MP_VF_SET_MAC)
		a.mac = to->mac;
	if (change->what & ICE_MP_VF_SET_VLAN) {
		a.pvid = to->pvid;
		a.pvid_prio = to->pvid_prio;
	}
	if (change->what & ICE_MP_VF_SET_TRUST)
		a.trusted = to->trusted;
	if (change->what & ICE_MP_VF_SET_SPOOF_CHECK)
		a.spoof_check = to->spoof_check;
	if (change->what & ICE_MP_VF_SET_PROMISC)
		a.promisc = to->promisc;
	if (change->what & ICE_MP_VF_SET_ALLMULTI)
		a.allmulti = to->allmulti;
	if (change->what & ICE_MP_VF_SET_LINK)
		a.link = to->link;
	if (change->what & ICE_MP_VF_SET_MAX_RATE)
		a.max_tx_mbps = to->max_tx_mbps;
	if (change->what & ICE_MP_VF_SET_MIN_RATE)
		a.min_tx_mbps = to->min_tx_mbps;
	if (change->what & ICE_MP_VF_SET_MTU)
		a.mtu = to->mtu;
	return ice_mp_vf_admin_set(vf, &a);
}

int
ice_mp_vf_move(struct ice_mp_vf *vf, uint8_t lport)
{
	if (lport >= vf->pf->nb_hw_ports)
		return -EINVAL;
	if (ice_mp_vf_is_up(vf) || vf->hw_up)
		return -EBUSY;
	if (lport == vf->lport)
		return 0;
	if (ice_mp_vf_mac_taken(vf, lport, ice_mp_vf_given_mac(vf)))
		return -EADDRINUSE;
	VF_LOG(vf, NOTICE, "The VF moves to lport %u.", lport);
	/* What it chose itself was not looked for there. */
	vf->mac = *ice_mp_vf_given_mac(vf);
	__atomic_store_n(&vf->lport, lport, __ATOMIC_RELAXED);
	ice_mp_vf_map_write(vf);
	ice_mp_repr_sync(vf);
	return 0;
}

struct vf_call {
	uint16_t id;
	int (*fn)(struct ice_mp_vf *vf, void *arg);
	void *arg;
};

static int
vf_call(struct ice_mp_pf *pf, void *opaque)
{
	const struct vf_call *call = opaque;
	struct ice_mp_vf *vf = ice_mp_vf_get(pf, call->id);

	return vf == NULL ? -EINVAL : call->fn(vf, call->arg);
}

int
ice_mp_vf_call(struct ice_mp_pf *pf, uint16_t id, bool wait,
	       int (*fn)(struct ice_mp_vf *vf, void *arg), void *arg)
{
	struct vf_call call = { .id = id, .fn = fn, .arg = arg };

	return ice_mp_ctl_call(pf, wait, vf_call, &call);
}
