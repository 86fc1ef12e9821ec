/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Switch rules of a port: addresses, promiscuous modes, VLAN membership.
 * Each rule that exists in the device is remembered with its index, so that
 * it can be removed and, after a reset, made again.
 */

#include <errno.h>
#include <string.h>

#include <rte_malloc.h>

#include "ice_mp_adminq.h"
#include "ice_mp_aqcmd.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"

#define MAC_SLOTS	(ICE_MP_MAX_MACS + ICE_MP_MAX_MC_ADDRS)
#define VLAN_IDS	4096

/** Indexes of port->promisc_rules. */
enum { PROMISC_UC, PROMISC_MC };

struct ice_mp_mac_filter {
	struct rte_ether_addr addr;
	uint8_t users;			/**< enum ice_mp_mac_user; 0: free slot */
	uint16_t rule;
};

static const struct rte_ether_addr bcast = {
	.addr_bytes = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF },
};

/* Dummy header of a rule: addresses, 802.1Q tag. */
static void
filter_hdr(uint8_t hdr[ICE_MP_AQ_SW_DUMMY_HDR_LEN], const struct rte_ether_addr *da,
	   uint16_t vlan)
{
	memset(hdr, 0, ICE_MP_AQ_SW_DUMMY_HDR_LEN);
	hdr[0] = 0x02;
	hdr[6] = 0x02;
	hdr[12] = 0x81;
	hdr[14] = (uint8_t)(vlan >> 8);
	hdr[15] = (uint8_t)vlan;
	if (da != NULL)
		memcpy(hdr, da->addr_bytes, RTE_ETHER_ADDR_LEN);
}

static uint32_t
filter_to_vsi(const struct ice_mp_port *port)
{
	return ICE_MP_ACT_VSI_FWD | ICE_MP_ACT_VALID |
	       ((uint32_t)port->vsi << ICE_MP_ACT_VSI_ID_S & ICE_MP_ACT_VSI_ID_M);
}

/* Address rules are typed Tx with the VSI as their source, as the hardware
 * wants them. LAN: a frame we send to such an address still leaves. */
static int
filter_add_mac(struct ice_mp_port *port, const struct rte_ether_addr *addr, uint16_t *rule)
{
	uint8_t hdr[ICE_MP_AQ_SW_DUMMY_HDR_LEN];

	filter_hdr(hdr, addr, 0);
	return ice_mp_aqc_add_rule(port->pf, ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_MAC,
				   port->vsi, filter_to_vsi(port) | ICE_MP_ACT_LAN_ENABLE, hdr,
				   rule);
}

static int
filter_add_promisc(struct ice_mp_port *port, unsigned int which)
{
	uint8_t hdr[ICE_MP_AQ_SW_DUMMY_HDR_LEN];

	/* 02:… stands for every unicast address, 03:… for multicast. */
	filter_hdr(hdr, NULL, 0);
	if (which == PROMISC_MC)
		hdr[0] = 0x03;
	return ice_mp_aqc_add_rule(port->pf, ICE_MP_AQ_SW_RULE_LKUP_RX, ICE_MP_RECIPE_PROMISC,
				   port->lport, filter_to_vsi(port), hdr,
				   &port->promisc_rules[which]);
}

/* Remove a rule. On error it is still there and remembered. */
static int
filter_del(struct ice_mp_port *port, uint16_t type, uint16_t recipe, uint16_t *rule)
{
	int rc;

	if (*rule == ICE_MP_NO_RULE)
		return 0;
	if (!ice_mp_present(port->pf))
		return -ENODEV;
	rc = ice_mp_aqc_del_rule(port->pf, type, recipe, *rule);
	if (rc != 0)
		return rc;
	*rule = ICE_MP_NO_RULE;
	return 0;
}

/* Remove a rule; forgotten here whatever the device says. */
static void
filter_drop(struct ice_mp_port *port, uint16_t type, uint16_t recipe, uint16_t *rule)
{
	uint16_t index = *rule;
	int rc;

	rc = filter_del(port, type, recipe, rule);
	*rule = ICE_MP_NO_RULE;
	/* Without an AdminQ the device is in a reset, which takes it. */
	if (rc != 0 && ice_mp_aq_up(port->pf) && ice_mp_present(port->pf))
		PORT_LOG(port, WARNING, "Switch rule %u stays behind: %s.", index,
			 rte_strerror(-rc));
}

