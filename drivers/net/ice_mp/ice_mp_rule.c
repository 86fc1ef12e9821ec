/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <errno.h>
#include <string.h>

#include "ice_mp_adminq.h"
#include "ice_mp_aqcmd.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_rule.h"

#define VLAN_IDS	4096

const struct rte_ether_addr ice_mp_bcast = {
	.addr_bytes = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF },
};

/* How the device knows each kind. */
static const struct {
	uint16_t type, recipe;
} kinds[] = {
	[ICE_MP_RULE_MAC] = { ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_MAC },
	[ICE_MP_RULE_VLAN] = { ICE_MP_AQ_SW_RULE_LKUP_TX, ICE_MP_RECIPE_VLAN },
	[ICE_MP_RULE_PROMISC] = { ICE_MP_AQ_SW_RULE_LKUP_RX, ICE_MP_RECIPE_PROMISC },
};

/* Dummy header of a rule: addresses, 802.1Q tag. */
static void
rule_hdr(uint8_t hdr[ICE_MP_AQ_SW_DUMMY_HDR_LEN], const struct rte_ether_addr *da,
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
rule_to(uint16_t vsi)
{
	return ICE_MP_ACT_VSI_FWD | ICE_MP_ACT_VALID |
	       ((uint32_t)vsi << ICE_MP_ACT_VSI_ID_S & ICE_MP_ACT_VSI_ID_M);
}

static int
rule_add(const struct ice_mp_rule_owner *o, enum ice_mp_rule_kind kind, uint16_t src,
	 uint32_t act, const uint8_t hdr[ICE_MP_AQ_SW_DUMMY_HDR_LEN], uint16_t *rule)
{
	return ice_mp_aqc_add_rule(o->pf, kinds[kind].type, kinds[kind].recipe, src, act, hdr,
				   rule);
}

/* Address rules are typed Tx with the VSI as their source, as the hardware
 * wants them. LAN: a frame that a VSI of the switch sends to such an address
 * leaves the port as well; with VFs the switch is a bridge, on which a unicast
 * address is in one place. */
int
ice_mp_rule_add_mac(const struct ice_mp_rule_owner *o, const struct rte_ether_addr *addr,
		    uint16_t *rule)
{
	uint32_t act = rule_to(o->vsi);
	uint8_t hdr[ICE_MP_AQ_SW_DUMMY_HDR_LEN];

	if (o->pf->vfs != NULL)
		act |= ICE_MP_ACT_LB_ENABLE;
	if (o->pf->vfs == NULL || rte_is_multicast_ether_addr(addr))
		act |= ICE_MP_ACT_LAN_ENABLE;
	rule_hdr(hdr, addr, 0);
	return rule_add(o, ICE_MP_RULE_MAC, o->vsi, act, hdr, rule);
}

int
ice_mp_rule_add_promisc(const struct ice_mp_rule_owner *o, unsigned int which, uint16_t *rule)
{
	uint8_t hdr[ICE_MP_AQ_SW_DUMMY_HDR_LEN];

	/* 02:… stands for every unicast address, 03:… for multicast. */
	rule_hdr(hdr, NULL, 0);
	if (which == ICE_MP_PROMISC_MC)
		hdr[0] = 0x03;
	return rule_add(o, ICE_MP_RULE_PROMISC, o->lport, rule_to(o->vsi), hdr, rule);
}

int
ice_mp_rule_add_vlan(const struct ice_mp_rule_owner *o, uint16_t list, uint16_t vlan,
		     uint16_t *rule)
{
	uint8_t hdr[ICE_MP_AQ_SW_DUMMY_HDR_LEN];
	uint32_t act;

	if (vlan >= VLAN_IDS)
		return -EINVAL;
	rule_hdr(hdr, NULL, vlan);
	act = ICE_MP_ACT_PRUNE | ICE_MP_ACT_VSI_LIST | ICE_MP_ACT_PRUNE_EGRESS |
	      ICE_MP_ACT_PRUNE_INGRESS |
	      ((uint32_t)list << ICE_MP_ACT_VSI_ID_S & ICE_MP_ACT_VSI_ID_M);
	return rule_add(o, ICE_MP_RULE_VLAN, o->vsi, act, hdr, rule);
}

int
ice_mp_rule_del(const struct ice_mp_rule_owner *o, enum ice_mp_rule_kind kind, uint16_t *rule)
{
	int rc;

	if (*rule == ICE_MP_NO_RULE)
		return 0;
	if (!ice_mp_present(o->pf))
		return -ENODEV;
	rc = ice_mp_aqc_del_rule(o->pf, kinds[kind].type, kinds[kind].recipe, *rule);
	if (rc != 0)
		return rc;
	*rule = ICE_MP_NO_RULE;
	return 0;
}

void
ice_mp_rule_drop(const struct ice_mp_rule_owner *o, enum ice_mp_rule_kind kind, uint16_t *rule)
{
	uint16_t index = *rule;
	int rc;

	rc = ice_mp_rule_del(o, kind, rule);
	*rule = ICE_MP_NO_RULE;
	/* Without an AdminQ the device is in a reset, which takes it. */
	if (rc != 0 && ice_mp_aq_up(o->pf) && ice_mp_present(o->pf))
		PF_LOG(o->pf, WARNING, "Switch rule %u of lport %u stays behind: %s.", index,
		       o->lport, rte_strerror(-rc));
}

int
ice_mp_vlan_list_get(const struct ice_mp_rule_owner *o, uint16_t *list)
{
	int rc;

	if (*list != ICE_MP_NO_RULE)
		return 0;
	rc = ice_mp_aqc_alloc_res(o->pf, ICE_MP_AQ_RES_VSI_LIST_PRUNE, list);
	if (rc != 0)
		goto fail;
	rc = ice_mp_aqc_prune_list(o->pf, *list, o->vsi, true);
	if (rc != 0) {
		(void)ice_mp_aqc_free_res(o->pf, ICE_MP_AQ_RES_VSI_LIST_PRUNE, *list);
		goto fail;
	}
	return 0;
fail:
	*list = ICE_MP_NO_RULE;
	PF_LOG(o->pf, ERR, "No VLAN list for VSI %u: %s.", o->vsi, rte_strerror(-rc));
	return rc;
}

void
ice_mp_vlan_list_put(const struct ice_mp_rule_owner *o, uint16_t *list)
{
	if (*list == ICE_MP_NO_RULE)
		return;
	if (ice_mp_present(o->pf)) {
		(void)ice_mp_aqc_prune_list(o->pf, *list, o->vsi, false);
		(void)ice_mp_aqc_free_res(o->pf, ICE_MP_AQ_RES_VSI_LIST_PRUNE, *list);
	}
	*list = ICE_MP_NO_RULE;
}
