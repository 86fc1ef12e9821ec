/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Messages about VLAN offloads, of the first and of the second version. The
 * device takes off and puts on one tag, 802.1Q; with a port VLAN that one is
 * the administrator's.
 */

#include <string.h>

#include "ice_mp_vc_priv.h"

static int
set_strip(struct ice_mp_vc_call *c, bool on)
{
	struct ice_mp_vf *vf = c->vf;
	bool was = vf->strip;
	int rc;

	if (was == on)
		return ICE_MP_VC_OK;
	vf->strip = on;
	rc = ice_mp_vf_vsi_update(vf);
	if (rc != 0)
		vf->strip = was;
	return ice_mp_vc_status(c, rc);
}

int
ice_mp_vc_strip_on(struct ice_mp_vc_call *c)
{
	return set_strip(c, true);
}

int
ice_mp_vc_strip_off(struct ice_mp_vc_call *c)
{
	return set_strip(c, false);
}

int
ice_mp_vc_vlan_v2_caps(struct ice_mp_vc_call *c)
{
	const struct ice_mp_vf *vf = c->vf;
	struct ice_mp_vc_vlan_caps *caps = (void *)c->reply;

	c->reply_len = sizeof(*caps);
	if (vf->admin.pvid != 0)
		return ICE_MP_VC_OK;	/* nothing is left */
	caps->filter.inner = ICE_MP_VC_VLAN_8100;
	caps->filter_ethertype_init = ICE_MP_VC_VLAN_8100;
	caps->max_filters = vf->admin.trusted ? ICE_MP_VF_MAX_VLANS :
						ICE_MP_VF_MAX_VLANS_UNTRUSTED;
	caps->strip.inner = ICE_MP_VC_VLAN_8100 | ICE_MP_VC_VLAN_TOGGLE | ICE_MP_VC_VLAN_L2TAG1;
	caps->insert.inner = caps->strip.inner;
	caps->offload_ethertype_init = ICE_MP_VC_VLAN_8100;
	caps->ethertype_match = ICE_MP_VC_VLAN_STRIP_MATCHES_INSERT;
	return ICE_MP_VC_OK;
}

static int
change_v2(struct ice_mp_vc_call *c, bool add)
{
	static const struct ice_mp_vc_vlan_tag none;
	const struct ice_mp_vc_vlans_v2 *m = c->msg;
	uint16_t ids[ICE_MP_AQ_MAX_BUF / sizeof(m->filter[0])];
	unsigned int i;

	for (i = 0; i < m->nb; i++) {
		const struct ice_mp_vc_vlan_filter *f = &m->filter[i];

		if (memcmp(&f->outer, &none, sizeof(none)) != 0)
			return ice_mp_vc_refuse(c, "an outer VLAN");
		if (f->inner.tpid != RTE_ETHER_TYPE_VLAN)
			return ice_mp_vc_refuse(c, "ethertype of a VLAN");
		if (f->inner.tci_mask != 0)
			return ice_mp_vc_refuse(c, "mask of a VLAN");
		ids[i] = f->inner.tci;
	}
	return ice_mp_vc_change_vlans(c, ids, m->nb, add);
}

int
ice_mp_vc_add_vlans_v2(struct ice_mp_vc_call *c)
{
	return change_v2(c, true);
}

int
ice_mp_vc_del_vlans_v2(struct ice_mp_vc_call *c)
{
	return change_v2(c, false);
}

/* Is it a setting that was offered? */
static const char *
check_setting(const struct ice_mp_vc_call *c)
{
	const struct ice_mp_vc_vlan_setting *m = c->msg;

	if (c->vf->admin.pvid != 0)
		return "the administrator gave it a VLAN";
	if (m->outer_ethertype != 0 || m->inner_ethertype != ICE_MP_VC_VLAN_8100)
		return "ethertype of a VLAN offload";
	return NULL;
}

static int
set_strip_v2(struct ice_mp_vc_call *c, bool on)
{
	const char *why = check_setting(c);

	return why != NULL ? ice_mp_vc_refuse(c, why) : set_strip(c, on);
}

/* Tags are put on where a descriptor says so; there is nothing to switch. */
static int
set_insert_v2(struct ice_mp_vc_call *c, bool on)
{
	const char *why = check_setting(c);

	if (why != NULL)
		return ice_mp_vc_refuse(c, why);
	c->vf->insert = on;
	return ICE_MP_VC_OK;
}

int
ice_mp_vc_strip_v2_on(struct ice_mp_vc_call *c)
{
	return set_strip_v2(c, true);
}

int
ice_mp_vc_strip_v2_off(struct ice_mp_vc_call *c)
{
	return set_strip_v2(c, false);
}

int
ice_mp_vc_insert_v2_on(struct ice_mp_vc_call *c)
{
	return set_insert_v2(c, true);
}

int
ice_mp_vc_insert_v2_off(struct ice_mp_vc_call *c)
{
	return set_insert_v2(c, false);
}
