/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * The calls of rte_pmd_ice_mp.h: from an ethdev and a number to a VF, with the
 * control lock, and from the application's terms to the driver's.
 */

#include <errno.h>
#include <string.h>

#include "ice_mp_aqcmd.h"
#include "ice_mp_compat.h"
#include "ice_mp_ctl.h"
#include "ice_mp_ethdev.h"
#include "ice_mp_vf_admin.h"
#include "rte_pmd_ice_mp.h"

/* The application's numbers are the driver's. */
static_assert((int)RTE_PMD_ICE_MP_VF_LINK_AUTO == (int)ICE_MP_VF_LINK_AUTO &&
	      (int)RTE_PMD_ICE_MP_VF_LINK_UP == (int)ICE_MP_VF_LINK_UP &&
	      (int)RTE_PMD_ICE_MP_VF_LINK_DOWN == (int)ICE_MP_VF_LINK_DOWN, "link modes");
static_assert((int)RTE_PMD_ICE_MP_VF_OFF == (int)ICE_MP_VF_OFF &&
	      (int)RTE_PMD_ICE_MP_VF_RESET == (int)ICE_MP_VF_RESET &&
	      (int)RTE_PMD_ICE_MP_VF_READY == (int)ICE_MP_VF_READY &&
	      (int)RTE_PMD_ICE_MP_VF_MET == (int)ICE_MP_VF_MET &&
	      (int)RTE_PMD_ICE_MP_VF_ACTIVE == (int)ICE_MP_VF_ACTIVE &&
	      (int)RTE_PMD_ICE_MP_VF_RUNNING == (int)ICE_MP_VF_RUNNING &&
	      (int)RTE_PMD_ICE_MP_VF_BROKEN == (int)ICE_MP_VF_BROKEN, "states");

/* @return 0 and the port, or -errno */
static int
pmd_port(uint16_t port_id, struct ice_mp_port **port)
{
	const struct rte_eth_dev *dev;

	if (rte_eal_process_type() != RTE_PROC_PRIMARY)
		return -ENOTSUP;
	if (!rte_eth_dev_is_valid_port(port_id))
		return -ENODEV;
	dev = &rte_eth_devices[port_id];
	if (dev->dev_ops != &ice_mp_dev_ops)
		return -ENOTSUP;
	*port = ice_mp_dev_port(dev);
	return 0;
}

struct pmd_call {
	const struct ice_mp_port *port;
	int (*fn)(struct ice_mp_vf *vf, void *arg);
	void *arg;
};

static int
pmd_of_port(struct ice_mp_vf *vf, void *opaque)
{
	const struct pmd_call *call = opaque;

	if (vf->lport != call->port->lport)
		return -ENOENT;
	return call->fn(vf, call->arg);
}

/* Do something to a VF, with the control lock. */
static int
pmd_vf(uint16_t port_id, uint16_t vf, int (*fn)(struct ice_mp_vf *vf, void *arg), void *arg)
{
	struct pmd_call call = { .fn = fn, .arg = arg };
	struct ice_mp_port *port;
	int rc;

	rc = pmd_port(port_id, &port);
	if (rc != 0)
		return rc;
	call.port = port;
	return ice_mp_vf_call(port->pf, vf, true, pmd_of_port, &call);
}

/* Look at a VF: as pmd_vf(), but nothing of the device is needed. */
static int
pmd_vf_look(uint16_t port_id, uint16_t vf, void (*fn)(struct ice_mp_vf *vf, void *arg),
	    void *arg)
{
	struct ice_mp_port *port;
	struct ice_mp_vf *v;
	int rc;

	rc = pmd_port(port_id, &port);
	if (rc != 0)
		return rc;
	ice_mp_ctl_lock(port->pf);
	v = ice_mp_vf_get(port->pf, vf);
	rc = v == NULL ? -EINVAL : v->lport != port->lport ? -ENOENT : 0;
	if (rc == 0)
		fn(v, arg);
	ice_mp_ctl_unlock(port->pf);
	return rc;
}

