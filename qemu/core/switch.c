/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * The switch of each port: which VSIs get a frame.
 */

#include <string.h>

#include "ice_core_priv.h"
#include "parse.h"

#define NO_RULE	0xFFFF

static unsigned int
mac_hash(const uint8_t *da)
{
	uint32_t h = (uint32_t)da[2] << 24 | da[3] << 16 | da[4] << 8 | da[5];

	h ^= (uint32_t)(da[0] << 8 | da[1]) * 0x9E3779B1u;
	return (h * 0x9E3779B1u) >> 22 & (ICC_MAC_BUCKETS - 1);
}

static unsigned int
vlan_hash(uint8_t lport, uint16_t vlan)
{
	return (vlan ^ (unsigned int)lport * 0x91) & (ICC_MAC_BUCKETS - 1);
}

void
icc_switch_invalidate(struct ice_core *core)
{
	core->sw_valid = false;
}

/* Index the rules: MAC rules by address, the few others in a list. */
static void
rebuild(struct ice_core *core)
{
	unsigned int i, h;

	memset(core->mac_first, 0xFF, sizeof(core->mac_first));
	memset(core->vlan_first, 0xFF, sizeof(core->vlan_first));
	core->nb_other = 0;
	for (i = 0; i < core->rule_hi; i++) {
		const struct icc_rule *r = &core->rule[i];

		if (!r->used)
			continue;
		if (r->recipe == ICE_MP_RECIPE_MAC || r->recipe == ICE_MP_RECIPE_MAC_VLAN) {
			h = mac_hash(r->da);
			core->mac_next[i] = core->mac_first[h];
			core->mac_first[h] = i;
		} else if (r->recipe == ICE_MP_RECIPE_VLAN) {
			h = vlan_hash(r->lport, r->vlan);
			core->mac_next[i] = core->vlan_first[h];
			core->vlan_first[h] = i;
		} else {
			core->other[core->nb_other++] = i;
		}
	}
	core->sw_valid = true;
}

static void
add_dest(const struct ice_core *core, uint8_t lport, uint16_t vsi, struct icc_dest *out)
{
	unsigned int i;

	/* Rules of one port never reach a VSI of another. */
	if (vsi >= ICE_MP_HW_MAX_VSI || !core->vsi[vsi].used || core->vsi[vsi].lport != lport)
		return;
	for (i = 0; i < out->n; i++)
		if (out->vsi[i] == vsi)
			return;
	if (out->n < ICC_MAX_DEST)
		out->vsi[out->n++] = vsi;
}

bool
icc_rule_has_vsi(const struct ice_core *core, const struct icc_rule *r, uint16_t vsi)
{
	uint16_t id = (r->act & ICE_MP_ACT_VSI_ID_M) >> ICE_MP_ACT_VSI_ID_S;

	if (!(r->act & ICE_MP_ACT_VSI_LIST))
		return id == vsi;
	return id < ICC_MAX_LISTS && core->list[id].used &&
	       (core->list[id].vsis[vsi / 64] >> (vsi % 64) & 1);
}

static void
apply(const struct ice_core *core, uint8_t lport, const struct icc_rule *r, struct icc_dest *out)
{
	uint16_t id = (r->act & ICE_MP_ACT_VSI_ID_M) >> ICE_MP_ACT_VSI_ID_S;
	unsigned int i;

	if (r->act & ICE_MP_ACT_DROP) {
		out->drop = true;
		return;
	}
	if ((r->act & ICE_MP_ACT_TYPE_M) != ICE_MP_ACT_VSI_FWD)
		return;
	if (!(r->act & ICE_MP_ACT_VSI_LIST)) {
		add_dest(core, lport, id, out);
		return;
	}
	if (id >= ICC_MAX_LISTS || !core->list[id].used)
		return;
	for (i = 0; i < ICE_MP_HW_MAX_VSI; i++)
		if (core->list[id].vsis[i / 64] >> (i % 64) & 1)
			add_dest(core, lport, i, out);
}

static bool
mac_match(const struct icc_rule *r, uint8_t lport, const struct icc_pkt *p)
{
	if (r->lport != lport || memcmp(r->da, p->data, 6) != 0)
		return false;
	return r->recipe == ICE_MP_RECIPE_MAC ||
	       (p->vlan && r->vlan == (p->vlan_tci & 0xFFF));
}

/* Promiscuous rules say by their first address byte what they are for. */
static bool
promisc_match(const struct icc_rule *r, const struct icc_pkt *p)
{
	static const uint8_t bcast[6] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };
	bool is_bcast = memcmp(p->data, bcast, 6) == 0;

	if (r->recipe == ICE_MP_RECIPE_PROMISC_VLAN &&
	    (!p->vlan || r->vlan != (p->vlan_tci & 0xFFF)))
		return false;
	if (r->da[0] == 0xFF)
		return is_bcast;
	if (r->da[0] & 1)
		return (p->data[0] & 1) && !is_bcast;
	return !(p->data[0] & 1);
}

