/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Switch rules of a VF. What it may have is decided in ice_mp_vc_filter.c.
 */

#include <errno.h>

#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_rule.h"
#include "ice_mp_vf_hw.h"

static struct ice_mp_rule_owner
rules_of(const struct ice_mp_vf *vf)
{
	return (struct ice_mp_rule_owner){
		.pf = vf->pf, .vsi = vf->vsi, .lport = vf->lport,
	};
}

struct ice_mp_vf_mac *
ice_mp_vf_mac_find(struct ice_mp_vf *vf, const struct rte_ether_addr *addr)
{
	unsigned int i;

	for (i = 0; i < vf->nb_macs; i++)
		if (rte_is_same_ether_addr(&vf->macs[i].addr, addr))
			return &vf->macs[i];
	return NULL;
}

struct ice_mp_vf_vlan *
ice_mp_vf_vlan_find(struct ice_mp_vf *vf, uint16_t id)
{
	unsigned int i;

	for (i = 0; i < vf->nb_vlans; i++)
		if (vf->vlans[i].id == id)
			return &vf->vlans[i];
	return NULL;
}

int
ice_mp_vf_mac_add(struct ice_mp_vf *vf, const struct rte_ether_addr *addr)
{
	struct ice_mp_rule_owner o = rules_of(vf);
	struct ice_mp_vf_mac *mac = &vf->macs[vf->nb_macs];
	int rc;

	mac->rule = ICE_MP_NO_RULE;
	rc = ice_mp_rule_add_mac(&o, addr, &mac->rule);
	if (rc != 0) {
		VF_LOG(vf, ERR, "No filter for " RTE_ETHER_ADDR_PRT_FMT ": %s.",
		       RTE_ETHER_ADDR_BYTES(addr), rte_strerror(-rc));
		return rc;
	}
	mac->addr = *addr;
	vf->nb_macs++;
	return 0;
}

int
ice_mp_vf_mac_del(struct ice_mp_vf *vf, const struct rte_ether_addr *addr)
{
	struct ice_mp_vf_mac *mac = ice_mp_vf_mac_find(vf, addr);
	struct ice_mp_rule_owner o = rules_of(vf);
	int rc;

	rc = ice_mp_rule_del(&o, ICE_MP_RULE_MAC, &mac->rule);
	if (rc != 0) {
		VF_LOG(vf, ERR, "The filter of " RTE_ETHER_ADDR_PRT_FMT " cannot be removed: %s.",
		       RTE_ETHER_ADDR_BYTES(addr), rte_strerror(-rc));
		return rc;
	}
	*mac = vf->macs[--vf->nb_macs];
	return 0;
}

int
ice_mp_vf_vlan_add(struct ice_mp_vf *vf, uint16_t id)
{
	struct ice_mp_rule_owner o = rules_of(vf);
	struct ice_mp_vf_vlan *vlan = &vf->vlans[vf->nb_vlans];
	int rc;

	vlan->rule = ICE_MP_NO_RULE;
	rc = ice_mp_vlan_list_get(&o, &vf->vlan_list);
	if (rc == 0)
		rc = ice_mp_rule_add_vlan(&o, vf->vlan_list, id, &vlan->rule);
	if (rc != 0) {
		VF_LOG(vf, ERR, "No filter for VLAN %u: %s.", id, rte_strerror(-rc));
		return rc;
	}
	vlan->id = id;
	vf->nb_vlans++;
	/* With the first one the VF receives no other any more. */
	if (vf->nb_vlans == 1)
		rc = ice_mp_vf_vsi_update(vf);
	if (rc != 0) {
		vf->nb_vlans--;
		ice_mp_rule_drop(&o, ICE_MP_RULE_VLAN, &vlan->rule);
	}
	return rc;
}

int
ice_mp_vf_vlan_del(struct ice_mp_vf *vf, uint16_t id)
{
	struct ice_mp_vf_vlan *vlan = ice_mp_vf_vlan_find(vf, id);
	struct ice_mp_rule_owner o = rules_of(vf);
	int rc;

	rc = ice_mp_rule_del(&o, ICE_MP_RULE_VLAN, &vlan->rule);
	if (rc != 0) {
		VF_LOG(vf, ERR, "The filter of VLAN %u cannot be removed: %s.", id,
		       rte_strerror(-rc));
		return rc;
	}
	*vlan = vf->vlans[--vf->nb_vlans];
	if (vf->nb_vlans == 0 && ice_mp_vf_vsi_update(vf) != 0)
		VF_LOG(vf, WARNING, "VLANs are still filtered.");
	return 0;
}