static int
pmd_change_fn(struct ice_mp_vf *vf, void *arg)
{
	return ice_mp_vf_change(vf, arg);
}

static int
pmd_change(uint16_t port_id, uint16_t vf, struct ice_mp_vf_change *change)
{
	return pmd_vf(port_id, vf, pmd_change_fn, change);
}

static void
pmd_info(struct ice_mp_vf *vf, void *arg)
{
	struct rte_pmd_ice_mp_vf_info *info = arg;
	const struct ice_mp_vf_admin *a = &vf->admin;
	const struct ice_mp_vf_counters *c = &vf->cnt;
	bool up = ice_mp_vf_is_up(vf);
	unsigned int i;

	/* Padding included: two of them can be compared whole. */
	memset(info, 0, sizeof(*info));
	info->vf = vf->id;
	info->lport = vf->lport;
	info->state = (enum rte_pmd_ice_mp_vf_state)vf->state;
	info->admin_mac = a->mac;
	info->vlan = a->pvid;
	info->vlan_prio = a->pvid_prio;
	info->trusted = a->trusted;
	info->spoof_check = a->spoof_check;
	info->promisc = a->promisc;
	info->allmulti = a->allmulti;
	info->link = (enum rte_pmd_ice_mp_vf_link)a->link;
	info->max_mtu = a->mtu;
	info->min_tx_mbps = a->min_tx_mbps;
	info->max_tx_mbps = a->max_tx_mbps;
	info->mac = vf->mac;
	info->max_queues = vf->max_queues;
	info->nb_queues = up ? vf->nb_queues : 0;
	info->nb_macs = vf->nb_macs;
	info->nb_vlans = vf->nb_vlans;
	info->messages = c->messages;
	info->answered = c->answered;
	info->refused = c->refused_param + c->refused_unsupported + c->refused_other;
	info->vetoed = c->vetoed;
	info->events = c->events;
	info->not_sent = c->not_sent;
	ice_mp_vf_link_get(vf, &info->link_up, &info->link_mbps);
	for (i = 0; i < ICE_MP_VF_CAUSES; i++)
		info->resets += c->resets[i];
}

RTE_EXPORT_EXPERIMENTAL_SYMBOL(rte_pmd_ice_mp_vf_info_get, 22.11)
int
rte_pmd_ice_mp_vf_info_get(uint16_t port_id, uint16_t vf, struct rte_pmd_ice_mp_vf_info *info)
{
	if (info == NULL)
		return -EINVAL;
	return pmd_vf_look(port_id, vf, pmd_info, info);
}

RTE_EXPORT_EXPERIMENTAL_SYMBOL(rte_pmd_ice_mp_vf_mac_set, 22.11)
int
rte_pmd_ice_mp_vf_mac_set(uint16_t port_id, uint16_t vf, const struct rte_ether_addr *addr)
{
	struct ice_mp_vf_change change = { .what = ICE_MP_VF_SET_MAC };

	if (addr == NULL)
		return -EINVAL;
	change.to.mac = *addr;
	return pmd_change(port_id, vf, &change);
}

RTE_EXPORT_EXPERIMENTAL_SYMBOL(rte_pmd_ice_mp_vf_vlan_set, 22.11)
int
rte_pmd_ice_mp_vf_vlan_set(uint16_t port_id, uint16_t vf, uint16_t vlan, uint8_t prio,
			   uint16_t tpid)
{
	struct ice_mp_vf_change change = {
		.what = ICE_MP_VF_SET_VLAN,
		.to = { .pvid = vlan, .pvid_prio = prio },
	};

	if (tpid != RTE_ETHER_TYPE_VLAN)
		return -ENOTSUP;
	return pmd_change(port_id, vf, &change);
}

RTE_EXPORT_EXPERIMENTAL_SYMBOL(rte_pmd_ice_mp_vf_trust_set, 22.11)
int
rte_pmd_ice_mp_vf_trust_set(uint16_t port_id, uint16_t vf, bool on)
{
	struct ice_mp_vf_change change = {
		.what = ICE_MP_VF_SET_TRUST,
		.to.trusted = on,
	};

	return pmd_change(port_id, vf, &change);
}