static struct ice_mp_mac_filter *
mac_find(struct ice_mp_port *port, const struct rte_ether_addr *addr)
{
	unsigned int i;

	for (i = 0; i < MAC_SLOTS; i++)
		if (port->macs[i].users != 0 && rte_is_same_ether_addr(&port->macs[i].addr, addr))
			return &port->macs[i];
	return NULL;
}

int
ice_mp_mac_add(struct ice_mp_port *port, const struct rte_ether_addr *addr,
	       enum ice_mp_mac_user user)
{
	struct ice_mp_mac_filter *mac;
	unsigned int i;
	int rc;

	mac = mac_find(port, addr);
	if (mac != NULL) {
		mac->users |= user;
		return 0;
	}
	for (i = 0; i < MAC_SLOTS && port->macs[i].users != 0; i++)
		;
	if (i == MAC_SLOTS)
		return -ENOSPC;
	mac = &port->macs[i];
	mac->rule = ICE_MP_NO_RULE;
	/* Broadcast has its rule anyway. */
	if (!rte_is_broadcast_ether_addr(addr)) {
		rc = filter_add_mac(port, addr, &mac->rule);
		if (rc != 0) {
			PORT_LOG(port, ERR, "No filter for " RTE_ETHER_ADDR_PRT_FMT ": %s.",
				 RTE_ETHER_ADDR_BYTES(addr), rte_strerror(-rc));
			return rc;
		}
	}
	mac->addr = *addr;
	mac->users = user;
	return 0;
}

int
ice_mp_mac_del(struct ice_mp_port *port, const struct rte_ether_addr *addr,
	       enum ice_mp_mac_user user)
{
	struct ice_mp_mac_filter *mac = mac_find(port, addr);

	if (mac == NULL || (mac->users & user) == 0)
		return -ENOENT;
	mac->users &= ~user;
	if (mac->users == 0)
		filter_drop(port, ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_MAC, &mac->rule);
	return 0;
}

int
ice_mp_mac_set_mc(struct ice_mp_port *port, const struct rte_ether_addr *addrs, unsigned int nb)
{
	bool added[ICE_MP_MAX_MC_ADDRS] = { false };
	struct ice_mp_mac_filter *mac;
	unsigned int i, j;
	int rc;

	if (nb > ICE_MP_MAX_MC_ADDRS)
		return -ENOSPC;
	for (i = 0; i < nb; i++)
		if (!rte_is_multicast_ether_addr(&addrs[i]))
			return -EINVAL;
	/* First what is new: when that fails the old list is still whole. */
	for (i = 0; i < nb; i++) {
		mac = mac_find(port, &addrs[i]);
		if (mac != NULL && (mac->users & ICE_MP_MAC_MC) != 0)
			continue;
		rc = ice_mp_mac_add(port, &addrs[i], ICE_MP_MAC_MC);
		if (rc != 0)
			goto undo;
		added[i] = true;
	}
	for (j = 0; j < MAC_SLOTS; j++) {
		mac = &port->macs[j];
		if ((mac->users & ICE_MP_MAC_MC) == 0)
			continue;
		for (i = 0; i < nb; i++)
			if (rte_is_same_ether_addr(&mac->addr, &addrs[i]))
				break;
		if (i == nb) {
			struct rte_ether_addr addr = mac->addr;

			(void)ice_mp_mac_del(port, &addr, ICE_MP_MAC_MC);
		}
	}
	return 0;
undo:
	while (i-- > 0)
		if (added[i])
			(void)ice_mp_mac_del(port, &addrs[i], ICE_MP_MAC_MC);
	return rc;
}

