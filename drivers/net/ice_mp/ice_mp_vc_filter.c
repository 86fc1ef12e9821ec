/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Messages about addresses, VLANs and promiscuous modes: what a VF may have.
 *
 * A VF that is not trusted has fewer of each and no promiscuous mode, and when
 * the administrator set its address, no other unicast address. Nobody gets an
 * address that is the PF's, or another VF's on the same port.
 */

#include <string.h>

#include "ice_mp_vc_priv.h"
#include "ice_mp_vf_admin.h"

static const struct rte_ether_addr *
addr_of(const struct ice_mp_vc_ether_addr *e)
{
	return (const struct rte_ether_addr *)e->addr;
}

static const char *
check_addr(const struct ice_mp_vf *vf, const struct rte_ether_addr *addr)
{
	if (rte_is_zero_ether_addr(addr))
		return "no address";
	if (rte_is_multicast_ether_addr(addr))
		return NULL;
	if (rte_is_same_ether_addr(addr, &vf->mac))
		return NULL;
	if (!vf->admin.trusted && !rte_is_zero_ether_addr(&vf->admin.mac))
		return "another address than the administrator's";
	return ice_mp_vf_mac_taken(vf, vf->lport, addr) ? "an address of the PF or another VF" :
							  NULL;
}

/* Is it in the list before its i-th element? */
static bool
is_repeated(const struct ice_mp_vc_ether_addrs *m, unsigned int i)
{
	unsigned int j;

	for (j = 0; j < i; j++)
		if (memcmp(m->list[j].addr, m->list[i].addr, RTE_ETHER_ADDR_LEN) == 0)
			return true;
	return false;
}

int
ice_mp_vc_add_addrs(struct ice_mp_vc_call *c)
{
	const struct ice_mp_vc_ether_addrs *m = c->msg;
	struct ice_mp_vf *vf = c->vf;
	unsigned int max = vf->admin.trusted ? ICE_MP_VF_MAX_MACS : ICE_MP_VF_MAX_MACS_UNTRUSTED;
	uint16_t todo[ICE_MP_VF_MAX_MACS];
	unsigned int i, nb = 0, room = max > vf->nb_macs ? max - vf->nb_macs : 0;
	const struct rte_ether_addr *primary = NULL;
	const char *why;
	int rc = 0;

	for (i = 0; i < m->nb; i++) {
		const struct rte_ether_addr *addr = addr_of(&m->list[i]);

		why = check_addr(vf, addr);
		if (why != NULL)
			return ice_mp_vc_refuse(c, why);
		if (m->list[i].type == ICE_MP_VC_ADDR_PRIMARY && rte_is_unicast_ether_addr(addr))
			primary = addr;
		/* Every VF receives broadcasts. */
		if (rte_is_broadcast_ether_addr(addr) || ice_mp_vf_mac_find(vf, addr) != NULL ||
		    is_repeated(m, i))
			continue;
		if (nb == room)
			return ice_mp_vc_refuse(c, "too many addresses");
		todo[nb++] = i;
	}
	for (i = 0; i < nb && rc == 0; i++)
		rc = ice_mp_vf_mac_add(vf, addr_of(&m->list[todo[i]]));
	if (rc != 0)
		for (i--; i-- > 0; )
			(void)ice_mp_vf_mac_del(vf, addr_of(&m->list[todo[i]]));
	/* It stays the VF's through resets. */
	if (rc == 0 && primary != NULL)
		vf->mac = *primary;
	return ice_mp_vc_status(c, rc);
}

int
ice_mp_vc_del_addrs(struct ice_mp_vc_call *c)
{
	const struct ice_mp_vc_ether_addrs *m = c->msg;
	struct ice_mp_vf *vf = c->vf;
	unsigned int i, n = 0;
	int rc = 0;

	for (i = 0; i < m->nb; i++)
		if (!rte_is_broadcast_ether_addr(addr_of(&m->list[i])) &&
		    ice_mp_vf_mac_find(vf, addr_of(&m->list[i])) == NULL)
			return ice_mp_vc_refuse(c, "an address it does not have");
	for (i = 0; i < m->nb && rc == 0; i++) {
		if (ice_mp_vf_mac_find(vf, addr_of(&m->list[i])) == NULL)
			continue;
		rc = ice_mp_vf_mac_del(vf, addr_of(&m->list[i]));
	}
	if (rc != 0)
		for (n = 0; n + 1 < i; n++)
			if (!rte_is_broadcast_ether_addr(addr_of(&m->list[n])) &&
			    ice_mp_vf_mac_find(vf, addr_of(&m->list[n])) == NULL)
				(void)ice_mp_vf_mac_add(vf, addr_of(&m->list[n]));
	return ice_mp_vc_status(c, rc);
}