RTE_EXPORT_EXPERIMENTAL_SYMBOL(rte_pmd_ice_mp_vf_spoof_check_set, 22.11)
int
rte_pmd_ice_mp_vf_spoof_check_set(uint16_t port_id, uint16_t vf, bool on)
{
	struct ice_mp_vf_change change = {
		.what = ICE_MP_VF_SET_SPOOF_CHECK,
		.to.spoof_check = on,
	};

	return pmd_change(port_id, vf, &change);
}

RTE_EXPORT_EXPERIMENTAL_SYMBOL(rte_pmd_ice_mp_vf_promisc_set, 22.11)
int
rte_pmd_ice_mp_vf_promisc_set(uint16_t port_id, uint16_t vf, bool promisc, bool allmulti)
{
	struct ice_mp_vf_change change = {
		.what = ICE_MP_VF_SET_PROMISC | ICE_MP_VF_SET_ALLMULTI,
		.to = { .promisc = promisc, .allmulti = allmulti },
	};

	return pmd_change(port_id, vf, &change);
}

RTE_EXPORT_EXPERIMENTAL_SYMBOL(rte_pmd_ice_mp_vf_link_set, 22.11)
int
rte_pmd_ice_mp_vf_link_set(uint16_t port_id, uint16_t vf, enum rte_pmd_ice_mp_vf_link link)
{
	struct ice_mp_vf_change change = {
		.what = ICE_MP_VF_SET_LINK,
		.to.link = (enum ice_mp_vf_link_mode)link,
	};

	return pmd_change(port_id, vf, &change);
}

RTE_EXPORT_EXPERIMENTAL_SYMBOL(rte_pmd_ice_mp_vf_rate_set, 22.11)
int
rte_pmd_ice_mp_vf_rate_set(uint16_t port_id, uint16_t vf, uint32_t min_mbps, uint32_t max_mbps)
{
	struct ice_mp_vf_change change = {
		.what = ICE_MP_VF_SET_MIN_RATE | ICE_MP_VF_SET_MAX_RATE,
		.to = { .min_tx_mbps = min_mbps, .max_tx_mbps = max_mbps },
	};

	return pmd_change(port_id, vf, &change);
}

RTE_EXPORT_EXPERIMENTAL_SYMBOL(rte_pmd_ice_mp_vf_mtu_set, 22.11)
int
rte_pmd_ice_mp_vf_mtu_set(uint16_t port_id, uint16_t vf, uint16_t mtu)
{
	struct ice_mp_vf_change change = {
		.what = ICE_MP_VF_SET_MTU,
		.to.mtu = mtu,
	};

	return pmd_change(port_id, vf, &change);
}

static void
pmd_stats_get(struct ice_mp_vf *vf, void *arg)
{
	ice_mp_vf_stats_read(vf, arg);
}

RTE_EXPORT_EXPERIMENTAL_SYMBOL(rte_pmd_ice_mp_vf_stats_get, 22.11)
int
rte_pmd_ice_mp_vf_stats_get(uint16_t port_id, uint16_t vf,
			    struct rte_pmd_ice_mp_vf_stats *stats)
{
	if (stats == NULL)
		return -EINVAL;
	return pmd_vf_look(port_id, vf, pmd_stats_get, stats);
}

static void
pmd_stats_reset(struct ice_mp_vf *vf, void *arg __rte_unused)
{
	ice_mp_vf_stats_zero(vf);
}

RTE_EXPORT_EXPERIMENTAL_SYMBOL(rte_pmd_ice_mp_vf_stats_reset, 22.11)
int
rte_pmd_ice_mp_vf_stats_reset(uint16_t port_id, uint16_t vf)
{
	return pmd_vf_look(port_id, vf, pmd_stats_reset, NULL);
}