static int
promisc_want(struct ice_mp_vf *vf, unsigned int which, bool want)
{
	struct ice_mp_rule_owner o = rules_of(vf);
	uint16_t *rule = &vf->promisc_rules[which];

	if (want == (*rule != ICE_MP_NO_RULE))
		return 0;
	if (want)
		return ice_mp_rule_add_promisc(&o, which, rule);
	return ice_mp_rule_del(&o, ICE_MP_RULE_PROMISC, rule);
}

/* Rules for what the VF asked for and what the administrator gave it. */
static int
promisc_rules(struct ice_mp_vf *vf)
{
	bool uc = vf->promisc || vf->admin.promisc;
	bool mc = uc || vf->allmulti || vf->admin.allmulti;
	int rc;

	rc = promisc_want(vf, ICE_MP_PROMISC_UC, uc);
	if (rc == 0)
		rc = promisc_want(vf, ICE_MP_PROMISC_MC, mc);
	return rc;
}

int
ice_mp_vf_promisc_set(struct ice_mp_vf *vf, bool promisc, bool allmulti)
{
	bool was_promisc = vf->promisc;
	bool was_allmulti = vf->allmulti;
	int rc;

	vf->promisc = promisc;
	vf->allmulti = allmulti;
	rc = promisc_rules(vf);
	/* VLANs are received as well. */
	if (rc == 0 && promisc != was_promisc)
		rc = ice_mp_vf_vsi_update(vf);
	if (rc != 0) {
		VF_LOG(vf, ERR, "The promiscuous mode cannot be changed: %s.", rte_strerror(-rc));
		vf->promisc = was_promisc;
		vf->allmulti = was_allmulti;
		(void)promisc_rules(vf);
	}
	return rc;
}

int
ice_mp_vf_filter_init(struct ice_mp_vf *vf)
{
	struct ice_mp_rule_owner o = rules_of(vf);
	int rc;

	ice_mp_vf_filter_lost(vf);
	rc = ice_mp_rule_add_mac(&o, &ice_mp_bcast, &vf->bcast_rule);
	if (rc == 0)
		rc = ice_mp_vf_mac_add(vf, &vf->mac);
	if (rc == 0 && vf->admin.pvid != 0) {
		rc = ice_mp_vlan_list_get(&o, &vf->vlan_list);
		if (rc == 0)
			rc = ice_mp_rule_add_vlan(&o, vf->vlan_list, vf->admin.pvid,
						  &vf->pvid_rule);
	}
	if (rc == 0)
		rc = promisc_rules(vf);
	if (rc != 0)
		ice_mp_vf_filter_fini(vf);
	return rc;
}

void
ice_mp_vf_filter_fini(struct ice_mp_vf *vf)
{
	struct ice_mp_rule_owner o = rules_of(vf);
	unsigned int i;

	for (i = 0; i < RTE_DIM(vf->promisc_rules); i++)
		ice_mp_rule_drop(&o, ICE_MP_RULE_PROMISC, &vf->promisc_rules[i]);
	for (i = 0; i < vf->nb_vlans; i++)
		ice_mp_rule_drop(&o, ICE_MP_RULE_VLAN, &vf->vlans[i].rule);
	ice_mp_rule_drop(&o, ICE_MP_RULE_VLAN, &vf->pvid_rule);
	ice_mp_vlan_list_put(&o, &vf->vlan_list);
	for (i = 0; i < vf->nb_macs; i++)
		ice_mp_rule_drop(&o, ICE_MP_RULE_MAC, &vf->macs[i].rule);
	ice_mp_rule_drop(&o, ICE_MP_RULE_MAC, &vf->bcast_rule);
	ice_mp_vf_filter_lost(vf);
}

void
ice_mp_vf_filter_lost(struct ice_mp_vf *vf)
{
	unsigned int i;

	vf->nb_macs = 0;
	vf->nb_vlans = 0;
	vf->promisc = false;
	vf->allmulti = false;
	for (i = 0; i < RTE_DIM(vf->promisc_rules); i++)
		vf->promisc_rules[i] = ICE_MP_NO_RULE;
	vf->bcast_rule = ICE_MP_NO_RULE;
	vf->pvid_rule = ICE_MP_NO_RULE;
	vf->vlan_list = ICE_MP_NO_RULE;
}
