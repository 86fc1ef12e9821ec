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
mac_hash(uint8_t lport, const uint8_t *da)
{
	uint32_t h = (uint32_t)da[2] << 24 | da[3] << 16 | da[4] << 8 | da[5];

	h ^= (uint32_t)(da[0] << 8 | da[1] | lport << 16) * 0x9E3779B1u;
	return (h * 0x9E3779B1u) >> 22 & (ICC_MAC_BUCKETS - 1);
}

static unsigned int
vlan_hash(uint8_t lport, uint16_t vlan)
{
	return (vlan ^ (unsigned int)lport * 0x91) & (ICC_MAC_BUCKETS - 1);
}

static bool
port_vlan(const struct icc_vsi *v)
{
	return (v->tx_checks & ICC_TX_VLAN) &&
	       (v->ctx.inner_vlan_flags & ICE_MP_VSI_VLAN_INSERT_PVID);
}

void
icc_switch_vsi(struct ice_core *core, struct icc_vsi *v)
{
	const struct ice_mp_aq_vsi_ctx *c = &v->ctx;
	uint8_t mode = c->inner_vlan_flags & ICE_MP_VSI_VLAN_TX_MODE_M;

	v->tx_checks = 0;
	/* No mode at all is what drivers that know nothing of it leave. */
	if ((c->valid_sections & ICE_MP_VSI_VALID_VLAN) &&
	    ((mode != 0 && mode != ICE_MP_VSI_VLAN_TX_ALL) ||
	     (c->inner_vlan_flags & ICE_MP_VSI_VLAN_INSERT_PVID)))
		v->tx_checks |= ICC_TX_VLAN;
	if ((c->valid_sections & ICE_MP_VSI_VALID_SECURITY) &&
	    (c->sec_flags & ICE_MP_VSI_SEC_MAC_ANTI_SPOOF))
		v->tx_checks |= ICC_TX_SPOOF;
	icc_switch_invalidate(core);
}

void
icc_switch_invalidate(struct ice_core *core)
{
	core->sw_valid = false;
}

/* Index the rules: those about an address by address, the few others by port.
 * A chain has the order of the rules. */
static void
rebuild(struct ice_core *core)
{
	unsigned int i;
	uint16_t *first;

	memset(core->mac_first, 0xFF, sizeof(core->mac_first));
	memset(core->vlan_first, 0xFF, sizeof(core->vlan_first));
	memset(core->other_first, 0xFF, sizeof(core->other_first));
	for (i = core->rule_hi; i-- > 0;) {
		const struct icc_rule *r = &core->rule[i];

		if (!r->used)
			continue;
		if (r->recipe == ICE_MP_RECIPE_MAC || r->recipe == ICE_MP_RECIPE_MAC_VLAN)
			first = &core->mac_first[mac_hash(r->lport, r->da)];
		else if (r->recipe == ICE_MP_RECIPE_VLAN)
			first = &core->vlan_first[vlan_hash(r->lport, r->vlan)];
		else
			first = &core->other_first[r->lport][r->type & 1];
		core->mac_next[i] = *first;
		*first = i;
	}
	core->sw_pvid = false;
	for (i = 0; i < ICE_MP_HW_MAX_VSI; i++)
		core->sw_pvid |= core->vsi[i].used && port_vlan(&core->vsi[i]);
	core->sw_valid = true;
}