static int
promisc_want(struct ice_mp_port *port, unsigned int which, bool want)
{
	if (want == (port->promisc_rules[which] != ICE_MP_NO_RULE))
		return 0;
	if (want)
		return filter_add_promisc(port, which);
	return filter_del(port, ICE_MP_AQ_SW_RULE_LKUP_RX, ICE_MP_RECIPE_PROMISC,
			  &port->promisc_rules[which]);
}

int
ice_mp_promisc_set(struct ice_mp_port *port, bool promisc, bool allmulti)
{
	bool had_uc = port->promisc_rules[PROMISC_UC] != ICE_MP_NO_RULE;
	int rc;

	rc = promisc_want(port, PROMISC_UC, promisc);
	if (rc != 0)
		return rc;
	rc = promisc_want(port, PROMISC_MC, promisc || allmulti);
	if (rc != 0) {
		(void)promisc_want(port, PROMISC_UC, had_uc);
		return rc;
	}
	port->promisc = promisc;
	port->allmulti = allmulti;
	return 0;
}

static bool
vlan_member(const struct ice_mp_port *port, uint16_t vlan)
{
	return (port->vlans[vlan / 64] & UINT64_C(1) << vlan % 64) != 0;
}

/* VLAN rules point at a list of VSIs that is this port's alone. */
static int
vlan_list_get(struct ice_mp_port *port)
{
	struct ice_mp_pf *pf = port->pf;
	int rc;

	if (port->vlan_list != ICE_MP_NO_RULE)
		return 0;
	rc = ice_mp_aqc_alloc_res(pf, ICE_MP_AQ_RES_VSI_LIST_PRUNE, &port->vlan_list);
	if (rc != 0)
		goto fail;
	rc = ice_mp_aqc_prune_list(pf, port->vlan_list, port->vsi, true);
	if (rc != 0) {
		(void)ice_mp_aqc_free_res(pf, ICE_MP_AQ_RES_VSI_LIST_PRUNE, port->vlan_list);
		goto fail;
	}
	return 0;
fail:
	port->vlan_list = ICE_MP_NO_RULE;
	PORT_LOG(port, ERR, "No VLAN list: %s.", rte_strerror(-rc));
	return rc;
}

static void
vlan_list_put(struct ice_mp_port *port)
{
	if (port->vlan_list == ICE_MP_NO_RULE)
		return;
	if (ice_mp_present(port->pf)) {
		(void)ice_mp_aqc_prune_list(port->pf, port->vlan_list, port->vsi, false);
		(void)ice_mp_aqc_free_res(port->pf, ICE_MP_AQ_RES_VSI_LIST_PRUNE,
					  port->vlan_list);
	}
	port->vlan_list = ICE_MP_NO_RULE;
}

int
ice_mp_vlan_add(struct ice_mp_port *port, uint16_t vlan)
{
	uint8_t hdr[ICE_MP_AQ_SW_DUMMY_HDR_LEN];
	uint32_t act;
	int rc;

	if (vlan >= VLAN_IDS)
		return -EINVAL;
	if (port->vlan_rules[vlan] != ICE_MP_NO_RULE)
		return 0;
	rc = vlan_list_get(port);
	if (rc != 0)
		return rc;
	filter_hdr(hdr, NULL, vlan);
	act = ICE_MP_ACT_PRUNE | ICE_MP_ACT_VSI_LIST | ICE_MP_ACT_PRUNE_EGRESS |
	      ICE_MP_ACT_PRUNE_INGRESS |
	      ((uint32_t)port->vlan_list << ICE_MP_ACT_VSI_ID_S & ICE_MP_ACT_VSI_ID_M);
	rc = ice_mp_aqc_add_rule(port->pf, ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_VLAN,
				 port->vsi, act, hdr, &port->vlan_rules[vlan]);
	if (rc != 0) {
		PORT_LOG(port, ERR, "No filter for VLAN %u: %s.", vlan, rte_strerror(-rc));
		return rc;
	}
	port->vlans[vlan / 64] |= UINT64_C(1) << vlan % 64;
	return 0;
}