static int
add_vlans(struct ice_mp_vc_call *c, const uint16_t *ids, unsigned int nb)
{
	struct ice_mp_vf *vf = c->vf;
	unsigned int max = vf->admin.trusted ? ICE_MP_VF_MAX_VLANS :
					       ICE_MP_VF_MAX_VLANS_UNTRUSTED;
	uint16_t todo[ICE_MP_VF_MAX_VLANS];
	unsigned int i, j, n = 0, room = max > vf->nb_vlans ? max - vf->nb_vlans : 0;
	int rc = 0;

	for (i = 0; i < nb; i++) {
		for (j = 0; j < n && todo[j] != ids[i]; j++)
			;
		/* Frames without a VLAN reach everybody. */
		if (ids[i] == 0 || j < n || ice_mp_vf_vlan_find(vf, ids[i]) != NULL)
			continue;
		if (n == room)
			return ice_mp_vc_refuse(c, "too many VLANs");
		todo[n++] = ids[i];
	}
	for (i = 0; i < n && rc == 0; i++)
		rc = ice_mp_vf_vlan_add(vf, todo[i]);
	if (rc != 0)
		for (i--; i-- > 0; )
			(void)ice_mp_vf_vlan_del(vf, todo[i]);
	return ice_mp_vc_status(c, rc);
}

static int
del_vlans(struct ice_mp_vc_call *c, const uint16_t *ids, unsigned int nb)
{
	struct ice_mp_vf *vf = c->vf;
	unsigned int i, n;
	int rc = 0;

	for (i = 0; i < nb; i++)
		if (ids[i] != 0 && ice_mp_vf_vlan_find(vf, ids[i]) == NULL)
			return ice_mp_vc_refuse(c, "a VLAN it is not in");
	for (i = 0; i < nb && rc == 0; i++)
		if (ice_mp_vf_vlan_find(vf, ids[i]) != NULL)
			rc = ice_mp_vf_vlan_del(vf, ids[i]);
	if (rc != 0)
		for (n = 0; n + 1 < i; n++)
			if (ids[n] != 0 && ice_mp_vf_vlan_find(vf, ids[n]) == NULL)
				(void)ice_mp_vf_vlan_add(vf, ids[n]);
	return ice_mp_vc_status(c, rc);
}

int
ice_mp_vc_change_vlans(struct ice_mp_vc_call *c, const uint16_t *ids, unsigned int nb, bool add)
{
	unsigned int i;

	if (c->vf->admin.pvid != 0)
		return ice_mp_vc_refuse(c, "the administrator gave it a VLAN");
	for (i = 0; i < nb; i++)
		if (ids[i] > RTE_ETHER_MAX_VLAN_ID)
			return ice_mp_vc_refuse(c, "no VLAN");
	return add ? add_vlans(c, ids, nb) : del_vlans(c, ids, nb);
}

int
ice_mp_vc_add_vlans(struct ice_mp_vc_call *c)
{
	const struct ice_mp_vc_vlans *m = c->msg;

	return ice_mp_vc_change_vlans(c, m->id, m->nb, true);
}

int
ice_mp_vc_del_vlans(struct ice_mp_vc_call *c)
{
	const struct ice_mp_vc_vlans *m = c->msg;

	return ice_mp_vc_change_vlans(c, m->id, m->nb, false);
}

int
ice_mp_vc_config_promisc(struct ice_mp_vc_call *c)
{
	const struct ice_mp_vc_promisc *m = c->msg;
	bool uc = (m->flags & ICE_MP_VC_PROMISC_UC) != 0;
	bool mc = (m->flags & ICE_MP_VC_PROMISC_MC) != 0;
	struct ice_mp_vf *vf = c->vf;

	if ((m->flags & ~(ICE_MP_VC_PROMISC_UC | ICE_MP_VC_PROMISC_MC)) != 0)
		return ice_mp_vc_refuse(c, "a promiscuous mode that does not exist");
	if (!vf->admin.trusted) {
		/* Stock clients do not start when this fails: they are told
		 * that it went well, as they are by other PFs. */
		vf->cnt.promisc_ignored += uc || mc;
		return ICE_MP_VC_OK;
	}
	return ice_mp_vc_status(c, ice_mp_vf_promisc_set(vf, uc, mc));
}