static void
add_dest(const struct ice_core *core, uint8_t lport, uint16_t vsi, struct icc_dest *out)
{
	unsigned int i;

	/* Rules of one port never reach a VSI of another. */
	if (vsi >= ICE_MP_HW_MAX_VSI || !core->vsi[vsi].used ||
	    core->vsi[vsi].lport != lport || vsi == out->sender)
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

static bool
has_vlan(const struct icc_pkt *p)
{
	return p->vlan && (p->vlan_tci & 0xFFF) != 0;
}

/* May a frame enter a VSI that prunes? One without a VLAN (VID 0: priority
 * only) may, unless the VSI is in a port VLAN and nothing else. */
static bool
admitted(const struct ice_core *core, uint16_t vsi, const struct icc_pkt *p)
{
	if (has_vlan(p))
		return vlan_member(core, vsi, p->vlan_tci & 0xFFF);
	return !port_vlan(&core->vsi[vsi]) || vlan_member(core, vsi, 0);
}

static void
prune(const struct ice_core *core, const struct icc_pkt *p, struct icc_dest *out)
{
	unsigned int i, n = 0;

	if (!has_vlan(p) && !core->sw_pvid)
		return;
	for (i = 0; i < out->n; i++) {
		uint16_t vsi = out->vsi[i];

		if (!(core->vsi[vsi].ctx.sw_flags2 & ICE_MP_VSI_SW2_RX_VLAN_PRUNE) ||
		    admitted(core, vsi, p))
			out->vsi[n++] = vsi;
	}
	out->n = n;
}

static bool
is_promisc(const struct icc_rule *r)
{
	return r->recipe == ICE_MP_RECIPE_PROMISC || r->recipe == ICE_MP_RECIPE_PROMISC_VLAN;
}

/* Is the source address one that the VSI may receive at? */
static bool
owns_source(const struct ice_core *core, uint16_t vsi, const struct icc_pkt *p)
{
	const uint8_t *sa = p->data + 6, lport = core->vsi[vsi].lport;
	uint16_t m;

	if (sa[0] & 1)
		return false;
	for (m = core->mac_first[mac_hash(lport, sa)]; m != NO_RULE; m = core->mac_next[m]) {
		const struct icc_rule *r = &core->rule[m];

		if (r->lport == lport && memcmp(r->da, sa, 6) == 0 &&
		    icc_rule_has_vsi(core, r, vsi) &&
		    (r->recipe == ICE_MP_RECIPE_MAC ||
		     (p->vlan && r->vlan == (p->vlan_tci & 0xFFF))))
			return true;
	}
	return false;
}

void
icc_switch_rx(struct ice_core *core, uint8_t lport, const struct icc_pkt *p, struct icc_dest *out)
{
	const struct icc_rule *r;
	uint16_t m, others;

	out->n = 0;
	out->wire = false;
	out->drop = false;
	out->sender = ICC_NO_VSI;
	if (!core->sw_valid)
		rebuild(core);
	for (m = core->mac_first[mac_hash(lport, p->data)]; m != NO_RULE; m = core->mac_next[m])
		if (mac_match(&core->rule[m], lport, p))
			apply(core, lport, &core->rule[m], out);
	/* Tx-typed ones are about what VSIs send. */
	others = core->other_first[lport][ICE_MP_AQ_SW_RULE_LKUP_RX];
	for (m = others; m != NO_RULE; m = core->mac_next[m]) {
		r = &core->rule[m];
		if (is_promisc(r) ? promisc_match(r, p) : ethertype_match(r, p))
			apply(core, lport, r, out);
	}
	for (m = others; m != NO_RULE && out->n == 0; m = core->mac_next[m])
		if (core->rule[m].recipe == ICE_MP_RECIPE_DFLT)
			apply(core, lport, &core->rule[m], out);
	if (out->drop)
		out->n = 0;
	prune(core, p, out);
}

/* May the VSI send this at all? */
static bool
may_send(const struct ice_core *core, uint16_t vsi, const struct icc_pkt *p)
{
	const struct icc_vsi *v = &core->vsi[vsi];
	const struct icc_rule *r;
	uint16_t m;

	for (m = core->other_first[v->lport][ICE_MP_AQ_SW_RULE_LKUP_TX]; m != NO_RULE;
	     m = core->mac_next[m]) {
		r = &core->rule[m];
		if (r->src == vsi && (r->act & ICE_MP_ACT_DROP) && ethertype_match(r, p))
			return false;
	}
	if ((v->ctx.sec_flags & ICE_MP_VSI_SEC_TX_VLAN_PRUNE) && has_vlan(p) &&
	    !vlan_member(core, vsi, p->vlan_tci & 0xFFF))
		return false;
	return !(v->tx_checks & ICC_TX_SPOOF) || owns_source(core, vsi, p);
}

void
icc_switch_tx(struct ice_core *core, uint16_t vsi, const struct icc_pkt *p, struct icc_dest *out)
{
	const struct icc_vsi *v = &core->vsi[vsi];
	bool unicast_local = false;
	const struct icc_rule *r;
	uint16_t m, others;

	out->n = 0;
	out->wire = false;
	out->sender = vsi;
	if (!core->sw_valid)
		rebuild(core);
	out->drop = !may_send(core, vsi, p);
	if (out->drop)
		return;
	out->wire = v->ctx.sw_flags2 & ICE_MP_VSI_SW2_LAN_ENA;
	if (!(v->ctx.sw_flags & ICE_MP_VSI_SW_ALLOW_LB))
		return;
	for (m = core->mac_first[mac_hash(v->lport, p->data)]; m != NO_RULE;
	     m = core->mac_next[m]) {
		r = &core->rule[m];
		if (!mac_match(r, v->lport, p) || !(r->act & ICE_MP_ACT_LB_ENABLE))
			continue;
		apply(core, v->lport, r, out);
		if (!(p->data[0] & 1) && !(r->act & ICE_MP_ACT_LAN_ENABLE))
			unicast_local = true;
	}
	if (unicast_local && out->n > 0)
		out->wire = false;
	/* Who is promiscuous for what VSIs of the port send, whoever sends it;
	 * what has an owner here is still not for the wire. */
	others = core->other_first[v->lport][ICE_MP_AQ_SW_RULE_LKUP_TX];
	for (m = others; m != NO_RULE; m = core->mac_next[m]) {
		r = &core->rule[m];
		if (is_promisc(r) && (r->act & ICE_MP_ACT_LB_ENABLE) && promisc_match(r, p))
			apply(core, v->lport, r, out);
	}
	for (m = others; m != NO_RULE && out->n == 0; m = core->mac_next[m]) {
		r = &core->rule[m];
		if (r->recipe == ICE_MP_RECIPE_DFLT && (r->act & ICE_MP_ACT_LB_ENABLE))
			apply(core, v->lport, r, out);
	}
	if (out->drop) {
		out->n = 0;
		out->wire = false;
		return;
	}
	prune(core, p, out);
}