static int
pmd_reset(struct ice_mp_vf *vf, void *arg __rte_unused)
{
	return ice_mp_vf_reset_later(vf, ICE_MP_VF_BY_PF);
}

RTE_EXPORT_EXPERIMENTAL_SYMBOL(rte_pmd_ice_mp_vf_reset, 22.11)
int
rte_pmd_ice_mp_vf_reset(uint16_t port_id, uint16_t vf)
{
	return pmd_vf(port_id, vf, pmd_reset, NULL);
}

static int
pmd_move(struct ice_mp_vf *vf, void *arg)
{
	const struct ice_mp_port *to = arg;

	return ice_mp_vf_move(vf, to->lport);
}

RTE_EXPORT_EXPERIMENTAL_SYMBOL(rte_pmd_ice_mp_vf_move, 22.11)
int
rte_pmd_ice_mp_vf_move(uint16_t port_id, uint16_t vf, uint16_t to_port_id)
{
	struct ice_mp_port *from, *to;
	int rc;

	rc = pmd_port(port_id, &from);
	if (rc == 0)
		rc = pmd_port(to_port_id, &to);
	if (rc != 0)
		return rc;
	if (from->pf != to->pf)
		return -EXDEV;
	return pmd_vf(port_id, vf, pmd_move, to);
}

/* ---- port options ---- */

static uint32_t
lane_mbps(uint8_t lane_speed)
{
	switch (lane_speed) {
	case ICE_MP_AQ_PORT_OPT_100G:
		return RTE_ETH_SPEED_NUM_100G;
	case ICE_MP_AQ_PORT_OPT_50G:
		return RTE_ETH_SPEED_NUM_50G;
	case ICE_MP_AQ_PORT_OPT_25G:
		return RTE_ETH_SPEED_NUM_25G;
	case ICE_MP_AQ_PORT_OPT_10G:
		return RTE_ETH_SPEED_NUM_10G;
	default:
		return RTE_ETH_SPEED_NUM_UNKNOWN;
	}
}

struct options_call {
	uint8_t lport, option;
	struct ice_mp_port_options got;
};

static int
options_get(struct ice_mp_pf *pf, void *arg)
{
	struct options_call *call = arg;

	return ice_mp_aqc_port_options(pf, call->lport, &call->got);
}

static int
options_set(struct ice_mp_pf *pf, void *arg)
{
	struct options_call *call = arg;
	int rc = options_get(pf, arg);

	if (rc != 0)
		return rc;
	return call->option >= call->got.nb ? -EINVAL :
	       ice_mp_aqc_set_port_option(pf, call->lport, call->option);
}

RTE_EXPORT_EXPERIMENTAL_SYMBOL(rte_pmd_ice_mp_port_options_get, 22.11)
int
rte_pmd_ice_mp_port_options_get(uint16_t port_id, struct rte_pmd_ice_mp_port_options *options)
{
	struct options_call call;
	struct ice_mp_port *port;
	uint8_t i;
	int rc;

	rc = pmd_port(port_id, &port);
	if (rc != 0)
		return rc;
	call.lport = port->lport;
	rc = ice_mp_ctl_call(port->pf, true, options_get, &call);
	if (rc != 0)
		return rc;
	memset(options, 0, sizeof(*options));
	options->nb = call.got.nb;
	options->active = call.got.active;
	options->pending = call.got.pending;
	for (i = 0; i < call.got.nb; i++)
		options->max_mbps[i] = lane_mbps(call.got.opt[i].lane_speed);
	return 0;
}

RTE_EXPORT_EXPERIMENTAL_SYMBOL(rte_pmd_ice_mp_port_option_set, 22.11)
int
rte_pmd_ice_mp_port_option_set(uint16_t port_id, uint8_t option)
{
	struct options_call call = { .option = option };
	struct ice_mp_port *port;
	int rc;

	rc = pmd_port(port_id, &port);
	if (rc != 0)
		return rc;
	call.lport = port->lport;
	return ice_mp_ctl_call(port->pf, true, options_set, &call);
}
