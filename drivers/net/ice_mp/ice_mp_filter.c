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

#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_rule.h"
#include "ice_mp_vf.h"

#define MAC_SLOTS	(ICE_MP_MAX_MACS + ICE_MP_MAX_MC_ADDRS)
#define VLAN_IDS	4096

struct ice_mp_mac_filter {
	struct rte_ether_addr addr;
	uint8_t users;			/**< enum ice_mp_mac_user; 0: free slot */
	uint16_t rule;
};

static struct ice_mp_rule_owner
rules_of(const struct ice_mp_port *port)
{
	return (struct ice_mp_rule_owner){
		.pf = port->pf, .vsi = port->vsi, .lport = port->lport,
	};
}

static int
filter_add_mac(struct ice_mp_port *port, const struct rte_ether_addr *addr, uint16_t *rule)
{
	struct ice_mp_rule_owner o = rules_of(port);

	return ice_mp_rule_add_mac(&o, addr, rule);
}

static void
filter_drop(struct ice_mp_port *port, enum ice_mp_rule_kind kind, uint16_t *rule)
{
	struct ice_mp_rule_owner o = rules_of(port);

	ice_mp_rule_drop(&o, kind, rule);
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

bool
ice_mp_mac_has(struct ice_mp_port *port, const struct rte_ether_addr *addr)
{
	return mac_find(port, addr) != NULL;
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
	if (rte_is_unicast_ether_addr(addr) &&
	    ice_mp_vf_owns_mac(port->pf, port->lport, addr, NULL)) {
		PORT_LOG(port, ERR, RTE_ETHER_ADDR_PRT_FMT " is the address of a VF.",
			 RTE_ETHER_ADDR_BYTES(addr));
		return -EADDRINUSE;
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
		filter_drop(port, ICE_MP_RULE_MAC, &mac->rule);
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
	struct ice_mp_rule_owner o = rules_of(port);
	uint16_t *rule = &port->promisc_rules[which];

	if (want == (*rule != ICE_MP_NO_RULE))
		return 0;
	if (want)
		return ice_mp_rule_add_promisc(&o, which, rule);
	return ice_mp_rule_del(&o, ICE_MP_RULE_PROMISC, rule);
}

int
ice_mp_promisc_set(struct ice_mp_port *port, bool promisc, bool allmulti)
{
	bool had_uc = port->promisc_rules[ICE_MP_PROMISC_UC] != ICE_MP_NO_RULE;
	int rc;

	rc = promisc_want(port, ICE_MP_PROMISC_UC, promisc);
	if (rc != 0)
		return rc;
	rc = promisc_want(port, ICE_MP_PROMISC_MC, promisc || allmulti);
	if (rc != 0) {
		(void)promisc_want(port, ICE_MP_PROMISC_UC, had_uc);
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
int
ice_mp_vlan_add(struct ice_mp_port *port, uint16_t vlan)
{
	struct ice_mp_rule_owner o = rules_of(port);
	int rc;

	if (vlan >= VLAN_IDS)
		return -EINVAL;
	if (port->vlan_rules[vlan] != ICE_MP_NO_RULE)
		return 0;
	rc = ice_mp_vlan_list_get(&o, &port->vlan_list);
	if (rc != 0)
		return rc;
	rc = ice_mp_rule_add_vlan(&o, port->vlan_list, vlan, &port->vlan_rules[vlan]);
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
	struct ice_mp_rule_owner o = rules_of(port);
	int rc;

	if (vlan >= VLAN_IDS)
		return -EINVAL;
	rc = ice_mp_rule_del(&o, ICE_MP_RULE_VLAN, &port->vlan_rules[vlan]);
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

	rc = filter_add_mac(port, &ice_mp_bcast, &port->bcast_rule);
	if (rc != 0)
		goto fail_bcast;
	rc = ice_mp_mac_add(port, &port->data->mac_addrs[0], ICE_MP_MAC_UC);
	if (rc != 0)
		goto fail_mac;
	return 0;

fail_mac:
	filter_drop(port, ICE_MP_RULE_MAC, &port->bcast_rule);
fail_bcast:
	PORT_LOG(port, ERR, "No basic filters: %s.", rte_strerror(-rc));
	return rc;
}

void
ice_mp_filter_fini(struct ice_mp_port *port)
{
	struct ice_mp_rule_owner o = rules_of(port);
	unsigned int i;

	for (i = 0; i < VLAN_IDS; i++)
		filter_drop(port, ICE_MP_RULE_VLAN, &port->vlan_rules[i]);
	memset(port->vlans, 0, sizeof(port->vlans));
	ice_mp_vlan_list_put(&o, &port->vlan_list);
	for (i = 0; i < RTE_DIM(port->promisc_rules); i++)
		filter_drop(port, ICE_MP_RULE_PROMISC, &port->promisc_rules[i]);
	port->promisc = false;
	port->allmulti = false;
	for (i = 0; i < MAC_SLOTS; i++)
		filter_drop(port, ICE_MP_RULE_MAC, &port->macs[i].rule);
	memset(port->macs, 0, MAC_SLOTS * sizeof(*port->macs));
	filter_drop(port, ICE_MP_RULE_MAC, &port->bcast_rule);
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

	rc = filter_add_mac(port, &ice_mp_bcast, &port->bcast_rule);
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