static bool
ethertype_match(const struct icc_rule *r, const struct icc_pkt *p)
{
	if (r->recipe == ICE_MP_RECIPE_ETHERTYPE_MAC)
		return r->ethertype == p->ethertype && memcmp(r->da, p->data, 6) == 0;
	return r->recipe == ICE_MP_RECIPE_ETHERTYPE && r->ethertype == p->ethertype;
}

/* Is the VLAN in one of the lists the VSI is on? */
static bool
vlan_member(const struct ice_core *core, uint16_t vsi, uint16_t vlan)
{
	uint8_t lport = core->vsi[vsi].lport;
	uint16_t m;

	for (m = core->vlan_first[vlan_hash(lport, vlan)]; m != NO_RULE; m = core->mac_next[m]) {
		const struct icc_rule *r = &core->rule[m];

		if (r->lport == lport && r->vlan == vlan && icc_rule_has_vsi(core, r, vsi))
			return true;
	}
	return false;
}

/* Frames without a VLAN (VID 0: priority only) are never pruned. */
static bool
has_vlan(const struct icc_pkt *p)
{
	return p->vlan && (p->vlan_tci & 0xFFF) != 0;
}

static void
prune(const struct ice_core *core, const struct icc_pkt *p, struct icc_dest *out)
{
	unsigned int i, n = 0;

	if (!has_vlan(p))
		return;
	for (i = 0; i < out->n; i++) {
		uint16_t vsi = out->vsi[i];

		if (!(core->vsi[vsi].ctx.sw_flags2 & ICE_MP_VSI_SW2_RX_VLAN_PRUNE) ||
		    vlan_member(core, vsi, p->vlan_tci & 0xFFF))
			out->vsi[n++] = vsi;
	}
	out->n = n;
}

void
icc_switch_rx(struct ice_core *core, uint8_t lport, const struct icc_pkt *p, struct icc_dest *out)
{
	const struct icc_rule *r;
	unsigned int i;
	uint16_t m;

	out->n = 0;
	out->wire = false;
	out->drop = false;
	if (!core->sw_valid)
		rebuild(core);
	for (m = core->mac_first[mac_hash(p->data)]; m != NO_RULE; m = core->mac_next[m])
		if (mac_match(&core->rule[m], lport, p))
			apply(core, lport, &core->rule[m], out);
	for (i = 0; i < core->nb_other; i++) {
		r = &core->rule[core->other[i]];
		/* Tx-typed ones are about what VSIs send. */
		if (r->lport != lport || r->type != ICE_MP_AQ_SW_RULE_LKUP_RX)
			continue;
		if ((r->recipe == ICE_MP_RECIPE_PROMISC ||
		     r->recipe == ICE_MP_RECIPE_PROMISC_VLAN) && promisc_match(r, p))
			apply(core, lport, r, out);
		else if (ethertype_match(r, p))
			apply(core, lport, r, out);
	}
	for (i = 0; i < core->nb_other && out->n == 0; i++) {
		r = &core->rule[core->other[i]];
		if (r->recipe == ICE_MP_RECIPE_DFLT && r->lport == lport &&
		    r->type == ICE_MP_AQ_SW_RULE_LKUP_RX)
			apply(core, lport, r, out);
	}
	if (out->drop)
		out->n = 0;
	prune(core, p, out);
}

void
icc_switch_tx(struct ice_core *core, uint16_t vsi, const struct icc_pkt *p, struct icc_dest *out)
{
	const struct icc_vsi *v = &core->vsi[vsi];
	bool unicast_local = false;
	const struct icc_rule *r;
	unsigned int i;
	uint16_t m;

	out->n = 0;
	out->drop = false;
	out->wire = v->ctx.sw_flags2 & ICE_MP_VSI_SW2_LAN_ENA;
	if (!core->sw_valid)
		rebuild(core);
	for (i = 0; i < core->nb_other; i++) {
		r = &core->rule[core->other[i]];
		if (r->src == vsi && r->type == ICE_MP_AQ_SW_RULE_LKUP_TX &&
		    (r->act & ICE_MP_ACT_DROP) && ethertype_match(r, p))
			out->drop = true;
	}
	if ((v->ctx.sec_flags & ICE_MP_VSI_SEC_TX_VLAN_PRUNE) && has_vlan(p) &&
	    !vlan_member(core, vsi, p->vlan_tci & 0xFFF))
		out->drop = true;
	if (out->drop) {
		out->wire = false;
		return;
	}
	if (!(v->ctx.sw_flags & ICE_MP_VSI_SW_ALLOW_LB))
		return;
	for (m = core->mac_first[mac_hash(p->data)]; m != NO_RULE; m = core->mac_next[m]) {
		r = &core->rule[m];
		if (!mac_match(r, v->lport, p) || !(r->act & ICE_MP_ACT_LB_ENABLE))
			continue;
		apply(core, v->lport, r, out);
		if (!(p->data[0] & 1) && !(r->act & ICE_MP_ACT_LAN_ENABLE))
			unicast_local = true;
	}
	/* Never back to the sender. */
	for (i = 0; i < out->n; i++)
		if (out->vsi[i] == vsi) {
			out->vsi[i] = out->vsi[--out->n];
			break;
		}
	if (unicast_local && out->n > 0)
		out->wire = false;
	prune(core, p, out);
}