int
ice_mp_vlan_del(struct ice_mp_port *port, uint16_t vlan)
{
	int rc;

	if (vlan >= VLAN_IDS)
		return -EINVAL;
	rc = filter_del(port, ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_VLAN,
			&port->vlan_rules[vlan]);
	if (rc != 0) {
		PORT_LOG(port, ERR, "The filter of VLAN %u cannot be removed: %s.", vlan,
			 rte_strerror(-rc));
		return rc;
	}
	port->vlans[vlan / 64] &= ~(UINT64_C(1) << vlan % 64);
	return 0;
}

int
ice_mp_filter_alloc(struct ice_mp_port *port)
{
	port->macs = rte_zmalloc("ice_mp_macs", MAC_SLOTS * sizeof(*port->macs), 0);
	port->vlan_rules = rte_malloc("ice_mp_vlans", VLAN_IDS * sizeof(*port->vlan_rules), 0);
	if (port->macs == NULL || port->vlan_rules == NULL)
		return -ENOMEM;
	ice_mp_filter_lost(port);
	return 0;
}

void
ice_mp_filter_free(struct ice_mp_port *port)
{
	rte_free(port->vlan_rules);
	rte_free(port->macs);
	port->vlan_rules = NULL;
	port->macs = NULL;
}

int
ice_mp_filter_init(struct ice_mp_port *port)
{
	int rc;

	ice_mp_filter_lost(port);

	rc = filter_add_mac(port, &bcast, &port->bcast_rule);
	if (rc != 0)
		goto fail_bcast;
	rc = ice_mp_mac_add(port, &port->data->mac_addrs[0], ICE_MP_MAC_UC);
	if (rc != 0)
		goto fail_mac;
	return 0;

fail_mac:
	filter_drop(port, ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_MAC, &port->bcast_rule);
fail_bcast:
	PORT_LOG(port, ERR, "No basic filters: %s.", rte_strerror(-rc));
	return rc;
}

void
ice_mp_filter_fini(struct ice_mp_port *port)
{
	unsigned int i;

	for (i = 0; i < VLAN_IDS; i++)
		filter_drop(port, ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_VLAN,
			    &port->vlan_rules[i]);
	memset(port->vlans, 0, sizeof(port->vlans));
	vlan_list_put(port);
	for (i = 0; i < RTE_DIM(port->promisc_rules); i++)
		filter_drop(port, ICE_MP_AQ_SW_RULE_LKUP_RX, ICE_MP_RECIPE_PROMISC,
			    &port->promisc_rules[i]);
	port->promisc = false;
	port->allmulti = false;
	for (i = 0; i < MAC_SLOTS; i++)
		filter_drop(port, ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_MAC,
			    &port->macs[i].rule);
	memset(port->macs, 0, MAC_SLOTS * sizeof(*port->macs));
	filter_drop(port, ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_MAC, &port->bcast_rule);
	ice_mp_filter_lost(port);
}

void
ice_mp_filter_lost(struct ice_mp_port *port)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(port->promisc_rules); i++)
		port->promisc_rules[i] = ICE_MP_NO_RULE;
	port->bcast_rule = ICE_MP_NO_RULE;
	port->vlan_list = ICE_MP_NO_RULE;
	for (i = 0; i < VLAN_IDS; i++)
		port->vlan_rules[i] = ICE_MP_NO_RULE;
	for (i = 0; i < MAC_SLOTS; i++)
		port->macs[i].rule = ICE_MP_NO_RULE;
}

int
ice_mp_filter_replay(struct ice_mp_port *port)
{
	unsigned int i;
	int rc;

	rc = filter_add_mac(port, &bcast, &port->bcast_rule);
	for (i = 0; i < MAC_SLOTS && rc == 0; i++)
		if (port->macs[i].users != 0 &&
		    !rte_is_broadcast_ether_addr(&port->macs[i].addr))
			rc = filter_add_mac(port, &port->macs[i].addr, &port->macs[i].rule);
	if (rc == 0)
		rc = ice_mp_promisc_set(port, port->promisc, port->allmulti);
	for (i = 0; i < VLAN_IDS && rc == 0; i++)
		if (vlan_member(port, i))
			rc = ice_mp_vlan_add(port, i);
	return rc;
}
